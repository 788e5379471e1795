"""Whether a provider sent a campaign to all of its recipients, by the provider's own counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.errors import NewsletterError
from newsletter.ledger.records import Send
from newsletter.model.audience import Audience, Segment
from newsletter.model.provider_campaign import CampaignReport, RemoteCampaign, RemoteState
from newsletter.model.sends import Purpose, SendState
from newsletter.providers.campaign import CampaignProvider
from newsletter.providers.capabilities import Feature


class Completeness(StrEnum):
    """How completely a campaign was sent."""

    NOT_BEGUN = "not begun"
    SENDING = "sending"
    COMPLETE = "complete"
    FEWER = "fewer"
    """The provider has finished, and counts fewer people than the campaign was for."""
    PAUSED = "paused"
    STOPPED = "stopped"
    FAILED = "failed"
    NOT_TOLD = "not told"


CLOCK_MARGIN = dt.timedelta(seconds=90)
"""How far a provider's clock may be ahead of this computer's."""

_WITHOUT_COUNTS = {
    RemoteState.DRAFT: Completeness.NOT_BEGUN,
    RemoteState.SCHEDULED: Completeness.NOT_BEGUN,
    RemoteState.SENDING: Completeness.SENDING,
    RemoteState.PAUSED: Completeness.PAUSED,
    RemoteState.CANCELLED: Completeness.STOPPED,
    RemoteState.FAILED: Completeness.FAILED,
}


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people a campaign went to, of how many it was for; None where that is not known."""

    extent: Completeness
    sent: int | None = None
    meant: int | None = None
    left: int = 0
    """How many fewer people are on the list now than when the send was ordered."""
    left_out: int = 0
    """How many the provider left out on purpose: they had left, bounced or complained before."""

    @property
    def missing(self) -> int:
        """Return how many people it was for are not counted as sent; 0 where that is not known."""
        return 0 if self.sent is None or self.meant is None else max(0, self.meant - self.sent)

    @property
    def is_partial(self) -> bool:
        """Return whether some of the people it was for did not get it, as far as is known."""
        if self.extent in {Completeness.PAUSED, Completeness.STOPPED, Completeness.FAILED}:
            return self.sent is None or self.meant is None or self.missing > 0
        return self.extent is Completeness.FEWER


def measure(send: Send, there: RemoteCampaign, provider: CampaignProvider, now: dt.datetime) -> Reach:
    """Compare how many a campaign went to with how many it was for; asks the provider for what is needed.

    What bounced was sent, and counts as that. Whoever left the list since the send was ordered, or was left out by the
    provider because they had left, bounced or complained before, is not missing.
    """
    if not there.state.has_gone:
        return Reach(Completeness.NOT_BEGUN)
    counts = _counts(there, provider)
    sent, meant = counts.sent, there.to_send if there.to_send is not None else send.recipients
    extent = _WITHOUT_COUNTS.get(there.state, Completeness.NOT_TOLD)
    if there.state is not RemoteState.SENT or sent is None or meant is None:
        return Reach(extent, sent, meant)
    left = _left_since(send, provider) if sent < max(meant, send.recipients or 0) else 0
    if there.to_send is not None and send.recipients is not None:
        before = max(0, send.recipients - there.to_send)
        # people may have left before it began; if more are gone than left, its own count was too low from the start
        meant, left = (there.to_send, left - before) if before <= left else (send.recipients - left, 0)
    reach = Reach(Completeness.COMPLETE, sent, meant, left, counts.left_out or 0)
    allowed = max(left + reach.left_out, int(provider.about.partial.inexact * meant))
    if reach.missing <= allowed:
        return reach
    extent = Completeness.SENDING if _is_fresh(send, there, provider, now) else Completeness.FEWER
    return Reach(extent, sent, meant, left, reach.left_out)


def ended_in_time(send: Send, there: RemoteCampaign, now: dt.datetime) -> bool:
    """Return whether a campaign that was cancelled, or failed, ended before it could reach anybody.

    Only the time before its scheduled hour proves that: a provider's count of 0 may be late.
    """
    begun = send.state in {SendState.SENT, SendState.STOPPED} or there.sent_at is not None or bool(there.sent)
    return not begun and send.scheduled_for is not None and send.scheduled_for - CLOCK_MARGIN > now


def _is_fresh(send: Send, there: RemoteCampaign, provider: CampaignProvider, now: dt.datetime) -> bool:
    """Return whether the campaign ended so lately that the provider's counts may not be whole."""
    return now - (there.sent_at or send.finished_at or now) < provider.about.partial.lag


def _counts(there: RemoteCampaign, provider: CampaignProvider) -> CampaignReport:
    """Return the provider's numbers: those that came with the state, else those of its report."""
    if there.sent is not None or Feature.REPORT not in provider.about.features:
        return CampaignReport(sent=there.sent)
    try:
        return provider.count(there.id)
    except NewsletterError:
        return CampaignReport()


def _left_since(send: Send, provider: CampaignProvider) -> int:
    """Return how many fewer people are on the list than when the send was ordered; 0 where that is not told."""
    if send.recipients is None or send.purpose is not Purpose.WHOLE:
        return 0
    target = send.target
    try:
        now = (
            _find(provider.segments(target.audience), target.segment)
            if target.segment
            else _find(provider.audiences(), target.audience)
        )
    except NewsletterError:
        return 0
    return 0 if now is None else max(0, send.recipients - now)


def _find(there: Sequence[Audience] | Sequence[Segment], ident: str) -> int | None:
    return next((one.count for one in there if one.id == ident), None)
