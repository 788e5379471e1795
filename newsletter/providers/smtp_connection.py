"""Connections to a mail server that a deadline can shut down, in the TLS handshake too."""

from __future__ import annotations

import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from newsletter.providers.exchange import current_exchange, look_up, observed

_LATE = "the deadline has passed"


class PlainConnection(smtplib.SMTP):
    """A connection without encryption, or one that STARTTLS encrypts later."""

    line: socket.socket | None = None
    """A second handle of the connection: a TLS handshake takes the first out of reach."""

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        made = _reach(host, port, timeout)
        self.line = made.dup()
        exchange = current_exchange()
        if exchange is not None:
            exchange.socket = self.line
        return made

    def close(self) -> None:
        """Close the connection."""
        super().close()
        self._let_go()

    def _let_go(self) -> None:
        if self.line is not None:
            self.line.close()
            self.line = None


class TlsConnection(smtplib.SMTP_SSL, PlainConnection):
    """A connection that is encrypted from the beginning."""

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        try:
            return super()._get_socket(host, port, timeout)
        except BaseException:
            self._let_go()
            raise


def _reach(host: str, port: int, timeout: float) -> socket.socket:
    """Connect to the first of the server's addresses that answers."""
    trouble: OSError | None = None
    exchange = current_exchange()
    for address in look_up(host, port):
        if exchange is not None and exchange.has_expired:
            break
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            trouble = error
    raise trouble or TimeoutError(_LATE)


@contextmanager
def within(seconds: float, smtp: smtplib.SMTP | None = None) -> Iterator[None]:
    """Shut a connection down where what is done with it takes longer; without one, the one that is opened.

    Raise TimeoutError then, whatever came of it: what looks like an answer may be the part that was read until then.
    """
    with observed(seconds) as exchange:
        if isinstance(smtp, PlainConnection):
            exchange.socket = smtp.line
        try:
            yield
        except Exception as error:
            if exchange.has_expired:
                raise TimeoutError(_LATE) from error
            raise
        if exchange.has_expired:
            raise TimeoutError(_LATE)
