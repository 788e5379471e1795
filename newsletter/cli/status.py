"""`newsletter status`: show the status of an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import output, terminal
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.cli.uncertain import list_uncertain
from newsletter.errors import ProviderError, UncertainError
from newsletter.model.titles import capital
from newsletter.workflow.campaign_status import about_of, send_data, status_data
from newsletter.workflow.issue_status import IssueStatus, all_statuses, issue_status
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from newsletter.model.provider_campaign import RemoteCampaign
    from newsletter.sending.campaign_status import CampaignStatus
    from newsletter.sending.status import SendStatus

DETAILS = """\
It shows what was done with an issue, who did it and when, how many recipients it was sent to, and what to do next. It
asks the provider about sends in progress. Nothing is sent.

The exit code is 4 if only some of the recipients got the issue, and 5 if it is uncertain who got it. Uncertain
recipients are listed by their line in the audience file. It is also 5 if the campaign was changed, moved or deleted on
the provider's website after it was checked, or if the provider sent the issue and the ledger has no record of it."""

EXAMPLES = (
    ("newsletter status", "show the newest issue"),
    ("newsletter status 2024-02", "show the issue of February 2024"),
    ("newsletter status --all", "list all issues, one line each"),
)


def command(
    issue: IssueName = None,
    every: Annotated[bool, typer.Option("--all", help="List all issues, one line each.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the status of an issue."""
    session = SendSession(Workspace.find(), terminal.TERMINAL)
    if every:
        _tell_all(session, as_json=as_json)
        return
    status = issue_status(session, session.workspace.issue_path(issue))
    if as_json:
        output.print_json(_status_data(session, status))
    else:
        _tell(session, status)
    now = status.recorded
    if now.is_uncertain or status.is_altered:
        raise typer.Exit(UncertainError.exit_code)
    if now.is_cut_short or status.is_partial:
        raise typer.Exit(ProviderError.exit_code)


def _tell(session: SendSession, status: IssueStatus) -> None:
    from newsletter.sending.status import sentences

    now, payload, statuses = status.recorded, status.payload, status.campaigns
    subject = now.last.subject if now.last else payload.message.subject if payload else ""
    output.say(f"{now.issue}{f'  “{subject}”' if subject else ''}", colour="bold")
    for sentence in sentences(now.events, session.zone):
        output.say(sentence, indent="  ")
    is_trouble = now.is_uncertain or status.is_altered or status.is_partial
    summary = (
        _unrecorded(session, status.unrecorded) if status.unrecorded else _summary(session, now, status.at, statuses)
    )
    output.say(summary, colour="yellow" if is_trouble else "")
    if now.in_doubt:
        list_uncertain(session, now.in_doubt, now.issue)
    output.next_steps(status.next_commands)


def _unrecorded(session: SendSession, there: RemoteCampaign) -> str:
    """Return that the provider has sent, or will send, what the ledger has no record of."""
    said = there.raw_state or there.state
    see = f" See {there.admin_url}" if there.admin_url else ""
    return (
        f"{capital(title_of(session))} already has this issue, as “{said}”, but this ledger has no record of it: it "
        f"was sent from another computer with another ledger, or the ledger was replaced.{see}"
    )


def _status_data(session: SendSession, status: IssueStatus) -> dict[str, Any]:
    data = _as_data(session, status.recorded, status.next_commands, status.at, status.campaigns)
    there = status.unrecorded
    if there is not None:
        said = {"id": there.id, "state": str(there.state), "word": there.raw_state}
        data |= {"state": "unknown", "summary": _unrecorded(session, there), "unrecorded": said}
    return data


def _summary(session: SendSession, now: SendStatus, at: dt.datetime, statuses: Sequence[CampaignStatus]) -> str:
    from newsletter.sending.status import campaign_summary, headline

    return campaign_summary(now, statuses) if statuses else headline(now, title_of(session), session.zone, at)


def _tell_all(session: SendSession, *, as_json: bool) -> None:
    from newsletter.sending.status import headline

    every, at = all_statuses(session)
    if as_json:
        output.print_json({"issues": [_as_data(session, now, [], at) for now in every]})
        return
    for now in every:
        output.say(f"{now.issue}  {headline(now, title_of(session), session.zone, at)}")
    if not every:
        output.say("There are no issues yet.")
        output.next_steps(["newsletter new # create one"])


def title_of(session: SendSession) -> str:
    """Return the title of the provider in the settings."""
    return about_of(session).title


def _as_data(
    session: SendSession, now: SendStatus, steps: list[str], at: dt.datetime, statuses: Sequence[CampaignStatus] = ()
) -> dict[str, Any]:
    from newsletter.model.campaign import DeliveryState

    data: dict[str, Any] = {
        "issue": now.issue,
        "state": str(now.last.state if now.last else "not sent"),
        "summary": _summary(session, now, at, statuses),
        "story": [{"at": event.at.isoformat(), "who": event.who, "words": event.words} for event in now.events],
        "next": [step.partition(" # ")[0] for step in steps],
    }
    if now.campaigns:
        asked = {one.send.id: one for one in statuses}
        data["orders"] = [status_data(asked[one.id]) if one.id in asked else send_data(one) for one in now.campaigns]
    if now.people is not None:
        data["people"] = now.people
    direct = [(one.send, one.counts) for one in now.sends if one.counts]
    if direct:
        last, counts = direct[-1]
        data |= {
            "audience": last.target.audience,
            "recipients": counts.total,
            "sends": [
                {
                    "purpose": str(send.purpose),
                    "round": send.run.round,
                    "audience": send.target.audience,
                    "segment": send.target.segment,
                    "state": str(send.state),
                    "recipients": of_send.total,
                    "delivered": of_send[DeliveryState.DELIVERED],
                }
                for send, of_send in direct
            ],
            "counts": {str(state): count for state, count in counts.by_state.items()},
            "in_doubt": [
                {"key": key, "who": who}
                for key, who in zip(now.in_doubt, session.named(now.in_doubt, now.issue), strict=True)
            ],
        }
    return data
