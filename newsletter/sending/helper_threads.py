"""Threads for the few things of a send that make their caller wait: they are started when they are needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeAlias

Done: TypeAlias = Callable[[Any, BaseException | None], None]
"""Is called in the thread, with the result or the error."""


class HelperThreads:
    """Runs functions at the same time as the caller, each in the next thread that is free."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[tuple[Callable[[], Any], Done] | None] = SimpleQueue()
        self._turn = threading.Lock()
        self._free = self._threads = 0

    def call(self, function: Callable[[], Any], done: Done) -> None:
        """Run a function; one that never returns keeps nobody from ending the program."""
        with self._turn:
            if self._free:
                self._free -= 1
            else:
                self._threads += 1
                threading.Thread(target=self._run, name=f"handover {self._threads}", daemon=True).start()
        self._jobs.put((function, done))

    def end(self) -> None:
        """End the threads as they become free."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            function, done = job
            result, fault = None, None
            try:
                result = function()
            except BaseException as error:  # noqa: BLE001 - it is the caller's
                fault = error
            with self._turn:
                self._free += 1
            done(result, fault)
            del job, function, done, result, fault
