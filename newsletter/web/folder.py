"""The addresses of the whole folder: its facts, its issues, the schema of an issue."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.web.responses import PlainJson
from newsletter.workflow.composer.composer import Composer


def composer_of(request: Request) -> Composer:
    """Return the composer that a request is for."""
    composer: Composer = request.app.state.composer
    return composer


async def show_workspace(request: Request) -> Response:
    """Answer with the facts of the folder."""
    return PlainJson(await run_in_threadpool(composer_of(request).describe))


async def show_schema(request: Request) -> Response:
    """Answer with the JSON Schema of an issue."""
    return PlainJson(await run_in_threadpool(composer_of(request).schema))


ROUTES = [
    Route("/api/workspace", show_workspace, methods=["GET"]),
    Route("/api/schema", show_schema, methods=["GET"]),
]
