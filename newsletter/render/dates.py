"""Dates and times in the house's style: "Tuesday 5 March, 1pm to 2pm"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.branding import DateStyle, Presentation
from newsletter.model.datetimes import When
from newsletter.model.item import Event, Item, series_of
from newsletter.render.repeats import told_series
from newsletter.render.ui_strings import UiStrings

if TYPE_CHECKING:
    from babel import Locale

NO_BREAK = "\u00a0"
_QUOTED = compile_pattern(r"'[^']*'")
_DAY_OF_MONTH = compile_pattern(r"(?<=\d) (?=[^\W\d])")
_TIME = compile_pattern(r"(?<=[,،] )[^,،]+$")
_SHORT = 12
"""Letters of a time that stay on one line even in the narrowest box."""

_LONGEST_DATE = 18
"""Letters of a date in a text that stay on one line: Wednesday 27 March fits beside a tile on a phone."""

_WEEK = 7
_A_MONDAY = dt.date(2024, 1, 1)
_WEEKDAY = compile_pattern(r"^E+[\s,،.]*|[\s,،]*E+$")
"""The weekday at the beginning or the end of a pattern, with what separates it from the rest."""

_MINUTES = compile_pattern(r"[:.h]?mm")


class DateBox(NamedTuple):
    """What stands in an event's box: a short month over the day, or the days."""

    month: str
    day: str
    first: str = ""
    last: str = ""
    """The first and the last day with its month, in the order of the language; only where the months differ."""


class Calendar(NamedTuple):
    """Writes dates as the house does; `year` is the issue's, which readers take for granted."""

    style: DateStyle
    language: str
    zone: ZoneInfo
    words: UiStrings
    year: int
    boxed: bool = False
    """Whether days of the issue's year are told by their weekdays alone, as a box beside them has the rest."""
    issued: dt.date | None = None
    """The day of the issue, from which on its readers are told of what repeats."""

    @classmethod
    def of(cls, presentation: Presentation, words: UiStrings, year: int, issued: dt.date | None = None) -> Calendar:
        """Return the calendar of a house, in the words of its language, for an issue of a year."""
        return cls(presentation.dates, presentation.language, presentation.zone, words, year, issued=issued)

    def event(self, event: Event | Item, *, boxed: bool = False) -> str:
        """Return when an event takes place, in its own zone too where it has one; nothing where it has no time.

        `boxed` leaves out the day of the month, which stands beside it in a date box; not that of another year, nor
        where the weekdays alone would not say which days are meant.
        """
        if event.when is None:
            return ""
        if series := series_of(event):
            return told_series(self, event, series, self.issued or _day(event.when))
        zone = ZoneInfo(event.zone) if event.zone else None
        last = event.ends or event.when
        short = boxed and (_day(self._local(last)) - _day(self._local(event.when))).days < _WEEK
        return self._replace(boxed=short).when(event.when, event.ends, zone)

    def when(self, start: When, end: When | None = None, zone: ZoneInfo | None = None) -> str:
        """Return when something takes place: a day, a moment, or from one to another.

        `zone` is where it takes place; the time there comes first, that of the house after it.
        """
        if zone is None or not isinstance(start, dt.datetime) or _same_clock(start, zone, self.zone):
            return self._span(start, end)
        there = self.in_zone(zone)
        one_day = all(
            _day(there._local(one)) == _day(self._local(start))  # noqa: SLF001  its own
            for one in (start, end or start)
        )
        here = self.times(start, end) if one_day else self._span(start, end)
        return self.words.time_here.format(
            there=self.named(there._span(start, end), zone),  # noqa: SLF001  as above
            here=self.named(here, self.zone),
        )

    def in_zone(self, zone: ZoneInfo) -> Calendar:
        """Return this calendar with the times of another zone."""
        return self._replace(zone=zone)

    def named(self, time: str, zone: ZoneInfo) -> str:
        """Return a time with the city that its zone is known by."""
        return self.words.time_there.format(time=time, city=city_of(zone, self.language))

    def times(self, start: When, end: When | None) -> str:
        """Return the times alone of what takes place on one day."""
        first, last = self._local(start), self._local(end) if end is not None else None
        told = self.time(first) if isinstance(first, dt.datetime) else ""
        if isinstance(last, dt.datetime) and last != first:
            return self.words.span.format(start=told, end=self.time(last))
        return told

    def _span(self, start: When, end: When | None) -> str:
        start, end = self._local(start), self._local(end) if end is not None else None
        if end is None or end == start:
            return self.moment(start)
        words = self.words
        if _day(start) != _day(end):
            timed = isinstance(start, dt.datetime) or isinstance(end, dt.datetime)
            return (words.long_span if timed else words.span).format(start=self.moment(start), end=self.moment(end))
        if isinstance(start, dt.datetime) and isinstance(end, dt.datetime):
            return words.moment.format(day=self.day(start), time=self.times(start, end))
        return self.moment(start if isinstance(start, dt.datetime) else end)

    def moment(self, when: When) -> str:
        """Return a day, or a day and a time."""
        local = self._local(when)
        day = self.day(local)
        return self.words.moment.format(day=day, time=self.time(local)) if isinstance(local, dt.datetime) else day

    def day(self, when: When, *, year: bool = False, weekday: bool = True, short: bool = False) -> str:
        """Return a day, with its year if asked for or not the issue's, its weekday if wanted, a `short` month."""
        local = self._local(when)
        pattern = self.style.date or self.words.date
        if self.boxed and local.year == self.year and "E" in _QUOTED.sub("", pattern):
            return _formatted(_day(local), "EEEE", self.language)
        if (year or local.year != self.year) and "y" not in _QUOTED.sub("", pattern):
            pattern = f"{pattern} y" if self.style.date else self.words.date_with_year
        if not weekday:
            pattern = _WEEKDAY.sub("", pattern) or pattern
        if short:
            pattern = pattern.replace("MMMM", "MMM").replace("LLLL", "LLL")
        return _formatted(_day(local), pattern, self.language)

    def time(self, when: dt.datetime) -> str:
        """Return a time of day; where am and pm are used, full hours have no minutes, and 12pm is noon."""
        pattern = self.style.time or self.words.time
        twelve_hours = "a" in _QUOTED.sub("", pattern)
        if twelve_hours and not when.minute:
            if when.hour == 12:
                return self.words.noon
            pattern = _MINUTES.sub("", pattern, count=1)
        return _formatted(when.time().replace(second=0, microsecond=0), pattern, self.language)

    def weekday(self, number: int) -> str:
        """Return the name of a weekday; Monday is 0."""
        return _formatted(_A_MONDAY + dt.timedelta(days=number), "EEEE", self.language)

    def month(self, day: dt.date) -> str:
        """Return the name of a month."""
        return _formatted(day, "LLLL", self.language)

    def short_day(self, when: When) -> str:
        """Return a day and its short month."""
        return _short_day(_day(self._local(when)), self.language)

    def box_of(self, event: Event | Item) -> DateBox:
        """Return what stands in the date box of an event, the next time of several; nothing where it has no time."""
        if event.when is None:
            return DateBox("", "")
        if series := series_of(event):
            if series.is_run and series.last_day:
                return self.box(event.when, series.on(series.last_day)[1], event.zone)
            start, end = series.next(self.issued or _day(event.when)) or (series.first, series.end)
            return self.box(start, end if event.ends else None, event.zone)
        return self.box(event.when, event.ends, event.zone)

    def box(self, start: When, end: When | None = None, zone: str | None = None) -> DateBox:
        """Return what stands in an event's date box: the day where it takes place, or the first and the last.

        Days of two months have both months above them: Oct–Nov, 30–2.
        """
        there = self._replace(zone=ZoneInfo(zone)) if zone else self
        first = _day(there._local(start))  # noqa: SLF001  its own
        last = _day(there._local(end)) if end is not None else first  # noqa: SLF001  as above
        month, days = _formatted(first, "LLL", self.language), str(first.day)
        if last != first:
            days = f"{first.day}–{last.day}"
            if (last.year, last.month) != (first.year, first.month):
                month = f"{month}–{_formatted(last, 'LLL', self.language)}"
                return DateBox(month, days, _short_day(first, self.language), _short_day(last, self.language))
        return DateBox(month, days)

    def _local(self, when: When) -> When:
        return when.astimezone(self.zone) if isinstance(when, dt.datetime) else when


def unbroken(told: str) -> str:
    """Return a date in words so that a narrow line breaks it before its time, and leaves no part of it alone."""
    told = _DAY_OF_MONTH.sub(NO_BREAK, told)
    time = _TIME.search(told)
    if not time:
        return told
    words = time[0].rsplit(" ", -1 if len(time[0]) <= _SHORT else 1)
    return told[: time.start()] + NO_BREAK.join(words)


def join_typed(match: re.Match[str]) -> str:
    """Return a date that was found in a text without spaces at which a line can break; a long one can do so once."""
    words = match[0].split()
    whole = NO_BREAK.join(words)
    if len(whole) <= _LONGEST_DATE or not match["weekday"]:
        return whole
    return f"{words[0]} {NO_BREAK.join(words[1:])}"


@lru_cache(maxsize=32)
def typed_date(language: str) -> re.Pattern[str]:
    """Return the pattern of a day of a month as people write it in a language: Friday 1 March, March 1, 1. März."""
    locale = _locale(language)
    months = _either(name for kind in ("format", "stand-alone") for name in locale.months[kind]["wide"].values())
    weekdays = _either(locale.days["format"]["wide"].values())
    day = r"\d{1,2}(?:st|nd|rd|th|\.|º|°)?"
    return re.compile(
        rf"(?<!\w)(?P<weekday>{weekdays}[,،]?\s+)?(?:{day}\s+(?:(?:de|of)\s+)?{months}|{months}\s+{day})(?!\w)"
    )


def _either(names: Iterable[str]) -> str:
    """Return the pattern of any of some names, the longest first."""
    return f"(?:{'|'.join(map(re.escape, sorted(set(names), key=len, reverse=True)))})"


def month_before(day: dt.date) -> dt.date:
    """Return the first day of the month before a day's."""
    return (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)


def direction(language: str) -> str:
    """Return the way a language is written: `ltr` or `rtl`."""
    return _locale(language).text_direction


def city_of(zone: ZoneInfo, language: str) -> str:
    """Return the city that a time zone is known by; Unicode's data has one for every zone but the technical ones."""
    from babel.dates import get_timezone_location  # noqa: PLC0415  heavy, and of use only when something is rendered

    if zone.key.startswith("Etc/"):  # their names are not of cities, and their signs are turned round
        return zone.key
    return get_timezone_location(zone, locale=_locale(language), return_city=True)


def own_patterns(language: str) -> dict[str, str]:
    """Return how dates and times are written in a language of which there is no catalogue, by Unicode's data."""
    locale = _locale(language)
    full = str(locale.date_formats["full"].pattern)
    skeleton = locale.datetime_skeletons.get("MMMMEEEEd")
    return {
        "date": str(skeleton.pattern) if skeleton else full,
        "date_with_year": full,
        "time": str(locale.time_formats["short"].pattern),
    }


def locale_of(language: str) -> Locale | None:
    """Return Unicode's data of a language; None where it has none."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415  as above

    for name in (language.replace("-", "_"), language.partition("-")[0]):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _day(when: When) -> dt.date:
    return when.date() if isinstance(when, dt.datetime) else when


def _same_clock(when: dt.datetime, one: ZoneInfo, other: ZoneInfo) -> bool:
    """Return whether two zones show the same time at a moment, so that naming one would only confuse."""
    return when.astimezone(one).utcoffset() == when.astimezone(other).utcoffset()


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    """Return the data of a language; that of English where Unicode has none for it."""
    from babel import Locale  # noqa: PLC0415  as above

    return locale_of(language) or Locale.parse("en_GB")


def _short_day(day: dt.date, language: str) -> str:
    """Return a day and its short month in the order of a language: 5 Mar, Mar 5, 5. März."""
    from babel.dates import format_skeleton  # noqa: PLC0415  as above

    return format_skeleton("MMMd", day, locale=_locale(language))


@lru_cache(maxsize=1024)
def _formatted(value: dt.date | dt.time, pattern: str, language: str) -> str:
    from babel.dates import format_date, format_time  # noqa: PLC0415  as above

    locale = _locale(language)
    if isinstance(value, dt.time):
        return format_time(value, pattern, locale=locale)
    return format_date(value, pattern, locale=locale)
