"""A front door on loopback, over TLS or not, where one connection breaks at a named stage on its way.

It stands before a server that keeps a record of what it was asked to do. Each connection carries one request, so that
the number of a connection is the number of the request. Faults come at the bytes: an HTTP library reports most of them
with the same exceptions, whether the request was carried out or not.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import trustme

from newsletter.providers.tls_sockets import with_closing_sockets

NAMES = ("127.0.0.1", "localhost")
PLAIN_502 = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"
DAMAGED = b"\x17\x03\x03\x00\x20" + b"\x00" * 32
"""A TLS record whose content cannot be decrypted."""


class Stage(StrEnum):
    """Where a request breaks."""

    REFUSED = "connect"
    HANDSHAKE = "handshake"
    CERTIFICATE = "certificate"
    HALF_REQUEST = "half request"
    LOST_REQUEST = "request, not done"
    WHOLE_REQUEST = "request, done"
    HALF_ANSWER = "half answer"
    DAMAGED_ANSWER = "damaged answer"
    PLAIN_ANSWER = "plain 502"
    WHOLE_ANSWER = "whole answer"

    @property
    def needs_tls(self) -> bool:
        """Return whether it can happen over TLS only."""
        return self in {Stage.HANDSHAKE, Stage.CERTIFICATE, Stage.DAMAGED_ANSWER, Stage.PLAIN_ANSWER}

    @property
    def is_unsent(self) -> bool:
        """Return whether nothing of the request was written."""
        return self in {Stage.REFUSED, Stage.HANDSHAKE, Stage.CERTIFICATE}

    @property
    def is_done(self) -> bool:
        """Return whether the request is carried out."""
        return self in {
            Stage.WHOLE_REQUEST,
            Stage.HALF_ANSWER,
            Stage.DAMAGED_ANSWER,
            Stage.PLAIN_ANSWER,
            Stage.WHOLE_ANSWER,
        }


def stages(*, tls: bool) -> list[Stage]:
    """List the stages that there are over TLS, or without it."""
    return [one for one in Stage if tls or not one.needs_tls]


@cache
def _authorities() -> tuple[trustme.CA, trustme.CA]:
    return trustme.CA(), trustme.CA()


@cache
def trusted_file() -> str:
    """Return the path of the certificate that makes the front door trusted."""
    path = Path(mkdtemp()) / "trusted.pem"
    path.write_bytes(_authorities()[0].cert_pem.bytes())
    return str(path)


@cache
def server_context(*, trusted: bool = True) -> ssl.SSLContext:
    """Return what a server needs to speak TLS; with a certificate that nobody trusts where that is asked for."""
    context = with_closing_sockets(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    _authorities()[0 if trusted else 1].issue_cert(*NAMES).configure_cert(context)
    return context


def reset(line: socket.socket) -> None:
    """Break a connection off without a goodbye."""
    with contextlib.suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with contextlib.suppress(OSError):
        line.close()


class FrontDoor:
    """The front door; `port` is where it answers. From connection `first` on, `times` of them break at a stage."""

    def __init__(self, backend: int, *, tls: bool) -> None:
        self.backend = backend
        self.tls = tls
        self.asked = 0
        self.came = 0
        self._stage: Stage | None = None
        self._first, self._times = 0, 0
        self._lock = threading.Lock()
        self.goodbyes = threading.Semaphore(0)
        """One for each connection on which the door has said that it sends no more."""
        self.port = 0
        self._open()

    @property
    def scheme(self) -> str:
        """Return how it is addressed."""
        return "https" if self.tls else "http"

    @property
    def address(self) -> str:
        """Return where it answers."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def fail(self, stage: Stage, *, first: int, times: int = 1) -> None:
        """Break connections, counted from now on, at a stage."""
        self._stage, self._first, self._times, self.asked, self.came = stage, first, times, 0, 0
        if stage is Stage.REFUSED and first == 1:
            self._close()

    def heal(self) -> None:
        """Break no more."""
        self._stage = None
        if self._listener is None:
            self._open()

    def stop(self) -> None:
        """End it."""
        self._over = True
        self._close()

    def _open(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._listener: socket.socket | None = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _close(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            self.came += 1

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with self._lock:
            self.asked += 1
            number = self.asked
            stage = self._stage if self._first <= number and self.came < self._times else None
            if stage is Stage.REFUSED:
                stage = None
            if stage is not None:
                self.came += 1
        with contextlib.suppress(OSError):
            self._carry(line, stage, closes=self._stage is Stage.REFUSED and number + 1 >= self._first)
        reset(line)

    def _carry(self, line: socket.socket, stage: Stage | None, *, closes: bool) -> None:
        if stage is Stage.HANDSHAKE:
            line.recv(1)
            return
        raw = line
        if self.tls:
            line = server_context(trusted=stage is not Stage.CERTIFICATE).wrap_socket(line, server_side=True)
            raw = socket.socket(fileno=os.dup(line.fileno()))
        try:
            self._talk(line, raw, stage, closes=closes)
        finally:
            if stage is None:
                with contextlib.suppress(OSError):
                    raw.shutdown(socket.SHUT_WR)
                    self.goodbyes.release()
                    raw.recv(1)
                raw.close()
                line.close()
            else:
                reset(raw)
                reset(line)

    def _talk(self, line: socket.socket, raw: socket.socket, stage: Stage | None, *, closes: bool) -> None:
        request = _read_request(line, half=stage is Stage.HALF_REQUEST)
        if not request or stage in {Stage.HALF_REQUEST, Stage.LOST_REQUEST}:
            return
        answer = self._forward(request)
        if closes:
            self._close()
        if stage is Stage.WHOLE_REQUEST:
            return
        if stage is Stage.PLAIN_ANSWER:
            raw.sendall(PLAIN_502)
        elif stage in {Stage.HALF_ANSWER, Stage.DAMAGED_ANSWER}:
            line.sendall(answer[: len(answer) // 2])
            if stage is Stage.DAMAGED_ANSWER:
                raw.sendall(DAMAGED)
        else:
            line.sendall(answer)
        if stage is not None:
            # what was written must arrive before the connection breaks
            raw.settimeout(0.05)
            with contextlib.suppress(OSError):
                raw.recv(1)

    def _forward(self, request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [one for one in head.split(b"\r\n") if not one.lower().startswith(b"connection:")]
        with socket.create_connection(("127.0.0.1", self.backend)) as line:
            line.sendall(b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body)
            return b"".join(iter(lambda: line.recv(65_536), b""))


def _read_request(line: socket.socket, *, half: bool) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = line.recv(1 if half else 65_536)
        data += more
        if not more or (half and len(data) > 40):
            return b"" if not more else data
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(one[15:]) for one in head.split(b"\r\n") if one.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        more = line.recv(65_536)
        if not more:
            return b""
        body += more
    return head + b"\r\n\r\n" + body


@contextmanager
def front_door(backend: int, *, tls: bool) -> Iterator[FrontDoor]:
    """Run a front door for a while."""
    door = FrontDoor(backend, tls=tls)
    try:
        yield door
    finally:
        door.stop()
