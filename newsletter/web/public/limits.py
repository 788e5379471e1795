"""What protects the public pages: headers on every answer, a bound on bodies, and a limit for each visitor."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from newsletter.web.asgi import bounded, with_headers

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ISSUE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' https: data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""The policy of an issue, whose styles are in it, and whose pictures may be on another website of the organisation."""

_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "strict-transport-security": "max-age=31536000",
    "x-robots-tag": "noindex, nofollow",
    "cache-control": "no-store",
}
MOST_BODY = 1_000_000
"""Bytes; a report by SNS has at most 256,000."""

_MOST_VISITORS = 20_000


class RateLimit:
    """So many requests a minute for each visitor, in a bucket that fills up again steadily."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, visitor: str) -> bool:
        """Take one request from a visitor's bucket; say whether there was one."""
        now = self._clock()
        with self._lock:
            left, then = self._buckets.pop(visitor, (self._most, now))
            left = min(self._most, left + (now - then) * self._most / 60)
            is_allowed = left >= 1
            self._buckets[visitor] = (left - 1 if is_allowed else left, now)
            while len(self._buckets) > _MOST_VISITORS:
                self._buckets.popitem(last=False)
        return is_allowed


class SecurityHeaders:
    """Add the headers that protect the pages, and bound the bodies of requests."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, bounded(receive, MOST_BODY), with_headers(send, _HEADERS))
