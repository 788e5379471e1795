"""The public pages as HTML: every text is escaped where it is put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
from starlette.responses import HTMLResponse, Response

from newsletter.workflow.public_pages import LinkState, PublicPages
from newsletter.workflow.public_words import PublicWords

_TEMPLATE = "page.html"
_WORDS = ("title", "button", "error", "next_words")
"""The values of a page that are fixed words, beside its lines."""


class PageWriter:
    """Writes pages with the organisation's name and address on each, in the language of the newsletter."""

    def __init__(self, pages: PublicPages) -> None:
        brand = pages.settings.brand
        loader = jinja2.PackageLoader("newsletter.web.public", "templates")
        environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, undefined=jinja2.Undefined)
        self._template = environment.get_template(_TEMPLATE)
        self.name = brand.newsletter or brand.name
        self._serve, self._consent = pages.serve, pages.consent
        self.say = PublicWords(pages.settings.language)
        self._fixed: Mapping[str, Any] = {
            "name": self.name,
            "address": brand.address,
            "privacy": brand.privacy,
            "say": self.say,
        }

    def page(self, title: str, *lines: str, status: int = 200, back: bool = False) -> Response:
        """Return a page with a few sentences, and a link to sign up again where that is asked for."""
        link = {"next_address": "/", "next_words": "Sign up again"} if back else {}
        return self._written(status, title=title, lines=lines, **link)

    def button(self, title: str, button: str, *lines: str) -> Response:
        """Return a page that asks, with one button."""
        return self._written(200, kind="button", title=title, lines=lines, button=button)

    def sign_up(self, error: str = "", email: str = "", chosen: Sequence[str] = ()) -> Response:
        """Return the form to sign up, with what is wrong with it."""
        return self._written(
            422 if error else 200,
            kind="sign_up",
            title="Sign up",
            error=error,
            email=email[:254],
            tags=self._serve.tags,
            chosen=chosen,
            consent=self._consent,
        )

    def check_inbox(self) -> Response:
        """Return the page after a sign-up; it is the same whether the address was on the list or not."""
        lines = (
            "You will get an email with a link in the next few minutes. Open it to confirm that the address is yours.",
        )
        return self.page("Check your inbox", *lines)

    def preferences(self, masked: str, chosen: Sequence[str], token: str, *, saved: bool) -> Response:
        """Return the form of the tags that people choose themselves."""
        lines = (*(["Saved."] if saved else []), self.say("This is what {who} gets.", who=masked))
        mine = {tag.casefold() for tag in chosen}
        return self._written(
            200,
            kind="preferences",
            title="What you get",
            lines=lines,
            tags=self._serve.tags,
            chosen=[tag for tag in self._serve.tags if tag.casefold() in mine],
            unsubscribe=f"/unsubscribe/{token}",
        )

    def bad_link(self, state: LinkState) -> Response:
        """Return the page for a link that is too old, or not ours; it offers a new one."""
        if state is LinkState.EXPIRED:
            title, line = "This link is too old", "Enter your address, and you get an email with a new one."
        else:
            title = "This link is incomplete"
            line = "Open it from the email again, or enter your address to get an email with a new one."
        return self._written(410 if state is LinkState.EXPIRED else 404, kind="link", title=title, lines=[line])

    def bad_confirmation(self, state: LinkState) -> Response:
        """Return the page for a link of a confirmation email that cannot be used."""
        if state is LinkState.EXPIRED:
            title, line, status = "This link is too old", "Sign up once more to get a new one.", 410
        else:
            title, line, status = (
                "This link is incomplete",
                "Open it from the email again, or sign up again.",
                404,
            )
        return self._written(status, title=title, lines=[line], next_address="/", next_words="Sign up")

    def not_found(self) -> Response:
        """Return the page for an address that leads nowhere."""
        return self.page("Page not found", status=404)

    def _written(self, status: int, **values: Any) -> Response:
        values = {"kind": "", "chosen": (), "tags": {}, **values}
        # fixed words; what was put together already is no such words, and stays
        values["lines"] = [self.say(line) for line in values.get("lines", ())]
        values |= {name: self.say(values[name]) for name in _WORDS if values.get(name)}
        return HTMLResponse(self._template.render({**self._fixed, **values}), status)
