"""Dates and times as an author writes them: a date, or a date with a local time."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from newsletter.compiled_patterns import compile_pattern

DEFAULT_ZONE = ZoneInfo("Europe/London")
"""The zone of local times where the validation context names none (key `zone`)."""

_WHEN = compile_pattern(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2})([:.h])(\d{2})(?::00)?)?")
_TIME = compile_pattern(r"(\d{1,2})([:.h])(\d{2})")

EARLIEST_YEAR, LATEST_YEAR = 1000, 2999
"""The years that a date may have: calendars reckon with the days around it, and end with the year 9999."""

When = dt.date | dt.datetime
"""A whole day (`date`), or an aware `datetime` in the house's time zone."""


def zone_of(info: ValidationInfo) -> ZoneInfo:
    """Return the time zone of an item's own field `zone`, read before its times; else what the context hands in."""
    own = (info.data or {}).get("zone")
    if isinstance(own, str):
        with contextlib.suppress(ZoneInfoNotFoundError, ValueError, OSError):  # a kind of the user's own may mean else
            return ZoneInfo(own)
    context = info.context if isinstance(info.context, dict) else {}
    zone = context.get("zone", DEFAULT_ZONE)
    return zone if isinstance(zone, ZoneInfo) else DEFAULT_ZONE


def _wrong(kind: str, message: str, corrected: str = "") -> PydanticCustomError:
    # pydantic formats the template, so the words of the author go in as a value
    return PydanticCustomError(kind, "{reason}", {"reason": message, "corrected": corrected})


def _date(year: int, month: int, day: int) -> dt.date:
    written = f"{year:04d}-{month:02d}-{day:02d}"
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise _wrong("no_such_date", f"the year of {written} cannot be used")
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise _wrong("no_such_date", f"there is no {written} in the calendar") from None


def _time(hour: str, mark: str, minute: str, whole: str, fixed: str) -> dt.time:
    if mark != ":":
        raise _wrong("time_dot", f"write the time in {whole!r} with a colon", fixed)
    if int(hour) > 23 or int(minute) > 59:
        raise _wrong("no_such_time", f"there is no {hour}:{minute} on the clock")
    return dt.time(int(hour), int(minute))


def on_the_clock(moment: dt.datetime) -> dt.datetime:
    """Return a local time; raise a pydantic error with the nearest ones where the clocks skip it."""
    try:
        seen = moment.astimezone(dt.UTC).astimezone(moment.tzinfo)
    except OverflowError:  # at either end of the calendar, where no clock is changed
        return moment
    skipped = seen.replace(tzinfo=None) - moment.replace(tzinfo=None)
    if not skipped:
        return moment
    # the two ways to read a time that is not there: by the clock before the change, and by the one after it
    earlier, later = f"{moment.replace(tzinfo=None) - skipped:%H:%M}", f"{seen:%H:%M}"
    raise PydanticCustomError(
        "time_skipped",
        "the clocks skip {time} on that day: write {earlier} or {later}",
        {"time": f"{moment:%H:%M}", "earlier": earlier, "later": later},
    )


def comes_twice(moment: dt.datetime) -> bool:
    """Return whether the clock shows a local time twice, an hour apart; it then means the first."""
    first, second = moment.replace(fold=0).utcoffset(), moment.replace(fold=1).utcoffset()
    return first is not None and second is not None and first > second


def parse_when(text: str, zone: ZoneInfo) -> When:
    """Read `2024-02-20` or `2024-02-20 13:00` (local to `zone`); raise a pydantic error that says what is wrong."""
    match = _WHEN.fullmatch(text.strip())
    if match is None:
        raise _wrong("when_form", f"{text!r} is not a date the file can hold: write 2024-02-20, or 2024-02-20 13:00")
    year, month, day, hour, mark, minute = match.groups()
    date = _date(int(year), int(month), int(day))
    if hour is None:
        return date
    time = _time(hour, mark, minute, text, f"{date.isoformat()} {int(hour):02d}:{minute}")
    return on_the_clock(dt.datetime.combine(date, time, tzinfo=zone))


def _when(value: Any, info: ValidationInfo) -> Any:
    zone = zone_of(info)
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str):
        return parse_when(value, zone)
    raise _wrong("when_form", "a date is written 2024-02-20, or 2024-02-20 13:00")


def _day(value: Any, info: ValidationInfo) -> Any:
    found = _when(value, info)
    if isinstance(found, dt.datetime):
        raise _wrong("date_only", "this is a date without a time", found.date().isoformat())
    return found


def _end(value: Any, info: ValidationInfo) -> Any:
    """Read an end: a `When`, or a time alone, on the day of the start (`when`, read before this field)."""
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return _when(value, info)
    hour, mark, minute = match.groups()
    time = _time(hour, mark, minute, str(value), f"{int(hour):02d}:{minute}")
    start = info.data.get("when")
    if not isinstance(start, dt.datetime):
        raise _wrong("end_without_start", "a time alone as `ends` needs a `when` with a time before it")
    return on_the_clock(dt.datetime.combine(start.date(), time, tzinfo=start.tzinfo))


_WHEN_SCHEMA = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?$"}

Day = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"})]
"""A date."""

DateOrDateTime = Annotated[When, BeforeValidator(_when), WithJsonSchema(_WHEN_SCHEMA)]
"""A date, or a date and a local time."""

End = Annotated[
    When,
    BeforeValidator(_end),
    WithJsonSchema({"type": "string", "pattern": r"^(\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?|\d{2}:\d{2})$"}),
]
"""A date, a date and a local time, or a time alone on the day of the start."""
