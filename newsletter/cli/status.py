"""`newsletter status`: say how far an issue has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.cli.dispatch import Desk, login
from newsletter.cli.send_campaign import order_data
from newsletter.cli.workspace import Workspace
from newsletter.errors import ContentError, NewsletterError, ProviderError, UncertainError, UsageError

if TYPE_CHECKING:
    import datetime as dt

    from newsletter.delivery.outgoing import Outgoing
    from newsletter.delivery.story import Standing
    from newsletter.ledger.records import Order

DETAILS = """\
It tells what was done with an issue, by whom and when, whether it was sent, to how many, and what to do next. It
sends nothing; where a service was to send the issue by now, it is asked whether it did. Where it is uncertain whether
some people got an issue, it names them, by their line in the audience file, and leaves with exit code 5."""

EXAMPLES = (
    ("newsletter status", "the newest issue"),
    ("newsletter status 2024-02", "the issue of February 2024"),
    ("newsletter status --all", "every issue, a line each"),
)


def command(
    issue: IssueName = None,
    every: Annotated[bool, typer.Option("--all", help="Every issue, a line each.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell the story of an issue."""
    desk = Desk(Workspace.find())
    if every:
        _tell_all(desk, as_json=as_json)
        return
    path = desk.workspace.issue_path(issue)
    from newsletter.delivery.story import next_commands, standing

    with desk.ledger() as ledger:
        desk.catch_up(ledger, path.stem)
        now, at = standing(ledger, path.stem, desk.workspace.settings.provider), ledger.clock()
        outgoing, trouble = _outgoing(desk, issue) if now.campaign is None and not now.orders else (None, None)
        steps = next_commands(now, ledger, outgoing, desk.rules, login())
        if trouble is not None:
            steps = [f"newsletter providers {desk.workspace.settings.provider} # {trouble.message}"]
    if as_json:
        output.print_json(_as_data(desk, now, steps, at))
    else:
        _tell(desk, now, outgoing, steps, at)
    if now.is_uncertain:
        raise typer.Exit(UncertainError.exit_code)


def _outgoing(desk: Desk, issue: str | None) -> tuple[Outgoing | None, NewsletterError | None]:
    """Return the issue as it would go now; None where it must be mended, and what stands in the way to the provider."""
    try:
        return desk.fit(desk.workspace.issue_path(issue)).outgoing, None
    except ContentError:
        return None, None
    except (ProviderError, UsageError) as error:
        return None, error


def _tell(desk: Desk, now: Standing, outgoing: Outgoing | None, steps: list[str], at: dt.datetime) -> None:
    from newsletter.delivery.story import headline, sentences

    sent = now.orders[0] if now.orders else now.campaign
    subject = sent.subject if sent else outgoing.message.subject if outgoing else ""
    output.say(f"{now.issue}{f'  “{subject}”' if subject else ''}", colour="bold")
    for sentence in sentences(now.events, desk.zone):
        output.say(sentence, indent="  ")
    output.say(headline(now, title_of(desk), desk.zone, at), colour="yellow" if now.is_uncertain else "")
    for order in reversed(now.orders):
        output.say(_said(desk, order))
    if now.in_doubt:
        desk.complain_of(now.in_doubt, now.issue)
    output.next_steps(steps)


def _tell_all(desk: Desk, *, as_json: bool) -> None:
    from newsletter.delivery.story import headline, standing

    with desk.ledger() as ledger:
        files = [path.stem for path in desk.workspace.issue_paths()]
        gone = [name for name in reversed(ledger.history.issues()) if name not in files]
        provider, at = desk.workspace.settings.provider, ledger.clock()
        for name in [*gone, *files]:
            desk.catch_up(ledger, name)
        every = [standing(ledger, name, provider) for name in [*gone, *files]]
    if as_json:
        output.print_json({"issues": [_as_data(desk, now, [], at) for now in every]})
        return
    for now in every:
        output.say(f"{now.issue}  {headline(now, title_of(desk), desk.zone, at)}")
    if not every:
        output.say("There is no issue yet.")
        output.next_steps(["newsletter new # starts one"])


def title_of(desk: Desk) -> str:
    """Return what people call the provider of the settings; no key is needed to know that."""
    from newsletter.providers.registry import adapter

    return adapter(desk.workspace.settings.provider).about.title


def _said(desk: Desk, order: Order) -> str:
    """Return what the provider says right now; that it cannot be asked is no error here."""
    from newsletter.delivery.words import number
    from newsletter.model.order import Purpose
    from newsletter.model.remote import RemoteState
    from newsletter.providers.campaign import CampaignProvider

    if not order.remote_id:
        return ""
    try:
        provider = desk.provider
        if not isinstance(provider, CampaignProvider):
            return ""
        there = provider.state(order.remote_id)
    except NewsletterError as error:
        return f"{title_of(desk)} could not be asked just now: {error.message}"
    so_far = "" if there.state is RemoteState.SENT else " so far"
    sent = f", {number(there.sent, 'person', 'people')}{so_far}" if there.sent is not None else ""
    of_which = "" if order.purpose is Purpose.WHOLE else f" of the {order.purpose}"
    where = f" See {there.admin_url}" if there.admin_url else ""
    word = there.raw_state if there.state is RemoteState.UNKNOWN else there.state
    return f"{title_of(desk)} says{of_which}: {word}{sent}.{where}"


def _as_data(desk: Desk, now: Standing, steps: list[str], at: dt.datetime) -> dict[str, Any]:
    from newsletter.delivery.story import headline
    from newsletter.model.campaign import DeliveryState

    campaign, tally = now.campaign, now.tally
    data: dict[str, Any] = {
        "issue": now.issue,
        "state": str(now.orders[0].state if now.orders else campaign.state if campaign else "not sent"),
        "summary": headline(now, title_of(desk), desk.zone, at),
        "story": [{"at": event.at.isoformat(), "who": event.who, "words": event.words} for event in now.events],
        "next": [step.partition(" # ")[0] for step in steps],
    }
    if now.orders:
        data["orders"] = [order_data(one) for one in now.orders]
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
                for key, who in zip(now.in_doubt, desk.named(now.in_doubt, now.issue), strict=True)
            ],
        }
    return data
