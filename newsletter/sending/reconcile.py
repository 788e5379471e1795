"""Doubt: after a crash the provider is asked what it has; where it cannot tell, a person decides what is true."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.errors import UncertainError, UsageError
from newsletter.ledger.lease import Lease
from newsletter.ledger.records import AuditNote, Send
from newsletter.ledger.sends import KEEP
from newsletter.ledger.store import Ledger
from newsletter.model.batches import in_batches
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import SendState
from newsletter.providers.base import AcceptState, DirectProvider
from newsletter.providers.capabilities import Feature
from newsletter.sending.formatting import count_noun

ASKED_AT_ONCE = 50_000
"""How many recipients a provider is asked about at once: memory stays the same whatever the size of the list."""

_STATES = {
    AcceptState.YES: DeliveryState.DELIVERED,
    AcceptState.NO: DeliveryState.PENDING,
    AcceptState.CANNOT_TELL: DeliveryState.UNCERTAIN,
}


class Verdict(StrEnum):
    """What a person says of the messages in doubt."""

    SENT = "sent"
    NOT_SENT = "not-sent"


def ask_about_many(
    provider: DirectProvider, message_group: str, keys: Iterable[str]
) -> Iterator[tuple[str, AcceptState]]:
    """Yield each recipient's key with the provider's answer about their message, some at a time."""
    for some in in_batches(keys, ASKED_AT_ONCE):
        yield from provider.ask(message_group, some).items()


@dataclass(frozen=True, slots=True)
class Resolution:
    """How many messages in doubt the provider showed after all, and on how many the person's word was taken."""

    shown: int
    decided: int


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Finds out who received one send; `who` is the person who runs the command."""

    ledger: Ledger
    provider: DirectProvider
    send: Send
    who: str

    def reconcile(self, lease: Lease) -> None:
        """Ask about all that was handed over when a run broke off; raise UncertainError on any doubt.

        Where messages that were surely delivered are gone, the provider's word on the others counts for nothing.
        """
        handed = self.ledger.deliveries.recipients(self.send, DeliveryState.HANDED_OVER)
        said = self.provider.ask(self.send.message_group, handed)
        lost = self._lost()
        if lost:
            said = {
                key: answer if answer is AcceptState.YES else AcceptState.CANNOT_TELL for key, answer in said.items()
            }
        changes = {key: _STATES[answer] for key, answer in said.items()}
        self._write(lease, changes | dict.fromkeys(lost, DeliveryState.UNCERTAIN))
        self.refuse_doubt()

    def read_back(self, lease: Lease) -> None:
        """Compare what the provider has with what was delivered; raise UncertainError where they differ."""
        self._write(lease, dict.fromkeys(self._lost(), DeliveryState.UNCERTAIN))
        self.refuse_doubt()

    def refuse_doubt(self) -> None:
        """Raise UncertainError while any recipient is in doubt."""
        count = self.ledger.deliveries.count(self.send)[DeliveryState.UNCERTAIN]
        if count:
            raise uncertain_error(self.send.issue, count_noun(count, "recipient"), self.provider.whereabouts())

    def resolve(self, verdict: Verdict, recipients: Collection[str] = ()) -> Resolution:
        """Take a person's word on the messages in doubt, except where the provider now shows that it has one.

        `recipients` are the keys of those that are decided; without keys all are. Raise UsageError for a key that is
        not in doubt.
        """
        with self.ledger.sends.lease(self.send) as lease:
            doubtful = self.ledger.deliveries.recipients(self.send, DeliveryState.UNCERTAIN)
            if set(recipients) - set(doubtful):
                raise UsageError(
                    "One of the recipients given with --recipient is not uncertain.",
                    hint=f"Nothing was changed. `newsletter status {self.send.issue}` lists those who are.",
                )
            leaves = bool(recipients) and len(set(recipients)) < len(doubtful)
            doubtful = [key for key in doubtful if not recipients or key in recipients]
            said = self.provider.ask(self.send.message_group, doubtful)
            shown = [key for key in doubtful if said[key] is AcceptState.YES]
            decided = [key for key in doubtful if said[key] is not AcceptState.YES]
            were_sent = verdict is Verdict.SENT
            state = DeliveryState.DELIVERED if were_sent else DeliveryState.PENDING
            self.ledger.sends.write(
                lease,
                dict.fromkeys(shown, DeliveryState.DELIVERED) | dict.fromkeys(decided, state),
                state=KEEP if leaves else SendState.SENDING,
                vouched=decided if were_sent else (),
                note=AuditNote(self.who, self._resolved(shown, decided, verdict)),
            )
        return Resolution(len(shown), len(decided))

    def _lost(self) -> list[str]:
        if Feature.TELLS not in self.provider.about.features:
            return []
        # what a person vouched for is not looked for again: it was in doubt because it could not be found
        delivered = self.ledger.deliveries.stream(self.send, DeliveryState.DELIVERED, vouched=False)
        said = ask_about_many(self.provider, self.send.message_group, delivered)
        return [key for key, answer in said if answer is not AcceptState.YES]

    def _write(self, lease: Lease, changes: Mapping[str, DeliveryState]) -> None:
        if not changes:
            return
        count = sum(state is DeliveryState.UNCERTAIN for state in changes.values())
        if not count:
            self.ledger.sends.write(lease, changes)
            return
        words = (
            f"found {count_noun(count, 'uncertain message')}: {self.provider.title} does not show them, or "
            "cannot report on them"
        )
        self.ledger.sends.write(lease, changes, state=SendState.UNCERTAIN, note=AuditNote(self.who, words))

    def _resolved(self, shown: Sequence[str], decided: Sequence[str], verdict: Verdict) -> str:
        words = []
        if decided:
            said = "were sent" if verdict is Verdict.SENT else "were not sent"
            words.append(f"recorded that {count_noun(len(decided), 'uncertain message')} {said}")
        if shown:
            words.append(
                f"confirmed that {self.provider.title} has {count_noun(len(shown), 'message')} that had been uncertain"
            )
        return " and ".join(words) or "looked for uncertain messages and found none"


def uncertain_error(issue: str, recipients: str, where: str, lead: str = "") -> UncertainError:
    """Return the error that stops all sending until a person says what happened."""
    return UncertainError(
        f"{lead}It is not known whether {recipients} received {issue}; nothing more is sent until this is resolved.",
        hint=(
            f"Check {where}; `newsletter status {issue}` lists the recipients. If they received it, run "
            f"`newsletter send {issue} --resolve sent`. If they did not, run `newsletter send {issue} --resolve "
            "not-sent` to send it to them. If only some did, add `--recipient ADDRESS` for each of those."
        ),
    )
