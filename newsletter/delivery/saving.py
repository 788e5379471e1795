"""Having a provider hold exactly a draft: made or found by our key, read back, and compared."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.delivery.drafting import differences
from newsletter.delivery.outgoing import in_words
from newsletter.delivery.refusal import refuse_second
from newsletter.delivery.sounding import ON_ITS_WAY, Sounding
from newsletter.errors import DoubtError, ProviderError
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import Order
from newsletter.model.order import Step
from newsletter.model.remote import CampaignDraft
from newsletter.providers.base import capital

TRIES = 2
"""How often a call whose outcome is in doubt is made, where the provider says in between that nothing was done."""

SETTLING = 2.0
"""Seconds after which a campaign that was made is surely among those that are listed."""


@dataclass(frozen=True, slots=True)
class Saving:
    """Saves drafts at the provider of a sounding."""

    sounding: Sounding

    def save(self, lease: Lease, order: Order, draft: CampaignDraft) -> Order:
        """Have the provider hold exactly this draft; raise ProviderError naming what it holds otherwise."""
        found = self.sounding.of(lease, order)
        order = found.order
        if order.state in ON_ITS_WAY:
            raise refuse_second(order, self.sounding.zone)
        order = self._save_once(lease, order, draft)
        wrong = differences(self.sounding.provider, order.remote_id or "", draft)
        if wrong:  # half of it may have got lost: a draft can be saved again without harm
            order = self._save_once(lease, order, draft)
            wrong = differences(self.sounding.provider, order.remote_id or "", draft)
        if wrong:
            named = in_words([words.removeprefix("the ") for words in wrong])
            raise ProviderError(
                f"{capital(self.sounding.provider.title)} holds {named} otherwise than it was handed over.",
                hint="Nothing was sent. Look at the campaign on its website: it may have changed it by itself.",
            )
        return order

    def _save_once(self, lease: Lease, order: Order, draft: CampaignDraft) -> Order:
        """Save the draft; saving sends nothing, so it may be done again once it is known what is there."""
        self.sounding.ledger.orders.write(lease, step=Step.SAVE)
        existing = order.remote_id
        for attempt in range(1, TRIES + 1):
            try:
                ident = self.sounding.provider.save(draft, existing)
                break
            except DoubtError:
                existing = self._find(draft.key)
                if attempt == TRIES:
                    raise
        return self.sounding.ledger.orders.write(lease, step=None, remote_id=ident)

    def _find(self, key: str) -> str | None:
        """Return the id of the campaign with our key; where there is none, wait for it to turn up, and look again."""
        there = self.sounding.provider.find(key)
        if there is None:
            self.sounding.pause(SETTLING)
            there = self.sounding.provider.find(key)
        return there.id if there else None
