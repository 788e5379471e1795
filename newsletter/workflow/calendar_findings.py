"""Findings about events: ambiguous times, and calendar files that cannot be attached."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from newsletter.errors import Place
from newsletter.model.datetimes import comes_twice
from newsletter.model.findings import Finding, Severity

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.workflow.workspace import Workspace

TWICE = "NL322"
"""A time that occurs twice, as the clocks go back."""

NO_ATTACHMENT = "NL323"
"""A calendar file that the provider cannot attach."""

Location = tuple[str | int, ...]


def clock_findings(loaded: LoadedIssue) -> list[Finding]:
    """List the times that occur twice as the clocks go back, in the order of the file."""
    findings = []
    lines = loaded.source.splitlines()
    for location, moment in _moments(loaded.issue.model_dump()):
        if not comes_twice(moment):
            continue
        place = loaded.places.of(location)
        findings.append(
            Finding(
                code=TWICE,
                severity=Severity.NOTE,
                message=f"{moment:%H:%M} comes twice on {moment.day} {moment:%B %Y}, as the clocks go back: the first "
                "one is meant.",
                place=place,
                hint="Choose another hour, or say in the text which one it is.",
                excerpt=lines[place.line - 1] if 0 < place.line <= len(lines) else "",
            )
        )
    return sorted(findings, key=lambda finding: finding.place)


def attachment_findings(workspace: Workspace) -> list[Finding]:
    """Return a finding if the settings ask for an attachment that the provider cannot send."""
    from newsletter.providers.base import DirectProvider
    from newsletter.providers.registry import adapter

    settings = workspace.settings
    if not settings.calendar.attach or issubclass(adapter(settings.provider), DirectProvider):
        return []
    title = adapter(settings.provider).about.title
    return [
        Finding(
            code=NO_ATTACHMENT,
            severity=Severity.WARNING,
            message=f"{title} takes no attachment, so the calendar file does not travel with the emails.",
            place=Place(str(workspace.root / "newsletter.yaml")),
            hint="Put the files on your website, and say where with `calendar: {files: …}`; docs/events.md says how.",
        )
    ]


def _moments(value: Any, at: Location = ()) -> Iterator[tuple[Location, dt.datetime]]:
    """Yield each date and time of dumped content, and its location."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _moments(inner, (*at, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _moments(inner, (*at, index))
    elif isinstance(value, dt.datetime):
        yield at, value
