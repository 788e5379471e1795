"""Check the order of two dates or times in a sentence: a deadline after the event, doors after the start."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.data_files import DataModel, any_of, read_toml
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.dates.dates import dates_in
from newsletter.preflight.text.dates.resolve import nearest
from newsletter.preflight.text.dates.times import times_in
from newsletter.preflight.text.numbers import has_digit
from newsletter.preflight.text.sentences import language_of, passages, sentences
from newsletter.preflight.text_spans import TextSpan

DEADLINE = warning("NL477", name="written-deadline-after-event")
DOORS = warning("NL478", name="doors-after-start")

_FILE = "sentence_order.toml"
_SAME_EVENING = 150
"""Minutes by which doors may open too late to be of the same event."""
_NEAR = 40
"""Characters between the two times."""


class _Words(DataModel):
    by: str
    """What stands before a deadline."""
    for_event: str
    """What stands between a deadline and the day of what it is for."""
    doors: str
    """What opens before something starts."""
    start: str
    """What stands between the two times."""


@cache
def _words(language: str) -> _Words | None:
    data = read_toml(_FILE).get(language)
    return None if data is None else _Words.model_validate(data)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield these in the order of the texts."""
    for run in context.runs:
        language = language_of(run)
        words = _words(language)
        if words is None or not has_digit(run.words):
            continue
        for part in passages(run):
            for start, end in sentences(run.words, part):
                yield from _deadline(context, run, words, start, end)
                yield from _doors(context, run, words, start, end)


def _deadline(context: LintContext, run: TextSpan, words: _Words, start: int, end: int) -> Iterator[Finding]:
    """Yield “book by 30 May for the trip on 23 May”."""
    found = [date for date in dates_in(run.words, run.language) if start <= date.start < end]
    for one, other in pairwise(found):
        days = nearest(one, context.issue.date), nearest(other, context.issue.date)
        if days[0] is None or days[1] is None or days[0] <= days[1]:
            continue
        gap = run.words[one.end : other.start]
        if any_of(_FILE, [words.by], r"\b(?:{})\W*$").search(run.words[start : one.start]) and any_of(
            _FILE, [words.for_event], r"^[^.;:]{0,60}?\b(?:{})\b[^.;:]{0,50}$"
        ).search(gap):
            shown = " ".join(run.words[one.start : one.end].split())
            event = " ".join(run.words[other.start : other.end].split())
            message = f"“{shown}” is the deadline for something that takes place before it, on “{event}”."
            yield context.in_text(DEADLINE, run, one.start, one.end, message)


def _doors(context: LintContext, run: TextSpan, words: _Words, start: int, end: int) -> Iterator[Finding]:
    """Yield “doors open at 7.30pm for a 7pm start”."""
    found = [time for time in times_in(run.words, run.language) if start <= time.start < end]
    for one, other in pairwise(found):
        before, gap = run.words[start : one.start], run.words[one.end : other.start]
        after = run.words[other.end : min(end, other.end + 8)]
        if one.minutes <= other.minutes or one.minutes - other.minutes > _SAME_EVENING:
            continue
        is_doors = any_of(_FILE, [words.doors], r"\b(?:{})[^.;,\d]{0,25}$").search(before)
        is_start = any_of(_FILE, [words.start], r"\b(?:{})\b").search(f"{gap} {after}")
        if is_doors and is_start and len(gap) < _NEAR:
            doors, begin = run.words[one.start : one.end], run.words[other.start : other.end]
            message = f"It opens at “{doors}”, after it has started at “{begin}”."
            yield context.in_text(DOORS, run, one.start, one.end, message)


CHECKS = (Checker("order within a sentence", (DEADLINE, DOORS), check),)
