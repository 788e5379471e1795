"""The addresses of the list of subscribers."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.errors import ContentError, UsageError
from newsletter.web.requests import answer, composer_of, json_of, list_field, text_field
from newsletter.web.responses import problem
from newsletter.workflow.composer import edit_list, sample_people, subscribers_page
from newsletter.workflow.gone_subscriber import GoneSubscriberError

MOST_LISTS = 20


async def show(request: Request) -> Response:
    """Answer with how many people the list has, and those that are searched for."""
    composer, query = composer_of(request), request.query_params
    search, segment = query.get("search", ""), query.get("segment", "")
    return await answer(lambda: subscribers_page.subscriber_facts(composer.workspace, search, segment))


async def add(request: Request) -> Response:
    """Add one person; somebody who left is asked about."""
    data, composer = await json_of(request), composer_of(request)
    names = ("email", "first_name", "last_name", "consent")
    email, first, last, consent = (text_field(data, name, default="") for name in names)
    segments = tuple(one for one in list_field(data, "segments") if isinstance(one, str))
    is_sure = data.get("even_if_gone") is True

    def call() -> dict[str, Any]:
        person = edit_list.NewPerson(email, first, last, segments, consent)
        edit_list.add_person(composer.workspace, person, even_if_gone=is_sure)
        return {}

    try:
        return await answer(call)
    except GoneSubscriberError as error:
        return problem(error.message, error.hint, gone=True)


async def rename(request: Request) -> Response:
    """Change the name of one person."""
    data, composer = await json_of(request), composer_of(request)
    email, first, last = (text_field(data, name, default="") for name in ("email", "first_name", "last_name"))

    def call() -> dict[str, Any]:
        edit_list.rename_person(composer.workspace, email, first, last)
        return {}

    return await answer(call)


async def remove(request: Request) -> Response:
    """Unsubscribe or delete one person."""
    data, composer = await json_of(request), composer_of(request)
    email, for_good = text_field(data, "email"), data.get("for_good") is True

    def call() -> dict[str, Any]:
        edit_list.remove_person(composer.workspace, email, for_good=for_good)
        return {}

    return await answer(call)


async def remove_samples(request: Request) -> Response:
    """Take the sample people of a new folder off the list."""
    composer = composer_of(request)

    def call() -> dict[str, Any]:
        sample_people.remove_samples(composer.workspace)
        return {}

    return await answer(call)


async def import_lists(request: Request) -> Response:
    """Show what an import would change, or carry it out where exactly that was accepted."""
    data, composer = await json_of(request), composer_of(request)
    given = [one for one in list_field(data, "lists") if isinstance(one, dict)][:MOST_LISTS]
    segment, accepted = text_field(data, "segment", default=""), text_field(data, "accepted", default="")
    uses = data.get("uses") or {}
    if not isinstance(uses, dict):
        raise UsageError("The request needs the meanings of columns in `uses`.")

    def call() -> dict[str, Any]:
        lists = [subscribers_page.decoded_list(text_field(one, "name"), text_field(one, "data")) for one in given]
        meanings = subscribers_page.uses_of(uses)
        return subscribers_page.import_lists(composer.workspace, lists, meanings, segment, accepted)

    try:
        return await answer(call)
    except ContentError as error:
        return problem(subscribers_page.problem_words(error), status=422)


async def undo(request: Request) -> Response:
    """Put the list back as it was before the last change."""
    composer = composer_of(request)
    return await answer(lambda: edit_list.undo_change(composer.workspace))


ROUTES = [
    Route("/api/subscribers", show, methods=["GET"]),
    Route("/api/subscribers/add", add, methods=["POST"]),
    Route("/api/subscribers/rename", rename, methods=["POST"]),
    Route("/api/subscribers/remove", remove, methods=["POST"]),
    Route("/api/subscribers/remove-samples", remove_samples, methods=["POST"]),
    Route("/api/subscribers/import", import_lists, methods=["POST"]),
    Route("/api/subscribers/undo", undo, methods=["POST"]),
]
