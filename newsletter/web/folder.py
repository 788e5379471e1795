"""The addresses of the whole folder: its facts, its issues, the schema of an issue."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.web.requests import answer, composer_of


async def show_workspace(request: Request) -> Response:
    """Answer with the facts of the folder."""
    return await answer(composer_of(request).describe)


async def show_schema(request: Request) -> Response:
    """Answer with the JSON Schema of an issue, as the form needs it."""
    return await answer(partial(composer_of(request).schema, names_rules=False))


async def show_whole_schema(request: Request) -> Response:
    """Answer with the JSON Schema of an issue with the names of all rules, as the editor of its text needs it."""
    return await answer(partial(composer_of(request).schema, names_rules=True))


ROUTES = [
    Route("/api/workspace", show_workspace, methods=["GET"]),
    Route("/api/schema", show_schema, methods=["GET"]),
    Route("/api/schema/whole", show_whole_schema, methods=["GET"]),
]
