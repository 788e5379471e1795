"""The protocol of sending: intent before any message leaves, outcome after it, doubt never passed over.

1. The whole plan is written down: the content as it stands, and the key of everybody who is to get it. They are chosen
   in the transaction that writes it, and one send of an issue is under way at a time: nobody is in two plans.
2. A batch is written down as handed over, then handed over, then written down as delivered.
3. A run that breaks off is taken up again by calling it again: what was handed over without an outcome is asked for at
   the provider; everybody else still waiting gets exactly the content that was frozen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from newsletter.errors import (
    AuthenticationError,
    DeferredError,
    DoubtError,
    GateError,
    LedgerError,
    NotFoundError,
    PlanLimitError,
    ProviderError,
    RefusedError,
    UnavailableError,
    UncertainError,
)
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import AuditNote, DeliveryCounts, DirectSendPlan, SendRecord
from newsletter.ledger.send_history import SendHistory, refuse_concurrent
from newsletter.ledger.store import Ledger
from newsletter.model.audience import Subscriber, members
from newsletter.model.campaign import DeliveryState, SendState
from newsletter.model.sends import Purpose
from newsletter.model.titles import capital
from newsletter.providers.base import AcceptState, DirectProvider, OutboundMessage
from newsletter.render.mime import MessageContext
from newsletter.sending.formatting import count_noun
from newsletter.sending.payload import SendPayload, deserialize
from newsletter.sending.personalize import MessageComposer
from newsletter.sending.policy import refuse_second
from newsletter.sending.recipients import RecipientPlan, candidates, choose, next_run
from newsletter.sending.reconcile import Reconciler, uncertain_error
from newsletter.sending.retries import DAYS_DEFERRED, RetryQueue, Timer
from newsletter.sending.signals import StopRequest

_WHAT = {Purpose.WHOLE: "it", Purpose.CORRECTION: "the correction", Purpose.REMAINDER: "the remainder"}
_FOR_ALL = (AuthenticationError, NotFoundError, PlanLimitError)
"""Refusals that concern the account, not one recipient."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a run came; `stopped_by` is the signal that asked it to stop before the end, else 0."""

    campaign: SendRecord
    tally: DeliveryCounts
    stopped_by: int = 0


def begin(
    ledger: Ledger, provider: DirectProvider, outgoing: SendPayload, who: str, purpose: Purpose = Purpose.WHOLE
) -> SendRecord:
    """Write down the intent to send; nothing leaves yet.

    Raise UncertainError where the provider has messages of this issue that the ledger knows nothing of: a ledger was
    lost, or the sending was done with another one.
    """
    provider.vet(outgoing.tags, outgoing.links)
    keys = candidates(provider, outgoing)
    before = ledger.send_history(outgoing.issue, provider.name)
    refuse_concurrent(before, ledger.clock())
    run = next_run(before, outgoing, purpose)
    said = provider.ask(run.name_for(outgoing.issue), keys)
    there = frozenset(key for key, answer in said.items() if answer is AcceptState.YES)
    content = outgoing.freeze()

    def plan(history: SendHistory) -> tuple[DirectSendPlan, AuditNote]:
        if next_run(history, outgoing, purpose) != run:
            raise GateError(
                f"Someone else has sent {outgoing.issue} again in the meantime.",
                hint="Nothing was sent by this command. Run it again to work out the recipients afresh.",
            )
        to = choose(history, keys, outgoing, purpose)
        unknown = there.intersection(to.keys)
        chosen = DirectSendPlan(
            issue=outgoing.issue,
            target=outgoing.target,
            fingerprint=outgoing.fingerprint,
            parts=outgoing.parts,
            content=content,
            subject=outgoing.message.subject,
            who=who,
            recipients=to.keys,
            run=run,
            in_doubt=unknown,
        )
        return chosen, AuditNote(who, _began(chosen, to, provider.title))

    campaign = ledger.intend_chosen(outgoing.issue, provider.name, plan)
    Reconciler(ledger, provider, campaign, who).refuse_doubt()
    return campaign


def _began(plan: DirectSendPlan, to: RecipientPlan, provider: str) -> str:
    """Return the sentence with the recipients of a send."""
    words = (
        f"started sending {_WHAT[plan.run.purpose]} to {count_noun(len(to.keys), 'recipient')} in {plan.target.words}"
    )
    if to.had_it:
        words += f"; {count_noun(to.had_it, 'other recipient')} there {to.left_out}"
    if plan.in_doubt:
        words += f"; {provider} already had a message for {len(plan.in_doubt):,} of them"
    return words


def carry_on(
    ledger: Ledger,
    provider: DirectProvider,
    campaign: SendRecord,
    *,
    who: str,
    stop: StopRequest | None = None,
    progress: Callable[[int], None] = lambda _: None,
    tell: Callable[[str], None] = lambda _: None,
    timer: Timer | None = None,
) -> Outcome:
    """Send to everybody who is still waiting, and finish; safe to call again after any interruption.

    `progress` is called with the number of recipients done, `tell` with a sentence for the person who waits.
    """
    with ledger.lease(campaign) as lease:
        now = ledger.current(campaign)
        if now.state is SendState.FAILED:
            raise GateError(f"Another attempt to send {campaign.issue} has just failed.", hint="Run the command again.")
        if now.state is SendState.SENT:
            raise refuse_second(now, ledger.tally(now))
        inquiry = Reconciler(ledger, provider, campaign, who)
        inquiry.reconcile(lease)
        outgoing = deserialize(ledger.content(campaign))
        waiting = RetryQueue.of((), provider.retry_seconds, timer or Timer())
        return _Run(inquiry, lease, outgoing, stop or StopRequest(), progress, tell, waiting).to_the_end()


@dataclass(slots=True)
class _Run:
    """One process's part of a send, under its lease."""

    inquiry: Reconciler
    lease: Lease
    outgoing: SendPayload
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
        return self.inquiry.ledger

    @property
    def provider(self) -> DirectProvider:
        return self.inquiry.provider

    @property
    def campaign(self) -> SendRecord:
        return self.inquiry.campaign

    def _note(self, words: str) -> tuple[str, AuditNote]:
        return self.campaign.issue, AuditNote(self.inquiry.who, words)

    def to_the_end(self) -> Outcome:
        """Send what waits; write down how it ended, whatever way that is."""
        waiting = self.ledger.recipients(self.campaign, DeliveryState.PENDING)
        people: Mapping[str, Subscriber] = {}
        letters = MessageComposer(self.outgoing.message)
        try:
            if waiting:
                people = self._people()
                waiting = self._rename_former(waiting, people)
                self.provider.prepare()
            self.queue.waiting.extend(waiting)
            while not self.stop.is_asked and (batch := self.queue.take(self.provider.batch)):
                self._batch(batch, people, letters)
                if self.queue.must_wait and not self.stop.is_asked:
                    self._wait()
        except ProviderError as error:
            self._break_off(error)
            raise
        except LedgerError:
            raise  # what was handed over stands there as that, and is asked about next time
        except UncertainError as error:
            self.ledger.move(self.lease, self.outcomes, state=SendState.UNCERTAIN, note=self._note(error.message))
            raise
        self._settle({})
        return self._close()

    def _wait(self) -> None:
        """Wait before deferred messages are tried again; raise where the provider defers them for too long."""
        self._settle({})
        if not self.queue.wait(self.stop, self._keep_lease, self.tell, capital(self.provider.title)):
            delivered = self.ledger.tally(self.campaign)[DeliveryState.DELIVERED]
            raise self.queue.still_deferred(self.provider, self.campaign, delivered)

    def _keep_lease(self) -> None:
        if self.lease.is_due(self.ledger.clock()):
            self.ledger.move(self.lease, {})

    def _people(self) -> dict[str, Subscriber]:
        audience = self.provider.audience(self.campaign.target.audience)
        there = members(self.provider.recipients(audience), self.campaign.target.segment)
        people = {self.outgoing.key_of(one.email): one for one in there}
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
        own = {self.outgoing.former_key_of(one.email): key for key, one in people.items()}
        changed = {key: own[key] for key in waiting if key in own and key not in people}
        changed = self.ledger.rename_recipients(self.lease, changed) if changed else {}
        return [changed.get(key, key) for key in waiting]

    def _batch(self, keys: Sequence[str], people: Mapping[str, Subscriber], letters: MessageComposer) -> None:
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
            self.outcomes[key] = self._deliver(key, people[key], letters)
            self.progress(int(self.outcomes[key] is not DeliveryState.PENDING))
        self.progress(len(keys) - len(here))

    def _settle(self, intent: dict[str, DeliveryState]) -> None:
        """Record the results of the last batch and the next one, in one transaction."""
        if self.outcomes:
            self.provider.settle()
        if self.outcomes or intent:
            self.ledger.move(self.lease, self.outcomes | intent, state=SendState.SENDING)
        self.outcomes = {}

    def _deliver(self, key: str, person: Subscriber, letters: MessageComposer) -> DeliveryState:
        envelope = MessageContext(
            recipient=person,
            key=key,
            issue=self.campaign.issue,
            sending=self.campaign.sending,
            sent_at=self.ledger.clock(),
            links=self.outgoing.links,
        )
        parcel = OutboundMessage(self.campaign.sending, key, person.email, letters.compose(envelope))
        try:
            self.provider.deliver(parcel)
        except _FOR_ALL:
            raise
        except UnavailableError as error:
            return self._defer(key, error)
        except RefusedError as error:
            self.queue.note_taken()
            self.ledger.history.tell(*self._note(f"had one recipient rejected: {error.message}"))
            self.refused_in_a_row.append(key)
            return DeliveryState.REFUSED
        except DoubtError as error:
            return self._ask_about(key, error)
        self.queue.note_taken()
        self.refused_in_a_row = []
        return DeliveryState.DELIVERED

    def _defer(self, key: str, error: UnavailableError) -> DeliveryState:
        """Leave a recipient for later; refuse one whose message has been deferred for days."""
        days = (self.ledger.clock() - self.campaign.created_at).days
        if isinstance(error, DeferredError) and days >= DAYS_DEFERRED:
            self.ledger.history.tell(
                *self._note(f"gave up on a recipient that was deferred for {days} days: {error.message}")
            )
            return DeliveryState.REFUSED
        self.queue.defer(key, error)
        return DeliveryState.PENDING

    def _ask_about(self, key: str, error: DoubtError) -> DeliveryState:
        """Find out whether an uncertain message was sent; raise UncertainError if the provider cannot tell."""
        try:
            answer = self.provider.ask(self.campaign.sending, [key])[key]
        except ProviderError:
            answer = AcceptState.CANNOT_TELL
        if answer is AcceptState.YES:
            return DeliveryState.DELIVERED
        if answer is AcceptState.NO:
            raise ProviderError(error.message, hint=error.hint) from error
        self.outcomes[key] = DeliveryState.UNCERTAIN
        raise uncertain_error(
            self.campaign.issue, "this recipient", self.provider.whereabouts(), f"{error.message} "
        ) from error

    def _break_off(self, error: ProviderError) -> None:
        """Write down how far the run came; a send that reached nobody is over, so that the issue can be fixed."""
        self._settle({})
        if isinstance(error.__cause__, RefusedError) and self.refused_in_a_row:
            # it was not the recipients that were refused: they are tried again when the send goes on
            self._settle(dict.fromkeys(self.refused_in_a_row, DeliveryState.PENDING))
        tally = self.ledger.tally(self.campaign)
        state = SendState.SENDING if tally.touched else SendState.FAILED
        reached = count_noun(tally[DeliveryState.DELIVERED], "recipient")
        self.ledger.move(self.lease, {}, state=state, note=self._note(f"had to stop after {reached}: {error.message}"))

    def _close(self) -> Outcome:
        tally = self.ledger.tally(self.campaign)
        if tally[DeliveryState.PENDING]:
            reached = f"{tally[DeliveryState.DELIVERED]:,} of {count_noun(tally.total, 'recipient')}"
            self.ledger.move(self.lease, {}, note=self._note(f"stopped after {reached}"))
            return Outcome(self.campaign, tally, self.stop.signal)
        self.inquiry.read_back(self.lease)
        self.ledger.move(self.lease, {}, state=SendState.SENT, note=self._note(_finished(tally)))
        return Outcome(self.ledger.current(self.campaign), tally)


def _finished(tally: DeliveryCounts) -> str:
    words = f"finished: sent to {count_noun(tally[DeliveryState.DELIVERED], 'recipient')}"
    for state, what in ((DeliveryState.SKIPPED, "unsubscribed meanwhile"), (DeliveryState.REFUSED, "refused")):
        if tally[state]:
            words += f", {tally[state]:,} {what}"
    return words
