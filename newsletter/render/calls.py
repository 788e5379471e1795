"""What templates show of an issue that its author did not write as a field: titles without repetition, and buttons."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from newsletter.model.fields import is_email
from newsletter.model.item import Item
from newsletter.render import markdown
from newsletter.render.field_marks import MarkedText, number_of

_ADDRESS = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"')
_MARKUP = re.compile(r"[*_`\[\]<>{}\\]")
_LEAST_TITLE = 8
"""Letters that a title has at least."""

_PHONE = re.compile(r"\+?[\d\s()/.-]{6,24}")


@dataclass(frozen=True, slots=True)
class OwnCall:
    """A button that is made of what a call to action says."""

    label: str
    """In Markdown."""
    link: str


def contact_link(contact: str) -> str:
    """Return where a contact leads: mailto for an address, tel for a number, nothing for a name."""
    if is_email(contact):
        return f"mailto:{contact}"
    if _PHONE.fullmatch(contact) and sum(letter.isdigit() for letter in contact) >= 5:
        return "tel:" + re.sub(r"[^\d+]", "", contact.replace("(0)", ""))
    return ""


def own_call(item: Item, more: str, write_to: str) -> OwnCall | None:
    """Return the button of an item without one; None where it has several places to go to, or none.

    `more` is the label of a link, `write_to` that of an address. A telephone number is its own label.
    """
    if item.button or item.buttons:
        return None
    if item.link:
        return OwnCall(more, item.link)
    targets = dict.fromkeys(html.unescape(one) for one in _ADDRESS.findall(markdown.block(item.text or "")))
    if item.contact and (target := contact_link(item.contact)):
        targets[target] = None
    if len(targets) != 1:
        return None
    (link,) = targets
    scheme, _, name = link.partition(":")
    if "{" in link or scheme not in {"http", "https", "mailto", "tel"}:
        return None
    if scheme != "tel":
        return OwnCall(write_to if scheme == "mailto" else more, link)
    return OwnCall(item.contact if item.contact and contact_link(item.contact) == link else name, link)


def split_title(title: str, newsletter: str | None) -> tuple[str | None, str]:
    """Return the small words above the title, and the title: what it has before a colon, if that names the newsletter.

    `February Team Update: Spring` would say `Team Update` a second time below the newsletter's name.
    """
    before, colon, after = title.partition(": ")
    names_it = bool(newsletter and colon and newsletter.casefold() in before.casefold())
    if not names_it or len(after.strip()) < _LEAST_TITLE or _MARKUP.search(before):
        return newsletter, title
    number = number_of(title)
    kicker, rest = str(before.strip()), after.strip()
    return kicker, rest if number is None else MarkedText.of(rest, number)  # one element shows a field
