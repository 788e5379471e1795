"""What the composer and the public pages do to every request and answer: bound the body, add headers."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Receive, Send


class TooLargeError(Exception):
    """More was sent than a request may hold."""


def bounded(receive: Receive, most: int) -> Receive:
    """Return a `receive` that raises TooLargeError for a body of more bytes, whatever it said it would be."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > most:
                raise TooLargeError
        return message

    return limited


def with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    """Return a `send` that adds the headers which an answer does not have of its own."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = MutableHeaders(scope=message)
            for name, value in headers.items():
                there.setdefault(name, value)
        await send(message)

    return sending
