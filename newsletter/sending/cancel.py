"""Cancel a campaign send, and resolve one whose outcome is uncertain."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from newsletter.errors import (
    DoubtError,
    GateError,
    NotFoundError,
    ProviderError,
    RefusedError,
    UnavailableError,
    UncertainError,
    UsageError,
)
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import AuditNote, CampaignSendRecord
from newsletter.model.provider_campaign import RemoteCampaign, RemoteState
from newsletter.model.sends import OrderState, PendingCall
from newsletter.model.titles import capital
from newsletter.providers.capabilities import Feature
from newsletter.sending.campaign_send import CampaignSender
from newsletter.sending.formatting import format_datetime
from newsletter.sending.reconcile import Verdict
from newsletter.sending.remote_state import RefreshResult
from newsletter.sending.send_errors import called, too_late
from newsletter.sending.settling import BRIEF

_ON_ITS_WAY = {RemoteState.SENDING, RemoteState.SCHEDULED}
"""The states of a campaign that was sent at once: some providers show it as scheduled before they begin."""


@dataclass(frozen=True, slots=True)
class Canceller:
    """Cancels campaign sends at one provider."""

    ordering: CampaignSender

    def cancel(self, order: CampaignSendRecord) -> CampaignSendRecord:
        """Take an order back before it goes, or stop it on its way; raise GateError where it is too late.

        What has not gone is a draft again: it can be fixed, and sent later.
        """
        orders = self.ordering.ledger.orders
        with orders.lease(order) as lease:
            order = orders.read(lease)
            if order.state in {OrderState.DRAFT, OrderState.CANCELLED}:
                raise UsageError(
                    f"{order.issue} is not being sent, so there is nothing to cancel.",
                    hint=f"Run `newsletter status {order.issue}` to see its status.",
                )
            if order.is_unclear:
                return self._cancel_unclear(lease, order)
            try:
                found = self.ordering.remote_state.of(lease, order)
            except UnavailableError as error:
                raise self._still_goes(order, error) from error
            return self._cancel_found(lease, found)

    def _cancel_found(self, lease: Lease, found: RefreshResult) -> CampaignSendRecord:
        order = found.order
        if order.state is OrderState.INTENDED:
            return self._is_draft_again(lease)
        if order.state in {OrderState.CANCELLED, OrderState.STOPPED}:
            return order
        if order.state is OrderState.SCHEDULED:
            return self._unschedule(lease, order)
        if found.remote is not None and found.remote.state in {*_ON_ITS_WAY, RemoteState.PAUSED}:
            return self._stop(lease, order)
        raise self._too_late(order)

    def _cancel_unclear(self, lease: Lease, order: CampaignSendRecord) -> CampaignSendRecord:
        """Take an order back of which it is not known whether it is scheduled: that it is shown as a draft is no proof.

        So the provider is told to take the schedule back; only where it accepts that, and then shows a draft, nobody
        gets it.
        """
        provider, remote_state = self.ordering.provider, self.ordering.remote_state
        try:
            return self._cancel_found(lease, remote_state.of(lease, order, patient=False))
        except UncertainError as doubt:
            if order.scheduled_for is None or Feature.UNSCHEDULE not in provider.about.features:
                raise
            try:
                provider.unschedule(order.remote_id or "")
                there = remote_state.settling.until(lease, order, _is_off, BRIEF)
            except ProviderError as error:
                raise doubt from error
            if there is None or not _is_off(there):
                raise
            return self._taken_back(lease, order, there)

    def _still_goes(self, order: CampaignSendRecord, error: UnavailableError) -> UnavailableError:
        """Return the error with what it means for what is to go: there may be little time."""
        if order.state is not OrderState.SCHEDULED or order.scheduled_for is None:
            return error
        hour = format_datetime(order.scheduled_for, self.ordering.zone)
        return UnavailableError(
            f"{error.message.rstrip('.')}, so {called(order)} was not cancelled: it is still scheduled for {hour}.",
            hint=f"{error.hint} If time is short, cancel it on the website of {self.ordering.provider.title}.",
        )

    def _too_late(self, order: CampaignSendRecord) -> GateError:
        about = self.ordering.provider.about
        return too_late(order, about.title, tells=Feature.AGAIN in about.features)

    def _is_draft_again(self, lease: Lease) -> CampaignSendRecord:
        note = AuditNote(self.ordering.who, "cancelled it before anyone received it")
        return self.ordering.ledger.orders.write(
            lease, state=OrderState.DRAFT, step=None, scheduled_for=None, note=note
        )

    def _taken_back(self, lease: Lease, order: CampaignSendRecord, there: RemoteCampaign) -> CampaignSendRecord:
        """Record that no one receives it, with the state that the provider reports: draft again, or cancelled."""
        if there.state is RemoteState.DRAFT:
            return self._is_draft_again(lease)
        return self.ordering.remote_state.record(lease, order, there).order

    def _unschedule(self, lease: Lease, order: CampaignSendRecord) -> CampaignSendRecord:
        provider, orders, remote_state = self.ordering.provider, self.ordering.ledger.orders, self.ordering.remote_state
        provider.needs(Feature.UNSCHEDULE, "cancel a schedule")
        orders.write(lease, step=PendingCall.UNSCHEDULE)
        said: ProviderError | None = None
        try:
            provider.unschedule(order.remote_id or "")
        except ProviderError as error:
            said = error  # it may have gone meanwhile, or have been cancelled in spite of the response
        refused = isinstance(said, RefusedError) and said.in_own_words
        try:
            seconds = BRIEF if refused else remote_state.settling.patience
            there = remote_state.settling.until(lease, order, _is_not_scheduled, seconds)
        except NotFoundError as error:
            raise remote_state.doubt(
                lease, order, "it no longer exists there", "It may have been deleted there."
            ) from error
        except ProviderError as error:
            raise self._unknown(order, error) from error
        if there is not None and there.state is RemoteState.SCHEDULED:
            if order.is_due(self.ordering.ledger.clock()) and Feature.CANCEL in provider.about.features:
                return self._stop(lease, order)  # it may begin at any moment, or have begun
            return self._still_scheduled(lease, order, said, refused=refused)
        if there is not None and _is_off(there):
            return self._taken_back(lease, order, there)
        found = remote_state.record(lease, order, there) if there else remote_state.of(lease, order)
        if found.remote is not None and found.remote.state is RemoteState.SENDING:
            return self._stop(lease, found.order)
        raise self._too_late(found.order)

    def _still_scheduled(
        self, lease: Lease, order: CampaignSendRecord, said: ProviderError | None, *, refused: bool
    ) -> CampaignSendRecord:
        """Raise the error that says that the schedule was not cancelled, or that this is not known."""
        if said is not None and not refused:
            raise self._unknown(order, said) from said
        self.ordering.ledger.orders.write(lease, step=None)
        if said is not None:
            raise said
        title = capital(self.ordering.provider.title)
        raise GateError(
            f"{title} confirmed the cancellation but still shows the campaign as scheduled.",
            hint="Open the campaign on the provider's website and cancel it there.",
        )

    def _unknown(self, order: CampaignSendRecord, error: ProviderError) -> UncertainError:
        """Return the error which says that it is not known whether a schedule was cancelled."""
        title = self.ordering.provider.title
        hour = f" on {format_datetime(order.scheduled_for, self.ordering.zone)}" if order.scheduled_for else ""
        return UncertainError(
            f"It is not known whether {title} cancelled the schedule of {called(order)}: {error.message.rstrip('.')}.",
            hint=(
                f"It may still be sent{hour}. If time is short, cancel it on the website of {title}; otherwise "
                f"run `newsletter cancel {order.issue}` again."
            ),
        )

    def _stop(self, lease: Lease, order: CampaignSendRecord) -> CampaignSendRecord:
        """Stop a send that has started; messages that were sent cannot be recalled."""
        provider, orders = self.ordering.provider, self.ordering.ledger.orders
        if Feature.CANCEL not in provider.about.features:
            raise self._too_late(order)
        orders.write(lease, step=PendingCall.CANCEL)
        try:
            provider.cancel(order.remote_id or "")
        except RefusedError as error:
            if not error.in_own_words:
                return self._see_stopped(lease, order, error)
            orders.write(lease, step=None)
            raise self._too_late(order) from error
        except DoubtError as error:
            return self._see_stopped(lease, order, error)
        return self._is_stopped(lease)

    def _is_stopped(self, lease: Lease) -> CampaignSendRecord:
        note = AuditNote(
            self.ordering.who,
            f"stopped it at {self.ordering.provider.title} during the send: some recipients may have it",
        )
        return self.ordering.ledger.orders.write(lease, state=OrderState.STOPPED, step=None, note=note)

    def _see_stopped(self, lease: Lease, order: CampaignSendRecord, error: ProviderError) -> CampaignSendRecord:
        """Find out whether a campaign was stopped by a call that had no clear answer."""
        remote_state = self.ordering.remote_state
        there: RemoteCampaign | None = None
        with suppress(ProviderError):
            there = remote_state.settling.until(lease, order, _is_not_sending, remote_state.settling.patience)
        if there is not None and there.state is RemoteState.SENT:
            self.ordering.ledger.orders.write(lease, step=None)
            raise self._too_late(order) from error
        if there is not None and _is_not_sending(there):
            return self._is_stopped(lease)
        title = self.ordering.provider.title
        raise UncertainError(
            f"It is not known whether {title} stopped {called(order)}: {error.message.rstrip('.')}.",
            hint=f"Some recipients already have it. Check the campaign on the website of {title} and stop it there.",
        ) from error

    def resolve(self, order: CampaignSendRecord, verdict: Verdict) -> CampaignSendRecord:
        """Resolve an uncertain send as a person decides, unless the provider can now report the outcome."""
        orders = self.ordering.ledger.orders
        with orders.lease(order) as lease:
            order = orders.read(lease)
            if not order.is_unclear:
                raise UsageError(
                    f"{order.issue} has no uncertain send to resolve.",
                    hint=f"Run `newsletter status {order.issue}` to see its status.",
                )
            found: RefreshResult | None = None
            with suppress(UncertainError):
                found = self.ordering.remote_state.of(lease, order, patient=False)
            if found is not None and found.order.state is not OrderState.UNCERTAIN:
                return found.order
            if verdict is Verdict.SENT:
                note = AuditNote(self.ordering.who, "recorded that it was sent")
                return orders.write(lease, state=OrderState.SENT, step=None, note=note)
            note = AuditNote(self.ordering.who, "recorded that it was not sent")
            if self.ordering.remote_state.is_shown_as_draft(order):
                # the same campaign goes on: a provider that has sent it after all refuses to send it again
                return orders.write(lease, state=OrderState.INTENDED, step=None, note=note)
            # a new campaign is made for the next attempt: the state of this one is unknown
            return orders.write(lease, state=OrderState.CANCELLED, step=None, note=note)


def _is_not_scheduled(there: RemoteCampaign | None) -> bool:
    return there is not None and there.state is not RemoteState.SCHEDULED


def _is_not_sending(there: RemoteCampaign | None) -> bool:
    return there is not None and there.state not in _ON_ITS_WAY


def _is_off(there: RemoteCampaign | None) -> bool:
    """Tell whether a campaign that waited for its hour is shown as one that nobody gets."""
    if there is None:
        return False
    return there.state is RemoteState.DRAFT or (there.state is RemoteState.CANCELLED and not there.sent)
