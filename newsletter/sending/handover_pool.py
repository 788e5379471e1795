"""Hand messages over from several threads while one keeps the ledger: each text waits until its intent is on the disk.

The thread that runs the pool writes down how messages ended, and who is about to be given one, in one commit for
all threads that wait (a group commit). A thread has at most one message that is recorded as handed over without an
outcome, so that after a crash no more are uncertain than there are threads, and often fewer: a message counts as handed
over only from the moment at which the server waits for its text.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from newsletter.errors import NewsletterError

GATHERING = 0.002
"""The fewest seconds for which a commit waits for other threads that are about to ask for one."""
LONGEST_GATHERING = 0.02
"""The most: half as long as a commit takes, for a thread that just misses one waits for two."""
LOOK = 1.0
"""Seconds after which the work is asked whether to go on, where nothing happens."""
ENDING = 5.0
"""Seconds to wait for messages that are on their way where the ledger can no longer be written."""


class HaltedError(Exception):
    """The run is over: this message must not be given away."""


class Work(Protocol):
    """What the threads of a pool do, and what is recorded of it."""

    def take(self) -> str | None:
        """Return the key of the next recipient; None after the last one, or if the run is to end."""

    def hand_over(self, key: str, begin_text: Callable[[], None]) -> None:
        """Hand over one recipient's message; called by several threads at once."""

    def note(self, key: str, error: NewsletterError | None) -> None:
        """Note how a message ended; called by one thread at a time, as `take` and `collect` are."""

    def collect(self, begun: list[str]) -> Callable[[], None]:
        """Return what writes down all that was noted, and that these recipients are about to be given a message."""

    def look(self) -> None:
        """Keep the lease."""


@dataclass(slots=True, eq=False)
class _Intent:
    key: str
    is_decided: threading.Event = field(default_factory=threading.Event)
    is_recorded: bool = False


class HandoverPool:
    """Threads that hand over what `work` gives them."""

    def __init__(self, work: Work, threads: int) -> None:
        self._work = work
        self._threads = threads
        self._turn = threading.Condition()
        self._intents: list[_Intent] = []
        self._writing: list[_Intent] = []
        self._has_news = self._is_gathering = self._is_over = False
        self._gathering = GATHERING
        self._at_work = 0
        self._fault: BaseException | None = None

    def run(self) -> None:
        """Keep the ledger until the threads have ended; raise what went wrong with it, or in one of them."""
        self._at_work = self._threads
        for number in range(self._threads):
            threading.Thread(target=self._hand_over_all, name=f"handover {number + 1}", daemon=True).start()
        try:
            while self._commit():
                pass
        except BaseException as error:
            self._abandon(ENDING if isinstance(error, Exception) else 0)
            raise
        if self._fault is not None:
            raise self._fault

    def _commit(self) -> bool:
        """Write down what there is to write; return whether more can follow."""
        self._work.look()
        with self._turn:
            if not self._has_news:
                self._turn.wait(LOOK)
            if self._has_news:
                # others are about to end their messages: one commit for all of them takes as long as one for each
                self._is_gathering = True
                self._turn.wait_for(lambda: len(self._intents) >= self._at_work, self._gathering)
                self._is_gathering = False
            has_news, self._has_news = self._has_news, False
            self._writing, self._intents = self._intents, []
            goes_on = self._at_work > 0
            write = self._work.collect([one.key for one in self._writing]) if has_news else None
        if write is not None:
            begin = time.monotonic()
            write()
            self._gathering = min(max(GATHERING, (time.monotonic() - begin) / 2), LONGEST_GATHERING)
        with self._turn:
            for one in self._writing:
                one.is_recorded = True
                one.is_decided.set()
            self._writing = []
        return goes_on

    def _abandon(self, seconds: float) -> None:
        """Let no further text begin, and wait for those that have begun."""
        with self._turn:
            self._is_over = True
            for one in (*self._intents, *self._writing):
                one.is_decided.set()
            self._turn.wait_for(lambda: not self._at_work, seconds)

    def _tell(self) -> None:
        """Wake the thread that keeps the ledger, but not for each message for which it waits anyway."""
        self._has_news = True
        if not self._is_gathering or len(self._intents) >= self._at_work:
            self._turn.notify()

    def _hand_over_all(self) -> None:
        try:
            with suppress(HaltedError):
                while (key := self._next()) is not None:
                    self._hand_over(key)
        except BaseException as error:  # noqa: BLE001 - a fault in a thread is one of the run
            with self._turn:
                self._fault = self._fault or error
        finally:
            with self._turn:
                self._at_work -= 1
                self._has_news = True
                self._turn.notify()

    def _next(self) -> str | None:
        with self._turn:
            return None if self._is_over or self._fault else self._work.take()

    def _hand_over(self, key: str) -> None:
        fault: NewsletterError | None = None
        try:
            self._work.hand_over(key, lambda: self._begin(key))
        except NewsletterError as error:
            fault = error
        with self._turn:
            self._work.note(key, fault)
            self._tell()

    def _begin(self, key: str) -> None:
        """Wait until the ledger has it that a recipient is about to be given the message."""
        intent = _Intent(key)
        with self._turn:
            if self._is_over:
                raise HaltedError
            self._intents.append(intent)
            self._tell()
        intent.is_decided.wait()
        if not intent.is_recorded:
            raise HaltedError
