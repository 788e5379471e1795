"""One process's part of a direct send: batches recorded before and after they are handed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial

from newsletter.errors import (
    AuthenticationError,
    DeferredError,
    DoubtError,
    LedgerError,
    NotFoundError,
    PlanLimitError,
    ProviderError,
    RefusedError,
    UnavailableError,
    UncertainError,
)
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import AuditNote, DeliveryCounts, Send
from newsletter.ledger.store import Ledger
from newsletter.model.audience import Subscriber, members
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import SendState
from newsletter.model.titles import capital
from newsletter.providers.base import AcceptState, DirectProvider, OutboundMessage
from newsletter.render.mime import MessageContext
from newsletter.sending.formatting import count_noun
from newsletter.sending.payload import SendPayload
from newsletter.sending.personalize import MessageComposer
from newsletter.sending.reconcile import Reconciler, uncertain_error
from newsletter.sending.retries import DAYS_DEFERRED, RetryQueue
from newsletter.sending.signals import StopRequest
from newsletter.sending.text_mark import TextMark

_FOR_ALL = (AuthenticationError, NotFoundError, PlanLimitError)
"""Refusals that concern the account, not one recipient."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a run came; `stopped_by` is the signal that asked it to stop before the end, else 0."""

    send: Send
    counts: DeliveryCounts
    stopped_by: int = 0


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
        waiting = self.ledger.deliveries.recipients(self.send, DeliveryState.PENDING)
        people: Mapping[str, Subscriber] = {}
        composer = MessageComposer(self.payload.message)
        try:
            if waiting:
                people = self._people()
                waiting = self._rename_former(waiting, people)
                self.provider.prepare()
            self.queue.waiting.extend(waiting)
            while not self.stop.is_asked and (batch := self.queue.take(self.provider.batch)):
                self._batch(batch, people, composer)
                if self.queue.must_wait and not self.stop.is_asked:
                    self._wait()
        except ProviderError as error:
            self._break_off(error)
            raise
        except LedgerError:
            raise  # what was handed over stands there as that, and is asked about next time
        except UncertainError as error:
            self.ledger.sends.write(
                self.lease, self.outcomes, state=SendState.UNCERTAIN, note=self._note(error.message)
            )
            raise
        self._settle({})
        return self._close()

    def _wait(self) -> None:
        """Wait before deferred messages are tried again; raise where the provider defers them for too long."""
        self._settle({})
        if not self.queue.wait(self.stop, self._keep_lease, self.tell, capital(self.provider.title)):
            delivered = self.ledger.deliveries.count(self.send)[DeliveryState.DELIVERED]
            raise self.queue.still_deferred(self.provider, self.send, delivered)

    def _keep_lease(self) -> None:
        if self.lease.is_due(self.ledger.clock()):
            self.ledger.sends.write(self.lease, {})

    def _people(self) -> dict[str, Subscriber]:
        audience = self.provider.audience(self.send.target.audience)
        there = members(self.provider.recipients(audience), self.send.target.segment)
        people = {self.payload.key_of(one.email): one for one in there}
        if not people:
            # one reader who left is passed over; that all have left in the middle of a send is a fault somewhere
            raise ProviderError(
                f"{capital(self.provider.title)} no longer has any subscribers in {audience.name}.",
                hint=(
                    "No more messages were sent. Check the audience, then run `newsletter send` again; it "
                    "continues where it stopped."
                ),
            )
        return people

    def _rename_former(self, waiting: Sequence[str], people: Mapping[str, Subscriber]) -> list[str]:
        """Give new keys to recipients that an earlier version knew by the key of another domain.

        Return the keys of all that wait. Of those who are no longer waiting, the message went to that other domain.
        """
        own = {self.payload.former_key_of(one.email): key for key, one in people.items()}
        changed = {key: own[key] for key in waiting if key in own and key not in people}
        changed = self.ledger.deliveries.rename_recipients(self.lease, changed) if changed else {}
        return [changed.get(key, key) for key in waiting]

    def _batch(self, keys: Sequence[str], people: Mapping[str, Subscriber], composer: MessageComposer) -> None:
        here = [key for key in keys if key in people]
        intent = dict.fromkeys(keys, DeliveryState.SKIPPED) | dict.fromkeys(here, DeliveryState.HANDED_OVER)
        self._settle(intent)
        # until the provider has taken a message, the truth of it is that it waits
        self.outcomes = dict.fromkeys(here, DeliveryState.PENDING)
        for number_of, key in enumerate(here):
            if self.stop.is_asked or self.queue.is_paused:
                self.queue.put_back(here[number_of:])
                break
            self._keep_lease()
            self.outcomes[key] = self._deliver(key, people[key], composer)
            self.progress(int(self.outcomes[key] is not DeliveryState.PENDING))
        self.progress(len(keys) - len(here))

    def _settle(self, intent: dict[str, DeliveryState]) -> None:
        """Record the results of the last batch and the next one, in one transaction."""
        if self.outcomes:
            self.provider.settle()
        if self.outcomes or intent:
            self.ledger.sends.write(self.lease, self.outcomes | intent, state=SendState.SENDING)
        self.outcomes = {}

    def _deliver(self, key: str, person: Subscriber, composer: MessageComposer) -> DeliveryState:
        envelope = MessageContext(
            recipient=person,
            key=key,
            issue=self.send.issue,
            sending=self.send.message_group,
            sent_at=self.ledger.clock(),
            links=self.payload.links,
        )
        mark = TextMark(
            partial(self._mark, key, DeliveryState.PENDING), partial(self._mark, key, DeliveryState.HANDED_OVER)
        )
        message = OutboundMessage(self.send.message_group, key, person.email, composer.compose(envelope), mark.begin)
        try:
            with mark.watched() if self.provider.announces_text else nullcontext():
                self.provider.deliver(message)
        except _FOR_ALL:
            raise
        except UnavailableError as error:
            return self._defer(key, error)
        except RefusedError as error:
            self.queue.note_taken()
            self.ledger.history.tell(
                self.send.issue, self._note(f"had one recipient rejected (key {key}): {error.message}")
            )
            self.refused_in_a_row.append(key)
            return DeliveryState.REFUSED
        except DoubtError as error:
            return self._ask_about(key, error)
        self.queue.note_taken()
        self.refused_in_a_row = []
        return DeliveryState.DELIVERED

    def _mark(self, key: str, state: DeliveryState) -> None:
        self.ledger.sends.write(self.lease, {key: state})

    def _defer(self, key: str, error: UnavailableError) -> DeliveryState:
        """Leave a recipient for later; refuse one whose message has been deferred for days."""
        days = (self.ledger.clock() - self.send.created_at).days
        if isinstance(error, DeferredError) and days >= DAYS_DEFERRED:
            self.ledger.history.tell(
                self.send.issue,
                self._note(f"gave up on a recipient that was deferred for {days} days: {error.message}"),
            )
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
        if counts[DeliveryState.PENDING]:
            reached = f"{counts[DeliveryState.DELIVERED]:,} of {count_noun(counts.total, 'recipient')}"
            self.ledger.sends.write(self.lease, {}, note=self._note(f"stopped after {reached}"))
            return Outcome(self.send, counts, self.stop.signal)
        self.reconciler.read_back(self.lease)
        self.ledger.sends.write(self.lease, {}, state=SendState.SENT, note=self._note(_finished(counts)))
        return Outcome(self.ledger.sends.current(self.send), counts)


def _finished(counts: DeliveryCounts) -> str:
    words = f"finished: sent to {count_noun(counts[DeliveryState.DELIVERED], 'recipient')}"
    for state, what in ((DeliveryState.SKIPPED, "unsubscribed meanwhile"), (DeliveryState.REFUSED, "refused")):
        if counts[state]:
            words += f", {counts[state]:,} {what}"
    return words
