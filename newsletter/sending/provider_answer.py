"""What a provider reports of a campaign, asked once: how far it is, and whether it holds what was handed over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from newsletter.errors import NewsletterError, NotFoundError
from newsletter.ledger.records import Send
from newsletter.model.provider_campaign import CampaignDraft, RemoteCampaign, RemoteState
from newsletter.providers.campaign import CampaignProvider, state_of
from newsletter.sending.campaign_draft import differences
from newsletter.sending.completeness import Completeness, Reach, ended_in_time, measure
from newsletter.sending.content_difference import Differences


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A draft as it was handed over, and the fingerprints of the differences from it that a person accepted."""

    draft: CampaignDraft
    accepted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider said of a send: its campaign and how far that went, or why it could not tell."""

    remote: RemoteCampaign | None = None
    reach: Reach = field(default_factory=lambda: Reach(Completeness.NOT_TOLD))
    trouble: str = ""
    is_gone: bool = False
    """Whether the provider answered that it has no such campaign (any more)."""
    ended_in_time: bool = False
    """Whether the campaign was cancelled, or failed, before it could reach anybody."""
    changed: Differences = field(default_factory=Differences)
    """What it holds, or sent, otherwise than it was handed over; accepted differences are left out."""

    @property
    def has_begun(self) -> bool:
        """Return whether people may have it, as the provider says."""
        if self.remote is None or not self.remote.state.has_gone:
            return False
        return not (self.ended_in_time and self.remote.state in {RemoteState.CANCELLED, RemoteState.FAILED})


def ask(send: Send, provider: CampaignProvider, now: dt.datetime, handed: HandedOver | None = None) -> Answer:
    """Ask a provider where a send is; that it cannot be asked is an answer too. Nothing is changed.

    Where it is known what was `handed` over, that is compared with what the provider holds.
    """
    try:
        there = state_of(provider, send.remote_id) if send.remote_id else provider.find(send.campaign_key)
        if there is None:
            return Answer(is_gone=True)
        reach = measure(send, there, provider, now)
        in_time = ended_in_time(send, there, now) and not reach.sent
        return Answer(there, reach, ended_in_time=in_time, changed=_changed(there, provider, handed))
    except NotFoundError:
        return Answer(is_gone=True)
    except NewsletterError as error:
        return Answer(trouble=error.message.rstrip("."))


def _changed(there: RemoteCampaign, provider: CampaignProvider, handed: HandedOver | None) -> Differences:
    """Return what a campaign that is not a draft any more holds otherwise; nothing where it cannot be read."""
    if handed is None or there.state is RemoteState.DRAFT:
        return Differences()
    try:
        found = differences(provider, there.id, handed.draft)
    except NewsletterError:
        return Differences()
    return Differences() if found.fingerprint in handed.accepted else found
