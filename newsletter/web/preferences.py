"""The addresses of the settings."""

from __future__ import annotations

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from newsletter.errors import UsageError
from newsletter.web.requests import answer, composer_of, json_of, text_field
from newsletter.web.responses import problem
from newsletter.workflow.composer import settings_page
from newsletter.workflow.edit_settings import InvalidSettingsError


async def show(request: Request) -> Response:
    """Answer with the settings."""
    composer = composer_of(request)
    return await answer(lambda: settings_page.settings_facts(composer.workspace))


async def save(request: Request) -> Response:
    """Write changed settings, and answer with all of them."""
    data, composer = await json_of(request), composer_of(request)
    values, logos = _texts(data, "values"), _texts(data, "logos")

    def call() -> dict[str, Any]:
        settings_page.save_settings(composer.workspace, values, logos)
        composer.announce_change()
        return settings_page.settings_facts(composer.workspace)

    try:
        return await answer(call)
    except InvalidSettingsError as error:
        return problem(error.message, error.hint, problems=dict(error.problems))


async def show_colours(request: Request) -> Response:
    """Answer with how well colours can be read."""
    composer, colours = composer_of(request), _texts(await json_of(request), "colours")
    return await answer(lambda: settings_page.colour_facts(composer.workspace, colours))


async def show_logo(request: Request) -> Response:
    """Answer with the logo as it is shown on light or on dark."""
    composer, is_dark = composer_of(request), request.path_params["ground"] == "dark"
    data, kind = await run_in_threadpool(lambda: settings_page.shown_logo(composer.workspace, dark=is_dark))
    policy = {"content-security-policy": "default-src 'none'; sandbox"}
    return Response(data, media_type=kind, headers=policy)


async def keep_key(request: Request) -> Response:
    """Store a provider's key, and answer with the settings."""
    data, composer = await json_of(request), composer_of(request)
    variable, secret = text_field(data, "variable"), text_field(data, "secret")

    def call() -> dict[str, Any]:
        settings_page.keep_key(variable, secret)
        return settings_page.settings_facts(composer.workspace)

    return await answer(call)


async def check_account(request: Request) -> Response:
    """Answer with the account at the provider."""
    composer = composer_of(request)
    return await answer(lambda: settings_page.check_account(composer.workspace))


def _texts(data: dict[str, Any], name: str) -> dict[str, str]:
    found = data.get(name) or {}
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise UsageError(f"The request needs texts in `{name}`.")
    return found


ROUTES = [
    Route("/api/settings", show, methods=["GET"]),
    Route("/api/settings", save, methods=["POST"]),
    Route("/api/settings/colours", show_colours, methods=["POST"]),
    Route("/api/settings/logo/{ground}", show_logo, methods=["GET"]),
    Route("/api/settings/key", keep_key, methods=["POST"]),
    Route("/api/settings/account", check_account, methods=["POST"]),
]
