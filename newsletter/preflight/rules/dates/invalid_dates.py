"""Dates in the texts that cannot be: the wrong weekday, a day that the calendar lacks, last year's year."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import MentionedDate, field_moments, format_date, readings
from newsletter.preflight.rule import Checker, error, warning
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.preflight.text.dates.resolve import days_of

WEEKDAY = error("NL401", name="weekday-mismatch")
NO_SUCH_DAY = error("NL402", name="impossible-date")
YEAR = warning("NL403", name="past-year")

_TWO_WEEKDAYS = compile_pattern(
    r"([^\W\d_]+)\.?\s+(?:and|&|or|to|until|und|oder|bis|y|o|a|al|ac|neu|i|–|-)\s+(?:dydd\s+)?$", re.IGNORECASE
)
_SOON = 200
"""So many days ahead an announcement whose year was wrong would be, at most."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what is wrong with each date, in the order of the texts; one thing a date."""
    found = list(readings(context))
    year = _year_of_all(context, found)
    if year:
        message = f"The weekdays in the text are correct for {year}. Is the year in the issue’s date correct?"
        yield context.on_field(WEEKDAY, ("date",), message, hint=WEEKDAY.fix)
        return
    for reading in found:
        finding = _no_such_day(context, reading) or _wrong_weekday(context, reading) or _wrong_year(context, reading)
        if finding:
            yield finding


def _year_of_all(context: LintContext, found: list[MentionedDate]) -> int | None:
    """Return the year, not the issue's, that all weekdays and fields are of; None where one is of the issue's."""
    issue = context.issue.date
    named = [one for one in found if one.date.weekday is not None and one.date.month and not one.date.year and one.day]
    if len(named) < 2 or any(one.day and one.day.weekday() == one.date.weekday for one in named):
        return None
    years = [{day.year for day in days_of(one.date, issue) if day.weekday() == one.date.weekday} for one in named]
    fields = {moment.first_day.year for moment in field_moments(context)}
    fitting = set.intersection(*years)
    return next((year for year in fitting if fields == {year} or (not fields and len(named) > 2)), None)


def _no_such_day(context: LintContext, reading: MentionedDate) -> Finding | None:
    date = reading.date
    if reading.day is not None or date.month is None:
        return None
    year = date.year or context.issue.date.year
    if date.exists and date.year is None and days_of(date, context.issue.date) and reading.looks_back:
        return None
    length = calendar.monthrange(year, date.month)[1]
    month = format_date(dt.date(year, date.month, 1), reading.run.language, weekday=False, year=True).partition(" ")[2]
    message = f"“{reading.written}” does not exist."
    return context.in_text(
        NO_SUCH_DAY,
        reading.run,
        date.start,
        date.end,
        message,
        hint=f"The last day of {month} is the {length}th." if length != 31 else f"The last day of {month} is the 31st.",
    )


def _wrong_weekday(context: LintContext, reading: MentionedDate) -> Finding | None:
    date, day, issue = reading.date, reading.day, context.issue.date
    if date.weekday is None:
        return None
    if date.month is None:
        return _wrong_weekday_alone(context, reading)
    if day is None or day.weekday() == date.weekday or _shares_weekdays(reading, day):
        return None
    fitting = [one for one in days_of(date, issue) if one.weekday() == date.weekday]
    language = reading.run.language
    message = (
        f"“{reading.written}”: {format_date(day, language, weekday=False, year=True)} is a {_weekday(day, language)}."
    )
    other = min(
        (day + dt.timedelta(days) for days in (1, -1, 2, -2, 3, -3)), key=lambda one: one.weekday() != date.weekday
    )
    hint = f"Write “{format_date(day, language)}” or “{format_date(other, language)}”, depending on which you mean."
    year = _year_that_fits(reading, issue)
    if year:
        message = (
            f"“{reading.written}” is a {_weekday(day, language)}, and has long passed. "
            f"The weekday is correct in {year}."
        )
        hint = f"Write {year} if you mean that year. Otherwise, write “{format_date(day, language)}”."
        start = date.year_at
        return context.in_text(WEEKDAY, reading.run, start, start + 4, message, hint=hint, new=str(year))
    if fitting and fitting[0] < day:
        hint += f" It was correct in {fitting[0].year}: perhaps it was copied from an older issue."
    likely = [format_date(one, language) for one in (day, other)]
    return context.in_text(WEEKDAY, reading.run, date.start, date.end, message, hint=hint, likely=likely)


def _shares_weekdays(reading: MentionedDate, day: dt.date) -> bool:
    """Return whether two weekdays share two dates, as in “Thursday and Friday (11 and 12 March)”."""
    words, grammar = reading.run.words, grammar_for(reading.run.language)
    before = _TWO_WEEKDAYS.search(words, max(0, reading.date.start - 40), reading.date.start)
    inside = words[reading.date.start : reading.date.end + 1]
    if grammar is None or before is None or not re.search(r"[(,:]", inside):
        return False
    first = grammar.weekdays.get(before[1].casefold().removesuffix("."))
    return first == day.weekday()


def _wrong_weekday_alone(context: LintContext, reading: MentionedDate) -> Finding | None:
    """Tell of a “Friday 8th” that is a Friday in no month around."""
    days = days_of(reading.date, context.issue.date)
    if not days or any(day.weekday() == reading.date.weekday for day in days):
        return None
    near = [day for day in days if (day - context.issue.date).days > -8][:2]
    language = reading.run.language
    fits = " and ".join(format_date(day, language) for day in near)
    message = f"None of the coming months has a “{reading.written}”, but there is {fits}."
    return context.in_text(WEEKDAY, reading.run, reading.date.start, reading.date.end, message)


def _wrong_year(context: LintContext, reading: MentionedDate) -> Finding | None:
    year = _coming_year(reading, context.issue.date)
    if year is None or not reading.announces:
        return None
    start = reading.date.year_at
    message = f"“{reading.written}” has long passed when the issue is sent. Do you mean {year}?"
    length = 4 if reading.run.text[start : start + 4].isdigit() else 2
    return context.in_text(YEAR, reading.run, start, start + length, message)


def _year_that_fits(reading: MentionedDate, issue: dt.date) -> int | None:
    """Return the year in which the weekday is right, where the one that is written must be wrong."""
    year = _coming_year(reading, issue)
    date = reading.date
    if year is None or reading.looks_back or not date.month or not reading.run.text[date.year_at :][:4].isdigit():
        return None
    return year if dt.date(year, date.month, date.day).weekday() == date.weekday else None


def _coming_year(reading: MentionedDate, issue: dt.date) -> int | None:
    """Return the year in which a date that has passed comes next, if that is soon."""
    date, day = reading.date, reading.day
    if (
        not date.year
        or date.year < 2000
        or date.year_at < 0
        or date.month is None
        or day is None
        or (issue - day).days < 120
    ):
        return None
    for year in (issue.year, issue.year + 1):
        if date.day <= calendar.monthrange(year, date.month)[1]:
            ahead = (dt.date(year, date.month, date.day) - issue).days
            if 0 <= ahead <= _SOON:
                return year
    return None


def _weekday(day: dt.date, language: str) -> str:
    return format_date(day, language).rpartition(f" {day.day} ")[0]


CHECKS = (Checker("dates in the text", (WEEKDAY, NO_SUCH_DAY, YEAR), check),)
