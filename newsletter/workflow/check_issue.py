"""Check an issue: one list of findings, and the rendered message."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from newsletter.errors import ContentError, Place, TemplateError
from newsletter.model.findings import Finding, Severity
from newsletter.workflow.link_status import known_links
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue
    from newsletter.model.campaign import Message
    from newsletter.workflow.link_status import Links

TEMPLATE = "NL306"
"""A template that cannot be rendered."""


class CheckResult(NamedTuple):
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
        """Return whether the issue has no errors."""
        return not any(finding.blocks for finding in self.findings)


def check_issue(workspace: Workspace, path: Path, links: Links = known_links) -> CheckResult:
    """Read, render and check an issue; every mistake is a finding, never an exception.

    `links` tells what is behind its links, and is the only one that may ask a network.
    """
    from newsletter.workflow.audience_report import report_audience
    from newsletter.workflow.lint_context import preflight_findings
    from newsletter.workflow.sending_facts import added_bytes

    try:
        loaded = workspace.load_path(path)
    except ContentError as error:
        return CheckResult(path, _findings_of(error), verdict=error.message)
    audience = report_audience(workspace)
    message, failures = _render(workspace, loaded)
    findings = [*audience.findings, *preflight_findings(workspace, loaded, message, links)]
    # a rule reports most of them too; what is ignored still prevents rendering
    reported = {(finding.code, finding.place) for finding in findings}
    findings += [finding for finding in failures if (finding.code, finding.place) not in reported]
    findings.sort(key=lambda finding: (finding.place.path != str(loaded.path), finding.place.path, finding.place.line))
    added = added_bytes(workspace.settings, message)
    return CheckResult(path, tuple(findings), loaded, message, added=added, audience=audience.words)


def _render(workspace: Workspace, loaded: LoadedIssue) -> tuple[Message | None, tuple[Finding, ...]]:
    """Return the rendered message, or None and why there is none."""
    try:
        return workspace.render(loaded), ()
    except TemplateError as error:
        return None, (template_finding(error),)
    except ContentError as error:
        return None, _findings_of(error)


def template_finding(error: TemplateError) -> Finding:
    """Return a template error as a finding."""
    return Finding(
        code=TEMPLATE,
        name="template-error",
        severity=Severity.ERROR,
        message=error.message,
        place=error.place or Place("templates"),
        hint=error.hint,
    )


def _findings_of(error: ContentError) -> tuple[Finding, ...]:
    found = tuple(finding for finding in error.findings if isinstance(finding, Finding))
    if found:
        return found
    place = error.place or Place("")
    return (Finding(code="NL099", severity=Severity.ERROR, message=error.message, place=place, hint=error.hint),)
