"""Select the recipients of a send: everyone, those without the issue, or those with an older version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.errors import GateError, UsageError
from newsletter.ledger.records import SendRun
from newsletter.ledger.send_history import SendHistory, refuse_concurrent
from newsletter.ledger.store import Ledger
from newsletter.model.audience import Members
from newsletter.model.campaign import content_digest
from newsletter.model.recipient_keys import KeySet, RecipientKeys
from newsletter.model.sends import Purpose, SendState
from newsletter.providers.base import DirectProvider
from newsletter.sending.payload import SendPayload


@dataclass(frozen=True, slots=True)
class RecipientPlan:
    """Who would get a run: the keys in send, how many on the list are left out, and why, in words."""

    keys: Sequence[str]
    had_it: int
    left_out: str = "already had it"


def select_recipients(
    ledger: Ledger, provider: DirectProvider, payload: SendPayload, purpose: Purpose = Purpose.WHOLE
) -> RecipientPlan:
    """Find out who would get a run now; raise GateError where that is nobody, or another send is not finished."""
    history = ledger.deliveries.history(payload.issue, provider.name)
    refuse_concurrent(history, ledger.clock())
    return choose(history, candidates(provider, payload), payload, purpose)


def candidates(provider: DirectProvider, payload: SendPayload) -> RecipientKeys:
    """Return the keys of everybody in the target now, whatever they were sent; raise GateError where that is nobody."""
    everybody = provider.recipients(provider.audience(payload.target.audience))
    people = Members(everybody, payload.target.segment)
    seen, keys = KeySet(), RecipientKeys()
    for email in people.emails():
        key = payload.key_of(email)
        if seen.add(key):
            keys.append(key)
    if not keys:
        raise GateError(
            f"There is no one to send to: {payload.target.audience} has no active subscribers.",
            hint="Nothing was sent. Check the audience file.",
        )
    return keys


def choose(history: SendHistory, keys: Sequence[str], payload: SendPayload, purpose: Purpose) -> RecipientPlan:
    """Choose those who get a run from the keys of a target; raise GateError where that is nobody."""
    if purpose is Purpose.CORRECTION:
        return _with_another(history, keys, payload)
    left = RecipientKeys(key for key in keys if key not in history.had_it) if history.had_it else keys
    if not left:
        raise GateError(
            f"Everyone in {payload.target.words} has already received {payload.issue}.",
            hint="Nothing was sent by this command.",
        )
    return RecipientPlan(left, len(keys) - len(left))


def _with_another(history: SendHistory, keys: Sequence[str], payload: SendPayload) -> RecipientPlan:
    """Return those who surely got the issue, and with other words than it has now."""
    content = content_digest(payload.parts)
    wrong = RecipientKeys(key for key in keys if history.contents.get(key, content) != content)
    if not wrong:
        raise GateError(
            f"No one in {payload.target.words} has an older version of {payload.issue}.",
            hint="Nothing was sent. Fix the issue file first, and send yourself a test of it.",
        )
    return RecipientPlan(wrong, len(keys) - len(wrong), "have this version already, or never received the issue")


def next_run(history: SendHistory, payload: SendPayload, purpose: Purpose) -> SendRun:
    """Return the run that would come now; raise where the first one to all has not come to its end."""
    if purpose is Purpose.WHOLE:
        return SendRun()
    issue, target = payload.issue, payload.target
    whole = history.last(target, Purpose.WHOLE)
    if whole is None:
        raise UsageError(
            f"{issue} has not been sent yet.", hint=f"Run `newsletter send {issue}` to send it to everyone."
        )
    last = history.last(target, purpose)
    if whole.state is not SendState.SENT or (last is not None and last.state is not SendState.SENT):
        option = "" if whole.state is not SendState.SENT else f" --{purpose}"
        raise GateError(
            f"A send of {issue} is not finished.",
            hint=f"Run `newsletter send {issue}{option}` to finish it, then run this command again.",
        )
    return SendRun(purpose, 1 + (last.run.round if last else 0))
