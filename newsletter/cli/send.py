"""`newsletter send`: send an issue, once, to the audience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName, SegmentName
from newsletter.cli.send_dialog import TerminalDialog
from newsletter.cli.send_results import show_campaign, show_dry_run, show_outcome
from newsletter.errors import UsageError
from newsletter.workflow.send_concerns import Accepted
from newsletter.workflow.send_request import DryRun, SendRequest
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.model.sends import Purpose
    from newsletter.sending.reconcile import Verdict

DETAILS = """\
It first makes sure that exactly this issue was checked, sent as a test and, where the settings ask for it, approved.
Then it shows what goes to how many people, and asks. Where the issue has another date than the day on which it would
go, or many people have left or joined since the test or the approval, it asks about that too; with --yes it then needs
--accept-date or --accept-audience, except for a date that has passed.

An issue that was sent is not sent again. A send that was interrupted, by whatever, goes on where it stopped when the
same command is run again: those who have it get nothing, the others get exactly what the first ones got. A service that
can schedule is told to send some minutes later (undo_minutes in the settings): until then `newsletter cancel` takes it
back. Exit code 5 says that it is uncertain whether it, or some of it, has gone: then nothing goes on until that is
known, or until you say, with --resolve.

Where it is known who got what (each reader gets a message of their own, or the service is Mailchimp), an issue that was
sent can go also to those who have not had it (--remainder), and an issue that was fixed can go again to those alone
who got it with other words (--correction). Both pass the same gate: the issue as it is now must be tested."""

EXAMPLES = (
    ("newsletter send", "the newest issue, after a question"),
    ("newsletter send 2024-02 --dry-run", "show what would be sent, and send nothing"),
    ("newsletter send 2024-02 --yes", "without a question, for scripts"),
    ("newsletter send 2024-02 --accept-date 2024-02-12", "on another day than 12 February 2024, the date in the issue"),
    ("newsletter send 2024-02 --at '2024-02-12 09:00'", "at that hour of your time zone, where the service can"),
    ("newsletter send 2024-02 --now", "at once, with no time to take it back"),
    ("newsletter send 2024-02 --segment Members", "to a part of the audience, where the service has parts"),
    (
        "newsletter send 2024-02 --remainder",
        "to those who have not had it: they joined since, or were refused",
    ),
    ("newsletter send 2024-02 --correction", "the fixed issue, to those alone who got it with other words"),
    (
        "newsletter send 2024-02 --accept-difference 3f9a1c27b0de",
        "although the service changed it, in exactly the way that was shown with this fingerprint",
    ),
    ("newsletter send 2024-02 --resolve sent", "what is in doubt has gone: go on with the others"),
    ("newsletter send 2024-02 --resolve not-sent", "it has not gone: send it"),
)


EXIT_DECLINED = 2


def command(
    issue: IssueName = None,
    segment: SegmentName = None,
    at: Annotated[
        str | None, typer.Option("--at", metavar="WHEN", help="When it goes: 2024-02-12 09:00, or 09:00 for today.")
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="Send at once, with no time to take it back.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent; send nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Send without a question.")] = False,
    accept_date: Annotated[
        str | None,
        typer.Option("--accept-date", metavar="DATE", help="Send on another day than this one, which is in the issue."),
    ] = None,
    accept_audience: Annotated[
        str | None,
        typer.Option(
            "--accept-audience",
            metavar="FINGERPRINT",
            help="Send to an audience that has changed a lot.",
        ),
    ] = None,
    correction: Annotated[
        bool, typer.Option("--correction", help="Send the fixed issue to those alone who got it with other words.")
    ] = False,
    remainder: Annotated[bool, typer.Option("--remainder", help="Send it to those who have not had it.")] = False,
    resolve: Annotated[
        str | None,
        typer.Option("--resolve", metavar="sent|not-sent", help="Say what became of what is in doubt."),
    ] = None,
    accept_difference: Annotated[
        str,
        typer.Option(
            "--accept-difference",
            metavar="FINGERPRINT",
            help="Send although the provider changed the content in exactly this way.",
            show_default=False,
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Send an issue."""
    from newsletter.sending.order_status import OrderStatus
    from newsletter.workflow.send_issue import send_issue

    session = SendSession(Workspace.find(), output.TERMINAL)
    path = session.workspace.issue_path(issue)
    verdict = _verdict(resolve)
    if verdict and dry_run:
        raise UsageError("--resolve and --dry-run do not go together.")
    if at and now:
        raise UsageError("--at and --now do not go together.")
    purpose = _purpose(correction=correction, remainder=remainder)
    accepted = Accepted(accept_date, accept_audience)
    request = SendRequest(segment, at, now, purpose, verdict, accept_difference.strip(), accepted, dry_run)
    result = send_issue(session, path, request, TerminalDialog(session, path.stem, yes=yes, as_json=as_json))
    if result is None:
        output.say("Nothing was sent.")
        raise typer.Exit(EXIT_DECLINED)
    if isinstance(result, DryRun):
        show_dry_run(result, as_json=as_json)
    elif isinstance(result, OrderStatus):
        show_campaign(result, as_json=as_json)
    else:
        show_outcome(session, result, as_json=as_json)


def _purpose(*, correction: bool, remainder: bool) -> Purpose | None:
    from newsletter.model.sends import Purpose

    if correction and remainder:
        raise UsageError(
            "--correction and --remainder do not go together.",
            hint="Send one after the other: nobody gets both.",
        )
    return Purpose.CORRECTION if correction else Purpose.REMAINDER if remainder else None


def _verdict(given: str | None) -> Verdict | None:
    from newsletter.sending.reconcile import Verdict

    if given is None:
        return None
    try:
        return Verdict(given)
    except ValueError:
        raise UsageError(
            f"--resolve cannot be {given!r}.", hint="Write --resolve sent, or --resolve not-sent."
        ) from None
