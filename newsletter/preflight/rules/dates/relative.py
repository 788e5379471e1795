"""Days named from the day of sending: “tomorrow”, “this Friday”, “later this month”."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import cache

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.data_files import any_of
from newsletter.preflight.issue_dates import MentionedDate, format_date, readings
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.language_data import language_data
from newsletter.preflight.text.sentences import language_of
from newsletter.preflight.text_spans import TextSpan

OTHER_DAY = warning("NL410", name="relative-day-mismatch")
OTHER_MONTH = warning("NL411", name="relative-month-mismatch")
RELATIVE = note("NL412", name="relative-day-only")

_DAYS = {"monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6}
_DAY = "|".join(_DAYS)
_ENGLISH = compile_pattern(
    rf"(?<!\w)(?:(?P<which>this|next|last|this coming|this past) (?P<day>{_DAY})"
    r"|(?P<week>(?:later )?this week|next week|last week)"
    r"|(?P<one>the day after tomorrow|tomorrow|tonight|yesterday|today|last night))(?!\w|['’]s)",
    re.IGNORECASE,
)
_MONTHS = compile_pattern(r"(?<!\w)(?:later |earlier )?(?P<which>this|next|last) month(?!\w|['’]s)", re.IGNORECASE)
_NEAR = compile_pattern(
    r"[\s,;:(–—-]*(?:(?:it is|it’s|at|from|is|on|from|the|which is|that is|i\.e\.)\s+)*", re.IGNORECASE
)
_ENTRY = compile_pattern(r"\n\s*(?:[-*+•]|\d{1,2}[.)])\s|\n[ \t]*\n")
"""Where the next entry of a list begins, or the next paragraph: a date there belongs to something else."""
_WEEKDAY = compile_pattern(rf"[\s,(]+(?:on )?({_DAY})(?!\w)", re.IGNORECASE)
_SURE = compile_pattern(
    r"\s*(?:[,.;:!?)]|$|(?:at|from|on|evening|morning|afternoon|night|and|between|until|by|in|we|you|the|our|with|for|is)\b)"
)
_OFFSETS = {
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
    "the day after tomorrow": 2,
    "yesterday": -1,
    "last night": -1,
}
_NOT_AHEAD = frozenset({"today", "yesterday", "last night", "last week"})
"""What is over, or now: nobody comes too late because of it."""
_WEEKS = {"this week": 0, "later this week": 0, "next week": 1, "last week": -1}


_LATER = 60
"""Characters within which a date that follows belongs to a day such as “this Thursday”."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield contradictions first, then one note on the words that lean on the day of sending."""
    beside: dict[int, list[MentionedDate]] = {}
    for reading in readings(context):
        beside.setdefault(id(reading.run), []).append(reading)
    alone: list[tuple[TextSpan, int, int]] = []
    for run in context.runs:
        near = beside.get(id(run), [])
        yield from _contradicting(context, run, near, alone)
        if run.language.startswith("en") and near:
            yield from _other_month(context, run, near)
    if alone:
        yield _told_once(context, alone)


@cache
def _pattern(language: str) -> re.Pattern[str] | None:
    """Return what finds days that depend on the day of reading; None for a language without a list of them."""
    words = language_data(language).relative_days
    found = any_of(f"{language}.toml", words, r"(?<!\w)(?:{})(?!\w)") if words else None
    return _ENGLISH if language == "en" else found


def _contradicting(
    context: LintContext, run: TextSpan, near: list[MentionedDate], alone: list[tuple[TextSpan, int, int]]
) -> Iterator[Finding]:
    pattern = _pattern(language_of(run))
    for match in pattern.finditer(run.words) if pattern else ():
        if not run.language.startswith("en"):
            alone.append((run, *match.span()))
            continue
        beside = _beside(run, match.start(), match.end(), near)
        fits = _meaning(match, context.issue.date)
        days = [beside.day] if beside and beside.day else _days_named(match, run, context.issue.date)
        if days:
            if not any(fits(day) for day in days):
                yield _other_day(context, run, match, days[0])
        elif _is_meant(match, run) and not _is_dated_later(run, match.end(), near, fits):
            alone.append((run, *match.span()))


def _is_dated_later(run: TextSpan, end: int, near: list[MentionedDate], fits: Callable[[dt.date], bool]) -> bool:
    """Return whether the same line has the date too, further on: “This Thursday evening (9 November)”."""
    return any(
        reading.day is not None
        and fits(reading.day)
        and end <= reading.date.start <= end + _LATER
        and not re.search(r"[.!?]\s+[A-Z]|\n", run.words[end : reading.date.start])
        for reading in near
    )


def _days_named(match: re.Match[str], run: TextSpan, issue: dt.date) -> list[dt.date]:
    """Return the days around the issue that a weekday right behind may mean, as in “tomorrow (Wednesday)”."""
    named = _WEEKDAY.match(run.words, match.end()) if match["one"] else None
    if named and _ENTRY.search(run.text, match.end(), named.start(1) + 1):
        return []
    around = [issue + dt.timedelta(days) for days in range(-3, 4)]
    return [day for day in around if named and day.weekday() == _DAYS[named[1].lower()]]


def _other_day(context: LintContext, run: TextSpan, match: re.Match[str], day: dt.date) -> Finding:
    issue = context.issue.date
    message = f"“{match[0]}” is not {format_date(day)}, because the issue is sent on {format_date(issue)}."
    return context.in_text(OTHER_DAY, run, match.start(), match.end(), message)


def _meaning(match: re.Match[str], issue: dt.date) -> Callable[[dt.date], bool]:
    """Return what says whether a day may be the one that is meant; “next Friday” may be either of two."""
    monday = issue - dt.timedelta(issue.weekday())
    if match["one"]:
        day = issue + dt.timedelta(_OFFSETS[match["one"].lower()])
        return lambda one: one == day
    if match["week"]:
        first = monday + dt.timedelta(7 * _WEEKS[match["week"].lower()])
        return lambda one: 0 <= (one - first).days <= 6
    weekday, which = _DAYS[match["day"].lower()], match["which"].lower()
    if which == "next":
        return lambda one: one.weekday() == weekday and 0 < (one - issue).days <= 14
    if which in {"last", "this past"}:
        return lambda one: one.weekday() == weekday and -14 <= (one - issue).days < 0
    return lambda one: one.weekday() == weekday and -6 <= (one - issue).days <= 7


def _beside(run: TextSpan, start: int, end: int, near: list[MentionedDate]) -> MentionedDate | None:
    """Return the date that stands right beside some words."""
    for reading in near:
        date = reading.date
        if date.start < end and start < date.end:  # the weekday of “this Friday, 19 April” is part of the date
            return reading
        first, last = (end, date.start) if date.start >= end else (date.end, start)
        is_near = first <= last <= first + 24 and not _ENTRY.search(run.text, first, last + 1)
        if is_near and _NEAR.fullmatch(run.words, first, last):
            return reading
    return None


def _other_month(context: LintContext, run: TextSpan, near: list[MentionedDate]) -> Iterator[Finding]:
    issue = context.issue.date
    for match in _MONTHS.finditer(run.words):
        reading = _beside(run, match.start(), match.end(), near)
        if reading is None or reading.day is None:
            continue
        day = reading.day
        ahead = (day.year - issue.year) * 12 + day.month - issue.month
        if ahead != {"this": 0, "next": 1, "last": -1}[match["which"].lower()]:
            sent = format_date(issue)
            message = f"“{match[0]}” is not the month of “{reading.written}”, because the issue is sent on {sent}."
            yield context.in_text(OTHER_MONTH, run, match.start(), match.end(), message)


def _is_meant(match: re.Match[str], run: TextSpan) -> bool:
    """Return whether it is a day, not “book today” or “a better tomorrow”. A weekly letter has “this week”."""
    word = match[0].lower()
    which = (match["which"] or "").lower()
    if word in _NOT_AHEAD or "this week" in word or which in {"last", "this past"}:
        return False
    if word == "tomorrow":
        before = run.words[max(0, match.start() - 12) : match.start()].lower()
        if re.search(r"\b(?:of|for|a|better|our|their|and)\s+$", before):
            return False
    return bool(match["week"]) or _SURE.match(run.words, match.end()) is not None


def _told_once(context: LintContext, alone: list[tuple[TextSpan, int, int]]) -> Finding:
    run, start, end = alone[0]
    more = len(alone) - 1
    others = f" (and {more} more)" if more > 1 else " (and one more)" if more else ""
    message = f"“{run.text[start:end]}”{others} is relative to the day of sending, {format_date(context.issue.date)}."
    return context.in_text(RELATIVE, run, start, end, message)


CHECKS = (Checker("relative dates", (OTHER_DAY, OTHER_MONTH, RELATIVE), check),)
