"""Check issues in the background: a moment after the last change, one at a time, the newest change first."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

PAUSE = 0.35
"""Seconds without a change before an issue is checked: a check takes longer than the next keystroke."""


UNTIL_SHOWN = 1.0
"""Seconds that the first check waits for the email to be shown: both at once make the page wait for both."""


class BackgroundWorker:
    """Runs a job for each name that was asked for; a later request for the same name waits for the pause anew."""

    def __init__(self, job: Callable[[str], None], pause: float = PAUSE) -> None:
        self._job = job
        self._pause = pause
        self._due: dict[str, float] = {}
        self._change = threading.Condition()
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def ask(self, name: str, pause: float | None = None) -> None:
        """Ask for a job to be run after a pause; one that is named does not put off what was asked for before."""
        with self._change:
            due = time.monotonic() + (self._pause if pause is None else pause)
            self._due[name] = due if pause is None else min(due, self._due.get(name, due))
            if self._thread is None and not self._is_closed:
                self._thread = threading.Thread(target=self._run, name="newsletter-checks", daemon=True)
                self._thread.start()
            self._change.notify()

    def close(self) -> None:
        """Stop after the job that is running."""
        with self._change:
            self._is_closed = True
            self._change.notify()
        if self._thread is not None:
            self._thread.join(10)

    def _run(self) -> None:
        while True:
            with self._change:
                while not self._is_closed and not (self._due and min(self._due.values()) <= time.monotonic()):
                    wait = min(self._due.values()) - time.monotonic() if self._due else None
                    self._change.wait(wait)
                if self._is_closed:
                    return
                name = min(self._due, key=self._due.__getitem__)
                del self._due[name]
            self._job(name)
