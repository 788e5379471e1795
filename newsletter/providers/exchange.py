"""One exchange with a server: how far it came, and a deadline that holds whatever the server does.

A time-out of a socket begins anew with every byte, and a look-up of a name has none. So a thread shuts the connections
down whose time has passed, and names are looked up in a thread that is left behind where it takes too long.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass

AGAIN_SECONDS = 0.2
"""Seconds between two attempts to shut down a connection that is still being opened."""
LOOKUP_SECONDS = 20.0
"""The longest that the look-up of a server's name may take."""


@dataclass
class Exchange:
    """One request and its answer, as far as they reached the wire."""

    was_observed: bool = False
    """Whether the connection reported here; where it did not, nothing is known."""
    was_begun: bool = False
    """Whether a byte of the request may have left; a proxy's CONNECT and the TLS handshake are no part of it."""
    has_expired: bool = False
    socket: socket.socket | None = None

    def may_have_arrived(self, error: BaseException) -> bool:
        """Return whether the server may have got the request, or a part of it, before it failed with `error`."""
        from urllib3.exceptions import ConnectTimeoutError, NewConnectionError  # noqa: PLC0415 - mail needs no HTTP

        if self.was_begun or self.was_observed:
            return self.was_begun
        cause = error.args[0] if error.args else None
        reason = getattr(cause, "reason", cause)
        return not isinstance(reason, NewConnectionError | ConnectTimeoutError)

    def expire(self) -> None:
        """Shut the connection down, the time having passed."""
        self.has_expired = True
        if self.socket is not None:
            with suppress(OSError):
                # the plain socket's method: a TLS socket's own takes the keys from the thread that reads
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


class _Watch:
    """Watches over all exchanges from one thread: making one for each message would take longer than some messages."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin anew: in a process that was forked there is neither the thread nor what it watches over."""
        self._turn = threading.Condition()
        self._deadlines: dict[int, tuple[float, Exchange]] = {}
        self._next = float("inf")
        self._is_running = False

    def begin(self, exchange: Exchange, seconds: float) -> None:
        """Shut the exchange's connection down when the time has passed, until it is over."""
        deadline = time.monotonic() + max(0.0, seconds)
        with self._turn:
            if not self._is_running:
                threading.Thread(target=self._run, name="deadlines", daemon=True).start()
                self._is_running = True
            self._deadlines[id(exchange)] = (deadline, exchange)
            if deadline < self._next:
                self._turn.notify()

    def end(self, exchange: Exchange) -> None:
        """Stop watching an exchange."""
        with self._turn:
            self._deadlines.pop(id(exchange), None)

    def _run(self) -> None:
        with self._turn:
            while True:
                now = time.monotonic()
                for deadline, exchange in list(self._deadlines.values()):
                    if deadline <= now:
                        exchange.expire()
                        # a connection that is still being opened may not be there yet: it is shut down then
                        self._deadlines[id(exchange)] = (now + AGAIN_SECONDS, exchange)
                self._next = min((deadline for deadline, _ in self._deadlines.values()), default=float("inf"))
                self._turn.wait(None if self._next == float("inf") else max(0.0, self._next - time.monotonic()))


_WATCH = _Watch()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_WATCH.reset)


_CURRENT: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


def current_exchange() -> Exchange | None:
    """Return the exchange that is going on; None outside of `observed`."""
    return _CURRENT.get()


@contextmanager
def observed(seconds: float) -> Iterator[Exchange]:
    """Observe what the connections do within this block; they are shut down after so many seconds."""
    exchange = Exchange()
    token = _CURRENT.set(exchange)
    _WATCH.begin(exchange, seconds)
    try:
        yield exchange
    finally:
        _WATCH.end(exchange)
        _CURRENT.reset(token)


def look_up(host: str, port: int | None) -> list[str]:
    """Return the addresses of a server, the preferred first.

    Raise TimeoutError where its name cannot be looked up in time, and the error of the look-up where there is one.
    """
    found: list[str] = []
    trouble: list[Exception] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(row[4][0]) for row in rows))
        except (OSError, UnicodeError) as error:
            trouble.append(error)

    thread = threading.Thread(target=ask, name="name look-up", daemon=True)
    thread.start()
    thread.join(LOOKUP_SECONDS)
    if trouble:
        raise trouble[0]
    if not found:
        raise TimeoutError(f"the name {host} could not be looked up in time")
    return list(found)
