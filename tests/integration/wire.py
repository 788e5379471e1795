"""A network between a process and a server that can be cut: a proxy on this machine."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_CHUNK = 1 << 16


class Wire:
    """Forwards connections to a server, until it is cut: then nothing arrives on either side, and no connection ends.

    What was on its way arrives when the wire is mended, unless the server gave up on its end meanwhile.
    """

    def __init__(self, server: Path | tuple[str, int], address: str = "127.0.0.1") -> None:
        self._server = server
        self._listener = socket.create_server((address, 0))
        self.port: int = self._listener.getsockname()[1]
        self._selector = selectors.DefaultSelector()
        self._waker, self._alarm = socket.socketpair()
        self._others: dict[socket.socket, socket.socket] = {}
        self._near: list[socket.socket] = []
        self._turn = threading.Lock()
        self._is_over = False
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._alarm, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._forward, daemon=True)

    def cut(self, *, server_gives_up: bool = False) -> None:
        """Let nothing through any more; the server may notice that, the process does not."""
        with self._turn:
            for one in (self._listener, *self._others):
                self._selector.unregister(one)
            if server_gives_up:
                for near in self._near:
                    self._others.pop(near).close()
                self._others.clear()
        self._wake()

    def mend(self) -> None:
        """Let everything through again, first of all what waited."""
        with self._turn:
            for one in (self._listener, *self._others):
                self._selector.register(one, selectors.EVENT_READ)
        self._wake()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over = True
        self._wake()
        self._thread.join()
        for one in (self._listener, self._waker, self._alarm, *self._near, *self._others):
            one.close()
        self._selector.close()

    def _wake(self) -> None:
        self._waker.send(b"!")

    def _forward(self) -> None:
        while not self._is_over:
            ready = [key.fileobj for key, _ in self._selector.select()]
            with self._turn:
                there = self._selector.get_map()
                for one in ready:
                    # it may have been cut, or closed with its other end, since
                    if isinstance(one, socket.socket) and one.fileno() >= 0 and one in there:
                        self._take(one)

    def _take(self, one: socket.socket) -> None:
        if one is self._alarm:
            one.recv(_CHUNK)
        elif one is self._listener:
            self._connect(one.accept()[0])
        else:
            self._pass_on(one)

    def _connect(self, near: socket.socket) -> None:
        far = socket.socket(socket.AF_UNIX if isinstance(self._server, Path) else socket.AF_INET)
        far.connect(str(self._server) if isinstance(self._server, Path) else self._server)
        self._near.append(near)
        for one, other in ((near, far), (far, near)):
            self._others[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _pass_on(self, one: socket.socket) -> None:
        other, data = self._others[one], b""
        with suppress(OSError):
            data = one.recv(_CHUNK)
            other.sendall(data)
        if data:
            return
        for end in (one, other):
            self._selector.unregister(end)
            self._others.pop(end, None)
            end.close()
        self._near = [end for end in self._near if end.fileno() >= 0]
