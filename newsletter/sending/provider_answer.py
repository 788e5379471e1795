"""What a provider reports of a campaign, asked once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from newsletter.errors import NewsletterError, NotFoundError
from newsletter.ledger.records import Send
from newsletter.model.provider_campaign import RemoteCampaign, RemoteState
from newsletter.providers.campaign import CampaignProvider, state_of
from newsletter.sending.completeness import Extent, Reach, ended_in_time, measure


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider said of a send: its campaign and how far that went, or why it could not tell."""

    remote: RemoteCampaign | None = None
    reach: Reach = field(default_factory=lambda: Reach(Extent.NOT_TOLD))
    trouble: str = ""
    is_gone: bool = False
    """Whether the provider answered that it has no such campaign (any more)."""
    ended_in_time: bool = False
    """Whether the campaign was cancelled, or failed, before it could reach anybody."""

    @property
    def has_begun(self) -> bool:
        """Say whether people may have it, as the provider says."""
        if self.remote is None or not self.remote.state.has_gone:
            return False
        return not (self.ended_in_time and self.remote.state in {RemoteState.CANCELLED, RemoteState.FAILED})


def ask(send: Send, provider: CampaignProvider, now: dt.datetime) -> Answer:
    """Ask a provider where a send is; that it cannot be asked is an answer too. Nothing is changed."""
    try:
        there = state_of(provider, send.remote_id) if send.remote_id else provider.find(send.campaign_key)
        if there is None:
            return Answer(is_gone=True)
        reach = measure(send, there, provider, now)
        return Answer(there, reach, ended_in_time=ended_in_time(send, there, now) and not reach.sent)
    except NotFoundError:
        return Answer(is_gone=True)
    except NewsletterError as error:
        return Answer(trouble=error.message.rstrip("."))
