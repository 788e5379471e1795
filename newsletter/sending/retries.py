"""Retry messages that a provider defers, with back-off, while the other messages are sent.

A deferred message was not taken, so trying it again sends nothing twice. Where several in a row are deferred, or the
provider takes nothing at all, the run pauses. The time that a run keeps trying counts from the last message taken.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from newsletter.errors import DeferredError, UnavailableError
from newsletter.ledger.records import Send
from newsletter.model.titles import capital
from newsletter.providers.base import DirectProvider
from newsletter.sending.formatting import count_noun
from newsletter.sending.signals import StopRequest
from newsletter.sending.waiting import WaitingRecipients

FIRST_WAIT = 30.0
LONGEST_WAIT = 600.0
DAYS_DEFERRED = 3
"""Days after the beginning of a send from which on a recipient who is still deferred counts as refused."""
MOST_IN_A_ROW = 5
"""Deferred messages in a row after which it is not the recipients that are at fault."""

_SLICE = 1.0
"""Seconds between two looks at whether to stop waiting."""


@dataclass(frozen=True, slots=True)
class Timer:
    """What measures and passes time; a test has its own."""

    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class RetryQueue:
    """The recipients that a run has still to try, and those whose messages were deferred, by key.

    `retry_seconds` is for how long deferred messages are tried again, from the last message taken; 0 for not at all.
    """

    waiting: WaitingRecipients
    retry_seconds: float
    timer: Timer = field(default_factory=Timer)
    deferred: list[str] = field(default_factory=list)
    last: UnavailableError | None = None
    """The latest reason why a message was not taken."""
    _in_a_row: int = 0
    _wait: float = FIRST_WAIT
    _since: float = field(init=False)

    def __post_init__(self) -> None:
        self._since = self.timer.clock()

    def note_taken(self) -> None:
        """Note that the provider took, or refused for good, a message: it does answer."""
        self._in_a_row, self._wait, self._since = 0, FIRST_WAIT, self.timer.clock()

    def defer(self, key: str, error: UnavailableError) -> None:
        """Note that a recipient's message was not taken just now; raise the error where nothing is tried again.

        A DeferredError is about one message, any other UnavailableError about all.
        """
        is_about_one = isinstance(error, DeferredError)
        if not (self.retry_seconds or is_about_one):
            raise error
        self.deferred.append(key)
        self.last = error
        self._in_a_row = self._in_a_row + 1 if is_about_one else MOST_IN_A_ROW

    @property
    def is_paused(self) -> bool:
        """Return whether the provider takes nothing just now."""
        return self._in_a_row >= MOST_IN_A_ROW

    @property
    def must_wait(self) -> bool:
        """Return whether nothing can be tried without a wait: the run is paused, or only deferred messages are left."""
        return self.is_paused or (bool(self.deferred) and not self.waiting)

    @property
    def left(self) -> int:
        """Return how many recipients are still to be tried, or to be tried again."""
        return len(self.waiting) + len(self.deferred)

    def wait(self, stop: StopRequest, keep_lease: Callable[[], None], tell: Callable[[str], None], title: str) -> bool:
        """Wait until the deferred messages may be tried again; return False where the time for that is over."""
        now = self.timer.clock()
        rest = self._since + self.retry_seconds - now
        if rest <= 0:
            return False
        seconds = min(self._wait, rest)
        self._wait = min(self._wait * 2, LONGEST_WAIT)
        tell(self._pause_words(title, seconds))
        while not stop.is_asked and (still := now + seconds - self.timer.clock()) > 0:
            keep_lease()
            self.timer.pause(min(_SLICE, still))
        # those not tried yet come first: a recipient that is deferred again and again holds nobody up
        self.waiting.try_later(self.deferred)
        self.deferred, self._in_a_row = [], 0
        return True

    def still_deferred(self, provider: DirectProvider, send: Send, delivered: int) -> UnavailableError:
        """Return the error that ends a run while recipients are still waiting."""
        title, issue = capital(provider.title), send.issue
        setting = "retry_for" in type(provider).options.model_fields
        longer = f" To keep trying for longer, set `retry_for` under `{provider.name}`." if setting else ""
        what = (
            "is not accepting messages at the moment"
            if self.is_paused or self.waiting
            else "is still deferring some messages"
        )
        have = f"{count_noun(delivered, 'recipient has', 'recipients have')} {issue}"
        waits = count_noun(self.left, "recipient is still waiting", "recipients are still waiting")
        return UnavailableError(
            f"{title} {what}{self._reason()}: {have}, {waits}.",
            hint=(
                f"Those waiting were not rejected, and no one will receive it twice. Run `newsletter send {issue}` "
                f"again later to continue with the recipients who are waiting.{longer} An address that is "
                "deferred every time may be wrong: remove it from the list, and the send can finish without it."
            ),
        )

    def _pause_words(self, title: str, seconds: float) -> str:
        minutes = f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
        what = "is not accepting messages at the moment" if self.is_paused else "is deferring some messages"
        waits = count_noun(self.left, "recipient is still waiting", "recipients are still waiting")
        return f"{title} {what}{self._reason()}. {waits}; the next try is in {minutes}."

    def _reason(self) -> str:
        return f" ({self.last.message.rstrip('.')})" if self.last else ""
