"""The addresses of one issue: its document, its edits, its history, and the findings in it."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.errors import UsageError
from newsletter.web.requests import answer, composer_of, json_of, list_field, text_field
from newsletter.web.responses import problem
from newsletter.workflow.composer.accepted_words import accept
from newsletter.workflow.composer.documents import ConflictError, Edit

MOST_EDITS = 200


def _id(request: Request) -> str:
    return str(request.path_params["id"])


async def show(request: Request) -> Response:
    """Answer with an issue's document."""
    return await answer(composer_of(request).read, _id(request))


async def edit(request: Request) -> Response:
    """Make edits of an issue."""
    data = await json_of(request)
    edits = [_edit(one) for one in list_field(data, "edits")]
    if not 0 < len(edits) <= MOST_EDITS:
        raise UsageError(f"One to {MOST_EDITS} edits can be made at once.")
    label = " ".join(text_field(data, "label", default="").split())[:100] or "Changed something"
    group = text_field(data, "group", default="")[:200]
    version, base = text_field(data, "version"), data.get("base")
    if base is not None and not isinstance(base, dict):
        raise UsageError("`base` is not what an issue holds.")
    return await answer(composer_of(request).edit, _id(request), version, label, edits, group, base)


def _edit(data: Any) -> Edit:
    try:
        return Edit.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise UsageError(f"This is no edit: {place}: {first['msg']}.") from None


async def write_text(request: Request) -> Response:
    """Replace the text of an issue."""
    data = await json_of(request)
    version, text = text_field(data, "version"), text_field(data, "text")
    return await answer(composer_of(request).write_text, _id(request), version, text)


async def undo(request: Request) -> Response:
    """Take the last change back."""
    return await answer(composer_of(request).undo, _id(request))


async def redo(request: Request) -> Response:
    """Redo the last undone change."""
    return await answer(composer_of(request).redo, _id(request))


async def show_history(request: Request) -> Response:
    """Answer with the list of earlier versions."""
    return await answer(composer_of(request).history, _id(request))


async def show_version(request: Request) -> Response:
    """Answer with an earlier version, as text and as fields."""
    return await answer(composer_of(request).version, _id(request), request.path_params["version"])


async def restore(request: Request) -> Response:
    """Put an earlier version in the place of the issue."""
    return await answer(composer_of(request).restore, _id(request), request.path_params["version"])


async def fix(request: Request) -> Response:
    """Make one of the changes that fix a finding."""
    data = await json_of(request)
    choice = data.get("choice", 0)
    if not isinstance(choice, int):
        raise UsageError("`choice` is the number of a fix.")
    return await answer(composer_of(request).fix, _id(request), text_field(data, "finding"), choice)


async def ignore(request: Request) -> Response:
    """Ignore a finding, with a reason."""
    data = await json_of(request)
    finding, reason = text_field(data, "finding"), text_field(data, "reason")
    return await answer(composer_of(request).ignore, _id(request), finding, reason)


async def accept_words(request: Request) -> Response:
    """Add the words of a finding to those that the settings accept."""
    finding = text_field(await json_of(request), "finding")
    return await answer(accept, composer_of(request), _id(request), finding)


async def share(request: Request) -> Response:
    """Write the page for whoever approves the issue."""
    return await answer(composer_of(request).share, _id(request))


async def take_comments(request: Request) -> Response:
    """Take the comments of a page that came back."""
    data = await json_of(request)
    return await answer(composer_of(request).take_comments, _id(request), text_field(data, "file"))


async def show_comments(request: Request) -> Response:
    """Answer with the comments."""
    return await answer(composer_of(request).comments, _id(request))


async def answer_conflict(request: Request, error: Exception) -> Response:
    """Answer that somebody else changed the same field, with the document as it is now."""
    assert isinstance(error, ConflictError)  # noqa: S101  registered for these alone
    facts = await run_in_threadpool(composer_of(request).view(_id(request)).conflict, error)
    hint = "Look at both versions, and keep one of them."
    return problem("The file was changed by another program, or in another tab.", hint, 409, **facts)


ROUTES = [
    Route("/api/issues/{id}", show, methods=["GET"]),
    Route("/api/issues/{id}/edits", edit, methods=["POST"]),
    Route("/api/issues/{id}/text", write_text, methods=["POST"]),
    Route("/api/issues/{id}/undo", undo, methods=["POST"]),
    Route("/api/issues/{id}/redo", redo, methods=["POST"]),
    Route("/api/issues/{id}/history", show_history, methods=["GET"]),
    Route("/api/issues/{id}/history/{version}", show_version, methods=["GET"]),
    Route("/api/issues/{id}/history/{version}/restore", restore, methods=["POST"]),
    Route("/api/issues/{id}/fixes", fix, methods=["POST"]),
    Route("/api/issues/{id}/share", share, methods=["POST"]),
    Route("/api/issues/{id}/comments", take_comments, methods=["POST"]),
    Route("/api/issues/{id}/comments", show_comments, methods=["GET"]),
    Route("/api/issues/{id}/ignores", ignore, methods=["POST"]),
    Route("/api/issues/{id}/accepted-words", accept_words, methods=["POST"]),
]
