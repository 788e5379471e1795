"""Check an issue: one list of findings, and the rendered message."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import ContentError, Place, TemplateError
from newsletter.model.findings import Finding, Severity
from newsletter.scaffold.starter import PLACEHOLDER
from newsletter.workflow.colour_findings import colour_findings
from newsletter.workflow.image_findings import picture_findings
from newsletter.workflow.link_status import known_links
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.model.campaign import Message
    from newsletter.workflow.link_status import Links

WAITING = "NL303"
"""A placeholder of the starter issue that was not replaced."""

TEMPLATE = "NL306"
"""A template that cannot be rendered."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The findings of an issue; `loaded` and `message` are None if errors prevent them."""

    path: Path
    findings: tuple[Finding, ...]
    loaded: LoadedIssue | None = None
    message: Message | None = None
    verdict: str = ""
    """The loader's message about the whole file, if it could not be read."""
    added: int = 0
    """How many bytes the provider adds to the HTML."""
    audience: str = ""
    """How many subscribers of the audience file would get it and who is left out, as text."""

    @property
    def passed(self) -> bool:
        """Say whether the issue has no errors."""
        return not any(finding.blocks for finding in self.findings)


def check_issue(workspace: Workspace, path: Path, links: Links = known_links) -> CheckResult:
    """Read, render and check an issue; every mistake is a finding, never an exception.

    `links` tells what is behind its links, and is the only one that may ask a network.
    """
    from newsletter.workflow.audience_report import report_audience
    from newsletter.workflow.calendar_findings import attachment_findings, clock_findings
    from newsletter.workflow.lint_context import preflight_findings
    from newsletter.workflow.merge_tag_findings import tag_findings
    from newsletter.workflow.segment_findings import reader_findings
    from newsletter.workflow.sending_facts import added_bytes
    from newsletter.workflow.translation_findings import language_findings

    try:
        loaded = workspace.load_path(path)
    except ContentError as error:
        return CheckResult(path, _findings_of(error), verdict=error.message)
    pictures = picture_findings(loaded, workspace.assets(path), workspace.prepare)
    try:
        words = language_findings(loaded, workspace)
    except TemplateError as error:
        return CheckResult(path, (template_finding(error),), loaded)
    audience = report_audience(workspace)
    findings = [
        *audience.findings,
        *waiting_texts(loaded),
        *tag_findings(loaded, workspace),
        *pictures,
        *colour_findings(workspace.settings),
        *words,
        *clock_findings(loaded),
        *attachment_findings(workspace),
        *reader_findings(loaded, workspace),
    ]
    message = None
    if not any(finding.blocks for finding in pictures):
        try:
            message = workspace.render(loaded)
        except TemplateError as error:
            findings.append(template_finding(error))
        except ContentError as error:
            findings.extend(_findings_of(error))
    findings += preflight_findings(workspace, loaded, message, links)
    findings.sort(key=lambda finding: (finding.place.path != str(loaded.path), finding.place.path, finding.place.line))
    added = added_bytes(workspace.settings, message)
    return CheckResult(path, tuple(findings), loaded, message, added=added, audience=audience.words)


def waiting_texts(loaded: LoadedIssue) -> list[Finding]:
    """List the placeholders of the starter issue that were not replaced."""
    findings = []
    for number, line in enumerate(loaded.source.splitlines(), 1):
        if PLACEHOLDER not in line or line.lstrip().startswith("#"):
            continue
        start = line.index(PLACEHOLDER)
        words = line[start:].split("  #")[0].rstrip("] ")
        findings.append(
            Finding(
                code=WAITING,
                severity=Severity.ERROR,
                message=f"“{words}” still waits for your words.",
                place=Place(_shown(loaded), number, start + 1),
                hint=f"Replace it, {PLACEHOLDER} and all; or take out what you do not need.",
                excerpt=line,
            )
        )
    return findings


def template_finding(error: TemplateError) -> Finding:
    """Return a template error as a finding."""
    return Finding(
        code=TEMPLATE,
        severity=Severity.ERROR,
        message=error.message,
        place=error.place or Place("templates"),
        hint=error.hint,
    )


def _shown(loaded: LoadedIssue) -> str:
    """Return the issue's path as in its other findings."""
    return loaded.places.of(()).path


def _findings_of(error: ContentError) -> tuple[Finding, ...]:
    found = tuple(finding for finding in error.findings if isinstance(finding, Finding))
    if found:
        return found
    place = error.place or Place("")
    return (Finding(code="NL099", severity=Severity.ERROR, message=error.message, place=place, hint=error.hint),)
