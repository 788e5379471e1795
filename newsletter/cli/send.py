"""`newsletter send`: send an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output, terminal
from newsletter.cli.arguments import AsJson, IssueName, SegmentName
from newsletter.cli.send_dialog import TerminalDialog
from newsletter.cli.send_help import DETAILS, EXAMPLES
from newsletter.cli.send_results import show_campaign, show_dry_run, show_outcome
from newsletter.errors import UsageError
from newsletter.workflow.send_concerns import Accepted
from newsletter.workflow.send_request import DryRun, SendRequest
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.model.sends import Purpose
    from newsletter.sending.reconcile import Verdict

__all__ = ["DETAILS", "EXAMPLES", "command"]

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
        typer.Option("--accept-date", metavar="DATE", help="Send an issue with this date, even if it is not today."),
    ] = None,
    accept_audience: Annotated[
        str | None,
        typer.Option(
            "--accept-audience",
            metavar="FINGERPRINT",
            help="Send even though the audience has changed a lot.",
        ),
    ] = None,
    accept_earlier: Annotated[
        str | None,
        typer.Option(
            "--accept-earlier",
            metavar="FINGERPRINT",
            help="Send even though subscribers may have the issue from an earlier send.",
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
    recipient: Annotated[
        list[str] | None,
        typer.Option("--recipient", metavar="ADDRESS", help="Decide with --resolve for this recipient only."),
    ] = None,
    accept_difference: Annotated[
        str,
        typer.Option(
            "--accept-difference",
            metavar="FINGERPRINT",
            help="Accept the provider's changes with this fingerprint.",
            show_default=False,
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Send an issue."""
    from newsletter.sending.campaign_status import CampaignStatus
    from newsletter.workflow.send_issue import send_issue

    session = SendSession(Workspace.find(), terminal.TERMINAL)
    path = session.workspace.issue_path(issue)
    verdict = _verdict(resolve)
    if verdict and dry_run:
        raise UsageError("--resolve and --dry-run cannot be combined.")
    if recipient and not verdict:
        raise UsageError("--recipient is used together with --resolve.")
    if at and now:
        raise UsageError("--at and --now cannot be combined.")
    purpose = _purpose(correction=correction, remainder=remainder)
    accepted = Accepted(accept_date, accept_audience, accept_earlier and accept_earlier.strip())
    difference, decided = accept_difference.strip(), tuple(recipient or ())
    request = SendRequest(segment, at, now, purpose, verdict, difference, accepted, dry_run, decided)
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
