"""From one date or time to another: the wrong way round, or with a word too many between them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, error, note, warning
from newsletter.preflight.text.dates.dates import WrittenDate, dates_in
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.preflight.text.dates.spans import Span, date_spans, time_spans
from newsletter.preflight.text.dates.tense import sentence_around
from newsletter.preflight.text.dates.times import Clock, WrittenTime, times_in
from newsletter.preflight.text_spans import TextSpan

DAYS = error("NL416", name="end-date-before-start")
TIMES = warning("NL417", name="end-time-before-start")
LEFT_OVER = warning("NL418", name="word-and-dash-range")
BETWEEN = note("NL419", name="between-without-and")

_DASH = "–—-"
_TOGETHER = compile_pattern(rf"\w\s?[{_DASH}](?!\s)|\w[{_DASH}]\s|(?<!\s)[{_DASH}]\s?\w|\s[{_DASH}]\w")
_HANGING = compile_pattern(r"(?<!\w)(?:and|or|to|from|by|at|on|until|till|between)[–—]$", re.IGNORECASE)
_YEAR_LONG = 335
"""An end that comes so many days after the start, if the years are right, was meant to be before it."""

_LONG, _MORNING = 11 * 60, 6
"""Minutes that hardly anything takes over midnight, and the hour from which on nothing of an evening ends."""
_OVERNIGHT_WORDS = compile_pattern(
    r"\b(?:night\w*|overnight|sleep\w*|camp\w*|shift\w*|vigil|curfew|closed|quiet|noche|nocturn\w*|Nacht\w*|übernacht\w*|nos)\b",
    re.IGNORECASE,
)
_OVERNIGHT = 17 * 60
"""What takes so many minutes, over midnight, is not meant."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what is wrong with the spans, in the order of the texts."""
    for run in context.runs:
        days, times = list(date_spans(run.words, run.language)), list(time_spans(run.words, run.language))
        for days_span in days:
            if _ends_before(days_span):
                yield _turned(context, run, days_span)
        for times_span in times:
            if _is_turned(times_span) or _is_overlong(times_span, run.words):
                yield _turned_times(context, run, times_span)
        spans: list[Span[WrittenDate] | Span[WrittenTime]] = [*days, *times]
        for span in spans:
            yield from _joint(context, run, span)
        yield from _hanging(context, run, {span.last.start for span in spans})


def _turned(context: LintContext, run: TextSpan, span: Span[WrittenDate]) -> Finding:
    start, end = span.first.start, span.last.end
    return context.in_text(DAYS, run, start, end, f"“{_quoted(run, start, end)}” ends before it starts.")


def _turned_times(context: LintContext, run: TextSpan, span: Span[WrittenTime]) -> Finding:
    start, end = span.first.start, span.last.end
    return context.in_text(TIMES, run, start, end, f"“{_quoted(run, start, end)}” ends before it starts.")


def _ends_before(span: Span[WrittenDate]) -> bool:
    first, last = span.first, span.last
    if not (first.month and last.month and first.exists and last.exists):
        return False
    if first.year and last.year and not first.borrowed:
        return (last.year, last.month, last.day) < (first.year, first.month, first.day)
    start, end = dt.date(2024, first.month, first.day), dt.date(2024, last.month, last.day)
    if end >= start or (first.day == 1 and last.day == calendar.monthrange(2024, last.month)[1]):
        return False
    forward = (end - start).days + 365
    return _YEAR_LONG < forward < 364


def _is_turned(span: Span[WrittenTime]) -> bool:
    first, last = span.first, span.last
    if not (first.exists and last.exists) or Clock.BARE in {first.clock, last.clock}:
        return False
    on_24_hours = first.clock is Clock.TWENTY_FOUR and first.hour > 12
    maybe_later = (
        last.clock is Clock.TWENTY_FOUR and not on_24_hours and last.hour < 12 and last.minutes + 720 > first.minutes
    )
    return last.minutes <= first.minutes and not maybe_later and last.minutes + 1440 - first.minutes >= _OVERNIGHT


def _is_overlong(span: Span[WrittenTime], words: str) -> bool:
    """Return whether a span that ends in the morning would take a night and a day: “7.30pm to 9.30am”."""
    first, last = span.first, span.last
    if not (first.exists and last.exists) or last.minutes >= first.minutes or first.clock is not last.clock:
        return False
    if first.clock not in {Clock.TWELVE, Clock.TWENTY_FOUR} or (first.clock is Clock.TWELVE and not first.half):
        return False
    start, end = sentence_around(words, first.start, last.end)
    is_day = last.hour >= _MORNING and last.minutes + 1440 - first.minutes >= _LONG
    is_clear = first.clock is Clock.TWELVE or last.minute == first.minute == 0 or bool(span.opening)
    return is_day and is_clear and not _OVERNIGHT_WORDS.search(words, start, end)


def _joint(context: LintContext, run: TextSpan, span: Span[WrittenDate] | Span[WrittenTime]) -> Iterator[Finding]:
    locale_grammar = grammar_for(run.language)
    if locale_grammar is None:
        return
    start, end = span.first.end, span.last.start
    gap = run.words[start:end]
    and_, until = (
        re.search(rf"(?<!\w)(?:{words})(?!\w)", gap, re.IGNORECASE)
        for words in (locale_grammar.grammar.and_, locale_grammar.grammar.until)
    )
    is_between = (
        bool(span.opening) and re.fullmatch(locale_grammar.grammar.between, span.opening, re.IGNORECASE) is not None
    )
    inner = (start + len(gap) - len(gap.lstrip()), start + len(gap.rstrip()))
    if any(dash in gap for dash in _DASH) and (and_ or until):
        if _TOGETHER.search(gap) and (until or _is_close(gap)):
            word = (and_ or until or [""])[0]
            sure = is_between if and_ else not is_between
            new = f"{word} " if sure and run.text[inner[0] : end] == gap.lstrip() else None
            message = f"“{_quoted(run, *inner)}” has both a word and a dash between two dates or times."
            yield context.in_text(LEFT_OVER, run, inner[0], end, message, new=new)
    elif is_between and not and_ and run.language.startswith("en"):
        message = f"“between {_quoted(run, span.first.start, span.last.end)}” is missing “and”."
        new = " and " if run.text[start:end] == gap else None
        yield context.in_text(BETWEEN, run, start, end, message, new=new)


def _is_close(gap: str) -> bool:
    """Return whether word and dash are not apart, as they are in “1 March – and 8 March”."""
    return re.search(rf"\w[{_DASH}]|[{_DASH}]\w", gap) is not None


def _hanging(context: LintContext, run: TextSpan, told: set[int]) -> Iterator[Finding]:
    """Yield words such as “on–Friday 8 March”, where there is no first date."""
    found: list[WrittenDate | WrittenTime] = [*dates_in(run.words, run.language), *times_in(run.words, run.language)]
    for one in found:
        match = _HANGING.search(run.words, max(0, one.start - 8), one.start)
        if match and one.start not in told:
            message = f"“{run.text[match.start() : one.end]}” has both a word and a dash."
            yield context.in_text(LEFT_OVER, run, match.start(), match.end(), message)


def _quoted(run: TextSpan, start: int, end: int) -> str:
    return " ".join(run.text[start:end].split())


CHECKS = (Checker("date and time ranges", (DAYS, TIMES, LEFT_OVER, BETWEEN), check),)
