"""Observe what reaches the wire: whether a request was begun, and no exchange longer than its deadline.

An exception of an HTTP library does not tell how far a request came: a TLS error may be a refused certificate, before
anything was written, or a damaged answer to a request that was carried out. So the connections themselves are observed:
they note when the first byte of a request is about to be written, and are shut down when the deadline has passed, even
while a server sends one byte at a time.
"""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context, resolve_cert_reqs, resolve_ssl_version

from newsletter.providers.exchange import Exchange, current_exchange, look_up
from newsletter.providers.tls_sockets import with_closing_sockets

if TYPE_CHECKING:
    import requests


class ObservedConnection:
    """Mixin for urllib3's connections, and those made from them: report to the exchange that is going on."""

    sock: Any
    auto_open: Any
    host: Any
    port: Any
    _dns_host: Any
    _is_connecting = False
    _opening: socket.socket | None = None
    """The connection while it is opened: the TLS handshake takes the socket itself out of reach."""

    def connect(self) -> None:
        """Open the connection; what is sent meanwhile goes to a proxy, and is not the request."""
        exchange = current_exchange()
        self._is_connecting = True
        try:
            super().connect()  # type: ignore[misc]  # of urllib3's connection
        finally:
            self._is_connecting = False
            if exchange is not None:
                exchange.socket = self.sock
            if self._opening is not None:
                self._opening.close()
                self._opening = None

    def _new_conn(self) -> Any:
        exchange = current_exchange()
        if exchange is None:
            return super()._new_conn()  # type: ignore[misc]  # of urllib3's connection
        exchange.was_observed = True
        made = self._reach(exchange)
        exchange.socket = self._opening = made.dup()
        return made

    def _reach(self, exchange: Exchange) -> socket.socket:
        """Connect to the first of the server's addresses that answers."""
        name, trouble = self._dns_host, None
        try:
            for address in self._look_up(name):
                if exchange.has_expired:
                    raise ConnectTimeoutError(self, "the deadline has passed")
                self._dns_host = address
                try:
                    made: socket.socket = super()._new_conn()  # type: ignore[misc]  # of urllib3's connection
                except (NewConnectionError, ConnectTimeoutError) as error:
                    trouble = error
                else:
                    return made
        finally:
            self._dns_host = name
        raise trouble or ConnectTimeoutError(self, "the name has no address")

    def _look_up(self, name: str) -> list[str]:
        try:
            return look_up(name.strip("[]"), self.port)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error  # type: ignore[arg-type]  # a connection
        except TimeoutError as error:
            raise ConnectTimeoutError(self, str(error)) from error
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, str(error)) from error  # type: ignore[arg-type]  # a connection

    def send(self, data: Any) -> None:
        """Send a part of the request; note before the first byte that the server may get it."""
        if self.sock is None and self.auto_open:
            self.connect()
        exchange = current_exchange()
        if exchange is not None and not self._is_connecting:
            exchange.socket = self.sock
            exchange.was_observed = exchange.was_begun = True
        super().send(data)  # type: ignore[misc]  # of urllib3's connection


class _Http(ObservedConnection, HTTPConnection):
    pass


class _Https(ObservedConnection, HTTPSConnection):
    def connect(self) -> None:
        """Open the connection, by the context that urllib3 would make for itself where it was given none."""
        self.ssl_context = with_closing_sockets(
            self.ssl_context
            or create_urllib3_context(
                ssl_version=resolve_ssl_version(self.ssl_version),
                ssl_minimum_version=self.ssl_minimum_version,
                ssl_maximum_version=self.ssl_maximum_version,
                cert_reqs=resolve_cert_reqs(self.cert_reqs),
            )
        )
        super().connect()


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
        exchange = current_exchange()
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
