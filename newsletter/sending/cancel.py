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
from newsletter.ledger.records import AuditNote, Send
from newsletter.model.provider_campaign import RemoteCampaign, RemoteState
from newsletter.model.sends import PendingCall, SendState
from newsletter.model.titles import capital
from newsletter.providers.capabilities import Feature
from newsletter.sending.campaign import CampaignSender
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

    sender: CampaignSender

    def cancel(self, send: Send) -> Send:
        """Cancel a send before it starts, or stop it on its way; raise GateError where it is too late.

        What has not gone is a draft again: it can be fixed, and sent later.
        """
        sends = self.sender.ledger.sends
        with sends.lease(send) as lease:
            send = sends.read(lease)
            if send.state in {SendState.DRAFT, SendState.CANCELLED}:
                raise UsageError(
                    f"{send.issue} is not being sent, so there is nothing to cancel.",
                    hint=f"Run `newsletter status {send.issue}` to see its status.",
                )
            if send.is_unclear:
                return self._cancel_unclear(lease, send)
            try:
                found = self.sender.remote_state.of(lease, send)
            except UnavailableError as error:
                raise self._still_goes(send, error) from error
            return self._cancel_found(lease, found)

    def _cancel_found(self, lease: Lease, found: RefreshResult) -> Send:
        send = found.send
        if send.state is SendState.INTENDED:
            return self._is_draft_again(lease)
        if send.state in {SendState.CANCELLED, SendState.STOPPED}:
            return send
        if send.state is SendState.SCHEDULED:
            return self._unschedule(lease, send)
        if found.remote is not None and found.remote.state in {*_ON_ITS_WAY, RemoteState.PAUSED}:
            return self._stop(lease, send)
        raise self._too_late(send)

    def _cancel_unclear(self, lease: Lease, send: Send) -> Send:
        """Cancel a send that may or may not be scheduled: that it is shown as a draft is no proof.

        So the provider is told to take the schedule back; only where it accepts that, and then shows a draft, nobody
        gets it.
        """
        provider, remote_state = self.sender.provider, self.sender.remote_state
        try:
            return self._cancel_found(lease, remote_state.of(lease, send, patient=False))
        except UncertainError as doubt:
            if send.scheduled_for is None or Feature.UNSCHEDULE not in provider.about.features:
                raise
            try:
                provider.unschedule(send.remote_id or "")
                there = remote_state.settling.until(lease, send, _is_off, BRIEF)
            except ProviderError as error:
                raise doubt from error
            if there is None or not _is_off(there):
                raise
            return self._taken_back(lease, send, there)

    def _still_goes(self, send: Send, error: UnavailableError) -> UnavailableError:
        """Return the error with what it means for what is to go: there may be little time."""
        if send.state is not SendState.SCHEDULED or send.scheduled_for is None:
            return error
        hour = format_datetime(send.scheduled_for, self.sender.zone)
        return UnavailableError(
            f"{error.message.rstrip('.')}, so {called(send)} was not cancelled: it is still scheduled for {hour}.",
            hint=f"{error.hint} If time is short, cancel it on the website of {self.sender.provider.title}.",
        )

    def _too_late(self, send: Send) -> GateError:
        about = self.sender.provider.about
        return too_late(send, about.title, tells=Feature.AGAIN in about.features)

    def _is_draft_again(self, lease: Lease) -> Send:
        note = AuditNote(self.sender.who, "cancelled it before anyone received it")
        return self.sender.ledger.sends.write(
            lease, state=SendState.DRAFT, pending_call=None, scheduled_for=None, note=note
        )

    def _taken_back(self, lease: Lease, send: Send, there: RemoteCampaign) -> Send:
        """Record that no one receives it, with the state that the provider reports: draft again, or cancelled."""
        if there.state is RemoteState.DRAFT:
            return self._is_draft_again(lease)
        return self.sender.remote_state.record(lease, send, there).send

    def _unschedule(self, lease: Lease, send: Send) -> Send:
        provider, sends, remote_state = self.sender.provider, self.sender.ledger.sends, self.sender.remote_state
        provider.needs(Feature.UNSCHEDULE, "cancel a schedule")
        sends.write(lease, pending_call=PendingCall.UNSCHEDULE)
        said: ProviderError | None = None
        try:
            provider.unschedule(send.remote_id or "")
        except ProviderError as error:
            said = error  # it may have gone meanwhile, or have been cancelled in spite of the response
        refused = isinstance(said, RefusedError) and said.in_own_words
        try:
            seconds = BRIEF if refused else remote_state.settling.patience
            there = remote_state.settling.until(lease, send, _is_not_scheduled, seconds)
        except NotFoundError as error:
            raise remote_state.doubt(
                lease, send, "it no longer exists there", "It may have been deleted there."
            ) from error
        except ProviderError as error:
            raise self._unknown(send, error) from error
        if there is not None and there.state is RemoteState.SCHEDULED:
            if send.is_due(self.sender.ledger.clock()) and Feature.CANCEL in provider.about.features:
                return self._stop(lease, send)  # it may begin at any moment, or have begun
            return self._still_scheduled(lease, send, said, refused=refused)
        if there is not None and _is_off(there):
            return self._taken_back(lease, send, there)
        found = remote_state.record(lease, send, there) if there else remote_state.of(lease, send)
        if found.remote is not None and found.remote.state is RemoteState.SENDING:
            return self._stop(lease, found.send)
        raise self._too_late(found.send)

    def _still_scheduled(self, lease: Lease, send: Send, said: ProviderError | None, *, refused: bool) -> Send:
        """Raise the error that says that the schedule was not cancelled, or that this is not known."""
        if said is not None and not refused:
            raise self._unknown(send, said) from said
        self.sender.ledger.sends.write(lease, pending_call=None)
        if said is not None:
            raise said
        title = capital(self.sender.provider.title)
        raise GateError(
            f"{title} confirmed the cancellation but still shows the campaign as scheduled.",
            hint="Open the campaign on the provider's website and cancel it there.",
        )

    def _unknown(self, send: Send, error: ProviderError) -> UncertainError:
        """Return the error which says that it is not known whether a schedule was cancelled."""
        title = self.sender.provider.title
        hour = f" on {format_datetime(send.scheduled_for, self.sender.zone)}" if send.scheduled_for else ""
        return UncertainError(
            f"It is not known whether {title} cancelled the schedule of {called(send)}: {error.message.rstrip('.')}.",
            hint=(
                f"It may still be sent{hour}. If time is short, cancel it on the website of {title}; otherwise "
                f"run `newsletter cancel {send.issue}` again."
            ),
        )

    def _stop(self, lease: Lease, send: Send) -> Send:
        """Stop a send that has started; messages that were sent cannot be recalled."""
        provider, sends = self.sender.provider, self.sender.ledger.sends
        if Feature.CANCEL not in provider.about.features:
            raise self._too_late(send)
        sends.write(lease, pending_call=PendingCall.CANCEL)
        try:
            provider.cancel(send.remote_id or "")
        except RefusedError as error:
            if not error.in_own_words:
                return self._see_stopped(lease, send, error)
            sends.write(lease, pending_call=None)
            raise self._too_late(send) from error
        except DoubtError as error:
            return self._see_stopped(lease, send, error)
        return self._is_stopped(lease)

    def _is_stopped(self, lease: Lease) -> Send:
        note = AuditNote(
            self.sender.who,
            f"stopped it at {self.sender.provider.title} during the send: some recipients may have it",
        )
        return self.sender.ledger.sends.write(lease, state=SendState.STOPPED, pending_call=None, note=note)

    def _see_stopped(self, lease: Lease, send: Send, error: ProviderError) -> Send:
        """Find out whether a campaign was stopped by a call that had no clear answer."""
        remote_state = self.sender.remote_state
        there: RemoteCampaign | None = None
        with suppress(ProviderError):
            there = remote_state.settling.until(lease, send, _is_not_sending, remote_state.settling.patience)
        if there is not None and there.state is RemoteState.SENT:
            self.sender.ledger.sends.write(lease, pending_call=None)
            raise self._too_late(send) from error
        if there is not None and _is_not_sending(there):
            return self._is_stopped(lease)
        title = self.sender.provider.title
        raise UncertainError(
            f"It is not known whether {title} stopped {called(send)}: {error.message.rstrip('.')}.",
            hint=f"Some recipients already have it. Check the campaign on the website of {title} and stop it there.",
        ) from error

    def resolve(self, send: Send, verdict: Verdict) -> Send:
        """Resolve an uncertain send as a person decides, unless the provider can now report the outcome."""
        sends = self.sender.ledger.sends
        with sends.lease(send) as lease:
            send = sends.read(lease)
            if not send.is_unclear:
                raise UsageError(
                    f"{send.issue} has no uncertain send to resolve.",
                    hint=f"Run `newsletter status {send.issue}` to see its status.",
                )
            found: RefreshResult | None = None
            with suppress(UncertainError):
                found = self.sender.remote_state.of(lease, send, patient=False)
            if found is not None and found.send.state is not SendState.UNCERTAIN:
                return found.send
            if verdict is Verdict.SENT:
                note = AuditNote(self.sender.who, "recorded that it was sent")
                return sends.write(lease, state=SendState.SENT, pending_call=None, note=note)
            note = AuditNote(self.sender.who, "recorded that it was not sent")
            if self.sender.remote_state.is_shown_as_draft(send):
                # the same campaign goes on: a provider that has sent it after all refuses to send it again
                return sends.write(lease, state=SendState.INTENDED, pending_call=None, note=note)
            # a new campaign is made for the next attempt: the state of this one is unknown
            return sends.write(lease, state=SendState.CANCELLED, pending_call=None, note=note)


def _is_not_scheduled(there: RemoteCampaign | None) -> bool:
    return there is not None and there.state is not RemoteState.SCHEDULED


def _is_not_sending(there: RemoteCampaign | None) -> bool:
    return there is not None and there.state not in _ON_ITS_WAY


def _is_off(there: RemoteCampaign | None) -> bool:
    """Return whether a campaign that waited for its hour is shown as one that nobody gets."""
    if there is None:
        return False
    return there.state is RemoteState.DRAFT or (there.state is RemoteState.CANCELLED and not there.sent)
