"""What stands twice in one issue: a paragraph, an item, an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.model.item import Item, LinkEntry
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_tree import is_for_some, kind_of
from newsletter.preflight.rule import Checker, Rule, note, warning
from newsletter.preflight.text.sentences import plain_words, shown
from newsletter.preflight.text.similarity import paragraphs
from newsletter.preflight.text_spans import TextSpan

PARAGRAPH_TWICE = warning("NL533", name="duplicate-paragraph")
ITEM_TWICE = warning("NL534", name="duplicate-item")
EVENT_IN_TWO_PLACES = note("NL535", name="duplicate-event")

_LEAST_TWICE = 15
"""Words that a paragraph must have: shorter ones, such as how to book, may well stand twice."""


class Entry(NamedTuple):
    """Something that is listed: the words by which two are the same, and where it stands."""

    key: tuple[object, ...]
    words: str
    loc: FieldPath
    part: FieldPath
    """The section that it stands in."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what stands twice; parts for some readers only may say again what others say."""
    yield from _paragraphs(context)
    entries = [entry for entry in _items(context) if not is_for_some(context.issue, entry.loc)]
    yield from _same(context, ITEM_TWICE, entries)
    yield from _events(context)


def _paragraphs(context: LintContext) -> Iterator[Finding]:
    seen: set[tuple[str, ...]] = set()
    for one in paragraphs(run for run in context.runs if not _is_repeated_on_purpose(context, run)):
        start, end = one.passage.start, one.passage.end
        if len(one.words) < _LEAST_TWICE or _is_set_off(one.run, start):
            continue
        if one.words in seen:
            words = f"“{shown(one.run.words[start:end])}” appears twice."
            yield context.in_text(PARAGRAPH_TWICE, one.run, start, end, words)
        seen.add(one.words)


def _is_set_off(run: TextSpan, start: int) -> bool:
    """Return whether a paragraph is set off as a quotation, which often repeats the text."""
    return run.text[run.text.rfind("\n", 0, start) + 1 : start + 1].lstrip().startswith(">")


def _is_repeated_on_purpose(context: LintContext, run: TextSpan) -> bool:
    kind = kind_of(context.issue, run.section)
    return (
        kind == "quote"
        or run.field in {"title", "subject", "preheader", "heading", "alt", "credit"}
        or (is_for_some(context.issue, run.loc))
    )


def _items(context: LintContext) -> Iterator[Entry]:
    for loc, model in context.models:
        part = loc[:2]
        if isinstance(model, LinkEntry):
            yield Entry((part, model.link), model.title, (*loc, "link"), part)
        elif isinstance(model, Item):
            dates = (model.when, model.deadline, tuple(event.when for event in model.events))
            if model.title:
                yield Entry((part, plain_words(model.title), dates), model.title, (*loc, "title"), part)
            elif model.is_line and model.text:
                yield Entry((part, plain_words(model.text), dates), model.text, (*loc, "text"), part)


def _same(context: LintContext, rule: Rule, entries: Iterable[Entry]) -> Iterator[Finding]:
    seen: set[tuple[object, ...]] = set()
    for entry in entries:
        if not plain_words(entry.words):
            continue
        if entry.key in seen:
            yield context.on_field(rule, entry.loc, f"“{shown(entry.words)}” is in this list twice.")
        seen.add(entry.key)


def _events(context: LintContext) -> Iterator[Finding]:
    seen: dict[tuple[object, ...], FieldPath] = {}
    for entry in _dated(context):
        if is_for_some(context.issue, entry.loc):
            continue
        before = seen.get(entry.key)
        if before is None:
            seen[entry.key] = entry.part
        elif before != entry.part and _language(context, before) == _language(context, entry.part):
            words = f"“{entry.words}” is also in `{kind_of(context.issue, int(before[1]))}`, with the same date."
            yield context.on_field(EVENT_IN_TWO_PLACES, entry.loc, words)


def _dated(context: LintContext) -> Iterator[Entry]:
    for loc, model in context.models:
        if not isinstance(model, Item):
            continue
        if model.when and model.title:
            yield Entry((plain_words(model.title), model.when), model.title, (*loc, "when"), loc[:2])
        for number, event in enumerate(model.events):
            title = event.title or model.title
            if title:
                here = (*loc, "events", number, "when")
                yield Entry((plain_words(title), event.when), title, here, loc[:2])


def _language(context: LintContext, loc: FieldPath) -> str:
    section = context.issue.sections[int(loc[1])] if len(loc) > 1 else None
    return getattr(section, "language", None) or context.language


CHECKS = (
    Checker(
        "repeated content",
        (PARAGRAPH_TWICE, ITEM_TWICE, EVENT_IN_TWO_PLACES),
        check,
    ),
)
