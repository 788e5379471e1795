"""Check that the plain text version contains everything that the HTML version does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.domains import decode_domain
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.page import Page
from newsletter.preflight.html.per_variant import and_more, quoted
from newsletter.preflight.rule import Checker, error, warning

EMPTY = error("NL861", name="plain-text-missing-section")
NO_LINK = warning("NL862", name="plain-text-missing-link")
NO_HEADING = warning("NL863", name="plain-text-missing-heading")

_TARGET = compile_pattern(r"<[^<>\s]*(?:\{[^{}\n]*\}[^<>\s]*)*>|\[\d{1,4}\]")
"""The URL of a link, or its number in the list of links, as the plain text shows it after the link text."""

_ADD = (
    "Each heading of the HTML must be in the plain text in the same words. If the section has a template of its own "
    "for the plain text (KIND.txt.j2), add {words} to it, or delete it to generate the text automatically."
)
_ENCODED_LABEL = compile_pattern(r"xn--[a-z0-9-]+")
_NO_LETTERS = compile_pattern(r"[\W_]+")
_SCHEME = compile_pattern(r"^(?:mailto:|tel:|https?://)", re.IGNORECASE)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what is missing from the plain text, for all recipients and for each segment."""
    if context.message is None:
        return
    told: set[str] = set()
    texts = (context.message.text, *(one.text for one in context.message.variants))
    markups = (context.message.html, *(one.html for one in context.message.variants))
    pages = {page.markup: page for page in context.pages}
    for markup, text in zip(markups, texts, strict=True):
        for finding in _compared(context, pages[markup], text):
            if finding.message not in told:
                told.add(finding.message)
                yield finding


def _compared(context: LintContext, page: Page, text: str) -> Iterator[Finding]:
    together, letters = "".join(unquote(text).split()), _letters(text)
    # in a heading with a link, the plain text has the URL or its number between the words
    without_targets = _letters(_TARGET.sub(" ", text))
    gone = [
        (words, element)
        for level, words, element in page.headings
        if level < 4 and _letters(words) not in letters and _letters(words) not in without_targets
    ]
    links = dict.fromkeys(link.get("href") or "" for link in page.links)
    lost = [link for link in links if link and not link.startswith((*_CALENDARS, "#")) and not _has(together, link)]
    empty = gone and not any(_letters(part) in letters for part in _parts(context, gone[0][0]))
    if gone:
        words = gone[0][0]
        rule = EMPTY if empty else NO_HEADING
        message = (
            f"The section {quoted(words)} is not in the plain text."
            if empty
            else f"The heading {quoted(words)}{and_more(len(gone))} is not in the plain text."
        )
        hint = _ADD.format(words=quoted(words)) if _has_own_text(context) else ""
        yield context.on_page(rule, message, words=words, hint=hint)
    if lost and not empty:
        message = f"The link {lost[0]}{and_more(len(lost))} is not in the plain text."
        spot = context.whereabouts.target(lost[0])
        yield context.in_text(NO_LINK, *spot, message) if spot else context.on_page(NO_LINK, message)


def _has_own_text(context: LintContext) -> bool:
    return any(template.name.endswith(".txt.j2") for template in context.templates)


def _parts(context: LintContext, heading: str) -> list[str]:
    """Return the first words of each text in the section with this heading."""
    spot = context.whereabouts.words(heading)
    number = spot.run.section if spot else None
    texts = [run.words for run in context.runs if run.section == number and run.field != "heading"]
    return [" ".join(text.split()[:4]) for text in texts if number is not None] or [heading]


def _has(together: str, link: str) -> bool:
    bare = "".join(unquote(_SCHEME.sub("", link)).split()).rstrip("/")
    if bare in together or not bare or _as_written(bare) in together.lower():
        return True
    digits = "".join(sign for sign in bare if sign.isdigit())
    return link.lower().startswith("tel:") and digits in "".join(sign for sign in together if sign.isdigit())


def _as_written(link: str) -> str:
    """Return a link as its author may have typed it, with internationalised domains decoded."""
    return _ENCODED_LABEL.sub(lambda label: decode_domain(label[0]), link.lower())


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())


_CALENDARS = (
    "https://calendar.google.com/calendar/render?",
    "https://outlook.live.com/calendar/action/compose?",
    "https://outlook.office.com/calendar/action/compose?",
)
"""How links begin that put an event into a calendar: the plain text has one for each event, templates may have more."""


CHECKS = (Checker("plain text version", (EMPTY, NO_LINK, NO_HEADING), check),)
