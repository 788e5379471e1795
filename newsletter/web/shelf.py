"""The addresses of whole issues: duplicated, moved, deleted and restored; and what was sent of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from newsletter.web.emails import EMAIL_POLICY, view_of
from newsletter.web.requests import answer, composer_of, json_of, text_field
from newsletter.workflow.composer import issue_shelf, sent_issues
from newsletter.workflow.composer.composer import Composer


def _id(request: Request) -> str:
    return str(request.path_params["id"])


async def _path(request: Request) -> Path:
    """Return the file of the issue that an address is of."""
    return await run_in_threadpool(composer_of(request).path, _id(request))


async def _made(composer: Composer, make: Callable[[], Path | None], gone: Path | None = None) -> Response:
    """Make or remove an issue, and answer with the name of what was made; `gone` is the file that goes."""

    def call() -> dict[str, Any]:
        composer.forget_missing()
        made = make()
        for path in filter(None, (gone, made)):
            composer.forget(path)
        if made is not None:
            composer.remember(made.stem)
        return {"id": made.stem if made is not None else None}

    return await answer(call)


async def duplicate(request: Request) -> Response:
    """Duplicate an issue."""
    composer, month = composer_of(request), text_field(await json_of(request), "month")
    path = await _path(request)
    return await _made(composer, lambda: issue_shelf.duplicate_issue(composer.workspace, path, month))


async def move(request: Request) -> Response:
    """Give an issue another month."""
    composer, month = composer_of(request), text_field(await json_of(request), "month")
    path = await _path(request)
    return await _made(composer, lambda: issue_shelf.move_issue(composer.workspace, path, month), path)


async def delete(request: Request) -> Response:
    """Delete an issue, so that it can be restored."""
    composer, is_sure = composer_of(request), (await json_of(request)).get("even_if_sent") is True
    path = await _path(request)
    return await _made(composer, lambda: issue_shelf.delete_issue(composer.workspace, path, even_if_sent=is_sure), path)


async def show_deleted(request: Request) -> Response:
    """Answer with the deleted issues."""
    composer = composer_of(request)
    return await answer(lambda: issue_shelf.deleted_issues(composer.workspace))


async def restore(request: Request) -> Response:
    """Restore a deleted issue."""
    composer, name = composer_of(request), text_field(await json_of(request), "deleted")
    return await _made(composer, lambda: issue_shelf.restore_issue(composer.workspace, name))


async def show_sent(request: Request) -> Response:
    """Answer with what was sent of an issue."""
    composer = composer_of(request)
    return await answer(lambda: sent_issues.sent_facts(composer.workspace, composer.path(_id(request)).stem))


async def show_sent_email(request: Request) -> Response:
    """Answer with an email as it was sent."""
    composer, send, view = composer_of(request), request.path_params["send"], view_of(request)
    page = await run_in_threadpool(lambda: sent_issues.sent_page(composer.workspace, _id(request), send, view))
    return HTMLResponse(page, headers={"content-security-policy": EMAIL_POLICY, "x-frame-options": "SAMEORIGIN"})


async def show_sent_picture(request: Request) -> Response:
    """Answer with a picture of an email as it was sent."""
    composer, send, cid = composer_of(request), request.path_params["send"], request.path_params["cid"]
    data, kind = await run_in_threadpool(lambda: sent_issues.sent_picture(composer.workspace, _id(request), send, cid))
    return Response(data, media_type=kind, headers={"cache-control": "private, max-age=31536000, immutable"})


ROUTES = [
    Route("/api/deleted", show_deleted, methods=["GET"]),
    Route("/api/deleted", restore, methods=["POST"]),
    Route("/api/issues/{id}/duplicate", duplicate, methods=["POST"]),
    Route("/api/issues/{id}/move", move, methods=["POST"]),
    Route("/api/issues/{id}/delete", delete, methods=["POST"]),
    Route("/api/issues/{id}/sent", show_sent, methods=["GET"]),
    Route("/api/issues/{id}/sent/{send}", show_sent_email, methods=["GET"]),
    Route("/api/issues/{id}/sent/{send}/images/{cid}", show_sent_picture, methods=["GET"]),
]
