"""The addresses of the whole folder: its facts, its issues, the schema of an issue."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.web.requests import answer, composer_of


async def show_workspace(request: Request) -> Response:
    """Answer with the facts of the folder."""
    return await answer(composer_of(request).describe)


async def show_schema(request: Request) -> Response:
    """Answer with the JSON Schema of an issue."""
    return await answer(composer_of(request).schema)


ROUTES = [
    Route("/api/workspace", show_workspace, methods=["GET"]),
    Route("/api/schema", show_schema, methods=["GET"]),
]
