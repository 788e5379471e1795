"""The public pages as a web application: which address does what."""

from __future__ import annotations

import contextlib
import hmac
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from newsletter.errors import NewsletterError, UsageError
from newsletter.web.asgi import TooLargeError
from newsletter.web.public.forms import Form, read_form
from newsletter.web.public.limits import ISSUE_POLICY, RateLimit, SecurityHeaders
from newsletter.web.public.metrics import Metrics
from newsletter.web.public.pages import PageWriter
from newsletter.web.public.reports import report_routes
from newsletter.workflow.public_issues import PublicIssues
from newsletter.workflow.public_mail import MailSender
from newsletter.workflow.public_pages import ONE_CLICK, PAGE, LinkState, OpenedLink, PublicPages

METRICS_TOKEN = "NEWSLETTER_METRICS_TOKEN"  # noqa: S105  the name of a variable
_OURS = {"127.0.0.1", "::1"}


@dataclass(slots=True)
class PublicSite:
    """What the handlers share."""

    pages: PublicPages
    writer: PageWriter
    issues: PublicIssues
    sender: MailSender
    style: str
    limit: RateLimit
    metrics: Metrics = field(default_factory=Metrics)

    async def form(self, request: Request) -> Form:
        """Return the fields of a form that was sent."""
        return read_form(await request.body(), request.headers.get("content-type", ""))

    def count(self, page: str, response: Response) -> Response:
        """Count an answer."""
        self.metrics.add("requests", f'{{page="{page}",status="{response.status_code}"}}')
        return response

    def refused(self, request: Request) -> Response | None:
        """Return the answer to a visitor who asks too often."""
        visitor = request.client.host if request.client else ""
        if self.limit.allows(visitor):
            return None
        lines = ("There were too many requests from your network.", "Wait a minute, then try again.")
        answer = self.writer.page("Please wait a moment", *lines, status=429)
        answer.headers["retry-after"] = "60"
        return answer


Handler = Callable[[PublicSite, Request], "object"]


def build_public_site(site: PublicSite) -> ASGIApp:
    """Return the application of the public pages."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        site.sender.start()
        yield
        await run_in_threadpool(site.sender.stop)
        site.pages.close()

    routes = [
        Route("/", _front, methods=["GET"]),
        Route("/subscribe", _subscribe, methods=["POST"]),
        Route("/link", _link, methods=["POST"]),
        Route("/confirm/{token}", _confirm, methods=["GET", "POST"]),
        Route("/unsubscribe/{token}", _unsubscribe, methods=["GET", "POST"]),
        Route("/preferences/{token}", _preferences, methods=["GET", "POST"]),
        Route("/issues/{path:path}", _issue, methods=["GET"]),
        Route("/style.css", _style, methods=["GET"]),
        Route("/robots.txt", _robots, methods=["GET"]),
        Route("/health", _health, methods=["GET"]),
        Route("/metrics", _metrics, methods=["GET"]),
        *report_routes(site.pages, site.metrics),
    ]
    application = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={
            HTTPException: _answer_http_error,
            TooLargeError: _answer_too_large,
            NewsletterError: _answer_trouble,
            Exception: _answer_bug,
        },
    )
    application.state.site = site
    return SecurityHeaders(application)


def _site(request: Request) -> PublicSite:
    found: PublicSite = request.app.state.site
    return found


async def _front(request: Request) -> Response:
    site = _site(request)
    if not site.pages.serve.sign_up:
        return site.count("front", site.writer.page(site.writer.name, "You can unsubscribe by the link in any issue."))
    return site.count("front", site.refused(request) or site.writer.sign_up())


async def _subscribe(request: Request) -> Response:
    site = _site(request)
    if not site.pages.serve.sign_up:
        return site.count("subscribe", site.writer.not_found())
    refused = site.refused(request)
    if refused is not None:
        return site.count("subscribe", refused)
    form = await site.form(request)
    if form.first("website"):  # the hidden field: a program filled it in
        site.metrics.add("honeypot")
        return site.count("subscribe", site.writer.check_inbox())
    if form.first("consent") != "yes":
        words = "Please tick the box to agree to receive the newsletter."
        return site.count("subscribe", site.writer.sign_up(words, form.first("email"), form.all("tag")))
    try:
        arguments = (form.first("email"), form.all("tag"), form.first("first_name"))
        await run_in_threadpool(site.pages.sign_up, *arguments)
    except UsageError:
        words = "Enter an email address, such as reader@example.org."
        return site.count("subscribe", site.writer.sign_up(words, form.first("email"), form.all("tag")))
    site.metrics.add("sign_ups")
    site.sender.wake()
    return site.count("subscribe", site.writer.check_inbox())


async def _link(request: Request) -> Response:
    site = _site(request)
    refused = site.refused(request)
    if refused is not None:
        return site.count("link", refused)
    form = await site.form(request)
    with contextlib.suppress(UsageError):  # nothing tells which addresses are on the list
        await run_in_threadpool(site.pages.send_link, form.first("email"))
    site.sender.wake()
    lines = ("If this address is on our list, you will get an email with a new link in the next few minutes.",)
    return site.count("link", site.writer.page("Check your inbox", *lines))


async def _confirm(request: Request) -> Response:
    site, token = _site(request), request.path_params["token"]
    say = site.writer.say
    refused = site.refused(request)
    if refused is not None:
        return site.count("confirm", refused)
    is_post = request.method == "POST"
    opened = await run_in_threadpool(site.pages.confirm if is_post else site.pages.open_confirmation, token)
    if opened.state is not LinkState.GOOD or not opened.masked:
        return site.count("confirm", site.writer.bad_confirmation(opened.state))
    if opened.is_subscribed:
        if is_post:
            site.metrics.add("confirmed")
        return site.count(
            "confirm", site.writer.page("You are subscribed", say("{who} gets the next issue.", who=opened.masked))
        )
    words = say(
        "Confirm that {who} is your address, and that you want to get {name}.", who=opened.masked, name=site.writer.name
    )
    return site.count("confirm", site.writer.button("Confirm your subscription", "Confirm", words))


async def _unsubscribe(request: Request) -> Response:
    """Ask with a button on GET, so that a program that opens links unsubscribes nobody; unsubscribe on POST."""
    site, token = _site(request), request.path_params["token"]
    if request.method != "POST":
        opened = await run_in_threadpool(site.pages.open_link, token)
        return site.count("unsubscribe", _ask_to_unsubscribe(site, opened))
    body = await request.body()
    is_one_click = b"One-Click" in body
    opened = await run_in_threadpool(site.pages.unsubscribe, token, ONE_CLICK if is_one_click else PAGE)
    if opened.state is not LinkState.GOOD:
        return site.count("unsubscribe", site.writer.bad_link(opened.state))
    site.metrics.add("unsubscribed", f'{{by="{"one click" if is_one_click else "page"}"}}')
    if is_one_click:
        return site.count("unsubscribe", PlainTextResponse("You are unsubscribed.\n"))
    words = "This address gets no more issues."
    if opened.masked:
        words = site.writer.say("{who} gets no more issues.", who=opened.masked)
    return site.count("unsubscribe", site.writer.page("You are unsubscribed", words, back=site.pages.serve.sign_up))


def _ask_to_unsubscribe(site: PublicSite, opened: OpenedLink) -> Response:
    say = site.writer.say
    if opened.state is not LinkState.GOOD:
        return site.writer.bad_link(opened.state)
    if opened.masked and not opened.is_subscribed:
        return site.writer.page("You are unsubscribed", say("{who} gets no issues.", who=opened.masked))
    words = say("Stop sending {name} to this address.", name=site.writer.name)
    if opened.masked:
        words = say("Stop sending {name} to {who}.", name=site.writer.name, who=opened.masked)
    return site.writer.button("Unsubscribe?", "Unsubscribe", words)


async def _preferences(request: Request) -> Response:
    site, token = _site(request), request.path_params["token"]
    refused = site.refused(request)
    if refused is not None:
        return site.count("preferences", refused)
    if request.method == "POST":
        form = await site.form(request)
        opened = await run_in_threadpool(site.pages.choose, token, form.all("tag"))
    else:
        opened = await run_in_threadpool(site.pages.open_link, token)
    if opened.state is not LinkState.GOOD:
        return site.count("preferences", site.writer.bad_link(opened.state))
    if not opened.is_subscribed:
        return site.count("preferences", site.writer.page("You are not subscribed", "This address gets no issues."))
    saved = request.method == "POST"
    return site.count("preferences", site.writer.preferences(opened.masked, opened.tags, token, saved=saved))


async def _issue(request: Request) -> Response:
    site = _site(request)
    found = await run_in_threadpool(site.issues.find, request.path_params["path"])
    if found is None:
        return site.count("issue", site.writer.not_found())
    data, kind = found
    headers = {"content-security-policy": ISSUE_POLICY, "cache-control": "public, max-age=300"}
    return site.count("issue", Response(data, media_type=kind, headers=headers))


async def _style(request: Request) -> Response:
    return Response(_site(request).style, media_type="text/css", headers={"cache-control": "public, max-age=300"})


async def _robots(_: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


async def _health(request: Request) -> Response:
    await run_in_threadpool(_site(request).pages.is_healthy)
    return PlainTextResponse("ok\n")


async def _metrics(request: Request) -> Response:
    """Show the counts to this computer, or to whoever has the token of the environment."""
    site, token = _site(request), os.environ.get(METRICS_TOKEN, "")
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    is_ours = request.client is not None and request.client.host in _OURS and "x-forwarded-for" not in request.headers
    if not (is_ours or (token and hmac.compare_digest(given.encode(), token.encode()))):
        return site.writer.not_found()
    gauges = await run_in_threadpool(site.pages.counts)
    more = {"mails_sent": site.sender.sent, "mails_failed": site.sender.failed}
    return PlainTextResponse(site.metrics.text(gauges | more), media_type="text/plain; version=0.0.4")


def _answer_http_error(request: Request, error: Exception) -> Response:
    site = _site(request)
    status = error.status_code if isinstance(error, HTTPException) else 500
    return site.writer.not_found() if status == 404 else site.writer.page("This does not work", status=status)


def _answer_too_large(request: Request, _error: Exception) -> Response:
    return _site(request).writer.page("This is too large", status=413)


def _answer_trouble(request: Request, _error: Exception) -> Response:
    site = _site(request)
    site.metrics.add("errors")
    if request.url.path == "/health":
        return PlainTextResponse("the list cannot be used\n", 503)
    return site.writer.page("Please try again later", "Something is wrong on our side.", status=503)


def _answer_bug(request: Request, _error: Exception) -> Response:
    site = _site(request)
    site.metrics.add("bugs")
    return HTMLResponse(site.writer.page("Please try again later", "Something is wrong on our side.").body, 500)
