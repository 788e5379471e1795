"""Asking a provider how far an order's campaign is, and writing down what it says.

After a call that may have had it sent, without a clear answer, a draft proves nothing: the provider may show what it
did only minutes later. It is asked over a settling time, and where it still shows a draft then, a person decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from newsletter.errors import NotFoundError, ProviderError, UncertainError
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import AuditNote, CampaignSendRecord
from newsletter.ledger.store import Ledger
from newsletter.model.provider_campaign import RemoteCampaign, RemoteState
from newsletter.model.sends import OrderState, PendingCall
from newsletter.model.titles import capital
from newsletter.providers.campaign import CampaignProvider
from newsletter.sending.completeness import CLOCK_MARGIN, ended_in_time
from newsletter.sending.formatting import format_datetime
from newsletter.sending.settling import BRIEF, Settling

IN_FLIGHT = {OrderState.SCHEDULED, OrderState.SENT, OrderState.STOPPED}
"""The states in which an order's campaign can be changed no more."""
REFUSED_SECONDS = 60.0
"""Seconds over which a refused campaign is looked at: a refusal is most likely true, and no proof."""


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """What the provider says: the order as it is written down now, and whether a campaign is there."""

    order: CampaignSendRecord
    remote: RemoteCampaign | None = None


def _say_nothing(_: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class RemoteStateSync:
    """Asks one provider about orders, in the name of `who`."""

    ledger: Ledger
    provider: CampaignProvider
    who: str
    zone: dt.tzinfo | None
    pause: Callable[[float], None]
    tell: Callable[[str], None] = _say_nothing

    @property
    def settling(self) -> Settling:
        """Return what asks the provider until it shows what it did."""
        return Settling(self.ledger, self.provider, self.pause, self.tell)

    def of(self, lease: Lease, order: CampaignSendRecord, *, patient: bool = True) -> RefreshResult:
        """Ask how far an order is, and write it down; raise UncertainError where it may have gone and cannot be told.

        Where a call that may have had it sent had no clear answer, the provider is asked over its settling time, or
        once where nobody is `patient`.
        """
        if order.is_unclear:
            seconds = self.settling.patience if patient else 0.0
            return self._after_unclear(lease, order, seconds, "the call to send it had no clear response")
        seconds = BRIEF if patient and order.state is OrderState.SCHEDULED else 0.0
        try:
            there = self.settling.until(lease, order, _has_begun, seconds)
        except NotFoundError as error:
            if order.state is OrderState.SCHEDULED:
                raise self.doubt(
                    lease, order, "it no longer exists there", "It may have been deleted there."
                ) from error
            return RefreshResult(self._gone(lease, order))
        if there is None:
            if order.state is OrderState.SCHEDULED:
                raise self.doubt(lease, order, "it no longer exists there", "It may have been deleted there.")
            return RefreshResult(order)
        return self.record(lease, order, there)

    def _gone(self, lease: Lease, order: CampaignSendRecord) -> CampaignSendRecord:
        """Forget the id of a draft that is not there; one that was just made may take a moment to be found."""
        try:
            there = self.settling.until(lease, order, lambda one: one is not None, BRIEF)
        except NotFoundError:
            there = None
        return self.ledger.orders.write(lease, remote_id=there.id if there else None)

    def after_accepted(self, lease: Lease, order: CampaignSendRecord) -> RefreshResult:
        """Ask how far an order is that the provider has just accepted; its word is taken where it cannot be asked."""
        try:
            there = self.settling.until(lease, order, _has_begun, self.settling.patience)
        except NotFoundError as error:
            raise self.doubt(lease, order, "it no longer exists there", "It may have been deleted there.") from error
        except ProviderError:
            return RefreshResult(self._taken(lease, order))
        if not _has_begun(there):
            raise self.doubt(lease, order, f"it accepted the call, and {self._shown(there)}", "")
        return self._recorded(lease, order, there)

    def after_refused(self, lease: Lease, order: CampaignSendRecord, seconds: float) -> RefreshResult:
        """Ask how far an order is whose call the provider refused in its own words; it may have done it before."""
        return self._after_unclear(lease, order, seconds, "", may_be_draft=True)

    def after_doubt(self, lease: Lease, order: CampaignSendRecord, error: ProviderError) -> RefreshResult:
        """Ask over the settling time how far an order is whose call had no clear answer."""
        words = f"the call to send it had no clear response ({error.message.rstrip('.')})"
        return self._after_unclear(lease, order, self.settling.patience, words)

    def _after_unclear(
        self, lease: Lease, order: CampaignSendRecord, seconds: float, why: str, *, may_be_draft: bool = False
    ) -> RefreshResult:
        try:
            there = self.settling.until(lease, order, _has_begun, seconds)
        except NotFoundError as error:
            raise self.doubt(lease, order, "it no longer exists there", "It may have been deleted there.") from error
        except ProviderError as error:
            raise self.doubt(lease, order, f"it cannot be reached ({error.message.rstrip('.')})", "") from error
        if _has_begun(there) or (may_be_draft and there is not None):
            return self._recorded(lease, order, there)
        raise self.doubt(lease, order, f"{why}, and {self._shown(there)}", "")

    def _shown(self, there: RemoteCampaign | None) -> str:
        return "no campaign was found there" if there is None else "it still shows a draft, which is not conclusive"

    def refresh(self, order: CampaignSendRecord) -> RefreshResult:
        """Ask once how far an order is on which somebody is to decide; any other is returned as it is."""
        if not order.state.is_under_way:
            return RefreshResult(order)
        with self.ledger.orders.lease(order) as lease:
            return self.of(lease, self.ledger.orders.read(lease), patient=False)

    def catch_up(self, order: CampaignSendRecord) -> CampaignSendRecord:
        """Update an order that is due or was being cancelled from the provider; return any other unchanged."""
        if not order.is_due(self.ledger.clock()) and order.step is not PendingCall.UNSCHEDULE:
            return order
        with self.ledger.orders.lease(order) as lease:
            return self.of(lease, self.ledger.orders.read(lease)).order

    def is_shown_as_draft(self, order: CampaignSendRecord) -> bool:
        """Ask once whether the provider shows an order's campaign as a draft; False where it cannot be asked."""
        try:
            there = self.settling.look(order)
        except ProviderError:
            return False
        return there is not None and there.state is RemoteState.DRAFT

    def _recorded(self, lease: Lease, order: CampaignSendRecord, there: RemoteCampaign | None) -> RefreshResult:
        if there is None:
            raise TypeError("there is no campaign to record")
        return self.record(lease, order, there)

    def record(self, lease: Lease, order: CampaignSendRecord, there: RemoteCampaign) -> RefreshResult:
        """Write down what the provider says of an order; raise UncertainError where that is no clear word."""
        return RefreshResult(self._write(lease, order, there), there)

    def _write(self, lease: Lease, order: CampaignSendRecord, there: RemoteCampaign) -> CampaignSendRecord:
        if there.state is RemoteState.DRAFT:
            return self._draft(lease, order, there)
        if order.state is OrderState.DRAFT:
            raise self._stranger(order, there)
        if order.state is OrderState.STOPPED and there.state in {RemoteState.PAUSED, RemoteState.CANCELLED}:
            return order
        begun = there.state is RemoteState.PAUSED and self._some_have_it(there)  # and it can go on there
        if begun or there.state in {RemoteState.SENDING, RemoteState.SENT} or self._is_queued(order, there):
            return self._sent(lease, order, there)
        writes = {RemoteState.SCHEDULED: self._scheduled, RemoteState.CANCELLED: self._cancelled}
        if there.state in writes:
            return writes[there.state](lease, order, there)
        said = there.raw_state or there.state
        raise self.doubt(lease, order, f"it reports “{said}”", "", remote_id=there.id)

    def _draft(self, lease: Lease, order: CampaignSendRecord, there: RemoteCampaign) -> CampaignSendRecord:
        write = self.ledger.orders.write
        if order.state in {OrderState.SCHEDULED, OrderState.UNCERTAIN}:
            words = f"found it as a draft at {self.provider.title}: it was not sent"
            return write(lease, state=OrderState.INTENDED, step=None, remote_id=there.id, note=self._note(words))
        return write(lease, step=None, remote_id=there.id)

    def _cancelled(self, lease: Lease, order: CampaignSendRecord, there: RemoteCampaign) -> CampaignSendRecord:
        state, words = OrderState.STOPPED, f"found that it was stopped at {self.provider.title}"
        if ended_in_time(order, there, self.ledger.clock()):
            state = OrderState.CANCELLED
            words = (
                f"found that it was cancelled at {self.provider.title} before its scheduled time: no one received it"
            )
        return self.ledger.orders.write(lease, state=state, step=None, remote_id=there.id, note=self._note(words))

    def _some_have_it(self, there: RemoteCampaign) -> bool:
        """Say whether the provider counts readers of a campaign; some count them apart from its state."""
        try:
            return bool(self.provider.count(there.id).sent if there.sent is None else there.sent)
        except ProviderError:
            return False

    def _is_queued(self, order: CampaignSendRecord, there: RemoteCampaign) -> bool:
        """Tell whether a campaign that is to go at once waits in the provider's queue: some call that scheduled."""
        if there.state is not RemoteState.SCHEDULED or order.scheduled_for is not None:
            return False
        return there.scheduled_for is None or there.scheduled_for - CLOCK_MARGIN <= self.ledger.clock()

    def _sent(self, lease: Lease, order: CampaignSendRecord, there: RemoteCampaign) -> CampaignSendRecord:
        if order.state is OrderState.SENT:
            return order
        done = {
            RemoteState.SCHEDULED: "accepted it for sending",
            RemoteState.SENDING: "is sending it",
            RemoteState.PAUSED: "started sending it and then paused it",
        }
        words = f"confirmed that {self.provider.title} {done.get(there.state, 'has sent it')}"
        now = self.ledger.clock()
        # what was on a schedule went at its hour, whenever it is that we ask
        at = min(order.scheduled_for, now) if order.state is OrderState.SCHEDULED and order.scheduled_for else now
        return self.ledger.orders.write(
            lease, state=OrderState.SENT, step=None, remote_id=there.id, finished_at=at, note=self._note(words)
        )

    def _scheduled(self, lease: Lease, order: CampaignSendRecord, there: RemoteCampaign) -> CampaignSendRecord:
        when = there.scheduled_for or order.scheduled_for or self.ledger.clock()
        if order.state is OrderState.SCHEDULED and order.scheduled_for == when:
            return self.ledger.orders.write(lease, step=None)
        words = f"scheduled it at {self.provider.title} for {format_datetime(when, self.zone)}"
        return self.ledger.orders.write(
            lease,
            state=OrderState.SCHEDULED,
            step=None,
            remote_id=there.id,
            scheduled_for=when,
            note=self._note(words),
        )

    def _taken(self, lease: Lease, order: CampaignSendRecord) -> CampaignSendRecord:
        """Take the provider's word, given when it accepted the call."""
        state = OrderState.SCHEDULED if order.scheduled_for else OrderState.SENT
        hour = f" for {format_datetime(order.scheduled_for, self.zone)}" if order.scheduled_for else ""
        words = f"had it accepted by {self.provider.title}{hour}; its status could not be checked afterwards"
        return self.ledger.orders.write(lease, state=state, step=None, note=self._note(words))

    def doubt(
        self, lease: Lease, order: CampaignSendRecord, why: str, hint: str, *, remote_id: str | None = None
    ) -> UncertainError:
        """Write down that it is not known whether an order goes; return the error that says so."""
        words = f"could not find out whether {self.provider.title} is sending it: {why}"
        self.ledger.orders.write(
            lease,
            state=OrderState.UNCERTAIN,
            remote_id=remote_id or order.remote_id,
            note=self._note(words) if order.state is not OrderState.UNCERTAIN else None,
        )
        return uncertain(order, self.provider.title, why, hint)

    def _stranger(self, order: CampaignSendRecord, there: RemoteCampaign) -> UncertainError:
        said = there.raw_state or there.state
        return UncertainError(
            f"{capital(self.provider.title)} already has {order.issue}, as “{said}”, but this ledger has no "
            "record of it.",
            hint=(
                "It was sent from another computer with another ledger, or the ledger was replaced. Nothing was "
                f"sent. Check the campaign there: its name ends with [{order.campaign_key}]."
            ),
        )

    def _note(self, words: str) -> AuditNote:
        return AuditNote(self.who, words)


def _has_begun(there: RemoteCampaign | None) -> bool:
    """Tell whether a campaign is shown as more than a draft."""
    return there is not None and there.state is not RemoteState.DRAFT


def uncertain(order: CampaignSendRecord, provider: str, why: str, hint: str = "") -> UncertainError:
    """Return the error that stops all sending of an order until the provider can tell, or a person says."""
    return UncertainError(
        f"It is not known whether {provider} is sending {order.issue}: {why}.",
        hint=(
            f"{hint} Nothing is sent again until this is resolved. Check the campaign there: its name ends with "
            f"[{order.campaign_key}]. Run `newsletter send {order.issue}` to check again; if the provider does "
            "not know, add --resolve sent or --resolve not-sent."
        ).lstrip(),
    )
