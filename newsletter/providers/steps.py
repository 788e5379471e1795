"""A handover in steps, so that one thread can carry on with several at once: it goes from one wait to the next.

What carries on with a handover does what each step asks for and resumes it: with the result of a call, or with the
TimeoutError of a wait that was in vain.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from newsletter.providers.base import OutboundMessage


@dataclass(slots=True)
class Wait:
    """Wait until a connection can be read or written, at the longest until a moment of `time.monotonic`."""

    connection: socket.socket
    until: float
    to_write: bool = False


@dataclass(slots=True)
class Call:
    """Call something that may take a while, in another thread where others must not wait for it."""

    function: Callable[[], Any]


class Signal(Enum):
    """A step that has nothing to say but what it is."""

    BEGIN_TEXT = auto()
    NEXT_MESSAGE = auto()


BEGIN_TEXT: Final = Signal.BEGIN_TEXT
"""Record that the message is about to be given away; where that fails, the reason is raised in place of it."""

NEXT_MESSAGE: Final = Signal.NEXT_MESSAGE
"""Return the lane's next message, or None after the last one.

Its envelope may be sent ahead of its text; `Lane.withdraw` is called if the text may not be sent after all.
"""

Step: TypeAlias = Wait | Call | Literal[Signal.BEGIN_TEXT, Signal.NEXT_MESSAGE]
Steps: TypeAlias = Generator[Step, Any, None]


class Lane(Protocol):
    """What hands over one message after the other."""

    def begin(self) -> Steps:
        """Make ready; raise ProviderError where there are lanes enough."""

    def deliver(self, message: OutboundMessage) -> Steps:
        """Hand over one message; see `DirectProvider.deliver` for what is raised."""

    def withdraw(self) -> None:
        """Take back the announcement of a message that is not given to it, where there was one."""


class ThreadLane:
    """Hands over by a function that takes as long as it takes and calls the message's `begin_text` itself."""

    def __init__(self, deliver: Callable[[OutboundMessage], None]) -> None:
        self._deliver = deliver

    def begin(self) -> Steps:
        """Do nothing."""
        yield from ()

    def deliver(self, message: OutboundMessage) -> Steps:
        """Hand over one message in a thread."""
        yield Call(partial(self._deliver, message))

    def withdraw(self) -> None:
        """Do nothing: it announces none."""


def run_steps(steps: Steps, begin_text: Callable[[], None]) -> None:
    """Carry on with one handover to its end, alone."""
    ready: Callable[[], Step] = partial(next, steps)
    while True:
        try:
            step = ready()
        except StopIteration:
            return
        try:
            result = _do(step, begin_text)
        except BaseException as error:  # noqa: BLE001 - it is the handover's, which tidies up
            ready = partial(steps.throw, error)
        else:
            ready = partial(steps.send, result)


def _do(step: Step, begin_text: Callable[[], None]) -> Any:
    if isinstance(step, Call):
        return step.function()
    if isinstance(step, Wait):
        with selectors.DefaultSelector() as selector:
            selector.register(step.connection, events_of(step))
            if not selector.select(max(0.0, step.until - time.monotonic())):
                raise TimeoutError
        return None
    return begin_text() if step is BEGIN_TEXT else None


def events_of(wait: Wait) -> int:
    """Return what a selector is to look for."""
    return selectors.EVENT_WRITE if wait.to_write else selectors.EVENT_READ
