"""The addresses of what readers see of an issue: the email, its pictures, its text, its rows in inboxes."""

from __future__ import annotations

import json
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from newsletter.errors import UsageError
from newsletter.web.requests import answer, composer_of
from newsletter.web.responses import PlainJson
from newsletter.workflow.composer.email_views import Mode, View

EMAIL_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-same-origin"
)
"""The content security policy of the email: it has no script, asks nothing of the network and leads nowhere."""


def view_of(request: Request) -> View:
    """Return how an email is looked at, from the query of a request."""
    query = request.query_params
    try:
        mode = Mode(query.get("mode", "light"))
    except ValueError:
        raise UsageError("There is no such view of an email.", hint="light, dark or forced-dark.") from None
    return View(
        mode=mode,
        pictures=query.get("pictures", "on") != "off",
        styles=query.get("styles", "on") != "off",
        outlook=query.get("client", "") == "outlook",
        printed=query.get("media", "") == "print",
        reader=query.get("reader", ""),
        segment=query.get("segment", ""),
    )


async def show_email(request: Request) -> Response:
    """Answer with the page of the email; headers tell the version that it shows and what is wrong with a newer one."""
    page, facts = await run_in_threadpool(composer_of(request).email, request.path_params["id"], view_of(request))
    headers = {
        "content-security-policy": EMAIL_POLICY,
        "x-frame-options": "SAMEORIGIN",
        "x-newsletter-version": facts["version"],
    }
    if facts["problem"]:
        headers["x-newsletter-stale"] = "1"
        headers["x-newsletter-problem"] = quote(json.dumps(facts["problem"], ensure_ascii=False))
    return HTMLResponse(page, headers=headers)


async def show_picture(request: Request) -> Response:
    """Answer with a picture of the email; its name is a hash of its content."""
    data, kind = await run_in_threadpool(
        composer_of(request).picture, request.path_params["id"], request.path_params["cid"]
    )
    return Response(data, media_type=kind, headers={"cache-control": "private, max-age=31536000, immutable"})


async def show_text(request: Request) -> Response:
    """Answer with the plain text."""
    text = await run_in_threadpool(composer_of(request).plain_text, request.path_params["id"], view_of(request))
    return PlainJson({"text": text})


async def show_inbox(request: Request) -> Response:
    """Answer with the rows in inboxes and the size by section."""
    return await answer(composer_of(request).inbox, request.path_params["id"], view_of(request))


async def show_readers(request: Request) -> Response:
    """Answer with the readers that an email can be shown for."""
    return await answer(composer_of(request).readers, request.path_params["id"])


async def show_version(request: Request) -> Response:
    """Answer with the page of the email as an earlier version was."""
    composer, version, view = composer_of(request), request.path_params["version"], view_of(request)
    name = request.path_params["id"]
    page = await run_in_threadpool(lambda: composer.version_emails.page(composer.view(name).issue, version, view))
    return HTMLResponse(page, headers={"content-security-policy": EMAIL_POLICY, "x-frame-options": "SAMEORIGIN"})


async def show_version_picture(request: Request) -> Response:
    """Answer with a picture of the email of an earlier version."""
    composer, name = composer_of(request), request.path_params["id"]
    version, cid = request.path_params["version"], request.path_params["cid"]
    data, kind = await run_in_threadpool(
        lambda: composer.version_emails.picture(composer.view(name).issue, version, cid)
    )
    return Response(data, media_type=kind, headers={"cache-control": "private, max-age=31536000, immutable"})


ROUTES = [
    Route("/api/issues/{id}/email", show_email, methods=["GET"]),
    Route("/api/issues/{id}/images/{cid}", show_picture, methods=["GET"]),
    Route("/api/issues/{id}/history/{version}/email", show_version, methods=["GET"]),
    Route("/api/issues/{id}/history/{version}/images/{cid}", show_version_picture, methods=["GET"]),
    Route("/api/issues/{id}/plain-text", show_text, methods=["GET"]),
    Route("/api/issues/{id}/inbox", show_inbox, methods=["GET"]),
    Route("/api/issues/{id}/readers", show_readers, methods=["GET"]),
]
