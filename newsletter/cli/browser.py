"""Open pages in the browser, and serve the composer to it."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from newsletter.cli import output

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


def has_browser() -> bool:
    """Return whether a browser with a window can be expected; a text browser would take the terminal over."""
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in _SCREENS)


def open_in_browser(address: str) -> bool:
    """Open an address in the browser; False if there is no browser."""
    if not has_browser():
        return False
    with _quiet():
        try:
            return webbrowser.open(address)
        except (webbrowser.Error, OSError):
            return False


def composer_server() -> Any:
    """Return the module that serves the composer.

    It is found by its name: the command line and the web app are two faces of the same use cases, and neither is built
    on the other.
    """
    return importlib.import_module("newsletter.web.server")


def serve_composer(server: Any, folder: Path, issue: str | None, *, view: str, port: int | None, no_open: bool) -> None:
    """Serve the composer until Ctrl-C; `view` is what to show first of the issue: `form` or `email`."""

    def ready(address: str) -> None:
        opened = not no_open and open_in_browser(address)
        output.say(f"The composer is open at {address}" if opened else f"Open the composer at {address}")
        output.say("Press Ctrl-C to stop it. What you write is saved as you write it.")

    try:
        server.serve(folder, issue=issue, view=view, port=port, on_ready=ready)
    except KeyboardInterrupt:
        output.complain("\nStopped. Nothing you wrote is lost.")
        raise SystemExit(130) from None


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what a browser chatters on stderr off the terminal."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
