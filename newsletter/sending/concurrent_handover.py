"""A direct run over several connections: which message is next, how each ended, and what the ledger is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from newsletter.errors import LedgerError, NewsletterError, ProviderError, UncertainError
from newsletter.model.audience import Subscriber
from newsletter.model.campaign import DeliveryState
from newsletter.providers.base import OutboundMessage
from newsletter.sending.formatting import count_noun
from newsletter.sending.handover_loop import HandoverLoop, Work
from newsletter.sending.personalize import MessageComposer
from newsletter.sending.reconcile import uncertain_error

if TYPE_CHECKING:
    from newsletter.sending.direct_run import DirectRun


class ConcurrentHandover(Work):
    """The work of the lanes that hand over a run's messages."""

    def __init__(self, run: DirectRun, composer: MessageComposer) -> None:
        self._run = run
        self._people: dict[str, Subscriber] = {}
        """Those whose messages are on their way, by key."""
        self._composer = composer
        self._end: NewsletterError | None = None
        """Why no further message is taken."""
        self._uncertain = 0
        self._done = 0

    def finish(self) -> None:
        """Hand over all that waits; raise what ended the run before, after all messages on their way have ended."""
        HandoverLoop(self, self._run.provider.lanes()[: len(self._run.queue.waiting)]).run()
        self._show_progress()
        if self._uncertain > 1:
            recipients = count_noun(self._uncertain, "recipient")
            raise uncertain_error(self._run.send.issue, recipients, self._run.provider.whereabouts())
        if self._end is not None:
            raise self._end

    def take(self) -> str | None:
        """Return the key of the next recipient."""
        if self._is_ending:
            return None
        try:
            taken = self._run.queue.waiting.take(1)
        except ProviderError as error:  # the list cannot be read
            self._end = error
            return None
        if not taken:
            return None
        key, person = taken[0]
        self._people[key] = person
        return key

    @property
    def _is_ending(self) -> bool:
        """Return whether no further message may begin."""
        return self._end is not None or self._run.stop.is_asked or self._run.queue.is_paused

    def keep(self, key: str) -> bool:
        """Return whether a recipient who was taken early still gets the message; else put them back."""
        if self._is_ending:
            self._run.queue.waiting.put_back([(key, self._people.pop(key))])
            return False
        return True

    def compose(self, key: str, begin_text: Callable[[], None]) -> OutboundMessage:
        """Return one recipient's message."""
        return self._run.compose(key, self._people[key], self._composer, begin_text)

    def require_lease(self) -> None:
        """Raise LedgerError where another process may have the lease."""
        self._run.require_lease()

    def note(self, key: str, error: NewsletterError | None) -> None:
        """Note how a message ended, and whether the run ends with it."""
        outcomes = self._run.outcomes
        del self._people[key]
        outcomes[key] = DeliveryState.PENDING
        try:
            outcomes[key] = self._run.judge(key, error, is_ending=self._end is not None)
        except (ProviderError, UncertainError) as end:
            # without the lease no text was begun: the recipient waits, and is not in doubt
            is_doubt = isinstance(end, UncertainError) and not isinstance(end, LedgerError)
            self._uncertain += is_doubt
            if self._end is None or (is_doubt and not isinstance(self._end, UncertainError)):
                self._end = end
        self._done += outcomes[key] is not DeliveryState.PENDING

    def prepare(self, begun: list[str]) -> Callable[[], None]:
        """Return what writes that which was noted, and who is about to be given a message."""
        run = self._run
        changes = run.outcomes | dict.fromkeys(begun, DeliveryState.HANDED_OVER)
        refusals, notes = run.refusals, run.notes
        run.outcomes, run.refusals, run.notes = {}, {}, []
        self._show_progress()
        if not (changes or notes):
            return lambda: None
        return run.ledger.sends.prepare_handover(run.lease, changes, refusals=refusals, notes=notes)

    def look(self) -> None:
        """Keep the lease."""
        self._run.keep_lease()

    def _show_progress(self) -> None:
        done, self._done = self._done, 0
        self._run.progress(done)
