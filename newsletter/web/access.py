"""Who may talk to the composer: the browser that was given the token, on this computer, and nobody else.

A server on the loopback interface can be reached by every web page that the user opens. So each request must name a
host that is ours (DNS rebinding), carry the session's cookie, and not come from a page of another origin; one that
changes something must also carry a header that a form of another page cannot send.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from newsletter.web.asgi import bounded, with_headers
from newsletter.web.responses import error_page, problem
from newsletter.web.session import Session

MOST_JSON = 4_000_000
"""Bytes of a request with JSON."""

MOST_LIST = 40_000_000
"""Bytes of a request with lists of subscribers, which come as JSON."""

MOST_PICTURE = 40_000_000
"""Bytes of a request with a picture."""

MOST_FILE = 100_000_000
"""Bytes of a request with a document to import."""

APP_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The content security policy of everything but the email."""

_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "content-security-policy": APP_POLICY,
    "x-frame-options": "DENY",
    "cache-control": "no-store",
}
_SAFE = frozenset({"GET", "HEAD"})
_OURS = frozenset({"same-origin", "none"})
_PICTURES = "image/"
_FILE = "application/octet-stream"
_LISTS = "/api/subscribers/import"
_OPEN_AGAIN = "Open the address that the command printed, or run `newsletter compose` again."


class AccessControl:
    """Refuse every request that does not come from the composer's own page; add the headers that protect the page."""

    def __init__(self, app: ASGIApp, session: Session) -> None:
        self.app = app
        self.session = session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, pass on or refuse one request."""
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "There are no web sockets here."})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self._refusal(scope, headers)
        if refused is not None:
            status, words = refused
            as_page = scope["path"] == "/"
            answer = error_page(words, _OPEN_AGAIN, status) if as_page else problem(words, _OPEN_AGAIN, status)
            await answer(scope, receive, with_headers(send, _HEADERS))
            return
        most = _most_bytes(scope["path"], _content_type(headers))
        await self.app(scope, bounded(receive, most), with_headers(send, _HEADERS))

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        """Return the status and the words of a refusal; None for a request that may go on."""
        if headers.get("host", "") not in self.session.hosts or len(headers.getlist("host")) != 1:
            return 421, "This server answers only to the address of this computer."
        is_entry = scope["path"] == "/" and scope["method"] == "GET" and b"token=" in scope["query_string"]
        if is_entry:
            return None  # the token itself is checked where the page is made
        origin = headers.get("origin")
        if origin is not None and origin not in {f"http://{host}" for host in self.session.hosts}:
            return 403, "This request came from another web page, and was refused."
        if headers.get("sec-fetch-site", "same-origin") not in _OURS:
            return 403, "This request came from another web page, and was refused."
        if not self.session.is_key(cookie_parser(headers.get("cookie", "")).get(self.session.cookie, "")):
            return 403, "This page is not open in this browser yet, or the server was started again."
        return None if scope["method"] in _SAFE else _refusal_of_change(scope["method"], scope["path"], headers)


def _refusal_of_change(method: str, path: str, headers: Headers) -> tuple[int, str] | None:
    if method != "POST":
        return 405, f"{method} is not used here."
    if headers.get("x-newsletter") != "1":
        return 403, "This request did not come from the composer's own page, and was refused."
    kind = _content_type(headers)
    if kind not in {"application/json", _FILE} and not kind.startswith(_PICTURES):
        return 415, "A request is JSON, a picture, or a file."
    most = _most_bytes(path, kind)
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > most:
        return 413, f"This is too large: at most {most // 1_000_000} MB can be sent at once."
    return None


def _content_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _most_bytes(path: str, kind: str) -> int:
    """Return how many bytes a request of a kind of content may have."""
    if path == _LISTS:
        return MOST_LIST
    if kind.startswith(_PICTURES):
        return MOST_PICTURE
    return MOST_FILE if kind == _FILE else MOST_JSON
