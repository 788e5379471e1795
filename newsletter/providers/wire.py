"""Observe what reaches the wire: whether a request was begun, and no exchange longer than its deadline.

An exception of an HTTP library does not tell how far a request came: a TLS error may be a refused certificate, before
anything was written, or a damaged answer to a request that was carried out. So the connections themselves are observed:
they note when the first byte of a request is about to be written, and are shut down when the deadline has passed, even
while a server sends one byte at a time.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

if TYPE_CHECKING:
    import requests

AGAIN_SECONDS = 0.2
"""Seconds between two attempts to shut down a connection that is still being opened."""


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


class ObservedConnection:
    """Mixin for urllib3's connections, and those made from them: report to the exchange that is going on."""

    sock: Any
    auto_open: Any
    _is_connecting = False

    def connect(self) -> None:
        """Open the connection; what is sent meanwhile goes to a proxy, and is not the request."""
        exchange = _CURRENT.get()
        self._is_connecting = True
        try:
            super().connect()  # type: ignore[misc]  # of urllib3's connection
        finally:
            self._is_connecting = False
        if exchange is not None:
            exchange.socket = self.sock

    def _new_conn(self) -> Any:
        exchange = _CURRENT.get()
        if exchange is not None:
            exchange.was_observed = True
            if exchange.has_expired:
                raise ConnectTimeoutError(self, "the deadline has passed")
        made = super()._new_conn()  # type: ignore[misc]  # of urllib3's connection
        if exchange is not None:
            exchange.socket = made
        return made

    def send(self, data: Any) -> None:
        """Send a part of the request; note before the first byte that the server may get it."""
        if self.sock is None and self.auto_open:
            self.connect()
        exchange = _CURRENT.get()
        if exchange is not None and not self._is_connecting:
            exchange.socket = self.sock
            exchange.was_observed = exchange.was_begun = True
        super().send(data)  # type: ignore[misc]  # of urllib3's connection


class _Http(ObservedConnection, HTTPConnection):
    pass


class _Https(ObservedConnection, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


_POOLS = {"http": _HttpPool, "https": _HttpsPool}


class ObservedAdapter(HTTPAdapter):
    """The adapter of requests with observed connections, through a proxy too."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pools of connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Make the pools of connections through a proxy; those of a SOCKS proxy are of a kind of their own."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request; one that fails before a connection is chosen was not sent."""
        exchange = _CURRENT.get()
        proxies = (kwargs.get("proxies") or {}).values()
        if exchange is not None and not any(str(one).lower().startswith("socks") for one in proxies):
            exchange.was_observed = True
        return super().send(request, *args, **kwargs)


def observe(session: requests.Session) -> requests.Session:
    """Have a session's own adapters replaced by observed ones; an adapter of another kind stays."""
    for prefix, adapter in list(session.adapters.items()):
        if type(adapter) is HTTPAdapter:
            session.mount(prefix, ObservedAdapter())
    return session
