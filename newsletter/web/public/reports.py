"""The addresses at which mail services report bounces and complaints."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from newsletter.web.public.metrics import Metrics
from newsletter.workflow import webhooks
from newsletter.workflow.amazon_pages import fetch_amazon_page
from newsletter.workflow.public_pages import PublicPages, Report

_KEPT = 50_000


class SeenTokens:
    """The tokens of reports that were used, for as long as a report may be believed."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, token: str) -> bool:
        """Return whether a token was used before, and remember it."""
        now = time.monotonic()
        with self._lock:
            while self._seen and (len(self._seen) > _KEPT or now - next(iter(self._seen.values())) > webhooks.MOST_AGE):
                self._seen.popitem(last=False)
            if token in self._seen:
                return True
            self._seen[token] = now
        return False


def report_routes(pages: PublicPages, metrics: Metrics) -> list[Route]:
    """Return the routes of the mail services that are set up; the others do not exist."""
    seen = SeenTokens()
    routes = []

    def add(name: str, read: Callable[[Request, bytes], Sequence[Report]]) -> None:
        def take(request: Request, body: bytes) -> int:
            return pages.report(read(request, body))

        async def handler(request: Request) -> Response:
            body = await request.body()
            try:
                count = await run_in_threadpool(take, request, body)
            except webhooks.RefusedReportError as error:
                metrics.add("reports", f'{{service="{name}",result="refused"}}')
                return PlainTextResponse(f"Refused: {error}.\n", 403)
            metrics.add("reports", f'{{service="{name}",result="taken"}}')
            return PlainTextResponse(f"{count} recorded\n")

        routes.append(Route(f"/webhooks/{name}", handler, methods=["POST"]))

    topic = pages.serve.ses_topic
    if topic:
        add("ses", lambda _, body: webhooks.read_sns(body, topic, fetch_amazon_page))
    if webhooks.is_set(webhooks.POSTMARK):
        add("postmark", lambda request, body: webhooks.read_postmark(request.headers, body))
    if webhooks.is_set(webhooks.MAILGUN):
        add("mailgun", lambda _, body: webhooks.read_mailgun(body, seen.note))
    return routes
