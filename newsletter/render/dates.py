"""Dates and times in the house's style: "Tuesday 5 March, 1pm to 2pm"."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.model.brand import DateStyle, Presentation
from newsletter.model.moment import When
from newsletter.render.words import Words, words_for

if TYPE_CHECKING:
    from babel import Locale

_QUOTED = re.compile(r"'[^']*'")
_MINUTES = re.compile(r"[:.h]?mm")


@dataclass(frozen=True, slots=True)
class DateBox:
    """What stands in an event's box: a short month over the day, or the days."""

    month: str
    day: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Writes dates as the house does; `year` is the issue's, which readers take for granted."""

    style: DateStyle
    language: str
    zone: ZoneInfo
    words: Words
    year: int

    @classmethod
    def of(cls, presentation: Presentation, year: int) -> Calendar:
        """Return the calendar of a house for an issue of a year."""
        language = presentation.language
        return cls(presentation.dates, language, presentation.zone, words_for(language), year)

    def when(self, start: When, end: When | None = None) -> str:
        """Return when something takes place: a day, a moment, or from one to another."""
        start, end = self._local(start), self._local(end) if end is not None else None
        if end is None or end == start:
            return self.moment(start)
        to = self.words.to
        if _day(start) != _day(end):
            comma = "," if isinstance(start, dt.datetime) or isinstance(end, dt.datetime) else ""
            return f"{self.moment(start)}{comma} {to} {self.moment(end)}"
        if isinstance(start, dt.datetime) and isinstance(end, dt.datetime):
            return f"{self.moment(start)} {to} {self.time(end)}"
        return self.moment(start if isinstance(start, dt.datetime) else end)

    def moment(self, when: When) -> str:
        """Return a day, or a day and a time."""
        local = self._local(when)
        day = self.day(local)
        return f"{day}, {self.time(local)}" if isinstance(local, dt.datetime) else day

    def day(self, when: When, *, year: bool = False) -> str:
        """Return a day, with its year where that is asked for or is not the issue's."""
        local = self._local(when)
        pattern = self.style.date
        if (year or local.year != self.year) and "y" not in _QUOTED.sub("", pattern):
            pattern += " y"
        return _formatted(_day(local), pattern, self.language)

    def time(self, when: dt.datetime) -> str:
        """Return a time of day; where am and pm are used, full hours have no minutes, and 12pm is noon."""
        pattern = self.style.time
        twelve_hours = "a" in _QUOTED.sub("", pattern)
        if twelve_hours and not when.minute:
            if when.hour == 12:
                return self.words.noon
            pattern = _MINUTES.sub("", pattern, count=1)
        return _formatted(when.time().replace(second=0, microsecond=0), pattern, self.language)

    def month(self, day: dt.date) -> str:
        """Return the name of a month."""
        return _formatted(day, "LLLL", self.language)

    def box(self, start: When, end: When | None = None) -> DateBox:
        """Return what stands in an event's date box; days of one month are shown as a range."""
        first = _day(self._local(start))
        last = _day(self._local(end)) if end is not None else first
        days = str(first.day)
        if last != first and (last.year, last.month) == (first.year, first.month):
            days = f"{first.day}–{last.day}"
        return DateBox(_formatted(first, "LLL", self.language), days)

    def _local(self, when: When) -> When:
        return when.astimezone(self.zone) if isinstance(when, dt.datetime) else when


def month_before(day: dt.date) -> dt.date:
    """Return the first day of the month before a day's."""
    return (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def direction(language: str) -> str:
    """Return the way a language is written: `ltr` or `rtl`."""
    return _locale(language).text_direction


def _day(when: When) -> dt.date:
    return when.date() if isinstance(when, dt.datetime) else when


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    """Return the data of a language; that of English where Unicode has none for it."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  heavy, and of use only when something is rendered

    for name in (language.replace("-", "_"), language.partition("-")[0]):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en_GB")


@lru_cache(maxsize=1024)
def _formatted(value: dt.date | dt.time, pattern: str, language: str) -> str:
    from babel.dates import format_date, format_time  # noqa: PLC0415  as above

    locale = _locale(language)
    if isinstance(value, dt.time):
        return format_time(value, pattern, locale=locale)
    return format_date(value, pattern, locale=locale)
