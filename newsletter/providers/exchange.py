"""One exchange with a server: how far it came, and a deadline that holds whatever the server does.

A time-out of a socket begins anew with every byte, and a look-up of a name has none. So a thread shuts the connection
down when the time has passed, and names are looked up in a thread that is left behind where it takes too long.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field

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
    _over: threading.Event = field(default_factory=threading.Event)

    def may_have_arrived(self, error: BaseException) -> bool:
        """Tell whether the server may have got the request, or a part of it, before it failed with `error`."""
        from urllib3.exceptions import ConnectTimeoutError, NewConnectionError  # noqa: PLC0415 - mail needs no HTTP

        if self.was_begun or self.was_observed:
            return self.was_begun
        cause = error.args[0] if error.args else None
        reason = getattr(cause, "reason", cause)
        return not isinstance(reason, NewConnectionError | ConnectTimeoutError)

    def watch(self, seconds: float) -> None:
        """Shut the connection down when the time has passed, until the exchange is over."""
        if self._over.wait(max(0.0, seconds)):
            return
        self.has_expired = True
        while True:
            if self.socket is not None:
                with suppress(OSError):
                    # the plain socket's method: a TLS socket's own takes the keys from the thread that reads
                    socket.socket.shutdown(self.socket, socket.SHUT_RDWR)
            if self._over.wait(AGAIN_SECONDS):
                return

    def end(self) -> None:
        """Stop watching."""
        self._over.set()


_CURRENT: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


def current_exchange() -> Exchange | None:
    """Return the exchange that is going on; None outside of `observed`."""
    return _CURRENT.get()


@contextmanager
def observed(seconds: float) -> Iterator[Exchange]:
    """Observe what the connections do within this block; they are shut down after so many seconds."""
    exchange = Exchange()
    token = _CURRENT.set(exchange)
    threading.Thread(target=exchange.watch, args=(seconds,), name="deadline", daemon=True).start()
    try:
        yield exchange
    finally:
        exchange.end()
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
