"""Dates of past issues under other titles: the words were changed, and the date was not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.model.issue import Issue
from newsletter.model.item import Item, LinkEntry
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import day_of
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.sentences import essence_of, plain_words
from newsletter.preflight.text_spans import models_of

EVENT = warning("NL520", name="stale-event-date")
DEADLINE = note("NL521", name="stale-deadline")


class Dated(NamedTuple):
    """Something with a date: what it is, when, and where that stands in the file."""

    title: str
    text: str
    moment: dt.date
    loc: FieldPath
    is_deadline: bool


def check(context: LintContext) -> Iterator[Finding]:
    """Yield each date that a past issue had for something that is not in this one."""
    if not context.past:
        return
    every = list(_dated(context.issue))
    titles = {plain_words(one.title) for one in every}
    known = [(past.name, list(_dated(past.issue))) for past in reversed(context.past)]
    for one in every:
        for name, others in known:
            other = next((other for other in others if _is_left_over(one, other, titles)), None)
            if other is not None and day_of(one.moment) >= context.issue.date:
                words = f"“{one.title}” has the same date as “{other.title}” in the issue of {name}."
                yield context.on_field(DEADLINE if one.is_deadline else EVENT, one.loc, words)
                break


def _is_left_over(one: Dated, other: Dated, titles: set[tuple[str, ...]]) -> bool:
    return (
        one.is_deadline == other.is_deadline
        and isinstance(one.moment, dt.datetime)
        and one.moment == other.moment
        and plain_words(other.title) not in titles
        and not _is_the_same(one, other)
    )


def _is_the_same(one: Dated, other: Dated) -> bool:
    """Return whether two things may be one under two titles: a word of one's title stands in the other's words."""
    return any(
        essence_of(first.title) & essence_of(f"{second.title} {second.text}")
        for first, second in ((one, other), (other, one))
    )


def _dated(issue: Issue) -> Iterator[Dated]:
    for loc, model in models_of(issue):
        if not isinstance(model, Item | LinkEntry) or not model.title:
            continue
        text = model.text or ""
        if model.deadline:
            yield Dated(model.title, text, model.deadline, (*loc, "deadline"), is_deadline=True)
        if isinstance(model, Item):
            if model.when:
                yield Dated(model.title, text, model.when, (*loc, "when"), is_deadline=False)
            for number, event in enumerate(model.events):
                here = (*loc, "events", number, "when")
                yield Dated(event.title or model.title, text, event.when, here, is_deadline=False)


CHECKS = (Checker("dates from past issues", (EVENT, DEADLINE), check),)
