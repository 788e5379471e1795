"""Findings and errors on the terminal, or as data for --json."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from newsletter.cli.output import complain, print_json, say, sentence
from newsletter.errors import ContentError, NewsletterError, UsageError
from newsletter.workflow.paths import shown_place

if TYPE_CHECKING:
    from newsletter.model.findings import Finding


def show_findings(
    findings: Sequence[Finding], *, to_stderr: bool = False, total: str = "", notes: str = "short"
) -> None:
    """Show findings, each with its location, its line and how to fix it; then `total`, or a count.

    `notes` is a `newsletter.cli.findings.Notes`: how much of the notes is shown.
    """
    from newsletter.cli.findings import Notes, count_of, report_of
    from newsletter.model.findings import Severity

    if notes == Notes.COUNTED and all(finding.severity is Severity.NOTE for finding in findings):
        return  # nothing that the sender must read now
    put: Callable[..., None] = complain if to_stderr else say
    for block in report_of(findings, Notes(notes)):
        put(block.text, colour=block.colour, indent=block.indent, wrap=block.wrap)
    if findings:
        text, colour = count_of(findings)
        put(total or text, colour=colour)


def show_error(error: NewsletterError, *, lead: str = "Error") -> None:
    """Show an error on stderr: its findings first, then what happened, where, and how to fix it."""
    findings = _findings_of(error) if isinstance(error, ContentError) else []
    show_findings(findings, to_stderr=True, total=sentence(error.message), notes="counted")
    if not findings:
        where = f"{shown_place(error.place)}: " if error.place else ""
        complain(f"{lead}: {where}{sentence(error.message)}", colour="red")
    if error.hint and error.hint not in {finding.hint for finding in findings}:
        complain(sentence(error.hint))


def _findings_of(error: ContentError) -> list[Finding]:
    from newsletter.model.findings import Finding

    return [finding for finding in error.findings if isinstance(finding, Finding)]


def error_data(error: NewsletterError) -> dict[str, Any]:
    """Return an error as data for --json."""
    data: dict[str, Any] = {"message": error.message, "hint": error.hint, "exit_code": error.exit_code}
    if error.place:
        data["place"] = {"path": error.place.path, "line": error.place.line, "column": error.place.column}
    if isinstance(error, ContentError):
        data["findings"] = [finding.model_dump(mode="json") for finding in _findings_of(error)]
    return {"error": data, **error.facts}


def show_usage_error(error: Exception, *, json: bool = False) -> None:
    """Show what is wrong with the command line, and the help to read."""
    context = getattr(error, "ctx", None)
    message = " ".join(str(getattr(error, "format_message", lambda: error)()).split())
    path = context.command_path if context else "newsletter"
    wrong = UsageError(message or "The command was called wrongly.", hint=f"See `{path} --help`.")
    if json:
        print_json(error_data(wrong))
    show_error(wrong)


def show_traceback(error: BaseException) -> None:
    """Show the traceback of an error."""
    import traceback

    complain("".join(traceback.format_exception(error)).rstrip(), wrap=False)
