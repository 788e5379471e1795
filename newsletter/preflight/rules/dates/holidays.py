"""Check that public holidays and the days on which clocks change are on their dates."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo

from pydantic import Field

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.data_files import DataModel, read_toml
from newsletter.preflight.issue_dates import MentionedDate, format_date, readings
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.dates.dates import WrittenDate

HOLIDAY = warning("NL436", name="holiday-date-mismatch")
CLOCKS = warning("NL437", name="clock-change-mismatch")

_GAP = compile_pattern(
    r"(?: (?:morning|afternoon|evening|night|day|weekend))?"
    r"[\s,:–—(]*(?:(?:is|falls|fall|this year|on|the|is on|ist|am|der|den|dem|fällt|auf|es|el|cae|en|este año|mae|ar"
    r"|yw)[\s,:]+){0,4}",
    re.IGNORECASE,
)
_AFTER = compile_pattern(r"(?:,|\s?\(|\s[–—])?\s?(?:(?:is|ist|es|yw|the|der|la|el|this year)\s)*")
_OTHER_DAY = compile_pattern(
    r"\b(?:before|after|until|following|except|vor|nach|bis|antes de|después de|cyn|ar ôl|week of|day of|eve of)\s+"
    r"(?:the\s+)?$",
    re.IGNORECASE,
)
_LEADS_TO_DAY = compile_pattern(
    r"[\s,(–—]*(?:(?:forward|ahead|back|an hour|one hour|again|on|at|in the night|of|to|early|the|this year|is)"
    r"[\s,(–—]*)*",
    re.IGNORECASE,
)
_CLOCKS = compile_pattern(
    r"\bclocks?\s+(?:will\s+)?(?:go|change|spring|move|turn)s?(?:\s+(forward|ahead|back))?", re.IGNORECASE
)


class _Holiday(DataModel):
    names: list[str]
    easter: int | None = None
    """Days after Easter Sunday."""
    fixed: str = ""
    """Month and day: `12-25`."""
    nth: list[int] = Field([])
    """Month, which one (-1: the last), and the weekday (Monday is 0)."""
    countries: list[str] = Field([])
    """Languages with their country where the day has this name; all of the language if empty."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield holidays that stand beside another date than theirs, and clocks that change on another day."""
    for reading in readings(context):
        if reading.day is not None and reading.date.month is not None:
            yield from _holiday(context, reading)
            yield from _clocks(context, reading)
    yield from _direction(context)


def _holiday(context: LintContext, reading: MentionedDate) -> Iterator[Finding]:
    run, date, day = reading.run, reading.date, reading.day
    found = _named_beside(run.words, date.start, date.end, run.language)
    if found is None or day is None:
        return
    name, holiday = found
    days = [day.replace(year=year) for year in (day.year - 1, day.year, day.year + 1) if _exists(day, year)]
    nearest = min(days, key=lambda one: abs(one - context.issue.date))
    if any(_date_of(holiday, one.year) == one for one in (day, nearest)):
        return
    if date.year is None and reading.looks_back:
        return
    right = _date_of(holiday, day.year)
    message = f"“{name}” is on {format_date(right)}, not on “{reading.written}”."
    yield context.in_text(HOLIDAY, run, date.start, date.end, message)


def _exists(day: dt.date, year: int) -> bool:
    return day.day <= calendar.monthrange(year, day.month)[1]


def _named_beside(words: str, start: int, end: int, language: str) -> tuple[str, _Holiday] | None:
    """Return the holiday whose name stands right before or after a date."""
    for pattern, holiday in _patterns(language):
        for match in pattern.finditer(words, max(0, start - 60), min(len(words), end + 60)):
            if match.start() < start < match.end() < end:  # the weekday in “Good Friday 26 March”
                return match[0], holiday
            if match.end() <= start:
                gap = words[match.end() : start]
                is_other = _OTHER_DAY.search(words, max(0, match.start() - 20), match.start())
                if not is_other and _GAP.fullmatch(gap):
                    return match[0], holiday
            elif match.start() >= end and not re.search(r"\d", words[end : match.start()]):
                gap = words[end : match.start()]
                # a comma may stand between two days of a list: “closed on 24 March, Good Friday and Easter Monday”
                ends = re.match(r"\s*(?:[.!;)]|$)", words[match.end() : match.end() + 9])
                if _AFTER.fullmatch(gap) and gap.strip() and (ends or gap.strip() != ","):
                    return match[0], holiday
    return None


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], _Holiday], ...]:
    primary = language.partition("-")[0].casefold()
    entries = read_toml("holidays.toml").get(primary, [])
    holidays = [_Holiday.model_validate(entry) for entry in entries]
    return tuple(
        (compile_pattern(rf"(?<!\w)(?:{'|'.join(one.names)})(?!\w)", re.IGNORECASE), one)
        for one in holidays
        if not one.countries or language in one.countries
    )


def _date_of(holiday: _Holiday, year: int) -> dt.date:
    if holiday.easter is not None:
        return easter(year) + dt.timedelta(days=holiday.easter)
    if holiday.fixed:
        return dt.date.fromisoformat(f"{year}-{holiday.fixed}")
    month, which, weekday = holiday.nth
    days = [day for week in calendar.monthcalendar(year, month) if (day := week[weekday])]
    return dt.date(year, month, days[which if which < 0 else which - 1])


@cache
def easter(year: int) -> dt.date:
    """Return Easter Sunday of a year after 1582, by the anonymous Gregorian algorithm (Meeus, Jones, Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


def _clocks(context: LintContext, reading: MentionedDate) -> Iterator[Finding]:
    run, date, day = reading.run, reading.date, reading.day
    if day is None or not run.language.startswith("en"):
        return
    match = next((one for one in _CLOCKS.finditer(run.words) if _stand_together(run.words, one, date)), None)
    changes = _changes(str(context.presentation.zone), day.year)
    if match and len(changes) == 2 and day not in changes:
        close = min(changes, key=lambda one: abs(one - day))
        if abs(close - day).days <= 10:
            message = f"The clocks change on {format_date(close)}, not on “{reading.written}”."
            yield context.in_text(CLOCKS, run, date.start, date.end, message)


def _stand_together(words: str, match: re.Match[str], date: WrittenDate) -> bool:
    """Return whether a date is that of the clocks: “clocks go forward an hour on 28 March”, “On 28 March, clocks …”."""
    if match.end() <= date.start:
        return _LEADS_TO_DAY.fullmatch(words[match.end() : date.start]) is not None
    between = words[date.end : match.start()]
    return date.end <= match.start() and re.fullmatch(r"[\s,]*(?:(?:when|the|our|as)\s+)*", between) is not None


def _direction(context: LintContext) -> Iterator[Finding]:
    """Yield clocks that go back in spring or forward in autumn."""
    changes = _changes(str(context.presentation.zone), context.issue.date.year)
    if len(changes) != 2 or changes[0].month > 6:
        return
    near = next((one for one in changes if -14 <= (one - context.issue.date).days <= 45), None)
    for run in context.runs if near else ():
        for match in _CLOCKS.finditer(run.words) if run.language.startswith("en") else ():
            said = (match[1] or "").casefold()
            due = "forward" if near == changes[0] else "back"
            if said and ("back" if said == "back" else "forward") != due:
                message = f"In {calendar.month_name[near.month]} the clocks go {due}." if near else ""
                yield context.in_text(CLOCKS, run, *match.span(), message)


@cache
def _changes(zone: str, year: int) -> tuple[dt.date, ...]:
    """Return the days of a year on which the clocks of a zone change."""
    info, days = ZoneInfo(zone), []
    day = dt.date(year, 1, 1)
    while day.year == year:
        noon = dt.datetime.combine(day, dt.time(12), info)
        if noon.utcoffset() != (noon - dt.timedelta(days=1)).utcoffset():
            days.append(day)
        day += dt.timedelta(days=1)
    return tuple(days)


CHECKS = (Checker("public holidays", (HOLIDAY, CLOCKS), check),)
