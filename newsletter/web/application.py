"""The composer as a web application: which address does what."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from newsletter.errors import NewsletterError
from newsletter.web import content, emails, folder, imports, issues, preferences, sends, shelf, subscribers
from newsletter.web.access import AccessControl
from newsletter.web.asgi import TooLargeError
from newsletter.web.events import EventHub
from newsletter.web.responses import answer_bug, answer_newsletter_error, answer_system_error, error_page, problem
from newsletter.web.session import Session
from newsletter.web.static_files import STATIC
from newsletter.web.watching import watch
from newsletter.workflow.composer.composer import Composer
from newsletter.workflow.composer.documents import ConflictError

_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}


def build_application(composer: Composer, session: Session, hub: EventHub, page: Callable[[], str]) -> ASGIApp:
    """Return the application of a composer; `page` returns what is shown first, each time it is opened."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        hub.start()
        stop = asyncio.Event()
        watcher = asyncio.create_task(watch(composer, stop))
        yield
        stop.set()
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)

    async def show_page(request: Request) -> Response:
        token = request.query_params.get("token")
        if token is None:
            return _static_file("index.html")
        return _opened(session, token, await run_in_threadpool(page))

    async def events(request: Request) -> Response:
        stream = hub.stream(request.query_params.get("issue"))
        return StreamingResponse(stream, media_type="text/event-stream")

    routes = [
        Route("/", show_page),
        Route("/assets/{path:path}", _asset),
        Route("/favicon.ico", _asset),
        Route("/api/events", events),
        *folder.ROUTES,
        *issues.ROUTES,
        *emails.ROUTES,
        *content.ROUTES,
        *imports.ROUTES,
        *sends.ROUTES,
        *shelf.ROUTES,
        *subscribers.ROUTES,
        *preferences.ROUTES,
    ]
    application = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={
            HTTPException: _answer_http_error,
            ConflictError: issues.answer_conflict,
            NewsletterError: answer_newsletter_error,
            TooLargeError: _answer_too_large,
            OSError: answer_system_error,
            Exception: answer_bug,
        },
    )
    application.state.composer = composer
    return AccessControl(application, session)


def _opened(session: Session, token: str, page: str) -> Response:
    """Open the page to the browser that brings the token."""
    if not session.is_token(token):
        return error_page(
            "The address is not that of the composer that runs now.",
            "Open the address that the command printed last, or run `newsletter compose` again.",
            403,
        )
    return RedirectResponse(f"/#/{page}", 303, {"set-cookie": session.cookie_header})


async def _asset(request: Request) -> Response:
    return _static_file(request.url.path.lstrip("/"))


def _static_file(name: str) -> Response:
    """Return a file of the browser's part, and nothing outside of its folder."""
    if "\0" in name:
        return problem("There is nothing here.", status=404)
    path = (STATIC / name).resolve()
    if not path.is_relative_to(STATIC.resolve()) or not path.is_file():
        return problem("There is nothing here.", status=404)
    kind = _TYPES.get(path.suffix, "application/octet-stream")
    lasting = name.startswith("assets/")  # these names hold a hash of the content
    return FileResponse(
        path,
        media_type=kind,
        headers={"cache-control": "private, max-age=31536000, immutable" if lasting else "no-cache"},
    )


def _answer_http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for these alone
    words = {404: "There is nothing here.", 405: "This address is used in another way."}
    return problem(words.get(error.status_code, error.detail), status=error.status_code)


def _answer_too_large(_: Request, error: Exception) -> Response:  # noqa: ARG001  as Starlette calls it
    return problem("This is too large.", status=413)
