"""`newsletter status`: show the status of an issue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.cli.uncertain import list_uncertain
from newsletter.errors import ProviderError, UncertainError
from newsletter.workflow.campaign_status import about_of, order_data, status_data
from newsletter.workflow.issue_status import all_statuses, issue_status
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from newsletter.sending.order_status import OrderStatus
    from newsletter.sending.payload import SendPayload
    from newsletter.sending.status import SendStatus

DETAILS = """\
It shows what was done with an issue, who did it and when, how many recipients it was sent to, and what to do next. It
asks the provider about sends in progress. Nothing is sent.

The exit code is 4 if only some of the recipients got the issue, and 5 if it is uncertain who got it. Uncertain
recipients are listed by their line in the audience file."""

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
    session = SendSession(Workspace.find(), output.TERMINAL)
    if every:
        _tell_all(session, as_json=as_json)
        return
    status = issue_status(session, session.workspace.issue_path(issue))
    now, at, statuses, steps = status.recorded, status.at, status.campaigns, status.next_commands
    if as_json:
        output.print_json(_as_data(session, now, steps, at, statuses))
    else:
        _tell(session, now, status.payload, steps, at, statuses)
    if now.is_uncertain:
        raise typer.Exit(UncertainError.exit_code)
    if now.is_cut_short or status.is_partial:
        raise typer.Exit(ProviderError.exit_code)


def _tell(
    session: SendSession,
    now: SendStatus,
    outgoing: SendPayload | None,
    steps: list[str],
    at: dt.datetime,
    statuses: Sequence[OrderStatus],
) -> None:
    from newsletter.sending.status import sentences

    sent = now.orders[0] if now.orders else now.campaign
    subject = sent.subject if sent else outgoing.message.subject if outgoing else ""
    output.say(f"{now.issue}{f'  “{subject}”' if subject else ''}", colour="bold")
    for sentence in sentences(now.events, session.zone):
        output.say(sentence, indent="  ")
    is_trouble = now.is_uncertain or any(one.is_partial for one in statuses)
    output.say(_summary(session, now, at, statuses), colour="yellow" if is_trouble else "")
    if now.in_doubt:
        list_uncertain(session, now.in_doubt, now.issue)
    output.next_steps(steps)


def _summary(session: SendSession, now: SendStatus, at: dt.datetime, statuses: Sequence[OrderStatus]) -> str:
    from newsletter.sending.status import headline, order_summary

    return order_summary(now, statuses) if statuses else headline(now, title_of(session), session.zone, at)


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
    session: SendSession, now: SendStatus, steps: list[str], at: dt.datetime, statuses: Sequence[OrderStatus] = ()
) -> dict[str, Any]:
    from newsletter.model.campaign import DeliveryState

    campaign, tally = now.campaign, now.tally
    data: dict[str, Any] = {
        "issue": now.issue,
        "state": str(now.orders[0].state if now.orders else campaign.state if campaign else "not sent"),
        "summary": _summary(session, now, at, statuses),
        "story": [{"at": event.at.isoformat(), "who": event.who, "words": event.words} for event in now.events],
        "next": [step.partition(" # ")[0] for step in steps],
    }
    if now.orders:
        asked = {one.order.id: one for one in statuses}
        data["orders"] = [status_data(asked[one.id]) if one.id in asked else order_data(one) for one in now.orders]
    if now.people is not None:
        data["people"] = now.people
    if campaign and tally:
        data |= {
            "audience": campaign.target.audience,
            "recipients": tally.total,
            "sends": [
                {
                    "purpose": str(one.campaign.run.purpose),
                    "round": one.campaign.run.round,
                    "audience": one.campaign.target.audience,
                    "segment": one.campaign.target.segment,
                    "state": str(one.campaign.state),
                    "recipients": one.tally.total,
                    "delivered": one.tally[DeliveryState.DELIVERED],
                }
                for one in now.sends
            ],
            "counts": {str(state): count for state, count in tally.by_state.items()},
            "in_doubt": [
                {"key": key, "who": who}
                for key, who in zip(now.in_doubt, session.named(now.in_doubt, now.issue), strict=True)
            ],
        }
    return data
