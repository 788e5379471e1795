"""The addresses of what issues are made of: new issues, pictures, colours, pasted text; and the first run."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.errors import UsageError
from newsletter.web.requests import answer, composer_of, json_of, text_field
from newsletter.web.responses import PlainJson, problem
from newsletter.workflow.composer.first_run import InvalidAnswersError


async def make_newsletter(request: Request) -> Response:
    """Make the newsletter's folder, and answer with its facts."""
    data = await json_of(request)
    fields = ("name", "newsletter", "sender_name", "sender_email", "postal_address", "language", "timezone")
    answers = {name: text_field(data, name, default="") for name in fields}
    colours = data.get("colours") or []
    first = colours[0] if isinstance(colours, list) and colours else ""
    answers["colour"] = first if isinstance(first, str) else ""
    logo = data.get("logo") or ""
    answers["logo"] = text_field(logo, "data", default="") if isinstance(logo, dict) else str(logo)
    try:
        return await answer(composer_of(request).make_newsletter, answers)
    except InvalidAnswersError as error:
        return problem(error.message, error.hint, problems=dict(error.problems))


async def put_off_setup(request: Request) -> Response:
    """Leave the first page for another time, and answer with the facts of the folder."""
    return await answer(composer_of(request).put_off_setup)


async def begin_issue(request: Request) -> Response:
    """Begin an issue, and answer with its document."""
    data = await json_of(request)
    month, start = text_field(data, "month", default=""), text_field(data, "start", default="blank")
    return await answer(composer_of(request).begin_issue, month, start)


async def take_picture(request: Request) -> Response:
    """Take a picture in, and answer with how an issue names it."""
    return await answer(
        composer_of(request).keep_picture, await _picture(request), request.query_params.get("name", "")
    )


async def show_picture(request: Request) -> Response:
    """Answer with a picture that an issue names."""
    data, kind = await run_in_threadpool(composer_of(request).shown_picture, request.path_params["path"])
    policy = {"content-security-policy": "default-src 'none'; sandbox"}
    return Response(data, media_type=kind, headers=policy)


async def suggest_colours(request: Request) -> Response:
    """Answer with the main colours of a logo."""
    colours = await run_in_threadpool(composer_of(request).suggest_colours, await _picture(request))
    return PlainJson({"colours": colours})


async def _picture(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("image/"):
        raise UsageError("A picture is needed.", hint="Choose a JPEG or PNG file.")
    return await request.body()


async def clean_paste(request: Request) -> Response:
    """Answer with pasted HTML as Markdown, and as HTML as the email shows it."""
    data = await json_of(request)
    html, text = text_field(data, "html", default=""), text_field(data, "text", default="")
    return await answer(composer_of(request).clean_paste, html, text)


async def render_markdown(request: Request) -> Response:
    """Answer with Markdown as HTML, as the email shows it."""
    data: dict[str, Any] = await json_of(request)
    return await answer(composer_of(request).render_markdown, text_field(data, "markdown"))


ROUTES = [
    Route("/api/workspace", make_newsletter, methods=["POST"]),
    Route("/api/workspace/later", put_off_setup, methods=["POST"]),
    Route("/api/issues", begin_issue, methods=["POST"]),
    Route("/api/pictures", take_picture, methods=["POST"]),
    Route("/api/pictures/{path:path}", show_picture, methods=["GET"]),
    Route("/api/colours", suggest_colours, methods=["POST"]),
    Route("/api/paste", clean_paste, methods=["POST"]),
    Route("/api/markdown", render_markdown, methods=["POST"]),
]
