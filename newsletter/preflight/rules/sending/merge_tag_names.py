"""Merge tags that cannot be filled: unknown, misspelt, without a fallback or without a single value."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import Place
from newsletter.model import merge_tags
from newsletter.model.findings import Finding
from newsletter.model.merge_tags import BuiltInTag, MergeTag
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, error, warning

UNKNOWN = error("NL211", name="unknown-merge-tag", always_on=True)
MALFORMED = error("NL304", name="malformed-merge-tag", always_on=True)
NO_FALLBACK = warning("NL305", name="missing-fallback")
NO_VALUES = warning("NL308", name="no-merge-values")
RULES = (UNKNOWN, MALFORMED, NO_FALLBACK, NO_VALUES)

_BRACES = compile_pattern(r"\{\{?[^{}\n]{1,60}\}\}?")
_ALWAYS_FILLED = {
    BuiltInTag.EMAIL, BuiltInTag.UNSUBSCRIBE_URL, BuiltInTag.VIEW_URL, BuiltInTag.PREFERENCES_URL,
}  # fmt: skip
_FALLBACKS: dict[str, str] = {BuiltInTag.FIRST_NAME: "there", BuiltInTag.LAST_NAME: "reader"}


class BracedText(NamedTuple):
    """Text in braces, and where it is in the source."""

    words: str
    line: int
    column: int
    excerpt: str


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the problems of the merge tags of an issue, in the order of the file."""
    if "{" not in context.loaded.source:
        return
    written = "\n".join(_texts(context.issue.model_dump()))
    subject = context.loaded.places.of(("subject",)).line if context.issue.subject else 0
    for braced in braced_texts(context.loaded.source):
        if braced.words in written:
            for finding in _judge(context, braced):
                # a missing fallback in the subject is found by NL457
                if finding.code != NO_FALLBACK.code or finding.place.line != subject:
                    yield finding


def braced_texts(source: str) -> Iterator[BracedText]:
    """Yield the texts in braces in the source, except in comment lines."""
    for number, line in enumerate(source.splitlines(), 1):
        if not line.lstrip().startswith("#"):
            for match in _BRACES.finditer(line):
                yield BracedText(match[0], number, match.start() + 1, line)


def _judge(context: LintContext, braced: BracedText) -> Iterator[Finding]:
    known: Collection[str] | None = context.facts.tags
    there = context.facts.audience
    place = Place(context.loaded.places.of(()).path, braced.line, braced.column)
    match = merge_tags.PATTERN.fullmatch(braced.words)
    if match is None:
        yield from _malformed(context, braced, place)
        return
    tag = MergeTag(name=match[1], fallback=match[2])
    if tag.name not in (set(BuiltInTag) if known is None else known):
        if known is not None:
            yield _unknown(context, braced, tag, place)
    elif tag.fallback is None and tag.name not in _ALWAYS_FILLED:
        better = MergeTag(name=tag.name, fallback=_FALLBACKS.get(tag.name, "…"))
        message = f"Readers without a value for {tag} would see a gap there."
        hint = f"Give words for them after a bar, such as {better}."
        yield context.on_place(NO_FALLBACK, place, message, hint, excerpt=braced.excerpt)
    elif there and there.count and tag.name in there.unfilled:
        message = f"Nobody in {there.name} has a value for {tag}: everyone would read “{tag.fallback}” there."
        hint = f"Fill the column `{tag.name}` in {there.name}, or write the text without the merge tag."
        yield context.on_place(NO_VALUES, place, message, hint, excerpt=braced.excerpt)


def _unknown(context: LintContext, braced: BracedText, tag: MergeTag, place: Place) -> Finding:
    known = _in_order(context.facts.tags or ())
    near = difflib.get_close_matches(tag.name, known, n=1)
    fixed = MergeTag(name=near[0], fallback=tag.fallback) if near else None
    filled = ", ".join(f"{{{name}}}" for name in known)
    message = f"The merge tag {tag} has no column in the audience, so readers would see a gap in the text."
    hint = f"Did you mean {fixed}?" if fixed else f"The available merge tags are {filled}."
    suggestion = braced.excerpt.replace(braced.words, str(fixed)) if fixed else ""
    return context.on_place(UNKNOWN, place, message, hint, braced.excerpt, suggestion)


def _malformed(context: LintContext, braced: BracedText, place: Place) -> Iterator[Finding]:
    """Yield the finding for text in braces that is similar to a tag; other braces are the author's own."""
    name, bar, fallback = braced.words.strip("{}").partition("|")
    plain = re.sub(r"[\s-]+", "_", name.strip().casefold())
    known = _in_order(context.facts.tags or ())
    near = difflib.get_close_matches(plain, known, n=1, cutoff=0.75)
    if not near:
        return
    fixed = str(MergeTag(name=near[0], fallback=fallback.strip() if bar else None))
    message, hint = f"{braced.words} is not a merge tag: readers would see it as it stands.", f"Write {fixed}."
    if plain in known:
        yield context.on_letters(MALFORMED, braced.line, braced.column, braced.words, fixed, message, hint)
    else:
        suggestion = braced.excerpt.replace(braced.words, fixed)
        yield context.on_place(MALFORMED, place, message, hint, braced.excerpt, suggestion)


def _in_order(tags: Collection[str]) -> list[str]:
    """Return the built-in tags, and after them those of the audience."""
    built_in = [str(tag) for tag in BuiltInTag]
    return [*built_in, *(tag for tag in tags if tag not in built_in)]


def _texts(value: object) -> Iterator[str]:
    """Yield every text of dumped content."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


CHECKS = (Checker("merge tag names", RULES, check),)
