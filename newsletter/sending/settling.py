"""Ask a provider for a campaign's state until it has settled: after a change, it may show the old state for minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from newsletter.errors import NotFoundError, ProviderError, UnclearAnswerError
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import Send
from newsletter.ledger.store import Ledger
from newsletter.model.provider_campaign import RemoteCampaign
from newsletter.model.titles import capital
from newsletter.providers.campaign import CampaignProvider, state_of
from newsletter.sending.formatting import count_noun

BRIEF = 10.0
"""Seconds over which a state is asked for where there is little doubt of it."""
LONGEST_WAIT = 15.0

Predicate = Callable[[RemoteCampaign | None], bool]


@dataclass(frozen=True, slots=True)
class Settling:
    """Asks one provider for the states of its campaigns; `pause` waits, in seconds, `tell` shows what is waited for."""

    ledger: Ledger
    provider: CampaignProvider
    pause: Callable[[float], None]
    tell: Callable[[str], None]

    def look(self, send: Send) -> RemoteCampaign | None:
        """Return the campaign of a send as the provider shows it now; None where no campaign has its key.

        A campaign that is not found by its id, or about which the provider gives an odd answer, is looked for by the
        key in its name. Raise NotFoundError where it had an id and is not found by its key either.
        """
        if send.remote_id is None:
            return self.provider.find(send.campaign_key)
        try:
            return state_of(self.provider, send.remote_id)
        except (NotFoundError, UnclearAnswerError):
            there = self.provider.find(send.campaign_key)
            if there is None:
                raise
            return there

    def until(self, lease: Lease, send: Send, is_settled: Predicate, seconds: float) -> RemoteCampaign | None:
        """Return the campaign once it is as it should be, or as it is after so many seconds.

        Raise the last ProviderError where the provider could not be asked to the end.
        """
        for wait in (*waits(seconds), None):
            trouble: ProviderError | None = None
            there: RemoteCampaign | None = None
            try:
                there = self.look(send)
            except ProviderError as error:
                trouble = error
            if trouble is None and is_settled(there):
                return there
            if wait is None:
                if trouble is not None:
                    raise trouble
                return there
            if seconds > BRIEF:
                minutes = count_noun(round(seconds / 60), "minute")
                self.tell(f"Waiting up to {minutes} for {self.provider.title} to show the change")
            self.pause(wait)
            self.ledger.sends.write(lease)  # keeps the lease
        raise AssertionError("the loop above returns or raises at its last turn")

    @property
    def patience(self) -> float:
        """Return the seconds after which this provider is expected to show what it did."""
        return self.provider.about.settling_seconds

    @property
    def title(self) -> str:
        """Return the provider's title as it begins a sentence."""
        return capital(self.provider.title)


def waits(seconds: float) -> Iterator[float]:
    """Yield growing pauses that make up so many seconds together."""
    wait, left = 1.0, seconds
    while left > 0:
        yield min(wait, left)
        left -= wait
        wait = min(2 * wait, LONGEST_WAIT)
