"""Hand over several messages at once from one thread, which keeps the ledger too: no text before its intent is stored.

Each lane hands over one message after the other, in steps. How messages ended, and who is about to be given one, is
written in one commit for all lanes that wait for it (a group commit). A lane has at most one message that is recorded
as handed over without an outcome, so that after a crash no more are uncertain than there are lanes, and often fewer: a
message counts as handed over only from the moment at which the server waits for its text.
"""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from newsletter.errors import NewsletterError, ProviderError
from newsletter.providers.base import OutboundMessage
from newsletter.providers.steps import NEXT_MESSAGE, Call, Lane, Step, Steps, Wait, events_of
from newsletter.sending.group_commit import GroupCommit, Intent
from newsletter.sending.helper_threads import HelperThreads

LOOK = 1.0
"""Seconds after which the work is asked whether to go on, where nothing happens."""
ENDING = 5.0
"""Seconds to wait for messages that are on their way where the ledger can no longer be written."""


class HaltedError(Exception):
    """The run is over: this message must not be given away."""


class Work(Protocol):
    """What the lanes hand over, and what is recorded of it; called from one thread."""

    def take(self) -> str | None:
        """Return the key of the next recipient; None after the last one, or if the run is to end."""

    def keep(self, key: str) -> bool:
        """Return whether a recipient who was taken early is still to be given the message; else they wait again."""

    def compose(self, key: str, begin_text: Callable[[], None]) -> OutboundMessage:
        """Return a recipient's message; `begin_text` is for those who hand over in a thread."""

    def require_lease(self) -> None:
        """Raise LedgerError where no text may be given away now; called from any thread."""

    def note(self, key: str, error: NewsletterError | None) -> None:
        """Note how a message ended."""

    def prepare(self, begun: list[str]) -> Callable[[], None]:
        """Return what writes all that was noted, and that these recipients are about to be given a message.

        It is called once, in any thread, and nothing is prepared before it has returned.
        """

    def look(self) -> None:
        """Keep the lease."""


@dataclass(slots=True, eq=False)
class _Place:
    """A lane and how far it is."""

    steps: Steps = field(init=False)
    key: str = ""
    """The recipient whose message is on its way."""
    ahead: OutboundMessage | None = None
    """The message after that one, where the lane has asked for it already."""
    wait: Wait | None = None
    watched: socket.socket | None = None
    """The connection that the selector watches, and for which events."""
    events: int = 0


class HandoverLoop:
    """Carries on with all lanes, each as soon as what it waits for has come."""

    def __init__(self, work: Work, lanes: Sequence[Lane]) -> None:
        self._work = work
        self._lanes = lanes
        self._active: set[_Place] = set()
        self._is_over = self._is_closed = False
        self._fault: Exception | None = None
        self._helpers = HelperThreads()
        self._ledger = GroupCommit(work.prepare, self._helpers, self._post)
        self._selector = selectors.DefaultSelector()
        self._inbox: deque[Callable[[], None]] = deque()
        """What other threads want done in this one."""
        self._bell, self._rope = socket.socketpair()

    def run(self) -> None:
        """Hand over all there is; raise what went wrong with the ledger, or in one of the lanes."""
        for end in (self._bell, self._rope):
            end.settimeout(0)
        self._selector.register(self._bell, selectors.EVENT_READ)
        try:
            for lane in self._lanes:
                self._start(lane)
            while self._active or self._ledger.is_writing:
                self._turn()
            self._ledger.finish()
        except BaseException as error:
            self._abandon(ENDING if isinstance(error, Exception) else 0.0)
            raise
        finally:
            self._close()
        if self._fault is not None:
            raise self._fault

    def _start(self, lane: Lane) -> None:
        place = _Place()
        place.steps = self._hand_over_all(place, lane)
        self._active.add(place)
        self._resume(place, partial(next, place.steps))

    def _hand_over_all(self, place: _Place, lane: Lane) -> Steps:
        """Hand over one message after the other."""
        try:
            yield from lane.begin()
        except ProviderError:
            return  # the server allows no further connection
        while (message := self._next(place, lane)) is not None:
            place.key = message.key
            fault: NewsletterError | None = None
            try:
                yield from lane.deliver(message)
            except NewsletterError as error:
                fault = error
            self._work.note(message.key, fault)
            self._ledger.note_news()

    def _next(self, place: _Place, lane: Lane) -> OutboundMessage | None:
        """Return the next message of a lane: the one that it has asked for, where that may still be given away."""
        message, place.ahead = place.ahead, None
        if message is None:
            return self._take()
        if not self._work.keep(message.key) or self._is_over or self._fault:
            lane.withdraw()
            return None
        return message

    def _take(self) -> OutboundMessage | None:
        if self._is_over or self._fault or (key := self._work.take()) is None:
            return None
        return self._work.compose(key, partial(self._begin_in_thread, key))

    # What comes next

    def _turn(self) -> None:
        """Do what can be done now, after waiting until there is something."""
        if not self._ledger.is_writing:
            self._work.look()
        if self._ledger.is_ready(len(self._active)):
            self._ledger.begin()
        now = time.monotonic()
        until = min(now + LOOK, self._ledger.deadline)
        for place in self._active:
            if place.wait is not None and place.wait.until < until:
                until = place.wait.until
        self._handle_events(max(0.0, until - now))
        self._expire()
        if time.monotonic() >= self._ledger.deadline:
            self._ledger.begin()

    def _handle_events(self, seconds: float) -> None:
        """Carry on with the lanes that can go on, waiting so long at most until there is one."""
        for event, _ in self._selector.select(seconds):
            place = event.data
            if place is None:
                self._read_inbox()
            elif place.wait is None:
                self._unwatch(place)  # the server says something while nobody waits for it
            else:
                self._resume(place, partial(place.steps.send, None))

    def _expire(self) -> None:
        now = time.monotonic()
        for place in [one for one in self._active if one.wait and one.wait.until <= now]:
            self._resume(place, partial(place.steps.throw, TimeoutError()))

    def _resume(self, place: _Place, go_on: Callable[[], Step]) -> None:
        """Carry on with a lane up to its next wait."""
        place.wait = None
        try:
            step = go_on()
            while step is NEXT_MESSAGE:
                place.ahead = self._take()
                step = place.steps.send(place.ahead)
        except (StopIteration, HaltedError):
            self._end(place)
        except Exception as error:  # noqa: BLE001 - a fault in a lane is one of the run
            self._fault = self._fault or error
            self._end(place)
        else:
            if type(step) is Wait:
                self._watch(place, step)
            elif type(step) is Call:
                self._call(place, step)
            else:
                self._intend(Intent(place.key, partial(self._begin, place)))

    def _end(self, place: _Place) -> None:
        self._unwatch(place)
        self._active.discard(place)
        self._ledger.note_news()

    def _watch(self, place: _Place, wait: Wait) -> None:
        place.wait = wait
        events = events_of(wait)
        if place.watched is wait.connection and place.events == events:
            return
        self._unwatch(place)
        self._selector.register(wait.connection, events, place)
        place.watched, place.events = wait.connection, events

    def _unwatch(self, place: _Place) -> None:
        if place.watched is not None:
            with suppress(KeyError, ValueError):
                self._selector.unregister(place.watched)
            place.watched = None

    # What the ledger has

    def _intend(self, intent: Intent) -> None:
        if self._is_over:
            intent.decide(HaltedError())
        else:
            self._ledger.add(intent)

    def _begin(self, place: _Place, error: BaseException | None) -> None:
        """Let a text begin, or not."""
        if error is None:
            try:
                self._work.require_lease()  # the commit may have taken long, or this computer may have slept
            except NewsletterError as lapsed:
                error = lapsed
        self._resume(place, partial(place.steps.send, None) if error is None else partial(place.steps.throw, error))

    # Other threads

    def _call(self, place: _Place, call: Call) -> None:
        def done(result: Any, fault: BaseException | None) -> None:
            go_on = partial(place.steps.send, result) if fault is None else partial(place.steps.throw, fault)
            self._post(partial(self._resume, place, go_on))

        self._unwatch(place)  # the connection may be another one afterwards
        self._helpers.call(call.function, done)

    def _begin_in_thread(self, key: str) -> None:
        """Wait, in another thread, until the ledger has it that a recipient is about to be given the message."""
        is_decided = threading.Event()
        faults: list[BaseException] = []

        def decide(error: BaseException | None) -> None:
            faults.extend([error] if error else [])
            is_decided.set()

        self._post(partial(self._intend, Intent(key, decide)))
        while not is_decided.wait(LOOK):
            if self._is_closed:
                raise HaltedError
        if faults:
            raise faults[0]
        self._work.require_lease()

    def _post(self, action: Callable[[], None]) -> None:
        self._inbox.append(action)
        with suppress(OSError):  # it rings already, or nobody hears it any more
            self._rope.send(b"!")

    def _read_inbox(self) -> None:
        with suppress(BlockingIOError):
            while self._bell.recv(4096):
                pass
        while self._inbox:
            self._inbox.popleft()()

    # The end

    def _abandon(self, seconds: float) -> None:
        """Let no further text begin, and wait for those that have begun."""
        self._is_over = True
        until = time.monotonic() + seconds
        self._ledger.halt(HaltedError())
        while (self._active or self._ledger.is_writing) and (left := until - time.monotonic()) > 0:
            self._handle_events(left)

    def _close(self) -> None:
        self._is_over = self._is_closed = True
        self._helpers.end()
        for place in self._active:
            with suppress(ValueError):
                place.steps.close()
        for end in (self._selector, self._bell, self._rope):
            end.close()
