"""The addresses for documents and calendars that are dropped on the composer."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.web.requests import answer, composer_of


def _asked(request: Request, name: str) -> str:
    return request.query_params.get(name, "")


async def preview_import(request: Request) -> Response:
    """Answer with what an import would make of a document."""
    data = await request.body()
    names = (_asked(request, "name"), _asked(request, "month"), _asked(request, "post"))
    return await answer(composer_of(request).preview_import, data, *names)


async def import_document(request: Request) -> Response:
    """Make an issue of a document, and answer with the issue's document."""
    data = await request.body()
    names = (_asked(request, "name"), _asked(request, "month"), _asked(request, "post"))
    return await answer(composer_of(request).import_document, data, *names)


async def offer_events(request: Request) -> Response:
    """Answer with the events of a calendar that may be added to an issue."""
    data = await request.body()
    return await answer(composer_of(request).offer_events, request.path_params["id"], data, _asked(request, "name"))


ROUTES = [
    Route("/api/imports/preview", preview_import, methods=["POST"]),
    Route("/api/imports", import_document, methods=["POST"]),
    Route("/api/issues/{id}/events", offer_events, methods=["POST"]),
]
