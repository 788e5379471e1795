"""Stop cleanly: the first Ctrl-C or SIGTERM lets the current message finish, the second stops at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(slots=True)
class StopRequest:
    """Whether someone asked to stop, and by which signal."""

    signal: int = 0

    @property
    def is_asked(self) -> bool:
        """Return whether to stop after the current message."""
        return self.signal != 0


@contextmanager
def stop_on_signals() -> Iterator[StopRequest]:
    """Yield a Stop that the signals set, while inside; in a thread nothing can be set, and nothing is."""
    stop = StopRequest()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def asked(number: int, _frame: FrameType | None) -> None:
        stop.signal = number
        for one, handler in before.items():
            signal.signal(one, handler)

    for number in SIGNALS:
        signal.signal(number, asked)
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
