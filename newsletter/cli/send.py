"""`newsletter send`: send an issue to its audience, once."""

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
First it makes sure that exactly this issue was checked, tested and, if the settings require it, approved. Then it shows
what will be sent to how many recipients, and asks you to confirm. It also asks if the issue is dated another day, or if
many subscribers have joined or left since the test or the approval. With --yes you accept these with --accept-date and
--accept-audience; a date that has passed needs no option.

An issue is never sent twice. If a send was interrupted, run the same command again: it continues where it stopped.
Recipients who have the email get nothing, and the others get exactly the same email.

If your provider can schedule, the email is sent some minutes later (undo_minutes in the settings). Until then you can
cancel it with `newsletter cancel`.

Exit code 5 means that it is uncertain whether some or all recipients got the email. Nothing more is sent until this is
known, or until you decide with --resolve.

After a send, --remainder sends the issue to those who have not received it, and --correction sends a corrected issue to
those who received another version. The issue must be tested again for both. They need a provider that knows who
received what: Mailchimp, or one that sends a separate message to each recipient."""

EXAMPLES = (
    ("newsletter send", "send the newest issue, after you confirm"),
    ("newsletter send 2024-02 --dry-run", "show what would be sent, without sending"),
    ("newsletter send 2024-02 --yes", "send without confirmation, for scripts"),
    ("newsletter send 2024-02 --accept-date 2024-02-12", "send on another day than the issue's date, 12 February 2024"),
    ("newsletter send 2024-02 --at '2024-02-12 09:00'", "schedule for 9:00 in your time zone, if the provider can"),
    ("newsletter send 2024-02 --now", "send immediately, without time to cancel"),
    ("newsletter send 2024-02 --segment Members", "send to a segment of the audience"),
    ("newsletter send 2024-02 --remainder", "send to those who joined since, or were refused"),
    ("newsletter send 2024-02 --correction", "send a corrected issue to those who got another version"),
    (
        "newsletter send 2024-02 --accept-difference 3f9a1c27b0de",
        "send although the provider made the change with this fingerprint",
    ),
    ("newsletter send 2024-02 --resolve sent", "decide that uncertain messages were sent, and send the rest"),
    ("newsletter send 2024-02 --resolve not-sent", "decide that they were not sent, and send them"),
)


EXIT_DECLINED = 2


def command(
    issue: IssueName = None,
    segment: SegmentName = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help="Schedule the send: '2024-02-12 09:00', or 09:00 for today."),
    ] = None,
    now: Annotated[bool, typer.Option("--now", help="Send immediately, without time to cancel.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be sent, without sending.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Send without confirmation.")] = False,
    accept_date: Annotated[
        str | None,
        typer.Option(
            "--accept-date", metavar="DATE", help="Send although the issue has this date, which is another day."
        ),
    ] = None,
    accept_audience: Annotated[
        str | None,
        typer.Option(
            "--accept-audience",
            metavar="FINGERPRINT",
            help="Send although the audience has changed a lot.",
        ),
    ] = None,
    correction: Annotated[
        bool, typer.Option("--correction", help="Send a corrected issue to those who received another version.")
    ] = False,
    remainder: Annotated[
        bool, typer.Option("--remainder", help="Send to those who have not received the issue.")
    ] = False,
    resolve: Annotated[
        str | None,
        typer.Option("--resolve", metavar="sent|not-sent", help="Decide whether uncertain messages were sent."),
    ] = None,
    accept_difference: Annotated[
        str,
        typer.Option(
            "--accept-difference",
            metavar="FINGERPRINT",
            help="Send although the provider changed the content in this way.",
            show_default=False,
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Send an issue."""
    from newsletter.sending.campaign_status import CampaignStatus
    from newsletter.workflow.send_issue import send_issue

    session = SendSession(Workspace.find(), output.TERMINAL)
    path = session.workspace.issue_path(issue)
    verdict = _verdict(resolve)
    if verdict and dry_run:
        raise UsageError("--resolve and --dry-run cannot be combined.")
    if at and now:
        raise UsageError("--at and --now cannot be combined.")
    purpose = _purpose(correction=correction, remainder=remainder)
    accepted = Accepted(accept_date, accept_audience)
    request = SendRequest(segment, at, now, purpose, verdict, accept_difference.strip(), accepted, dry_run)
    result = send_issue(session, path, request, TerminalDialog(session, path.stem, yes=yes, as_json=as_json))
    if result is None:
        output.say("Nothing was sent.")
        raise typer.Exit(EXIT_DECLINED)
    if isinstance(result, DryRun):
        show_dry_run(result, as_json=as_json)
    elif isinstance(result, CampaignStatus):
        show_campaign(result, as_json=as_json)
    else:
        show_outcome(session, result, as_json=as_json)


def _purpose(*, correction: bool, remainder: bool) -> Purpose | None:
    from newsletter.model.sends import Purpose

    if correction and remainder:
        raise UsageError(
            "--correction and --remainder cannot be combined.",
            hint="Send one after the other. Nobody gets both.",
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
