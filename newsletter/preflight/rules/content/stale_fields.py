"""Titles, lines, pictures and links of past issues that stand in this one again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.model.issue import Issue
from newsletter.model.item import Event, Item, LinkEntry
from newsletter.model.section import Story
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.sentences import essence_of, plain_words
from newsletter.preflight.text_spans import models_of

SAME_TITLE = warning("NL513", name="reused-title")
SAME_PREHEADER = warning("NL514", name="reused-preheader")
SAME_LINE = note("NL515", name="reused-line")
SAME_HERO = note("NL516", name="reused-hero-image")
OLD_ALT = warning("NL517", name="stale-alt-text")
OLD_LINK = warning("NL518", name="stale-link")

_LEAST = 4
"""Words that a line or a heading must have: shorter ones are names of what comes every month."""


class Led(NamedTuple):
    """Where something led: its words, and the place of its link."""

    words: str
    target: str
    loc: FieldPath


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what of this issue's fields is a past issue's."""
    if not context.past:
        return
    yield from _titles(context)
    yield from _lines(context)
    yield from _hero(context)
    yield from _links(context)


def _titles(context: LintContext) -> Iterator[Finding]:
    issue = context.issue
    for past in reversed(context.past):
        if _same(past.issue.subject_line, issue.subject_line):
            loc: FieldPath = ("subject",) if issue.subject else ("title",)
            words = f"“{issue.subject_line}” was also the {loc[0]} of the issue of {past.name}."
            yield context.on_field(SAME_TITLE, loc, words)
            break
    for past in reversed(context.past):
        if past.issue.preheader and issue.preheader and _same(past.issue.preheader, issue.preheader):
            words = f"The preheader is the same as in the issue of {past.name}."
            yield context.on_field(SAME_PREHEADER, ("preheader",), words)
            break


def _lines(context: LintContext) -> Iterator[Finding]:
    known = [(past.name, _lines_of(past.issue)) for past in context.past]
    for key, (loc, words) in _lines_of(context.issue).items():
        names = [name for name, lines in known if key in lines]
        if names and not (len(names) == len(known) > 1) and not context.is_marked(loc):
            yield context.on_field(SAME_LINE, loc, f"“{words}” was also in the issue of {names[-1]}.")


def _lines_of(issue: Issue) -> dict[tuple[str, ...], tuple[FieldPath, str]]:
    """Return lines and headings that should be new each month, by their words; longer texts are looked at elsewhere."""
    found: dict[tuple[str, ...], tuple[FieldPath, str]] = {}
    for loc, model in models_of(issue):
        if isinstance(model, Item) and not model.title and model.is_line and model.text:
            field, words = "text", model.text
        elif isinstance(model, Item) and model.title and not (model.when or model.events or model.deadline):
            field, words = "title", model.title
        elif isinstance(model, Story) and model.heading:
            field, words = "heading", model.heading
        else:
            continue
        key = plain_words(words)
        if len(key) >= _LEAST:
            found.setdefault(key, ((*loc, field), words))
    return found


def _hero(context: LintContext) -> Iterator[Finding]:
    hero = context.issue.hero
    if hero is None or context.is_marked(("hero",)):
        return
    for past in reversed(context.past):
        other = past.issue.hero
        if other is None:
            continue
        if other.image == hero.image:
            words = f"“{hero.image}” was also the main image of the issue of {past.name}."
            yield context.on_field(SAME_HERO, ("hero", "image"), words)
            return
        if hero.alt and other.alt and _same(hero.alt, other.alt):
            words = f"“{hero.alt}” described “{other.image}” in the issue of {past.name}."
            yield context.on_field(OLD_ALT, ("hero", "alt"), words)
            return


def _links(context: LintContext) -> Iterator[Finding]:
    here = _led(context.issue)
    titles = [essence_of(led.words) for led in here]
    pasts = [(past.name, _led(past.issue)) for past in reversed(context.past)]
    for led in here:
        others = [(name, other) for name, leds in pasts for other in leds if other.target == led.target]
        if not others or not _is_particular(led.target):
            continue
        essences = {essence_of(other.words) for _, other in others}
        standing = len(essences) > 1 or len({name for name, _ in others}) > 1
        name, other = others[0]
        old, new = essence_of(other.words), essence_of(led.words)
        if not standing and not (old & new) and old not in titles:
            words = f"The link of “{led.words}” was the link of “{other.words}” in the issue of {name}."
            yield context.on_field(OLD_LINK, led.loc, words)


def _led(issue: Issue) -> list[Led]:
    """Return what in an issue has a title and leads somewhere."""
    found = []
    for loc, model in models_of(issue):
        if isinstance(model, Item | Event | LinkEntry) and model.title and model.link:
            found.append(Led(model.title, model.link, (*loc, "link")))
        title = model.title if isinstance(model, Item) else model.heading if isinstance(model, Story) else None
        if title and isinstance(model, Item | Story) and model.button:
            found.append(Led(title, model.button.link, (*loc, "button", "link")))
    return found


def _is_particular(target: str) -> bool:
    """Return whether a link leads to one thing's own page, not to a list, a form or a start page."""
    parts = urlsplit(target)
    path = [part for part in parts.path.split("/") if part]
    return parts.scheme.startswith("http") and len(path) >= 2 and bool(re.search(r"\w-\w|\d{3}", path[-1]))


def _same(one: str, other: str) -> bool:
    return (plain_words(one) or one) == (plain_words(other) or other)


CHECKS = (
    Checker(
        "titles, lines and links from past issues",
        (SAME_TITLE, SAME_PREHEADER, SAME_LINE, SAME_HERO, OLD_ALT, OLD_LINK),
        check,
    ),
)
