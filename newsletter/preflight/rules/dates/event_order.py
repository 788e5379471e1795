"""Check that events are in the order of their dates, and that the “second Saturday” is one."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from functools import cache

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.model.item import Item
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import day_of, format_date
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.dates.dates import dates_in
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.preflight.text.dates.resolve import nearest
from newsletter.preflight.text.dates.tense import sentence_around
from newsletter.preflight.text_spans import TextSpan

OTHER_WEEK = warning("NL442", name="nth-weekday-mismatch")
ORDER = note("NL443", name="events-out-of-order")

_NTH = (
    r"first|1st|ersten?[rs]?|erste|primer|cyntaf",
    r"second|2nd|zweiten?[rs]?|segundo|ail",
    r"third|3rd|dritten?[rs]?|tercer|trydydd",
    r"fourth|4th|vierten?[rs]?|cuarto|pedwerydd",
    r"last|letzten?[rs]?|último|olaf",
)
_ANY_NTH = compile_pattern(rf"(?<!\w)(?:{'|'.join(_NTH)})(?!\w)", re.IGNORECASE)
_MONTHLY = compile_pattern(
    r"^[^.!?\n]{0,24}?(?:\b(?:month|Monats?|mes|mis)\b|monthly|:|\()|^\s+in(?:\s+each|\s+every)?\s+month", re.IGNORECASE
)
_EVERY = compile_pattern(r"\b(?:every|each|jeden|cada|bob)\s+$", re.IGNORECASE)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield events out of order, then dates that are not on the weekday that the text names."""
    items = [(loc, model) for loc, model in context.models if isinstance(model, Item)]
    for number, _ in enumerate(context.issue.sections):
        inside = [
            (loc, item) for loc, item in items if loc[:2] == ("sections", number) and item.when and not item.events
        ]
        yield from _order(context, inside)
    for run in context.runs:
        yield from _other_week(context, run)


def _order(context: LintContext, items: list[tuple[tuple[str | int, ...], Item]]) -> Iterator[Finding]:
    """Yield the one event of a section without which all others are in order."""
    days = [day_of(item.when) for _, item in items if item.when]
    if len(days) < 3 or days == sorted(days):
        return
    alone = [at for at in range(len(days)) if (rest := days[:at] + days[at + 1 :]) == sorted(rest)]
    for at in alone[:1] if len(alone) < 3 else ():
        loc, item = items[at]
        yield context.on_field(ORDER, (*loc, "when"), f"“{item.title}” is not in the order of the dates.")


def _other_week(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    """Yield “the second Saturday of the month: 3 April and 8 May”."""
    grammar = grammar_for(run.language)
    if grammar is None or not _ANY_NTH.search(run.words):
        return
    folded = run.words.casefold()
    named = [(weekday, number) for weekday, number in grammar.weekdays.items() if weekday in folded]
    for which, names in enumerate(_NTH, 1):
        for weekday, number in named:
            for match in _nth_weekday(names, weekday).finditer(run.words):
                is_monthly = _MONTHLY.match(run.words[match.end() :]) or _EVERY.search(run.words, 0, match.start())
                if is_monthly:
                    yield from _dates_after(context, run, match, (-1 if which == len(_NTH) else which, number))


@cache
def _nth_weekday(names: str, weekday: str) -> re.Pattern[str]:
    order = rf"(?:{names})\s+{re.escape(weekday)}|{re.escape(weekday)}\s+(?:{names})"
    return compile_pattern(rf"(?<!\w)(?:{order})(?!\w)", re.IGNORECASE)


def _dates_after(context: LintContext, run: TextSpan, match: re.Match[str], due: tuple[int, int]) -> Iterator[Finding]:
    which, number = due
    _, last = sentence_around(run.words, *match.span())
    for date in dates_in(run.words, run.language):
        day = nearest(date, context.issue.date)
        if match.end() <= date.start < last and date.month and day and not date.weekday:
            days = [one for week in calendar.monthcalendar(day.year, day.month) if (one := week[number])]
            right = days[which if which < 0 else which - 1]
            if day.day != right:
                written = run.text[date.start : date.end]
                message = f"“{written}” is not what the text says: that would be {format_date(day.replace(day=right))}."
                yield context.in_text(OTHER_WEEK, run, date.start, date.end, message)


CHECKS = (Checker("order of events", (OTHER_WEEK, ORDER), check),)
