"""The addresses of the send panel: check, test, approve, send, cancel, status, report."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.errors import UsageError
from newsletter.web.requests import answer, composer_of, json_of, list_field, text_field


def _id(request: Request) -> str:
    return str(request.path_params["id"])


async def show(request: Request) -> Response:
    """Answer with what the panel shows."""
    composer, segment = composer_of(request), request.query_params.get("segment", "")
    return await answer(lambda: composer.sends.show(composer.path(_id(request)), segment))


async def test(request: Request) -> Response:
    """Send a test."""
    data = await json_of(request)
    addresses = [one for one in list_field(data, "to") if isinstance(one, str)]
    composer, segment = composer_of(request), text_field(data, "segment", default="")
    return await answer(lambda: composer.sends.test(composer.path(_id(request)), addresses, segment))


async def approve(request: Request) -> Response:
    """Record an approval."""
    data = await json_of(request)
    name, segment = text_field(data, "name"), text_field(data, "segment", default="")
    composer = composer_of(request)
    return await answer(lambda: composer.sends.approve(composer.path(_id(request)), name, segment))


async def send(request: Request) -> Response:
    """Send the issue, or continue its send."""
    data = await json_of(request)
    is_now = data.get("now", False)
    if not isinstance(is_now, bool):
        raise UsageError("The request needs true or false in `now`.")
    given: dict[str, Any] = {name: text_field(data, name, default="") for name in ("segment", "at", "confirm")}
    given["accepted"] = (
        [one for one in list_field(data, "accepted") if isinstance(one, str)] if "accepted" in data else []
    )
    composer = composer_of(request)
    return await answer(lambda: composer.sends.send(composer.path(_id(request)), now=is_now, **given))


async def confirmation(request: Request) -> Response:
    """Answer with what must be confirmed before the issue is sent in the way that the query says."""
    composer, query = composer_of(request), request.query_params
    given: dict[str, Any] = {name: query.get(name, "") for name in ("segment", "at")}
    given["now"] = query.get("now", "") == "1"
    return await answer(lambda: composer.sends.confirmation(composer.path(_id(request)), **given))


async def cancel(request: Request) -> Response:
    """Cancel a scheduled send, or stop one that runs."""
    composer = composer_of(request)
    return await answer(lambda: composer.sends.cancel(composer.path(_id(request))))


async def resolve(request: Request) -> Response:
    """Record whether uncertain messages were sent."""
    outcome = text_field(await json_of(request), "outcome")
    composer = composer_of(request)
    return await answer(lambda: composer.sends.resolve(composer.path(_id(request)), outcome))


async def status(request: Request) -> Response:
    """Answer with the status."""
    composer = composer_of(request)
    return await answer(lambda: composer.sends.status(composer.path(_id(request))))


async def report(request: Request) -> Response:
    """Answer with the results."""
    composer = composer_of(request)
    return await answer(lambda: composer.sends.report(composer.path(_id(request))))


async def download_report(request: Request) -> Response:
    """Answer with the results as a file: a table, or a page with plots to mail to someone."""
    composer, as_csv = composer_of(request), request.path_params["kind"] == "csv"
    text = await run_in_threadpool(lambda: composer.sends.report_file(composer.path(_id(request)), as_csv=as_csv))
    kind, suffix = ("text/csv", "csv") if as_csv else ("text/html", "html")
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(_id(request))}-report.{suffix}",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return Response(text.encode(), media_type=kind, headers=headers)


async def open_folder(request: Request) -> Response:
    """Open the folder of practice emails in this computer's file manager."""
    return await answer(composer_of(request).sends.open_practice_folder)


async def download_practice_email(request: Request) -> Response:
    """Answer with a practice email as a file, which a mail program opens."""
    composer, name = composer_of(request), _id(request)
    data = await run_in_threadpool(lambda: composer.sends.practice_email(composer.path(name)))
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}.eml"}
    return Response(data, media_type="message/rfc822", headers=headers)


ROUTES = [
    Route("/api/practice/open", open_folder, methods=["POST"]),
    Route("/api/issues/{id}/practice-email", download_practice_email, methods=["GET"]),
    Route("/api/issues/{id}/send", show, methods=["GET"]),
    Route("/api/issues/{id}/send", send, methods=["POST"]),
    Route("/api/issues/{id}/send/confirmation", confirmation, methods=["GET"]),
    Route("/api/issues/{id}/test", test, methods=["POST"]),
    Route("/api/issues/{id}/approve", approve, methods=["POST"]),
    Route("/api/issues/{id}/cancel", cancel, methods=["POST"]),
    Route("/api/issues/{id}/resolve", resolve, methods=["POST"]),
    Route("/api/issues/{id}/status", status, methods=["GET"]),
    Route("/api/issues/{id}/report", report, methods=["GET"]),
    Route("/api/issues/{id}/report/{kind}", download_report, methods=["GET"]),
]
