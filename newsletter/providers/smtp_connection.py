"""Connections to a mail server that a deadline can shut down, in the TLS handshake too.

They are opened by `smtplib`, which waits; afterwards commands and answers go to and fro in steps.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from newsletter.providers.exchange import current_exchange, look_up, observed
from newsletter.providers.steps import Step, Steps, Wait

_LATE = "the deadline has passed"
_LONGEST_LINE = 8192
"""Bytes of a line of an answer, as in `smtplib`."""
_CHUNK = 16384
_MOST_PIECES = 64 if hasattr(socket.socket, "sendmsg") else 1
"""Pieces that are sent without being joined; systems allow 16 at least (IOV_MAX), those in use 1,024."""

Reply: TypeAlias = tuple[int, bytes]


@dataclass(slots=True)
class Patience:
    """How long a phase of the conversation may take: until a moment of `time.monotonic`, and without a word."""

    until: float
    quiet: float

    @classmethod
    def of(cls, seconds: float, quiet: float) -> Patience:
        """Begin a phase."""
        return cls(time.monotonic() + seconds, quiet)


class PlainConnection(smtplib.SMTP):
    """A connection without encryption, or one that STARTTLS encrypts later."""

    line: socket.socket | None = None
    """A second handle of the connection: a TLS handshake takes the first out of reach."""
    _heard = b""
    """What was read, and is no whole line yet."""

    def stop_blocking(self) -> None:
        """Go over to steps; nothing may be on its way."""
        if self.sock is not None:
            self.sock.settimeout(0)

    def say(self, data: bytes | Sequence[bytes], patience: Patience) -> Steps:
        """Send commands, or a text in pieces; raise SMTPServerDisconnected where the connection ends, or is stuck."""
        pieces: list[bytes | memoryview] = [data] if isinstance(data, bytes) else list(data)
        while pieces:
            line = self._open_socket()
            if len(pieces) > (1 if isinstance(line, ssl.SSLSocket) else _MOST_PIECES):
                pieces = [b"".join(pieces)]
            try:
                sent = line.send(pieces[0]) if len(pieces) == 1 else line.sendmsg(pieces)
            except ssl.SSLWantReadError:
                yield from self._wait(line, patience)
            except (BlockingIOError, ssl.SSLWantWriteError):
                yield from self._wait(line, patience, to_write=True)
            except OSError as error:
                raise self._ended(error) from error
            else:
                pieces = _after(pieces, sent)

    def heard(self) -> Reply | None:
        """Return the next answer where it has one line and was read already, without a step; else None."""
        line, end, rest = self._heard.partition(b"\n")
        if not end or line[3:4] == b"-" or not line[:3].isdigit():
            return None
        self._heard = rest
        return int(line[:3]), line[4:].strip(b" \t\r")

    def hear(self, patience: Patience) -> Generator[Step, Any, Reply]:
        """Return an answer, as `getreply` does; raise SMTPServerDisconnected where none comes."""
        words = []
        while True:
            end = self._heard.find(b"\n") + 1
            if not end:
                yield from self._read(patience)
                end = self._heard.find(b"\n") + 1 or len(self._heard)
            line, self._heard = self._heard[:end], self._heard[end:]
            words.append(line[4:].strip(b" \t\r\n"))
            try:
                code = int(line[:3])
            except ValueError:
                code = -1
            if code == -1 or line[3:4] != b"-":
                return code, words[0] if len(words) == 1 else b"\n".join(words)

    def _read(self, patience: Patience) -> Steps:
        """Read up to the end of a line, or of the connection where that comes in the middle of one."""
        while b"\n" not in self._heard:
            line = self._open_socket()
            if not (isinstance(line, ssl.SSLSocket) and line.pending()):
                yield from self._wait(line, patience)
            try:
                data = line.recv(_CHUNK)
            except (BlockingIOError, ssl.SSLWantReadError):
                continue
            except ssl.SSLWantWriteError:
                yield from self._wait(line, patience, to_write=True)
                continue
            except OSError as error:
                raise self._ended(error) from error
            if not data and self._heard:
                return
            if not data:
                raise self._ended()
            self._heard += data
            if len(self._heard) > _LONGEST_LINE and b"\n" not in self._heard[:_LONGEST_LINE]:
                self.close()
                raise smtplib.SMTPResponseException(500, "Line too long.")

    def _open_socket(self) -> socket.socket:
        if self.sock is None:
            raise self._ended()
        return self.sock

    def _wait(self, line: socket.socket, patience: Patience, *, to_write: bool = False) -> Steps:
        try:
            yield Wait(line, min(patience.until, time.monotonic() + patience.quiet), to_write)
        except TimeoutError as error:
            if time.monotonic() < patience.until:
                raise self._ended(error) from error
            self.close()
            raise TimeoutError(_LATE) from error

    def _ended(self, error: OSError | None = None) -> smtplib.SMTPServerDisconnected:
        self.close()
        why = f": {error}" if error else ""
        return smtplib.SMTPServerDisconnected(f"Connection unexpectedly closed{why}")

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


def _after(pieces: Sequence[bytes | memoryview], sent: int) -> list[bytes | memoryview]:
    """Return what is left of pieces of which so many bytes were sent."""
    for number, piece in enumerate(pieces):
        if sent < len(piece):
            return [memoryview(piece)[sent:], *pieces[number + 1 :]]
        sent -= len(piece)
    return []


def _reach(host: str, port: int, timeout: float) -> socket.socket:
    """Connect to the first of the server's addresses that answers."""
    trouble: OSError | None = None
    exchange = current_exchange()
    for address in look_up(host, port):
        if exchange is not None and exchange.has_expired:
            break
        try:
            made = socket.create_connection((address, port), timeout)
        except OSError as error:
            trouble = error
        else:
            # the end of a message is sent at once, not when the server has confirmed the packets before it
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return made
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
