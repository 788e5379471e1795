"""Open the port of the composer on this computer, and serve it there until it is stopped."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable
from pathlib import Path

from newsletter.errors import UsageError
from newsletter.web.session import Session
from newsletter.web.static_files import STATIC
from newsletter.workflow.composer.current_workspace import CurrentWorkspace

HOST = "127.0.0.1"

_FIRST_PORT, _PORTS = 20_000, 10_000
"""Ports below those that the system hands out on its own."""


def is_built() -> bool:
    """Return whether the browser's part of the composer is there: in a checkout it is built first."""
    return (STATIC / "index.html").is_file()


def serve(folder: Path, *, issue: str | None, view: str, port: int | None, on_ready: Callable[[str], None]) -> None:
    """Serve the composer for a folder until it is stopped.

    It opens with a view of an issue, `form` or `email`: by default with the form of the one edited last, and the email
    of the newest. `on_ready` is called with the address to open.

    Raise UsageError where there is no such issue, or the port is not free.
    """
    current = CurrentWorkspace(folder)

    def first() -> str:
        return current.first_issue(issue, edited=view == "form")

    first()  # an unknown name is refused before anything is opened
    listener = open_usual_port(folder) if port is None else open_port(port)
    session = Session(int(listener.getsockname()[1]))
    # connections wait until the application answers them: the browser starts while it is being loaded
    on_ready(f"http://{HOST}:{session.port}/?token={session.token}")
    from newsletter.web.running import run_composer  # noqa: PLC0415  heavy, see above

    run_composer(current, session, listener, first, view)


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
