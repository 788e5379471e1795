"""Events that repeat, as calendars and programs that read a page have them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from newsletter.model.datetimes import When
from newsletter.model.recurrence import Series

if TYPE_CHECKING:
    from newsletter.render.events import CalendarEntry

_YEARS_TOLD = 5
"""Years after its next time for which a calendar file has the clock changes of a series without an end."""

_PERIODS = {"DAILY": "D", "WEEKLY": "W", "MONTHLY": "M", "YEARLY": "Y"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def told_until(note: CalendarEntry) -> tuple[dt.datetime, ...]:
    """Return the last moment for which a calendar needs to know how the clocks of its zone change."""
    start = note.next_time[0]
    if note.series is None or not isinstance(start, dt.datetime):
        return ()
    last = note.series.last_day or start.date() + dt.timedelta(days=366 * _YEARS_TOLD)
    return (dt.datetime.combine(max(last, start.date()), dt.time(12), tzinfo=start.tzinfo),)


def excluded_times(series: Series) -> list[When]:
    """Return the times that do not take place, in order."""
    if not series.excluded:
        return []
    usual = series._replace(excluded=frozenset())
    times = usual.occurrences(min(series.excluded), max(series.excluded))
    return [start for start, _ in times if _day(start) in series.excluded]


def recurrence_of(note: CalendarEntry) -> dict[str, str]:
    """Return what makes a link to Google Calendar add a series: its rule, and the zone by whose clock it repeats.

    Such a link cannot leave out days, so that a series with exceptions ahead is added by its next time alone.
    """
    start, _ = note.next_time
    if note.series is None or any(day >= _day(start) for day in note.series.excluded):
        return {}
    rule = note.series.rule
    if rule.count is not None:  # it counts from the first time, and the link begins with the next one
        rule = replace(rule, count=None, until=note.series.last_day)
    zone = start.tzinfo if isinstance(start, dt.datetime) else None
    return {"recur": f"RRULE:{rule.text(start)}"} | ({"ctz": zone.key} if isinstance(zone, ZoneInfo) else {})


def schedule_of(note: CalendarEntry) -> dict[str, Any]:
    """Return the schedule of a series as schema.org describes it."""
    series = note.series
    if series is None:
        return {}
    rule, start, end = series.rule, series.first, series.end
    told: dict[str, Any] = {"@type": "Schedule", "repeatFrequency": f"P{rule.interval}{_PERIODS[rule.frequency]}"}
    if rule.by_day:
        told["byDay"] = [f"https://schema.org/{_WEEKDAYS[day]}" for _, day in rule.by_day]
    if weeks := sorted({which for which, _ in rule.by_day if which > 0}):
        told["byMonthWeek"] = weeks
    if rule.by_month_day:
        told["byMonthDay"] = list(rule.by_month_day)
    if rule.by_month:
        told["byMonth"] = list(rule.by_month)
    told["startDate"] = _day(start).isoformat()
    if (last := series.last_day) is not None:
        told["endDate"] = last.isoformat()
    if isinstance(start, dt.datetime) and isinstance(end, dt.datetime):
        told |= {"startTime": f"{start:%H:%M:%S}", "endTime": f"{end:%H:%M:%S}"}
        if isinstance(start.tzinfo, ZoneInfo):
            told["scheduleTimezone"] = start.tzinfo.key
    if series.excluded:
        told["exceptDate"] = [day.isoformat() for day in sorted(series.excluded)]
    return told


def _day(when: When) -> dt.date:
    return when.date() if isinstance(when, dt.datetime) else when
