"""One process's part of a direct send: batches recorded before and after they are handed over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial

from newsletter.errors import (
    AuthenticationError,
    DeferredError,
    DoubtError,
    LedgerError,
    NewsletterError,
    NotFoundError,
    PlanLimitError,
    ProviderError,
    RefusalKind,
    RefusedError,
    UnavailableError,
    UncertainError,
)
from newsletter.ledger.lease import Lease
from newsletter.ledger.lease_store import lapsed_lease
from newsletter.ledger.records import AuditNote, DeliveryCounts, Refusal, Send
from newsletter.ledger.store import Ledger
from newsletter.model.audience import Members, Subscriber
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import SendState
from newsletter.model.titles import capital
from newsletter.providers.base import AcceptState, DirectProvider, OutboundMessage
from newsletter.render.mime import MessageContext
from newsletter.sending.concurrent_handover import ConcurrentHandover
from newsletter.sending.formatting import count_noun
from newsletter.sending.payload import SendPayload
from newsletter.sending.personalize import MessageComposer
from newsletter.sending.reconcile import Reconciler, uncertain_error
from newsletter.sending.retries import DAYS_DEFERRED, RetryQueue
from newsletter.sending.signals import StopRequest
from newsletter.sending.text_mark import TextMark
from newsletter.sending.waiting import Recipient, WaitingRecipients

_FOR_ALL = (AuthenticationError, NotFoundError, PlanLimitError)
"""Refusals that concern the account, not one recipient."""

GONE_AT_ONCE = 5000
"""How many who left the list are recorded in one change."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a run came; `stopped_by` is the signal that asked it to stop before the end, else 0."""

    send: Send
    counts: DeliveryCounts
    stopped_by: int = 0
    refusals: tuple[Refusal, ...] = ()
    """The recipients who were refused, or are deferred."""


@dataclass(slots=True)
class DirectRun:
    """One process's part of a send, under its lease."""

    reconciler: Reconciler
    lease: Lease
    payload: SendPayload
    stop: StopRequest
    progress: Callable[[int], None]
    tell: Callable[[str], None]
    queue: RetryQueue
    outcomes: dict[str, DeliveryState] = field(default_factory=dict)
    """The results of the current batch, not yet in the ledger."""
    refusals: dict[str, RefusalKind] = field(default_factory=dict)
    """Why recipients of the current batch were refused or deferred."""
    notes: list[tuple[str, AuditNote]] = field(default_factory=list)
    """Sentences of the history that are not in the ledger yet, each with its issue."""
    refused_in_a_row: list[str] = field(default_factory=list)
    """Those refused since the last message that was taken."""

    @property
    def ledger(self) -> Ledger:
        """Return the ledger in which the run is recorded."""
        return self.reconciler.ledger

    @property
    def provider(self) -> DirectProvider:
        """Return the provider that takes the messages."""
        return self.reconciler.provider

    @property
    def send(self) -> Send:
        """Return the send that the run is a part of."""
        return self.reconciler.send

    def _note(self, words: str) -> AuditNote:
        return AuditNote(self.reconciler.who, words)

    def to_the_end(self) -> Outcome:
        """Send what waits; write down how it ended, whatever way that is."""
        composer = MessageComposer(self.payload.message)
        try:
            if self.ledger.deliveries.count(self.send)[DeliveryState.PENDING]:
                self.queue.waiting = self._waiting()
                self.provider.prepare()
            while not self.stop.is_asked and self.queue.waiting:
                if self.provider.connections:
                    self._hand_over_at_once(composer)
                else:
                    self._batch(self.queue.waiting.take(self.provider.batch), composer)
                self._pass_over_gone()
                if self.queue.must_wait and not self.stop.is_asked:
                    self._wait()
        except ProviderError as error:
            self._break_off(error)
            raise
        except LedgerError:
            raise  # what was handed over stands there as that, and is asked about next time
        except UncertainError as error:
            self.ledger.sends.write(
                self.lease,
                self.outcomes,
                state=SendState.UNCERTAIN,
                refusals=self.refusals,
                note=self._note(error.message),
            )
            raise
        self._settle({})
        return self._close()

    def _wait(self) -> None:
        """Wait before deferred messages are tried again; raise where the provider defers them for too long."""
        self._settle({})
        if not self.queue.wait(self.stop, self.keep_lease, self.tell, capital(self.provider.title)):
            delivered = self.ledger.deliveries.count(self.send)[DeliveryState.DELIVERED]
            raise self.queue.still_deferred(self.provider, self.send, delivered)

    def keep_lease(self) -> None:
        """Renew the lease where it is time."""
        if self.lease.is_due(self.ledger.clock()):
            self.ledger.sends.write(self.lease, {})

    def require_lease(self) -> None:
        """Raise LedgerError where another process may have the lease: what it was told is not sent, it may send."""
        if not self.lease.lasts(self.ledger.clock()):
            raise lapsed_lease()

    def _waiting(self) -> WaitingRecipients:
        audience = self.provider.audience(self.send.target.audience)
        there = Members(self.provider.recipients(audience), self.send.target.segment)
        if next(iter(there), None) is None:
            # one reader who left is passed over; that all have left in the middle of a send is a fault somewhere
            raise ProviderError(
                f"{capital(self.provider.title)} no longer has any subscribers in {audience.name}.",
                hint=(
                    "No more messages were sent. Check the audience, then run `newsletter send` again; it "
                    "continues where it stopped."
                ),
            )
        keys = self.ledger.deliveries.stream(self.send, DeliveryState.PENDING)
        rename = partial(self.ledger.deliveries.rename_recipients, self.lease)
        return WaitingRecipients(self.payload, there, keys, rename)

    def _batch(self, recipients: Sequence[Recipient], composer: MessageComposer) -> None:
        keys = [key for key, _ in recipients]
        self._settle(dict.fromkeys(keys, DeliveryState.HANDED_OVER))
        # until the provider has taken a message, the truth of it is that it waits
        self.outcomes = dict.fromkeys(keys, DeliveryState.PENDING)
        for number_of, (key, person) in enumerate(recipients):
            if self.stop.is_asked or self.queue.is_paused:
                self.queue.waiting.put_back(recipients[number_of:])
                break
            self.keep_lease()
            self.outcomes[key] = self._deliver(key, person, composer)
            self.progress(int(self.outcomes[key] is not DeliveryState.PENDING))

    def _pass_over_gone(self) -> None:
        """Record that those get nothing who left the list while they waited."""
        while gone := self.queue.waiting.take_gone(GONE_AT_ONCE):
            self._settle(dict.fromkeys(gone, DeliveryState.SKIPPED))
            self.progress(len(gone))

    def _settle(self, intent: dict[str, DeliveryState]) -> None:
        """Record the results of the last batch and the next one, in one transaction."""
        if self.outcomes:
            self.provider.settle()
        if self.outcomes or intent:
            changes = self.outcomes | intent
            self.ledger.sends.write(self.lease, changes, state=SendState.SENDING, refusals=self.refusals)
        self.outcomes, self.refusals = {}, {}

    def _hand_over_at_once(self, composer: MessageComposer) -> None:
        """Hand over all that waits over several connections."""
        self.ledger.sends.write(self.lease, {}, state=SendState.SENDING)
        ConcurrentHandover(self, composer).finish()

    def compose(
        self, key: str, person: Subscriber, composer: MessageComposer, begin_text: Callable[[], None]
    ) -> OutboundMessage:
        """Return the message of one recipient."""
        envelope = MessageContext(
            recipient=person,
            key=key,
            issue=self.send.issue,
            sending=self.send.message_group,
            sent_at=self.ledger.clock(),
            links=self.payload.links,
        )
        return OutboundMessage(self.send.message_group, key, person.email, composer.compose(envelope), begin_text)

    def _deliver(self, key: str, person: Subscriber, composer: MessageComposer) -> DeliveryState:
        mark = TextMark(
            partial(self._mark, key, DeliveryState.PENDING), partial(self._mark, key, DeliveryState.HANDED_OVER)
        )
        message = self.compose(key, person, composer, mark.begin)
        fault: NewsletterError | None = None
        try:
            with mark.watched() if self.provider.announces_text else nullcontext():
                self.provider.deliver(message)
        except ProviderError as error:
            fault = error
        state = self.judge(key, fault)
        for issue, note in self.notes:
            self.ledger.history.tell(issue, note)
        self.notes = []
        return state

    def judge(self, key: str, error: NewsletterError | None, *, is_ending: bool = False) -> DeliveryState:
        """Return the state of a recipient whose message ended so; raise where no further one may follow it.

        `is_ending` says that others are on their way only because the run is ending.
        """
        if error is None:
            self.queue.note_taken()
            if not is_ending:
                self.refused_in_a_row = []
            return DeliveryState.DELIVERED
        if isinstance(error, _FOR_ALL):
            raise error
        if isinstance(error, UnavailableError):
            return self._defer(key, error)
        if isinstance(error, RefusedError):
            self.queue.note_taken()
            self._story(f"had one recipient rejected (key {key}): {error.message}")
            self.refused_in_a_row.append(key)
            self.refusals[key] = error.kind
            return DeliveryState.REFUSED
        if isinstance(error, DoubtError):
            return self._ask_about(key, error)
        raise error

    def _story(self, words: str) -> None:
        self.notes.append((self.send.issue, self._note(words)))

    def _mark(self, key: str, state: DeliveryState) -> None:
        self.ledger.sends.write(self.lease, {key: state})
        if state is DeliveryState.HANDED_OVER:
            self.require_lease()

    def _defer(self, key: str, error: UnavailableError) -> DeliveryState:
        """Leave a recipient for later; refuse one whose message has been deferred for days."""
        days = (self.ledger.clock() - self.send.created_at).days
        if isinstance(error, DeferredError):
            self.refusals[key] = error.kind
        if isinstance(error, DeferredError) and days >= DAYS_DEFERRED:
            self._story(f"gave up on a recipient that was deferred for {days} days: {error.message}")
            return DeliveryState.REFUSED
        self.queue.defer(key, error)
        return DeliveryState.PENDING

    def _ask_about(self, key: str, error: DoubtError) -> DeliveryState:
        """Find out whether an uncertain message was sent; raise UncertainError if the provider cannot tell."""
        try:
            answer = self.provider.ask(self.send.message_group, [key])[key]
        except ProviderError:
            answer = AcceptState.CANNOT_TELL
        if answer is AcceptState.YES:
            return DeliveryState.DELIVERED
        if answer is AcceptState.NO:
            raise ProviderError(error.message, hint=error.hint) from error
        self.outcomes[key] = DeliveryState.UNCERTAIN
        raise uncertain_error(
            self.send.issue, "this recipient", self.provider.whereabouts(), f"{error.message} "
        ) from error

    def _break_off(self, error: ProviderError) -> None:
        """Write down how far the run came; a send that reached nobody is over, so that the issue can be fixed."""
        self._settle({})
        if isinstance(error.__cause__, RefusedError) and self.refused_in_a_row:
            # it was not the recipients that were refused: they are tried again when the send goes on
            self._settle(dict.fromkeys(self.refused_in_a_row, DeliveryState.PENDING))
        counts = self.ledger.deliveries.count(self.send)
        state = SendState.SENDING if counts.touched else SendState.FAILED
        reached = count_noun(counts[DeliveryState.DELIVERED], "recipient")
        self.ledger.sends.write(
            self.lease, {}, state=state, note=self._note(f"had to stop after {reached}: {error.message}")
        )

    def _close(self) -> Outcome:
        counts = self.ledger.deliveries.count(self.send)
        refusals = tuple(self.ledger.deliveries.refusals(self.send))
        if counts[DeliveryState.PENDING]:
            reached = f"{counts[DeliveryState.DELIVERED]:,} of {count_noun(counts.total, 'recipient')}"
            self.ledger.sends.write(self.lease, {}, note=self._note(f"stopped after {reached}"))
            return Outcome(self.send, counts, self.stop.signal, refusals)
        self.reconciler.read_back(self.lease)
        self.ledger.sends.write(self.lease, {}, state=SendState.SENT, note=self._note(_finished(counts)))
        return Outcome(self.ledger.sends.current(self.send), counts, refusals=refusals)


def _finished(counts: DeliveryCounts) -> str:
    words = f"finished: sent to {count_noun(counts[DeliveryState.DELIVERED], 'recipient')}"
    for state, what in ((DeliveryState.SKIPPED, "unsubscribed meanwhile"), (DeliveryState.REFUSED, "refused")):
        if counts[state]:
            words += f", {counts[state]:,} {what}"
    return words
