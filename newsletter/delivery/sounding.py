"""Asking a provider how far an order's campaign is, and writing down what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from newsletter.delivery.words import moment
from newsletter.errors import NotFoundError, ProviderError, UncertainError
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import Note, Order
from newsletter.ledger.store import Ledger
from newsletter.model.order import OrderState
from newsletter.model.remote import RemoteCampaign, RemoteState
from newsletter.providers.base import capital
from newsletter.providers.campaign import CampaignProvider

ON_ITS_WAY = {OrderState.SCHEDULED, OrderState.SENT, OrderState.STOPPED}
"""The states in which an order's campaign can be changed no more."""

WAITS = (1.0, 3.0, 6.0)
"""Seconds before the provider is asked again, where it has just been told to send and still calls it a draft."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the provider says: the order as it is written down now, and whether a campaign is there."""

    order: Order
    remote: RemoteCampaign | None = None

    @property
    def is_there(self) -> bool:
        """Say whether the provider has a campaign of this order."""
        return self.remote is not None


@dataclass(frozen=True, slots=True)
class Sounding:
    """Asks one provider about orders, in the name of `who`."""

    ledger: Ledger
    provider: CampaignProvider
    who: str
    zone: dt.tzinfo | None
    pause: Callable[[float], None]

    def of(self, lease: Lease, order: Order, *, accepted: bool = False) -> Found:
        """Ask how far an order is, and write it down; raise UncertainError where it may have gone and cannot be told.

        `accepted` says that the provider has just taken the call to send: then its word is taken where it cannot be
        asked again.
        """
        may_have_gone = order.state in {OrderState.SCHEDULED, OrderState.UNCERTAIN} or (
            order.step is not None and order.step.may_send
        )
        try:
            there = self._look(order, patient=order.step is not None and order.step.may_send)
        except NotFoundError as error:
            if may_have_gone:
                raise self._doubt(
                    lease, order, "it is not there any more", "It may have been deleted there."
                ) from error
            return Found(self.ledger.orders.write(lease, remote_id=None))
        except ProviderError as error:
            if accepted:
                return Found(self._taken(lease, order))
            # that it was scheduled is known, and that it cannot be asked just now makes it no less so
            if may_have_gone and (order.step or order.state is not OrderState.SCHEDULED):
                raise self._doubt(lease, order, f"it cannot be asked ({error.message.rstrip('.')})", "") from error
            raise
        if there is None:
            if may_have_gone:
                raise self._doubt(lease, order, "it is not there any more", "It may have been deleted there.")
            return Found(order)
        return Found(self._write(lease, order, there), there)

    def catch_up(self, order: Order) -> Order:
        """Ask what became of an order whose hour has come, and return it as it is known then; any other as it is."""
        if not order.is_due(self.ledger.clock()):
            return order
        with self.ledger.orders.lease(order) as lease:
            return self.of(lease, self.ledger.orders.read(lease)).order

    def _look(self, order: Order, *, patient: bool) -> RemoteCampaign | None:
        for wait in (*(WAITS if patient else ()), None):
            there = self.provider.state(order.remote_id) if order.remote_id else self.provider.find(order.campaign_key)
            if there is None or there.state is not RemoteState.DRAFT or wait is None:
                return there
            self.pause(wait)
        raise AssertionError("the loop above returns at its last turn")

    def _write(self, lease: Lease, order: Order, there: RemoteCampaign) -> Order:
        write = self.ledger.orders.write
        if there.state is RemoteState.DRAFT:
            if order.state in {OrderState.SCHEDULED, OrderState.UNCERTAIN}:
                words = f"saw that {self.provider.title} has it as a draft: it has not gone"
                return write(lease, state=OrderState.INTENDED, step=None, remote_id=there.id, note=self._note(words))
            return write(lease, step=None, remote_id=there.id)
        if order.state is OrderState.DRAFT:
            raise self._stranger(order, there)
        if there.state in {RemoteState.SENDING, RemoteState.SENT}:
            if order.state is OrderState.SENT:
                return order
            done = "is sending" if there.state is RemoteState.SENDING else "has sent"
            words = f"saw that {self.provider.title} {done} it"
            now = self.ledger.clock()
            # what was on a schedule went at its hour, whenever it is that we ask
            at = min(order.scheduled_for, now) if order.state is OrderState.SCHEDULED and order.scheduled_for else now
            return write(
                lease, state=OrderState.SENT, step=None, remote_id=there.id, finished_at=at, note=self._note(words)
            )
        if there.state is RemoteState.SCHEDULED:
            return self._scheduled(lease, order, there)
        if there.state is RemoteState.CANCELLED:
            words = f"saw that it was stopped at {self.provider.title}"
            return write(lease, state=OrderState.STOPPED, step=None, remote_id=there.id, note=self._note(words))
        said = there.raw_state or there.state
        raise self._doubt(lease, order, f"it says “{said}”", "", remote_id=there.id)

    def _scheduled(self, lease: Lease, order: Order, there: RemoteCampaign) -> Order:
        when = there.scheduled_for or order.scheduled_for or self.ledger.clock()
        if order.state is OrderState.SCHEDULED and order.scheduled_for == when:
            return self.ledger.orders.write(lease, step=None)
        words = f"had it scheduled at {self.provider.title} for {moment(when, self.zone)}"
        return self.ledger.orders.write(
            lease,
            state=OrderState.SCHEDULED,
            step=None,
            remote_id=there.id,
            scheduled_for=when,
            note=self._note(words),
        )

    def _taken(self, lease: Lease, order: Order) -> Order:
        """Take the provider's word, given when it accepted the call."""
        state = OrderState.SCHEDULED if order.scheduled_for else OrderState.SENT
        hour = f" for {moment(order.scheduled_for, self.zone)}" if order.scheduled_for else ""
        words = f"had it accepted by {self.provider.title}{hour}; it could not be asked again afterwards"
        return self.ledger.orders.write(lease, state=state, step=None, note=self._note(words))

    def _doubt(
        self, lease: Lease, order: Order, why: str, hint: str, *, remote_id: str | None = None
    ) -> UncertainError:
        words = f"could not find out whether {self.provider.title} sends it: {why}"
        self.ledger.orders.write(
            lease,
            state=OrderState.UNCERTAIN,
            remote_id=remote_id or order.remote_id,
            note=self._note(words) if order.state is not OrderState.UNCERTAIN else None,
        )
        return uncertain(order, self.provider.title, why, hint)

    def _stranger(self, order: Order, there: RemoteCampaign) -> UncertainError:
        said = there.raw_state or there.state
        return UncertainError(
            f"{capital(self.provider.title)} has {order.issue} already, as “{said}”; this ledger knows nothing of it.",
            hint="It was sent from another computer with another ledger, or this ledger is not the one it was. Nothing "
            f"was done. Look at the campaign there: its name ends with [{order.campaign_key}].",
        )

    def _note(self, words: str) -> Note:
        return Note(self.who, words)


def uncertain(order: Order, provider: str, why: str, hint: str = "") -> UncertainError:
    """Return the error that stops all sending of an order until the provider can tell, or a person says."""
    return UncertainError(
        f"It is not known whether {provider} sends {order.issue}: {why}.",
        hint=f"{hint} Nothing is sent again until it is known. Look at the campaign there: its name ends with "
        f"[{order.campaign_key}]. `newsletter send {order.issue}` asks again; if it cannot tell, say what is true with "
        "--resolve sent, or --resolve not-sent.".lstrip(),
    )
