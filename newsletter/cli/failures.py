"""How a command that failed ends: with an explanation, a bug report, or a note that it was stopped."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.cli import error_output, output
from newsletter.errors import NewsletterError, UncertainError
from newsletter.workflow.system_errors import explain_system_error

EXIT_BUG = 1


def report_system_error(error: OSError, args: Sequence[str], *, debug: bool, json: bool) -> int:
    """Explain an error of the operating system; one without an explanation is reported as a bug."""
    explained = explain_system_error(error)
    if explained is None:
        return report_bug(error, args, debug=debug, json=json)
    if debug:
        error_output.show_traceback(error)
    report_error(explained, json=json)
    return explained.exit_code


def report_error(error: NewsletterError, *, json: bool) -> None:
    """Show an error with its hint, and as data with --json."""
    if json:
        output.print_json(error_output.error_data(error))
    error_output.show_error(error, lead="Uncertain" if isinstance(error, UncertainError) else "Error")


def report_interruption() -> None:
    """Show that the command was stopped."""
    output.complain(
        "\nStopped. Your files are unchanged. If a send was running, `newsletter status` shows how far it got.",
        colour="yellow",
    )


def report_bug(error: Exception, args: Sequence[str], *, debug: bool, json: bool) -> int:
    """Write a report of a bug, show where it is, and return the exit code."""
    from newsletter.workflow.crash_report import write_report

    if debug:
        error_output.show_traceback(error)
    path = write_report(error, args)
    where = f" Report it with the details in {path}." if path else ""
    message = f"This is a bug in newsletter ({type(error).__name__}), not a mistake of yours.{where}"
    if json:
        output.print_json({"error": {"message": message, "exit_code": EXIT_BUG}})
    output.complain(message, colour="red")
    return EXIT_BUG
