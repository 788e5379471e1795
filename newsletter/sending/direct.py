"""The protocol of sending: intent before any message leaves, outcome after it, doubt never passed over.

1. The whole plan is written down: the content as it stands, and the key of everybody who is to get it. They are chosen
   in the transaction that writes it, and one send of an issue is under way at a time: nobody is in two plans.
2. A batch is written down as handed over, then handed over, then written down as delivered.
3. A run that breaks off is taken up again by calling it again: what was handed over without an outcome is asked for at
   the provider; everybody else still waiting gets exactly the content that was frozen.
"""

from __future__ import annotations

from collections.abc import Callable

from newsletter.errors import GateError
from newsletter.ledger.records import AuditNote, DirectSendPlan, Send
from newsletter.ledger.send_history import SendHistory, refuse_concurrent
from newsletter.ledger.store import Ledger
from newsletter.model.sends import Purpose, SendState
from newsletter.providers.base import AcceptState, DirectProvider
from newsletter.sending.direct_run import DirectRun, Outcome
from newsletter.sending.formatting import count_noun
from newsletter.sending.payload import SendPayload, deserialize
from newsletter.sending.recipients import RecipientPlan, candidates, choose, next_run
from newsletter.sending.reconcile import Reconciler, ask_about_many
from newsletter.sending.retries import RetryQueue, Timer
from newsletter.sending.send_errors import WHAT, refuse_second
from newsletter.sending.signals import StopRequest
from newsletter.sending.waiting import WaitingRecipients


def begin(
    ledger: Ledger, provider: DirectProvider, payload: SendPayload, who: str, purpose: Purpose = Purpose.WHOLE
) -> Send:
    """Write down the intent to send; nothing leaves yet.

    Raise UncertainError where the provider has messages of this issue that the ledger knows nothing of: a ledger was
    lost, or the sending was done with another one.
    """
    provider.vet(payload.tags, payload.links)
    keys = candidates(provider, payload)
    before = ledger.deliveries.history(payload.issue, provider.name)
    refuse_concurrent(before, ledger.clock())
    run = next_run(before, payload, purpose)
    said = ask_about_many(provider, run.name_for(payload.issue), keys)
    there = frozenset(key for key, answer in said if answer is AcceptState.YES)
    content = payload.freeze()

    def plan(history: SendHistory) -> tuple[DirectSendPlan, AuditNote]:
        if next_run(history, payload, purpose) != run:
            raise GateError(
                f"Someone else has sent {payload.issue} again in the meantime.",
                hint="Nothing was sent by this command. Run it again to work out the recipients afresh.",
            )
        to = choose(history, keys, payload, purpose)
        unknown = there.intersection(to.keys) if there else there
        chosen = DirectSendPlan(
            issue=payload.issue,
            target=payload.target,
            fingerprint=payload.fingerprint,
            parts=payload.parts,
            content=content,
            subject=payload.message.subject,
            who=who,
            recipients=to.keys,
            run=run,
            in_doubt=unknown,
        )
        return chosen, AuditNote(who, _began(chosen, to, provider.title))

    send = ledger.sends.intend_chosen(payload.issue, provider.name, plan)
    Reconciler(ledger, provider, send, who).refuse_doubt()
    return send


def _began(plan: DirectSendPlan, to: RecipientPlan, provider: str) -> str:
    """Return the sentence with the recipients of a send."""
    words = (
        f"started sending {WHAT[plan.run.purpose]} to {count_noun(len(to.keys), 'recipient')} in {plan.target.words}"
    )
    if to.had_it:
        words += f"; {count_noun(to.had_it, 'other recipient')} there {to.left_out}"
    if plan.in_doubt:
        words += f"; {provider} already had a message for {len(plan.in_doubt):,} of them"
    return words


def carry_on(
    ledger: Ledger,
    provider: DirectProvider,
    send: Send,
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
    with ledger.sends.lease(send) as lease:
        now = ledger.sends.current(send)
        if now.state is SendState.FAILED:
            raise GateError(f"Another attempt to send {send.issue} has just failed.", hint="Run the command again.")
        if now.state is SendState.SENT:
            raise refuse_second(now, counts=ledger.deliveries.count(now))
        reconciler = Reconciler(ledger, provider, send, who)
        reconciler.reconcile(lease)
        payload = deserialize(ledger.sends.content(send))
        waiting = RetryQueue(WaitingRecipients(payload), provider.retry_seconds, timer or Timer())
        return DirectRun(reconciler, lease, payload, stop or StopRequest(), progress, tell, waiting).to_the_end()
