"""`newsletter report`: say what came of an issue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.cli.dispatch import Desk
from newsletter.cli.workspace import Workspace
from newsletter.errors import UsageError

if TYPE_CHECKING:
    from newsletter.delivery.story import DirectSend, Standing

DETAILS = """\
It asks the service how many got the issue, how many addresses failed, who left, and how many clicked. Openings are
counted by a hidden picture, which mail programs load by themselves or not at all: that number says little, and is
marked so. With the outbox, a mail server, SES or Mailman, what this computer handed over is told."""

EXAMPLES = (
    ("newsletter report", "the newest issue"),
    ("newsletter report 2024-02 --json", "for a spreadsheet or a script"),
)

_WORDS = {
    "sent": "Sent to",
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
    from newsletter.delivery.story import standing
    from newsletter.delivery.words import number

    desk = Desk(Workspace.find())
    path = desk.workspace.issue_path(issue)
    with desk.ledger() as ledger:
        desk.catch_up(ledger, path.stem)
        now = standing(ledger, path.stem, desk.workspace.settings.provider)
    if not now.orders and now.campaign is None:
        raise UsageError(f"{path.stem} has not been sent.", hint=f"See `newsletter status {path.stem}`.")
    told = list(_of_orders(desk, now)) if now.orders else [_of_messages(one) for one in now.sends]
    people = _people(told) if now.orders else now.people
    if as_json:
        output.print_json({"issue": path.stem, "reports": told, "people": people})
        return
    for one in told:
        _show(path.stem, one)
    if len(told) > 1 and people is not None:
        output.say(f"In all, {number(people, 'person', 'people')} got it; a correction goes to the same people again.")


def _people(told: list[dict[str, Any]]) -> int | None:
    """Return how many people got an issue in all its campaigns; a correction reaches the same people again."""
    counts = [one["sent"] for one in told if one["purpose"] != "correction"]
    return None if None in counts else sum(counts)


def _of_orders(desk: Desk, now: Standing) -> Iterator[dict[str, Any]]:
    from newsletter.providers.about import Feature
    from newsletter.providers.campaign import CampaignProvider

    provider = desk.provider
    provider.needs(Feature.REPORT, "tell what came of a campaign")
    if not isinstance(provider, CampaignProvider):
        raise TypeError(f"{provider.name} takes no campaigns")
    for order in reversed(now.orders):
        if order.remote_id:
            counts = provider.report(order.remote_id).model_dump()
            yield {
                "audience": order.aimed_at,
                "purpose": str(order.purpose),
                "state": str(order.state),
                **_in_order(counts),
            }


def _in_order(counts: dict[str, Any]) -> dict[str, Any]:
    return {name: counts.get(name) for name in _WORDS}


def _of_messages(send: DirectSend) -> dict[str, Any]:
    from newsletter.delivery.story import in_words
    from newsletter.model.campaign import DeliveryState

    counts = {"sent": send.tally[DeliveryState.DELIVERED], "hard_bounces": send.tally[DeliveryState.REFUSED]}
    return {
        "audience": in_words(send.campaign.target),
        "purpose": str(send.campaign.run.purpose),
        "state": str(send.campaign.state),
        **_in_order(counts),
    }


def _show(issue: str, told: dict[str, Any]) -> None:
    why = "" if told.get("purpose", "whole") == "whole" else f", {told['purpose']}"
    output.say(f"{issue}, {told['audience']}{why}", colour="bold")
    width = max(len(words) for words in _WORDS.values())
    for name, words in _WORDS.items():
        if told[name] is not None:
            output.say(f"{words:<{width}}  {told[name]:>9,}", indent="  ", wrap=False)
