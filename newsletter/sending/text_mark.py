"""Record that a message was not given away yet, while its provider keeps this computer waiting before the text.

Before each message the ledger has it as handed over: if the process dies then, its delivery is uncertain. Where the
provider waits long before it takes the text, that would be wrong, so the record is withdrawn meanwhile, and restored
right before the text. Servers that answer quickly cost no further write.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from newsletter.errors import NewsletterError

PATIENCE = 1.0
"""Seconds of waiting after which the record is withdrawn."""


@dataclass(slots=True)
class TextMark:
    """The record of one message: `withdraw` writes that it was not given away yet, `restore` that it may have been."""

    withdraw: Callable[[], None]
    restore: Callable[[], None]
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_begun: bool = False
    _is_withdrawn: bool = False

    def begin(self) -> None:
        """Make sure that the record has the message as handed over; called right before its text is given away."""
        with self._lock:
            self._is_begun = True
            if self._is_withdrawn:
                self.restore()
                self._is_withdrawn = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Withdraw the record if the text has not begun within PATIENCE, from a thread of its own."""
        timer = threading.Timer(PATIENCE, self._withdraw_late)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:
                self._is_begun = True  # whatever came of it is recorded by the run

    def _withdraw_late(self) -> None:
        with self._lock, suppress(NewsletterError):  # where it cannot be written, it stays uncertain
            if not self._is_begun:
                self.withdraw()
                self._is_withdrawn = True
