"""Read what a request brings: JSON whose fields are of the kinds that are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from newsletter.errors import UsageError
from newsletter.web.responses import PlainJson
from newsletter.workflow.composer.composer import Composer

T = TypeVar("T")


def composer_of(request: Request) -> Composer:
    """Return the composer that a request is for."""
    composer: Composer = request.app.state.composer
    return composer


async def json_of(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request; raise UsageError if there is none."""
    try:
        data = json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        raise UsageError("The request is no JSON.") from None
    if not isinstance(data, dict):
        raise UsageError("The request is no JSON object.")
    return data


def text_field(data: dict[str, Any], name: str, *, default: str | None = None) -> str:
    """Return a text of a request; raise UsageError where it is missing and has no default."""
    value = data.get(name, default)
    if not isinstance(value, str):
        raise UsageError(f"The request needs a text `{name}`.")
    return value


def list_field(data: dict[str, Any], name: str) -> list[Any]:
    """Return a list of a request; raise UsageError where it is missing."""
    value = data.get(name)
    if not isinstance(value, list):
        raise UsageError(f"The request needs a list `{name}`.")
    return value


async def answer(call: Callable[..., T], *args: Any) -> Response:
    """Run a use case in a thread of its own and answer with what it returns."""
    return PlainJson(await run_in_threadpool(call, *args))
