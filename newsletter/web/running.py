"""Run the composer's application on a port that is open already."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from types import FrameType

import uvicorn

from newsletter.errors import NewsletterError
from newsletter.web.application import build_application
from newsletter.web.events import EventHub
from newsletter.web.session import Session
from newsletter.workflow.composer.composer import Composer
from newsletter.workflow.composer.current_workspace import CurrentWorkspace

_SWITCH = 0.001
"""Seconds that a thread which renders or checks may keep the interpreter while a page waits for an answer."""


class _Server(uvicorn.Server):
    """A server that ends its open event streams when it stops, and calls back when it has started."""

    def __init__(self, config: uvicorn.Config, hub: EventHub, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._hub = hub
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then call back."""
        await super().startup(sockets)
        self._on_start()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop at a signal; the event streams would otherwise keep the server open."""
        self._hub.close()
        super().handle_exit(sig, frame)


def run_composer(
    current: CurrentWorkspace, session: Session, listener: socket.socket, first: Callable[[], str], view: str
) -> None:
    """Answer the requests that come to a socket until a signal; the first page is a view of the first issue, if any.

    The first email is rendered at once, while the browser loads the page.
    """
    hub = EventHub()
    composer = Composer(current, hub.publish)

    def issue() -> str:
        try:
            return first()
        except (NewsletterError, OSError):  # the page says what is wrong
            return ""

    def page() -> str:
        name = issue()
        return f"issues/{name}/{view}" if name else ""

    application = build_application(composer, session, hub, page)
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
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)
    try:
        _Server(config, hub, lambda: composer.warm(issue())).run([listener])
    finally:
        sys.setswitchinterval(usual)
        composer.close()
