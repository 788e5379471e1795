"""Asking a provider how far a send's campaign is, and writing down what it says.

After a call that may have had it sent, without a clear answer, a draft proves nothing: the provider may show what it
did only minutes later. It is asked over a settling time, and where it still shows a draft then, a person decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from newsletter.errors import NotFoundError, ProviderError, UncertainError
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import AuditNote, Send
from newsletter.ledger.store import Ledger
from newsletter.model.provider_campaign import RemoteCampaign, RemoteState
from newsletter.model.sends import PendingCall, SendState
from newsletter.model.titles import capital
from newsletter.providers.campaign import CampaignProvider
from newsletter.sending.completeness import CLOCK_MARGIN, ended_in_time
from newsletter.sending.formatting import format_datetime
from newsletter.sending.settling import BRIEF, Settling

IN_FLIGHT = {SendState.SCHEDULED, SendState.SENT, SendState.STOPPED}
"""The states in which a send's campaign can be changed no more."""
REFUSED_SECONDS = 60.0
"""Seconds over which a refused campaign is looked at: a refusal is most likely true, and no proof."""


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """What the provider says: the send as it is written down now, and whether a campaign is there."""

    send: Send
    remote: RemoteCampaign | None = None


def _say_nothing(_: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class RemoteStateSync:
    """Asks one provider about sends, in the name of `who`."""

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

    def of(self, lease: Lease, send: Send, *, patient: bool = True) -> RefreshResult:
        """Ask how far a send is, and write it down; raise UncertainError where it may have gone and cannot be told.

        Where a call that may have had it sent had no clear answer, the provider is asked over its settling time, or
        once where nobody is `patient`.
        """
        if send.is_unclear:
            seconds = self.settling.patience if patient else 0.0
            return self._after_unclear(lease, send, seconds, "the call to send it had no clear response")
        seconds = BRIEF if patient and send.state is SendState.SCHEDULED else 0.0
        try:
            there = self.settling.until(lease, send, _has_begun, seconds)
        except NotFoundError as error:
            if send.state is SendState.SCHEDULED:
                raise self.doubt(lease, send, "it no longer exists there", "It may have been deleted there.") from error
            return RefreshResult(self._gone(lease, send))
        if there is None:
            if send.state is SendState.SCHEDULED:
                raise self.doubt(lease, send, "it no longer exists there", "It may have been deleted there.")
            return RefreshResult(send)
        return self.record(lease, send, there)

    def _gone(self, lease: Lease, send: Send) -> Send:
        """Forget the id of a draft that is not there; one that was just made may take a moment to be found."""
        try:
            there = self.settling.until(lease, send, lambda one: one is not None, BRIEF)
        except NotFoundError:
            there = None
        return self.ledger.sends.write(lease, remote_id=there.id if there else None)

    def after_accepted(self, lease: Lease, send: Send) -> RefreshResult:
        """Ask how far a send is that the provider has just accepted; its word is taken where it cannot be asked."""
        try:
            there = self.settling.until(lease, send, _has_begun, self.settling.patience)
        except NotFoundError as error:
            raise self.doubt(lease, send, "it no longer exists there", "It may have been deleted there.") from error
        except ProviderError:
            return RefreshResult(self._taken(lease, send))
        if not _has_begun(there):
            raise self.doubt(lease, send, f"it accepted the call, and {self._shown(there)}", "")
        return self._recorded(lease, send, there)

    def after_refused(self, lease: Lease, send: Send, seconds: float) -> RefreshResult:
        """Ask how far a send is whose call the provider refused in its own words; it may have done it before."""
        return self._after_unclear(lease, send, seconds, "", may_be_draft=True)

    def after_doubt(self, lease: Lease, send: Send, error: ProviderError) -> RefreshResult:
        """Ask over the settling time how far a send is whose call had no clear answer."""
        words = f"the call to send it had no clear response ({error.message.rstrip('.')})"
        return self._after_unclear(lease, send, self.settling.patience, words)

    def _after_unclear(
        self, lease: Lease, send: Send, seconds: float, why: str, *, may_be_draft: bool = False
    ) -> RefreshResult:
        try:
            there = self.settling.until(lease, send, _has_begun, seconds)
        except NotFoundError as error:
            raise self.doubt(lease, send, "it no longer exists there", "It may have been deleted there.") from error
        except ProviderError as error:
            raise self.doubt(lease, send, f"it cannot be reached ({error.message.rstrip('.')})", "") from error
        if _has_begun(there) or (may_be_draft and there is not None):
            return self._recorded(lease, send, there)
        raise self.doubt(lease, send, f"{why}, and {self._shown(there)}", "")

    def _shown(self, there: RemoteCampaign | None) -> str:
        return "no campaign was found there" if there is None else "it still shows a draft, which is not conclusive"

    def refresh(self, send: Send) -> RefreshResult:
        """Ask once how far a send is on which somebody is to decide; any other is returned as it is."""
        if not send.state.is_under_way:
            return RefreshResult(send)
        with self.ledger.sends.lease(send) as lease:
            return self.of(lease, self.ledger.sends.read(lease), patient=False)

    def catch_up(self, send: Send) -> Send:
        """Update a send that is due or was being cancelled from the provider; return any other unchanged."""
        if not send.is_due(self.ledger.clock()) and send.pending_call is not PendingCall.UNSCHEDULE:
            return send
        with self.ledger.sends.lease(send) as lease:
            return self.of(lease, self.ledger.sends.read(lease)).send

    def is_shown_as_draft(self, send: Send) -> bool:
        """Ask once whether the provider shows a send's campaign as a draft; False where it cannot be asked."""
        try:
            there = self.settling.look(send)
        except ProviderError:
            return False
        return there is not None and there.state is RemoteState.DRAFT

    def _recorded(self, lease: Lease, send: Send, there: RemoteCampaign | None) -> RefreshResult:
        if there is None:
            raise TypeError("there is no campaign to record")
        return self.record(lease, send, there)

    def record(self, lease: Lease, send: Send, there: RemoteCampaign) -> RefreshResult:
        """Write down what the provider says of a send; raise UncertainError where that is no clear word."""
        return RefreshResult(self._write(lease, send, there), there)

    def _write(self, lease: Lease, send: Send, there: RemoteCampaign) -> Send:
        if there.state is RemoteState.DRAFT:
            return self._draft(lease, send, there)
        if send.state is SendState.DRAFT:
            raise self._stranger(send, there)
        if send.state is SendState.STOPPED and there.state in {RemoteState.PAUSED, RemoteState.CANCELLED}:
            return send
        begun = there.state is RemoteState.PAUSED and self._some_have_it(there)  # and it can go on there
        if begun or there.state in {RemoteState.SENDING, RemoteState.SENT} or self._is_queued(send, there):
            return self._sent(lease, send, there)
        writes = {RemoteState.SCHEDULED: self._scheduled, RemoteState.CANCELLED: self._cancelled}
        if there.state in writes:
            return writes[there.state](lease, send, there)
        said = there.raw_state or there.state
        raise self.doubt(lease, send, f"it reports “{said}”", "", remote_id=there.id)

    def _draft(self, lease: Lease, send: Send, there: RemoteCampaign) -> Send:
        write = self.ledger.sends.write
        if send.state in {SendState.SCHEDULED, SendState.UNCERTAIN}:
            words = f"found it as a draft at {self.provider.title}: it was not sent"
            return write(lease, state=SendState.INTENDED, pending_call=None, remote_id=there.id, note=self._note(words))
        return write(lease, pending_call=None, remote_id=there.id)

    def _cancelled(self, lease: Lease, send: Send, there: RemoteCampaign) -> Send:
        state, words = SendState.STOPPED, f"found that it was stopped at {self.provider.title}"
        if ended_in_time(send, there, self.ledger.clock()):
            state = SendState.CANCELLED
            words = (
                f"found that it was cancelled at {self.provider.title} before its scheduled time: no one received it"
            )
        return self.ledger.sends.write(
            lease, state=state, pending_call=None, remote_id=there.id, note=self._note(words)
        )

    def _some_have_it(self, there: RemoteCampaign) -> bool:
        """Return whether the provider counts readers of a campaign; some count them apart from its state."""
        try:
            return bool(self.provider.count(there.id).sent if there.sent is None else there.sent)
        except ProviderError:
            return False

    def _is_queued(self, send: Send, there: RemoteCampaign) -> bool:
        """Return whether a campaign that is to go at once waits in the provider's queue: some call that scheduled."""
        if there.state is not RemoteState.SCHEDULED or send.scheduled_for is not None:
            return False
        return there.scheduled_for is None or there.scheduled_for - CLOCK_MARGIN <= self.ledger.clock()

    def _sent(self, lease: Lease, send: Send, there: RemoteCampaign) -> Send:
        if send.state is SendState.SENT:
            return send
        done = {
            RemoteState.SCHEDULED: "accepted it for sending",
            RemoteState.SENDING: "is sending it",
            RemoteState.PAUSED: "started sending it and then paused it",
        }
        words = f"confirmed that {self.provider.title} {done.get(there.state, 'has sent it')}"
        now = self.ledger.clock()
        # what was on a schedule went at its hour, whenever it is that we ask
        at = min(send.scheduled_for, now) if send.state is SendState.SCHEDULED and send.scheduled_for else now
        return self.ledger.sends.write(
            lease, state=SendState.SENT, pending_call=None, remote_id=there.id, finished_at=at, note=self._note(words)
        )

    def _scheduled(self, lease: Lease, send: Send, there: RemoteCampaign) -> Send:
        when = there.scheduled_for or send.scheduled_for or self.ledger.clock()
        if send.state is SendState.SCHEDULED and send.scheduled_for == when:
            return self.ledger.sends.write(lease, pending_call=None)
        did = "found that it was moved" if send.state is SendState.SCHEDULED else "scheduled it"
        hour = "to" if send.state is SendState.SCHEDULED else "for"
        words = f"{did} at {self.provider.title} {hour} {format_datetime(when, self.zone)}"
        return self.ledger.sends.write(
            lease,
            state=SendState.SCHEDULED,
            pending_call=None,
            remote_id=there.id,
            scheduled_for=when,
            note=self._note(words),
        )

    def _taken(self, lease: Lease, send: Send) -> Send:
        """Take the provider's word, given when it accepted the call."""
        state = SendState.SCHEDULED if send.scheduled_for else SendState.SENT
        hour = f" for {format_datetime(send.scheduled_for, self.zone)}" if send.scheduled_for else ""
        words = f"had it accepted by {self.provider.title}{hour}; its status could not be checked afterwards"
        return self.ledger.sends.write(lease, state=state, pending_call=None, note=self._note(words))

    def doubt(self, lease: Lease, send: Send, why: str, hint: str, *, remote_id: str | None = None) -> UncertainError:
        """Write down that it is not known whether a send goes; return the error that says so."""
        words = f"could not find out whether {self.provider.title} is sending it: {why}"
        self.ledger.sends.write(
            lease,
            state=SendState.UNCERTAIN,
            remote_id=remote_id or send.remote_id,
            note=self._note(words) if send.state is not SendState.UNCERTAIN else None,
        )
        return uncertain(send, self.provider.title, why, hint)

    def _stranger(self, send: Send, there: RemoteCampaign) -> UncertainError:
        said = there.raw_state or there.state
        return UncertainError(
            f"{capital(self.provider.title)} already has {send.issue}, as “{said}”, but this ledger has no "
            "record of it.",
            hint=(
                "It was sent from another computer with another ledger, or the ledger was replaced. Nothing was "
                f"sent. Check the campaign there: its name ends with [{send.campaign_key}]."
            ),
        )

    def _note(self, words: str) -> AuditNote:
        return AuditNote(self.who, words)


def _has_begun(there: RemoteCampaign | None) -> bool:
    """Return whether a campaign is shown as more than a draft."""
    return there is not None and there.state is not RemoteState.DRAFT


def uncertain(send: Send, provider: str, why: str, hint: str = "") -> UncertainError:
    """Return the error that stops all sending of a send until the provider can tell, or a person says."""
    return UncertainError(
        f"It is not known whether {provider} is sending {send.issue}: {why}.",
        hint=(
            f"{hint} Nothing is sent again until this is resolved. Check the campaign there: its name ends with "
            f"[{send.campaign_key}]. Run `newsletter send {send.issue}` to check again; if the provider does "
            "not know, add --resolve sent or --resolve not-sent."
        ).lstrip(),
    )
