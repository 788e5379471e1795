"""Findings about parts for some readers: providers that cannot do that, and empty segments."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletter.model.findings import Finding, Severity
from newsletter.model.targeting import Only
from newsletter.model.titles import capital
from newsletter.preflight.text_spans import models_of
from newsletter.providers.base import DirectProvider
from newsletter.providers.capabilities import Feature
from newsletter.providers.registry import adapter

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.workflow.workspace import Workspace

CANNOT = "NL324"
"""A part for some readers, with a provider that sends everybody the same."""

NOBODY = "NL325"
"""A segment that nobody in the audience is in."""


def reader_findings(loaded: LoadedIssue, workspace: Workspace) -> list[Finding]:
    """List the problems of parts that are for some readers only, in the order of the file."""
    parts = [(loc, model) for loc, model in models_of(loaded.issue) if isinstance(model, Only)]
    if not parts:
        return []
    about = adapter(workspace.settings.provider).about
    if Feature.PARTS not in about.features:
        loc = parts[0][0]
        way = (
            "with --segment"
            if Feature.SEGMENTS in about.features
            else "to an audience of its own (`audience` in newsletter.yaml)"
        )
        return [
            _finding(
                loaded,
                (CANNOT, Severity.ERROR),
                loc,
                f"{capital(about.title)} shows everybody the same, and this part is for some readers only.",
                f"Take `only` out; or make an issue of it under another name, and send that {way}.",
            )
        ]
    return list(_nobody(loaded, workspace, parts))


def _nobody(
    loaded: LoadedIssue, workspace: Workspace, parts: list[tuple[tuple[str | int, ...], Only]]
) -> Iterator[Finding]:
    from newsletter.audience.csv_file import read_audience
    from newsletter.model.audience import segments_of

    kind = adapter(workspace.settings.provider)
    path, columns = workspace.settings.audience_file, workspace.settings.outbox.columns
    if not (issubclass(kind, DirectProvider) and kind.reads_audience_file) or not path.is_file():
        return
    there = [segment.name for segment in segments_of(read_audience(path, columns=columns).reachable)]
    known = {name.casefold(): name for name in there}
    for loc, only in parts:
        for name in only.segment:
            if name.casefold() in known:
                continue
            near = difflib.get_close_matches(name.casefold(), known, n=1)
            meant = f"Did you mean {known[near[0]]}? " if near else ""
            hint = f"{meant}The column `segments` of {path.name} names: {', '.join(there) or 'none yet'}."
            yield _finding(
                loaded, (NOBODY, Severity.WARNING), loc, f"Nobody is in the segment {name}, so nobody gets this.", hint
            )


def _finding(
    loaded: LoadedIssue, kind: tuple[str, Severity], loc: tuple[str | int, ...], message: str, hint: str
) -> Finding:
    place = loaded.places.of(loc)
    line = loaded.places.source.line(place.line)
    return Finding(code=kind[0], severity=kind[1], message=message, place=place, hint=hint, excerpt=line)
