"""What templates show of an issue that its author did not write as a field: titles without repetition, and buttons."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.fields import is_email
from newsletter.model.item import Item
from newsletter.render import markdown
from newsletter.render.field_marks import MarkedText, number_of

_ADDRESS = compile_pattern(r'<a\b[^>]*?\bhref="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_TAG = compile_pattern("<[^>]*>")
_LABEL = range(8, 31)
"""Letters of a link's words that are good for a button: `here` says too little, and a long line does not fit."""

_SHORT_TITLE = 22
_MARKUP = compile_pattern(r"[*_`\[\]<>{}\\]")
_LEAST_TITLE = 8
"""Letters that a title has at least."""

_PHONE = compile_pattern(r"\+?[\d\s()/.-]{6,24}")


class OwnCall(NamedTuple):
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


def own_call(item: Item, more: str, more_about: str, write_to: str) -> OwnCall | None:
    """Return the button of an item without one; None where it has several places to go to, or none.

    Its label is made of the words of the link in the text where these are of use, else it is `more`; `more_about` has
    a place for a title that they are a part of, `write_to` is for an address. A telephone number is its own label.
    """
    if item.button or item.buttons:
        return None
    if item.link:
        return OwnCall(more, item.link)
    targets = {html.unescape(link): words for link, words in _ADDRESS.findall(markdown.block(item.text or ""))}
    if item.contact and (target := contact_link(item.contact)):
        targets.setdefault(target, "")
    if len(targets) != 1:
        return None
    ((link, words),) = targets.items()
    scheme, _, name = link.partition(":")
    if "{" in link or scheme not in {"http", "https", "mailto", "tel"}:
        return None
    if scheme != "tel":
        return OwnCall(write_to if scheme == "mailto" else _label(words, item.title or "", more_about) or more, link)
    return OwnCall(item.contact if item.contact and contact_link(item.contact) == link else name, link)


def _label(words: str, title: str, more_about: str) -> str:
    """Return the words of a link, which are HTML, as a button's in Markdown; nothing where they are no good for one."""
    told = " ".join(html.unescape(_TAG.sub("", words)).split())
    if told and len(title) <= _SHORT_TITLE and told.casefold() in title.casefold():
        return more_about.format(title=title)
    if len(told) not in _LABEL or "://" in told or "{" in told:
        return ""
    return markdown.escape(told[0].upper() + told[1:])


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
