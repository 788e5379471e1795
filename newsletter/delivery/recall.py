"""Taking an order back, and deciding what is true of one in doubt."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from newsletter.delivery.doubt import Verdict
from newsletter.delivery.ordering import Ordering
from newsletter.delivery.refusal import called, too_late
from newsletter.delivery.words import moment
from newsletter.errors import DoubtError, GateError, RefusedError, UnavailableError, UncertainError, UsageError
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import Note, Order
from newsletter.model.order import OrderState, Step
from newsletter.model.remote import RemoteState
from newsletter.providers.about import Feature
from newsletter.providers.base import capital


@dataclass(frozen=True, slots=True)
class Recall:
    """Takes orders back at one provider."""

    ordering: Ordering

    def cancel(self, order: Order) -> Order:
        """Take an order back before it goes, or stop it on its way; raise GateError where it is too late.

        What has not gone is a draft again: it can be mended, and sent later.
        """
        orders = self.ordering.ledger.orders
        with orders.lease(order) as lease:
            order = orders.read(lease)
            if order.state in {OrderState.DRAFT, OrderState.CANCELLED}:
                raise UsageError(
                    f"{order.issue} is not on its way: there is nothing to take back.",
                    hint=f"`newsletter status {order.issue}` tells how far it is.",
                )
            try:
                found = self.ordering.sounding.of(lease, order)
            except UnavailableError as error:
                raise self._still_goes(order, error) from error
            order = found.order
            if order.state is OrderState.INTENDED:
                return self._is_draft_again(lease)
            if order.state is OrderState.SCHEDULED:
                return self._unschedule(lease, order)
            if found.remote is not None and found.remote.state is RemoteState.SENDING:
                return self._stop(lease, order)
            raise self._too_late(order)

    def _still_goes(self, order: Order, error: UnavailableError) -> UnavailableError:
        """Return the error with what it means for what is to go: there may be little time."""
        if order.state is not OrderState.SCHEDULED or order.scheduled_for is None:
            return error
        hour = moment(order.scheduled_for, self.ordering.zone)
        return UnavailableError(
            f"{error.message.rstrip('.')}, so {called(order)} was not taken back: it is to go on {hour}.",
            hint=f"{error.hint} If time is short, stop it on the website of {self.ordering.provider.title}.",
        )

    def _too_late(self, order: Order) -> GateError:
        about = self.ordering.provider.about
        return too_late(order, about.title, tells=Feature.AGAIN in about.features)

    def _is_draft_again(self, lease: Lease) -> Order:
        note = Note(self.ordering.who, "took it back: nobody got it")
        return self.ordering.ledger.orders.write(
            lease, state=OrderState.DRAFT, step=None, scheduled_for=None, note=note
        )

    def _unschedule(self, lease: Lease, order: Order) -> Order:
        provider, orders = self.ordering.provider, self.ordering.ledger.orders
        provider.needs(Feature.UNSCHEDULE, "take a schedule back")
        orders.write(lease, step=Step.UNSCHEDULE)
        said: RefusedError | DoubtError | None = None
        try:
            provider.unschedule(order.remote_id or "")
        except (RefusedError, DoubtError) as error:
            said = error  # it may have gone meanwhile, or have been taken back in spite of the answer
        found = self.ordering.sounding.of(lease, order)
        if found.order.state is OrderState.INTENDED:
            return self._is_draft_again(lease)
        if found.order.state is OrderState.SCHEDULED and said is not None:
            raise said
        if found.remote is not None and found.remote.state is RemoteState.SENDING:
            return self._stop(lease, found.order)
        if found.order.state is OrderState.SCHEDULED:
            raise GateError(
                f"{capital(provider.title)} took the schedule back, it says, and has it scheduled all the same.",
                hint="Look at the campaign on its website, and stop it there.",
            )
        raise self._too_late(found.order)

    def _stop(self, lease: Lease, order: Order) -> Order:
        """Stop what is on its way; what has left has left."""
        provider, orders = self.ordering.provider, self.ordering.ledger.orders
        if Feature.CANCEL not in provider.about.features:
            raise self._too_late(order)
        orders.write(lease, step=Step.CANCEL)
        try:
            provider.cancel(order.remote_id or "")
        except RefusedError as error:
            orders.write(lease, step=None)
            raise self._too_late(order) from error
        note = Note(self.ordering.who, f"stopped it on its way at {provider.title}: some may have it")
        return orders.write(lease, state=OrderState.STOPPED, step=None, note=note)

    def resolve(self, order: Order, verdict: Verdict) -> Order:
        """Take a person's word on an order in doubt, except where the provider now tells what is true."""
        orders = self.ordering.ledger.orders
        with orders.lease(order) as lease:
            order = orders.read(lease)
            if order.state is not OrderState.UNCERTAIN:
                raise UsageError(
                    f"Nothing is in doubt with {order.issue}.", hint=f"See `newsletter status {order.issue}`."
                )
            with suppress(UncertainError):
                found = self.ordering.sounding.of(lease, order)
                if found.order.state is not OrderState.UNCERTAIN:
                    return found.order
            if verdict is Verdict.SENT:
                note = Note(self.ordering.who, "said that it was sent")
                return orders.write(lease, state=OrderState.SENT, step=None, note=note)
            note = Note(self.ordering.who, "said that it was not sent")
            # a new campaign is made for the next attempt: nobody knows what became of this one
            return orders.write(lease, state=OrderState.CANCELLED, step=None, note=note)
