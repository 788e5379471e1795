"""How an event repeats: words such as “first Tuesday monthly” or an RRULE of RFC 5545, and the dates they mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.datetimes import When
from newsletter.model.fields import PlainText
from newsletter.model.repeat_words import read_words

if TYPE_CHECKING:
    from dateutil.rrule import rrule

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_BY_DAY = compile_pattern(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = compile_pattern(r"(\d{4})(\d\d)(\d\d)(?:T\d{6}Z?)?")
_PARTS = frozenset({"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "UNTIL", "COUNT", "WKST"})
_LONGEST_RUN = dt.timedelta(days=7)
_MOST_GAPS = 60
"""Dates in a row that may be left out, or missing from the calendar, before a series counts as over."""


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule by which something repeats."""

    frequency: str
    interval: int = 1
    by_day: tuple[tuple[int, int], ...] = ()
    """Weekdays (Monday is 0), each with which one of the month it is: 1 the first, -1 the last, 0 every one."""
    by_month_day: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    until: dt.date | None = None
    """The last day on which it may take place."""
    count: int | None = None

    @property
    def parts(self) -> dict[str, str]:
        """Return the parts of the rule as RFC 5545 writes them, but for the last day."""
        found = {"FREQ": self.frequency, "INTERVAL": str(self.interval) if self.interval > 1 else ""}
        found["BYDAY"] = ",".join(f"{which or ''}{DAYS[day]}" for which, day in self.by_day)
        numbers = {"BYMONTHDAY": self.by_month_day, "BYMONTH": self.by_month, "BYSETPOS": self.by_set_pos}
        found |= {name: ",".join(map(str, values)) for name, values in numbers.items()}
        found["COUNT"] = str(self.count or "")
        return {name: value for name, value in found.items() if value}

    def text(self, start: When | None = None) -> str:
        """Return the rule as RFC 5545 writes it; its last day in the form that goes with `start`."""
        parts = self.parts
        if self.until is not None:
            parts["UNTIL"] = f"{self.until:%Y%m%d}"
            if isinstance(start, dt.datetime):
                last = dt.datetime.combine(self.until, dt.time(23, 59, 59), tzinfo=start.tzinfo)
                parts["UNTIL"] = f"{last.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
        return ";".join(f"{name}={value}" for name, value in parts.items())


class Series(NamedTuple):
    """Something that repeats from its first time on, by the clock of the place, but for some days."""

    rule: Recurrence
    first: When
    end: When
    """The end of the first time; the others take as long by the clock."""
    excluded: frozenset[dt.date] = frozenset()

    def days(self, start: dt.date) -> Iterator[dt.date]:
        """Yield the days from `start` on, in order; those that are left out are not among them."""
        rule = _rrule(self.rule, _naive(self.first))
        missed = 0
        for moment in rule.xafter(dt.datetime.combine(start, dt.time()), inc=True):
            if moment.date() in self.excluded:
                missed += 1
                if missed > _MOST_GAPS:
                    return
                continue
            missed = 0
            yield moment.date()

    def occurrences(self, start: dt.date, end: dt.date) -> list[tuple[When, When]]:
        """Return the starts and the ends of the times on the days from `start` to `end`."""
        found = []
        for day in self.days(start):
            if day > end:
                break
            found.append(self.on(day))
        return found

    def on(self, day: dt.date) -> tuple[When, When]:
        """Return the start and the end of the time on a day."""
        gap = day - _date(self.first)
        return _shifted(self.first, gap), _shifted(self.end, gap)

    def next(self, start: dt.date) -> tuple[When, When] | None:
        """Return the first time from a day on; None if the series is over by then."""
        return next((self.on(day) for day in islice(self.days(start), 1)), None)

    @property
    def last_day(self) -> dt.date | None:
        """Return the last day of the series; None if it has no end."""
        if self.rule.until is None and self.rule.count is None:
            return None
        found = [moment.date() for moment in _rrule(self.rule, _naive(self.first))]
        return next((day for day in reversed(found) if day not in self.excluded), None)

    @property
    def is_run(self) -> bool:
        """Return whether it is one thing on some days in a row, such as a weekend, and not a habit without an end."""
        rule = self.rule
        if self.excluded or (rule.until is None and rule.count is None):
            return False
        if rule != Recurrence("DAILY", until=rule.until, count=rule.count):
            return False
        last = self.last_day
        return last is not None and last - _date(self.first) < _LONGEST_RUN

    @property
    def starts_on_rule(self) -> bool:
        """Return whether the first time is one that the rule gives."""
        return next(iter(_rrule(self.rule, _naive(self.first))), None) == _naive(self.first)


def read_recurrence(text: str, first: dt.date | None = None) -> Recurrence:
    """Return the rule in a text; what it leaves open, such as the weekday of `weekly`, is that of the first day.

    Raise ValueError, with the reason, if it cannot be read.
    """
    rule = _read(text)
    if first is None:
        return rule
    if rule.frequency == "WEEKLY" and not rule.by_day:
        return replace(rule, by_day=((0, first.weekday()),))
    if rule.frequency == "MONTHLY" and not rule.by_day and not rule.by_month_day:
        return replace(rule, by_month_day=(first.day,))
    return rule


@lru_cache(maxsize=256)
def _read(text: str) -> Recurrence:
    bare = text.strip().removeprefix("RRULE:")
    return _from_rrule(bare) if "FREQ=" in bare.upper() else Recurrence(**read_words(bare))


def _from_rrule(text: str) -> Recurrence:
    parts: dict[str, str] = {}
    for part in filter(None, text.upper().replace(" ", "").split(";")):
        name, _, value = part.partition("=")
        if name not in _PARTS or not value or name in parts:
            raise ValueError(f"`{part}` cannot be used here")
        parts[name] = value
    if parts.get("FREQ") not in FREQUENCIES:
        raise ValueError(f"`FREQ` is one of {', '.join(FREQUENCIES)}")
    if "UNTIL" in parts and "COUNT" in parts:
        raise ValueError("only one of `UNTIL` and `COUNT` can be given")
    try:
        return Recurrence(
            parts["FREQ"],
            _positive(parts.get("INTERVAL", "1")),
            tuple(_weekday(one) for one in parts["BYDAY"].split(",")) if "BYDAY" in parts else (),
            _numbers(parts.get("BYMONTHDAY"), 31),
            _numbers(parts.get("BYMONTH"), 12),
            _numbers(parts.get("BYSETPOS"), 366),
            _until(parts["UNTIL"]) if "UNTIL" in parts else None,
            _positive(parts["COUNT"]) if "COUNT" in parts else None,
        )
    except (ValueError, OverflowError) as error:
        raise ValueError(str(error) or f"`{text}` is not a rule") from None


def _positive(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 999:
        raise ValueError(f"`{text}` is not a number from 1 to 999")
    return int(text)


def _numbers(text: str | None, most: int) -> tuple[int, ...]:
    found = tuple(int(one) for one in text.split(",")) if text else ()
    if any(not one or abs(one) > most for one in found):
        raise ValueError(f"`{text}` is out of range")
    return found


def _weekday(text: str) -> tuple[int, int]:
    match = _BY_DAY.fullmatch(text)
    if match is None:
        raise ValueError(f"`{text}` is not a weekday such as TH, 1TU or -1FR")
    return int(match[1] or 0), DAYS.index(match[2])


def _until(text: str) -> dt.date:
    match = _UNTIL.fullmatch(text)
    if match is None:
        raise ValueError(f"`{text}` is not a day such as 20240627")
    return dt.date(int(match[1]), int(match[2]), int(match[3]))


@lru_cache(maxsize=256)
def _rrule(rule: Recurrence, first: dt.datetime) -> rrule:
    """Return the rule as the library has it, by the clock of the place and without its zone."""
    from dateutil import rrule as library  # noqa: PLC0415  of use only where something repeats

    weekdays = [library.weekday(day, which or None) for which, day in rule.by_day]
    return library.rrule(
        getattr(library, rule.frequency),
        dtstart=first,
        interval=rule.interval,
        byweekday=weekdays or None,
        bymonthday=rule.by_month_day or None,
        bymonth=rule.by_month or None,
        bysetpos=rule.by_set_pos or None,
        until=dt.datetime.combine(rule.until, dt.time.max) if rule.until else None,
        count=rule.count,
    )


def _naive(when: When) -> dt.datetime:
    return when.replace(tzinfo=None) if isinstance(when, dt.datetime) else dt.datetime.combine(when, dt.time())


def _date(when: When) -> dt.date:
    return when.date() if isinstance(when, dt.datetime) else when


def _shifted(when: When, gap: dt.timedelta) -> When:
    """Return a moment some days later, at the same time of the clock; a time that the clocks skip is an hour later."""
    if not isinstance(when, dt.datetime):
        return when + gap
    moved = (when.replace(tzinfo=None) + gap).replace(tzinfo=when.tzinfo, fold=0)
    return moved.astimezone(dt.UTC).astimezone(when.tzinfo)


def _check(text: str) -> str:
    try:
        _read(text)
    except ValueError as error:
        raise PydanticCustomError("repeats_form", "{reason}", {"reason": str(error)}) from None
    return text


Repeats = Annotated[PlainText, AfterValidator(_check)]
"""How something repeats, in words or as an RRULE."""
