"""Start the composer's server on this computer, and stop it."""

from __future__ import annotations

import hashlib
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn

from newsletter.errors import UsageError
from newsletter.web.access import Session
from newsletter.web.application import STATIC, build_application
from newsletter.web.events import EventHub
from newsletter.workflow.composer.composer import Composer

HOST = "127.0.0.1"

_FIRST_PORT, _PORTS = 20_000, 10_000
"""Ports below those that the system hands out on its own."""


_SWITCH = 0.001
"""Seconds that a thread which renders or checks may keep the interpreter while a page waits for an answer."""


class _Server(uvicorn.Server):
    """A server that tells its open event streams when it stops, and its caller when it has started."""

    def __init__(self, config: uvicorn.Config, hub: EventHub, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._hub = hub
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self._on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at a signal; the event streams would otherwise keep the server open."""
        self._hub.close()
        super().handle_exit(sig, frame)


def is_built() -> bool:
    """Say whether the browser's part of the composer is there: in a checkout it is built first."""
    return (STATIC / "index.html").is_file()


def serve(folder: Path, *, issue: str | None, view: str, port: int | None, on_ready: Callable[[str], None]) -> None:
    """Serve the composer for a folder until it is stopped.

    It opens with a view (`form` or `email`) of an issue, by default the newest; `on_ready` is called with the address
    to open. Raise UsageError where there is no such issue, or the port is not free.
    """
    hub = EventHub()
    composer = Composer(folder, hub.publish)
    name = composer.first_issue(issue)
    listener = open_usual_port(folder) if port is None else open_port(port)
    session = Session(int(listener.getsockname()[1]))
    application = build_application(composer, session, hub, f"issues/{name}/{view}" if name else "")
    config = uvicorn.Config(
        application,
        log_config=None,
        log_level="critical",  # what goes wrong is answered in words; the terminal shows no traceback
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=64 * 1024,
    )
    address = f"http://{HOST}:{session.port}/?token={session.token}"

    def start() -> None:
        """Open the browser first: while it starts, the first email is rendered."""
        on_ready(address)
        composer.warm(name)

    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)
    try:
        _Server(config, hub, start).run([listener])
    finally:
        sys.setswitchinterval(usual)
        composer.close()


def open_usual_port(folder: Path) -> socket.socket:
    """Return a socket on the port that a folder's composer has each time, or on any free one where it is taken.

    A page that was left open finds the composer again when it is started anew, with what was not saved yet.
    """
    digest = hashlib.sha256(str(folder.resolve()).encode()).digest()
    try:
        return open_port(_FIRST_PORT + int.from_bytes(digest[:4]) % _PORTS)
    except UsageError:
        return open_port(None)


def open_port(port: int | None) -> socket.socket:
    """Return a socket that listens on this computer alone: on a port, or on any that is free."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port or 0))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"Port {port} cannot be used: {reason}.",
            hint="Stop the program that uses it, name another port, or leave out --port: a free one is then chosen.",
        ) from error
    return listener
