"""Report how an issue was received: sent, failed, left, clicked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import ProviderError, UsageError
from newsletter.model.provider_campaign import LinkClicks
from newsletter.providers.capabilities import Feature
from newsletter.workflow.campaign_status import statuses_of
from newsletter.workflow.recipient_names import RefusedRecipient, refused_recipients
from newsletter.workflow.session import SendSession

if TYPE_CHECKING:
    from newsletter.ledger.records import Send
    from newsletter.sending.campaign_status import CampaignStatus
    from newsletter.sending.status import SendProgress, SendStatus

COUNTS = (
    "to_send", "sent", "missing", "left_out", "waiting", "refused", "delivered", "hard_bounces", "soft_bounces",
    "unsubscribes", "complaints", "clicks", "opens", "machine_opens",
)  # fmt: skip
"""The counts of a send, in the order in which they are shown; a count that is not known is None."""

_OF_EACH_SEND = frozenset({"unsubscribes", "complaints"})


@dataclass(frozen=True, slots=True)
class IssueReport:
    """The counts of each send of an issue."""

    counts: Sequence[dict[str, Any]]
    people: int | None
    """How many people got the issue; None if that is not known."""
    campaigns: Sequence[CampaignStatus]
    refused: Sequence[Sequence[RefusedRecipient]] = ()
    """The recipients of each direct send who were refused or are deferred; empty for campaigns."""
    links: Sequence[LinkClicks] | None = None
    """The clicks on each link in all campaigns; None if the provider does not tell."""

    @property
    def totals(self) -> dict[str, int]:
        """Return the counts of all sends together, where every send has them.

        A correction reaches people who have the issue already, so only those who left or complained after it count.
        """
        found: dict[str, int] = {}
        for name in COUNTS:
            counted = [one for one in self.counts if one["purpose"] != "correction" or name in _OF_EACH_SEND]
            values = [one[name] for one in counted]
            if values and None not in values:
                found[name] = sum(values)
        return found

    @property
    def is_partial(self) -> bool:
        """Return whether some recipients are missing."""
        return any(one["missing"] for one in self.counts)


def report_issue(session: SendSession, path: Path) -> IssueReport:
    """Return the counts of an issue that was sent; raise UsageError if it was not."""
    from newsletter.sending.status import load_status

    with session.ledger() as ledger:
        session.catch_up(ledger, path.stem)
        now, at = load_status(ledger, path.stem, session.workspace.settings.provider), ledger.clock()
        if not now.sends:
            raise UsageError(
                f"{path.stem} has not been sent.", hint=f"Run `newsletter status {path.stem}` to see its status."
            )
        if now.campaigns:
            session.provider.needs(Feature.REPORT, "report the results of a campaign")
        statuses = statuses_of(session, ledger, now.campaigns, at)
    if not now.campaigns:
        refused = [refused_recipients(session, one.refusals, one.send) for one in now.sends]
        listed = [{"refusals": [recipient.data for recipient in of_send]} for of_send in refused]
        direct = [_ledger_counts(now, one) | more for one, more in zip(now.sends, listed, strict=True)]
        return IssueReport(direct, now.people, statuses, refused)
    counts = list(_campaign_counts(session, statuses))
    return IssueReport(counts, _people(counts), statuses, links=_link_clicks(session, statuses))


def _link_clicks(session: SendSession, statuses: Sequence[CampaignStatus]) -> Sequence[LinkClicks] | None:
    """Return the clicks on each link, those of all campaigns together; None if the provider does not tell them now."""
    totals: Counter[str] = Counter()
    for status in statuses:
        if status.send.remote_id and status.answer is not None and status.answer.has_begun:
            try:
                clicks = session.campaign_provider.link_clicks(status.send.remote_id)
            except ProviderError:
                return None  # who got the issue is told without them
            if clicks is None:
                return None
            for one in clicks:
                totals[one.url] += one.clicks
    return [LinkClicks(url=url, clicks=count) for url, count in totals.most_common()]


def _people(counts: Sequence[dict[str, Any]]) -> int | None:
    """Return how many people got an issue in all its campaigns; a correction reaches the same people again."""
    sent = [one["sent"] for one in counts if one["purpose"] != "correction"]
    return None if None in sent else sum(sent)


def _campaign_counts(session: SendSession, statuses: Sequence[CampaignStatus]) -> Iterator[dict[str, Any]]:
    provider = session.campaign_provider
    for status in statuses:
        send, answer = status.send, status.answer
        if send.remote_id:
            counts = provider.report(send.remote_id).model_dump()
            counts |= {"to_send": send.recipients, "missing": None, "refused": None}
            if answer is not None and answer.has_begun:
                reach = answer.reach
                counts["sent"] = counts["sent"] if reach.sent is None else reach.sent
                counts["to_send"] = send.recipients if reach.meant is None else reach.meant
                counts["missing"] = reach.missing if status.is_partial else 0
            yield _report(send, counts)


def _ledger_counts(now: SendStatus, one: SendProgress) -> dict[str, Any]:
    """Return the counts of the ledger; those not reached are missing only where no process is at work on them."""
    from newsletter.ledger.records import DeliveryCounts
    from newsletter.model.campaign import DeliveryState

    known, is_running = one.counts or DeliveryCounts({}), now.holder is not None and one is now.sends[-1]
    waiting = known[DeliveryState.PENDING] + known[DeliveryState.HANDED_OVER] + known[DeliveryState.UNCERTAIN]
    counts = {
        "to_send": known.total,
        "sent": known[DeliveryState.DELIVERED],
        "missing": 0 if is_running else waiting,
        "waiting": waiting if is_running else 0,
        "left_out": known[DeliveryState.SKIPPED],
        "refused": known[DeliveryState.REFUSED],
        "hard_bounces": known[DeliveryState.REFUSED],
    }
    return _report(one.send, counts)


def _report(send: Send, counts: dict[str, Any]) -> dict[str, Any]:
    """Return the counts of a send with what it is, in the order in which they are shown."""
    known = {name: counts.get(name) for name in COUNTS}
    return {"audience": send.target_name, "purpose": str(send.purpose), "state": str(send.state), **known}
