"""`newsletter report`: say what came of an issue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.errors import ProviderError, UsageError
from newsletter.providers.capabilities import Feature
from newsletter.workflow.campaign_status import statuses_of
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.sending.order_status import OrderStatus
    from newsletter.sending.status import DirectSend, SendStatus

DETAILS = """\
It asks the service how many got the issue, how many addresses failed, who left, and how many clicked. Openings are
counted by a hidden picture, which mail programs load by themselves or not at all: that number says little, and is
marked so. With the outbox, a mail server, SES or Mailman, what this computer handed over is told. Where fewer people
got the issue than it was for, it says how many, what to do, and leaves with exit code 4."""

EXAMPLES = (
    ("newsletter report", "the newest issue"),
    ("newsletter report 2024-02 --json", "for a spreadsheet or a script"),
)

_WORDS = {
    "to_send": "Was for",
    "sent": "Sent to",
    "missing": "Not sent, as far as is known",
    "left_out": "Left out: gone or failed before",
    "waiting": "Still waiting there",
    "refused": "Refused by the server",
    "delivered": "Delivered to",
    "hard_bounces": "Addresses that do not exist",
    "soft_bounces": "Refused for the time being",
    "unsubscribes": "Left the list",
    "complaints": "Marked it as spam",
    "clicks": "Clicked (some by security software)",
    "opens": "Opened (unreliable)",
}


def command(issue: IssueName = None, as_json: AsJson = False) -> None:
    """Say what came of an issue."""
    from newsletter.sending.formatting import count_noun
    from newsletter.sending.status import load_status

    session = SendSession(Workspace.find(), output.TERMINAL)
    path = session.workspace.issue_path(issue)
    with session.ledger() as ledger:
        session.catch_up(ledger, path.stem)
        now, at = load_status(ledger, path.stem, session.workspace.settings.provider), ledger.clock()
        if not now.orders and now.campaign is None:
            raise UsageError(f"{path.stem} has not been sent.", hint=f"See `newsletter status {path.stem}`.")
        if now.orders:
            session.provider.needs(Feature.REPORT, "tell what came of a campaign")
        statuses = statuses_of(session, ledger, now.orders, at)
    told = list(_of_orders(session, statuses)) if now.orders else [_of_messages(now, one) for one in now.sends]
    people = _people(told) if now.orders else now.people
    if as_json:
        output.print_json({"issue": path.stem, "reports": told, "people": people})
    else:
        for one in told:
            _show(path.stem, one)
        if len(told) > 1 and people is not None:
            output.say(
                f"In all, {count_noun(people, 'person', 'people')} got it; a correction goes to the same people again."
            )
        _show_partial(path.stem, statuses, told)
    if any(one["missing"] for one in told):
        raise typer.Exit(ProviderError.exit_code)


def _show_partial(issue: str, statuses: Sequence[OrderStatus], told: Sequence[dict[str, Any]]) -> None:
    """Say what to do where some of the people did not get it."""
    partial = [one for one in statuses if one.is_partial]
    for one in partial:
        output.say(" ".join(one.sentences), colour="yellow")
    report = f"newsletter report {issue} "
    steps = [step for one in partial for step in one.steps if not step.startswith(report)]
    if not statuses and any(one["missing"] for one in told):
        steps = [f"newsletter status {issue} # shows why, and how to go on"]
    output.next_steps(list(dict.fromkeys(steps)))


def _people(told: list[dict[str, Any]]) -> int | None:
    """Return how many people got an issue in all its campaigns; a correction reaches the same people again."""
    counts = [one["sent"] for one in told if one["purpose"] != "correction"]
    return None if None in counts else sum(counts)


def _of_orders(session: SendSession, statuses: Sequence[OrderStatus]) -> Iterator[dict[str, Any]]:
    from newsletter.providers.campaign import CampaignProvider

    provider = session.provider
    if not isinstance(provider, CampaignProvider):
        raise TypeError(f"{provider.name} takes no campaigns")
    for status in statuses:
        order, answer = status.order, status.answer
        if order.remote_id:
            counts = provider.report(order.remote_id).model_dump()
            counts |= {"to_send": order.recipients, "missing": None, "refused": None}
            if answer is not None and answer.has_begun:
                reach = answer.reach
                counts["sent"] = counts["sent"] if reach.sent is None else reach.sent
                counts["to_send"] = order.recipients if reach.meant is None else reach.meant
                counts["missing"] = reach.missing if status.is_partial else 0
            yield {
                "audience": order.aimed_at,
                "purpose": str(order.purpose),
                "state": str(order.state),
                **_in_order(counts),
            }


def _in_order(counts: dict[str, Any]) -> dict[str, Any]:
    return {name: counts.get(name) for name in _WORDS}


def _of_messages(now: SendStatus, send: DirectSend) -> dict[str, Any]:
    """Return the counts of the ledger; those not reached are missing only where no process is at work on them."""
    from newsletter.model.campaign import DeliveryState

    tally, is_running = send.tally, now.holder is not None and send is now.sends[-1]
    waiting = tally[DeliveryState.PENDING] + tally[DeliveryState.HANDED_OVER] + tally[DeliveryState.UNCERTAIN]
    counts = {
        "to_send": tally.total,
        "sent": tally[DeliveryState.DELIVERED],
        "missing": 0 if is_running else waiting,
        "waiting": waiting if is_running else 0,
        "left_out": tally[DeliveryState.SKIPPED],
        "refused": tally[DeliveryState.REFUSED],
        "hard_bounces": tally[DeliveryState.REFUSED],
    }
    return {
        "audience": send.campaign.target.words,
        "purpose": str(send.campaign.run.purpose),
        "state": str(send.campaign.state),
        **_in_order(counts),
    }


_ONLY_ABOVE_NONE = {"missing", "left_out", "waiting"}
"""What is shown only where there is any."""


def _show(issue: str, told: dict[str, Any]) -> None:
    why = "" if told.get("purpose", "whole") == "whole" else f", {told['purpose']}"
    output.say(f"{issue}, {told['audience']}{why}", colour="bold")
    width = max(len(words) for words in _WORDS.values())
    for name, words in _WORDS.items():
        if name == "hard_bounces" and told["refused"] is not None:
            continue  # the server's refusal has a line of its own: the address may exist
        if told[name] is not None and (told[name] or name not in _ONLY_ABOVE_NONE):
            output.say(f"{words:<{width}}  {told[name]:>9,}", indent="  ", wrap=False)
