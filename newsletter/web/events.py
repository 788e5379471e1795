"""Server-sent events: what happens in the folder, told to every open page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from typing import Any

HEARTBEAT = 15.0
"""Seconds between the comments that keep a connection open, and show that a page has gone."""

_MOST_WAITING = 100


class EventHub:
    """Passes events on to the pages that listen; `publish` may be called from any thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listeners: dict[asyncio.Queue[tuple[str, Mapping[str, Any]] | None], str | None] = {}
        self._is_closed = False

    def start(self) -> None:
        """Belong to the running loop from now on."""
        self._loop = asyncio.get_running_loop()

    def publish(self, name: str, data: Mapping[str, Any], issue: str | None = None) -> None:
        """Tell an event to the pages that show an issue, or to all of them."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            with suppress(RuntimeError):  # the loop may close at this very moment
                loop.call_soon_threadsafe(self._hand_out, name, data, issue)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._is_closed = True
        for queue in self._listeners:
            _put(queue, None)

    def _hand_out(self, name: str, data: Mapping[str, Any], issue: str | None) -> None:
        for queue, wanted in self._listeners.items():
            if issue is None or wanted is None or wanted == issue:
                _put(queue, (name, data))

    async def stream(self, issue: str | None) -> AsyncIterator[str]:
        """Yield the events for a page as text, until it goes or the server stops."""
        queue: asyncio.Queue[tuple[str, Mapping[str, Any]] | None] = asyncio.Queue(_MOST_WAITING)
        self._listeners[queue] = issue
        try:
            # what happened before this moment was not told: the page asks for it when it hears this
            yield "retry: 1000\nevent: listening\ndata: {}\n\n"
            while not self._is_closed:
                try:
                    event = await asyncio.wait_for(queue.get(), HEARTBEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if event is None:
                    break
                name, data = event
                yield f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
        finally:
            self._listeners.pop(queue, None)


def _put(queue: asyncio.Queue[Any], event: Any) -> None:
    if queue.full():  # a page that sleeps: the oldest event is the least worth
        queue.get_nowait()
    queue.put_nowait(event)
