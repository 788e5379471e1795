"""One request over the web to the very IP address that was looked at, ended at a moment, reading no more than asked."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import io
import socket
import ssl
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any, cast

from newsletter.preflight.links.web_address import WebAddress
from newsletter.providers.tls_sockets import with_closing_sockets


@dataclass(frozen=True, slots=True)
class Certificate:
    """From when until when a site's certificate holds."""

    begins: dt.datetime
    ends: dt.datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site answered: the names of `headers` are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    is_whole: bool = False
    """Whether `body` is all that there was."""
    certificate: Certificate | None = None


def trust() -> ssl.SSLContext:
    """Return the certificates that this computer trusts, and those that browsers trust."""
    import certifi  # noqa: PLC0415 - only where a network is asked

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)  # old sites, which every browser opens
    return context


def ask(
    method: str,
    address: WebAddress,
    plain: socket.socket,
    context: ssl.SSLContext,
    *,
    headers: Mapping[str, str],
    until: float,
    most: int = 0,
) -> Answer:
    """Make a request on a connection and return the answer, with up to `most` bytes of its body; close the connection.

    `until` is a moment of `time.monotonic`. Raise TimeoutError, ssl.SSLError, OSError or http.client.HTTPException.
    """
    with contextlib.closing(plain):
        certificate = None
        line = plain
        if address.is_secure:
            plain.settimeout(_left(until))
            # the name is what the certificate must be for, whatever number was called
            line = with_closing_sockets(context).wrap_socket(plain, server_hostname=address.host)
            certificate = _certificate(line)
        with contextlib.closing(line):
            return replace(_exchange(method, address, _Timed(line, until), headers, most), certificate=certificate)


def _exchange(
    method: str,
    address: WebAddress,
    line: _Timed,
    headers: Mapping[str, str],
    most: int,
) -> Answer:
    connection = http.client.HTTPConnection(address.host, address.port)
    connection.sock = cast("socket.socket", line)
    connection.putrequest(method, address.path, skip_host=True, skip_accept_encoding=True)
    for name, value in {"Host": address.netloc, **headers, "Connection": "close"}.items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    found = {name.lower(): value for name, value in response.getheaders()}
    body, is_whole = _body(response, found, most) if most else (b"", False)
    return Answer(response.status, found, body, is_whole)


def _body(response: http.client.HTTPResponse, headers: Mapping[str, str], most: int) -> tuple[bytes, bool]:
    raw = b""
    is_whole = False
    with contextlib.suppress(OSError, http.client.HTTPException):
        while len(raw) <= most:
            more = response.read(min(65_536, most + 1 - len(raw)))
            if not more:
                is_whole = True
                break
            raw += more
    kind = headers.get("content-encoding", "identity").strip().lower()
    if kind in {"gzip", "x-gzip", "deflate"}:
        return _unpacked(raw, most, is_whole=is_whole)
    return (raw[:most], is_whole) if kind in {"", "identity"} else (b"", False)


def _unpacked(raw: bytes, most: int, *, is_whole: bool) -> tuple[bytes, bool]:
    packer = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        body = packer.decompress(raw, most)
    except zlib.error:
        return b"", False
    return body, is_whole and packer.eof


def connected(port: int, numbers: Sequence[str], until: float) -> socket.socket:
    """Connect to the first of a host's IP addresses that answers; each gets its share of the time. Raise OSError."""
    failed: OSError = OSError("no address")
    for index, number in enumerate(numbers):
        share = _left(until) / (len(numbers) - index)
        line = socket.socket(socket.AF_INET6 if ":" in number else socket.AF_INET, socket.SOCK_STREAM)
        try:
            line.settimeout(share)
            line.connect((number, port))
        except OSError as error:
            line.close()
            failed = error
        else:
            return line
    raise failed


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time is up")
    return left


def _certificate(line: ssl.SSLSocket) -> Certificate | None:
    told: dict[str, Any] = line.getpeercert() or {}
    try:
        return Certificate(_moment(told["notBefore"]), _moment(told["notAfter"]))
    except (KeyError, ValueError):
        return None


def _moment(words: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(words), dt.UTC)


class _Timed:
    """A connection as http.client uses it, on which all that is written and read together ends at a moment.

    The time-out of a socket begins anew with each byte, so that a site which sends one a second would go on for ever.
    """

    def __init__(self, line: socket.socket, until: float) -> None:
        self._line = line
        self._until = until

    def sendall(self, data: bytes) -> None:
        """Send bytes."""
        self._line.settimeout(_left(self._until))
        self._line.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what is received, as a file; the mode is always to read bytes."""
        assert mode == "rb"  # noqa: S101 - http.client asks for no other
        return io.BufferedReader(_Received(self._line, self._until))

    def close(self) -> None:
        """Leave the connection open: whoever made it closes it."""


class _Received(io.RawIOBase):
    def __init__(self, line: socket.socket, until: float) -> None:
        super().__init__()
        self._line = line
        self._until = until

    def readable(self) -> bool:
        """Report that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Receive some bytes, within the time."""
        self._line.settimeout(_left(self._until))
        return self._line.recv_into(buffer)


def seconds_to_wait(answer: Answer, now: dt.datetime) -> float | None:
    """Return how long a site asks to be left alone; None where it does not say, or not understandably."""
    told = answer.headers.get("retry-after", "").strip()
    if told.isdigit():
        return float(told)
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(0.0, (moment - now).total_seconds()) if moment.tzinfo else None
