"""Write to the ledger for many messages at once, in another thread, so that the others carry on meanwhile.

One change is written at a time. What comes up until it is stored is written with the next one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from newsletter.sending.helper_threads import HelperThreads

GATHERING = 0.002
"""The fewest seconds for which a change waits for other lanes that are about to ask for one."""
LONGEST_GATHERING = 0.02
"""The most: half as long as a change takes, for a lane that just misses one waits for two."""
QUICK = 0.002
"""Seconds up to which a change is quick: half of the lanes are enough for one, while the server has the other half."""
_NEVER = float("inf")

Prepare: TypeAlias = Callable[[list[str]], Callable[[], None]]
"""Returns what writes the news, and that these recipients are about to be given a message; called in any thread."""


@dataclass(slots=True, eq=False)
class Intent:
    """A message whose text may begin when that is stored; `decide` is told so, or why it may not."""

    key: str
    decide: Callable[[BaseException | None], None]


class GroupCommit:
    """Gathers intents and news; `post` has something called in the thread that owns it."""

    def __init__(self, prepare: Prepare, helpers: HelperThreads, post: Callable[[Callable[[], None]], None]) -> None:
        self._prepare = prepare
        self._helpers = helpers
        self._post = post
        self._intents: list[Intent] = []
        self._being_written: list[Intent] | None = None
        self._due = _NEVER
        """When what is new is written at the latest."""
        self._gathering = GATHERING
        self._share = 2
        """One lane in so many must wait for a change."""
        self._is_over = False

    @property
    def is_writing(self) -> bool:
        """Return whether a change is being written."""
        return self._being_written is not None

    @property
    def deadline(self) -> float:
        """Return when the next change is to begin at the latest; never while one is being written."""
        return _NEVER if self.is_writing else self._due

    def note_news(self) -> None:
        """Note that there is something to write."""
        if self._due == _NEVER:
            self._due = time.monotonic() + self._gathering

    def add(self, intent: Intent) -> None:
        """Have an intent written with the next change."""
        self._intents.append(intent)
        self.note_news()

    def is_ready(self, lanes: int) -> bool:
        """Return whether so many of the lanes wait for a change that it may begin now."""
        return not self.is_writing and bool(self._intents) and len(self._intents) * self._share >= lanes

    def begin(self) -> None:
        """Begin to write what there is."""
        self._due = _NEVER
        write = self._prepare([one.key for one in self._intents])
        self._being_written, self._intents = self._intents, []
        start = time.monotonic()

        def done(_: Any, fault: BaseException | None) -> None:
            self._post(partial(self._end, time.monotonic() - start, fault))

        self._helpers.call(write, done)

    def _end(self, seconds: float, fault: BaseException | None) -> None:
        """Let the texts begin whose intents are stored; raise what went wrong."""
        stored, self._being_written = self._being_written or [], None
        if self._is_over:
            return
        if fault is not None:
            self._intents[:0] = stored  # to be halted with the others
            raise fault
        self._gathering = min(max(GATHERING, seconds / 2), LONGEST_GATHERING)
        self._share = 2 if seconds < QUICK else 1
        for one in stored:
            one.decide(None)

    def finish(self) -> None:
        """Write what is left, in this thread."""
        self._prepare([])()

    def halt(self, error: BaseException) -> None:
        """Begin no further change, and let no text begin."""
        self._is_over = True
        halted = [*(self._being_written or ()), *self._intents]
        self._intents = []
        if self._being_written is not None:
            self._being_written = []
        for one in halted:
            one.decide(error)
