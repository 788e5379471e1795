"""Return when something that repeats takes place: in words, or by its dates of the month."""

from __future__ import annotations

import calendar as months
import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.model.datetimes import When
from newsletter.model.item import Event, Item, RepeatStyle
from newsletter.model.recurrence import Recurrence, Series

if TYPE_CHECKING:
    from newsletter.render.dates import Calendar

_EXCEPTIONS_AHEAD = dt.timedelta(days=62)
"""How far ahead of an issue its readers are told the days on which something does not take place."""

_A_YEAR = dt.timedelta(days=366)
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}


def shown_times(series: Series, day: dt.date) -> list[tuple[When, When]]:
    """Return the times in the month of an issue from its day on; the next one if there is none; none if it is over.

    Of some days in a row, all are told: they are one thing, whatever month they are in.
    """
    if series.is_run:
        return series.occurrences(_day(series.first), series.last_day or _day(series.first))
    last = day.replace(day=months.monthrange(day.year, day.month)[1])
    following = series.next(day)
    return series.occurrences(day, last) or ([following] if following else [])


def told_series(calendar: Calendar, thing: Event | Item, series: Series, day: dt.date) -> str:
    """Return when something that repeats takes place, as an issue of a day says it."""
    zone = ZoneInfo(thing.zone) if thing.zone else None
    times = shown_times(series, day)
    has_end = thing.ends is not None
    if times and thing.repeats_as == RepeatStyle.DATES:
        return _dates(calendar, times, zone, has_end=has_end)
    rule = _rule(calendar, series)
    if rule is None:  # there are no words for it
        return _dates(calendar, times or [(series.first, series.end)], zone, has_end=has_end)
    told = rule[:1].upper() + rule[1:]
    start, end = times[0] if times else (series.first, series.end)
    if isinstance(start, dt.datetime):
        told = calendar.words.moment.format(
            day=told, time=_clock(calendar, series, (start, end), zone, has_end=has_end)
        )
    return _bounded(calendar, series, told, day)


def _dates(calendar: Calendar, times: list[tuple[When, When]], zone: ZoneInfo | None, *, has_end: bool) -> str:
    """Return dates as a list, with their time once where it is the same for all."""
    words = calendar.words
    start, end = times[0]
    is_timed = isinstance(start, dt.datetime)
    is_elsewhere = zone is not None and any(_differs(one, zone, calendar.zone) for one, _ in times)
    is_long = has_end and any(_day(first) != _day(last) for first, last in times)
    if len(times) == 1 or is_elsewhere or is_long:
        return words.listed([calendar.when(one, last if has_end else None, zone) for one, last in times])
    told = words.listed([calendar.day(one) for one, _ in times])
    if not is_timed:
        return told
    return words.moment.format(day=told, time=calendar.times(start, end if has_end else None))


def _clock(
    calendar: Calendar, series: Series, times: tuple[When, When], zone: ZoneInfo | None, *, has_end: bool
) -> str:
    """Return the time of day; where it is that of another zone, the zone is named, and the readers' time if it stays.

    Two zones may change their clocks on different days, so that one time there is two times here.
    """
    start, end = times[0], times[1] if has_end else None
    if zone is None or not isinstance(start, dt.datetime):
        return calendar.times(start, end)
    year = [one for one, _ in series.occurrences(_day(start), _day(start) + _A_YEAR)]
    if not any(_differs(one, zone, calendar.zone) for one in year):
        return calendar.times(start, end)
    there = calendar.named(calendar.in_zone(zone).times(start, end), zone)
    gaps = {_gap(one, zone, calendar.zone) for one in year}
    if len(gaps) > 1:
        return there
    return calendar.words.time_here.format(there=there, here=calendar.named(calendar.times(start, end), calendar.zone))


def _bounded(calendar: Calendar, series: Series, told: str, day: dt.date) -> str:
    """Return words with the first day, the last day and the exceptions that readers need to know."""
    words = calendar.words
    if _day(series.first) > day:
        told = words.repeat_from.format(event=told, day=calendar.day(_day(series.first)))
    if (last := series.last_day) is not None:
        told = words.repeat_until.format(event=told, day=calendar.day(last))
    usual = Series(series.rule, series.first, series.end)
    gone = [one for one, _ in usual.occurrences(day, day + _EXCEPTIONS_AHEAD) if _day(one) in series.excluded]
    if gone:
        told = words.repeat_except.format(event=told, days=words.listed([calendar.day(_day(one)) for one in gone]))
    return told


def _rule(calendar: Calendar, series: Series) -> str | None:
    """Return a rule in words; None for a rule that has no words."""
    rule, words = series.rule, calendar.words
    if rule.by_set_pos or (rule.by_month and rule.frequency != "YEARLY"):
        return None
    if rule.frequency == "DAILY" and not rule.by_day and not rule.by_month_day:
        return words.repeat_daily if rule.interval == 1 else words.repeat_days.of(rule.interval)
    if rule.frequency == "WEEKLY" and not rule.by_month_day:
        days = words.listed([calendar.weekday(number) for _, number in rule.by_day])
        many = words.repeat_on.format(every=words.repeat_weeks.of(rule.interval), days=days)
        return words.repeat_weekly.format(days=days) if rule.interval == 1 else many
    if rule.frequency == "MONTHLY":
        return _monthly(calendar, rule)
    if rule == Recurrence("YEARLY"):
        first = _day(series.first)
        return words.repeat_yearly.format(day=calendar._replace(year=first.year).day(first, weekday=False))
    return None


def _monthly(calendar: Calendar, rule: Recurrence) -> str | None:
    words = calendar.words
    if rule.by_day and not rule.by_month_day and all(which in _ORDINALS for which, _ in rule.by_day):
        days = [
            getattr(words, f"repeat_{_ORDINALS[which]}").format(weekday=calendar.weekday(number))
            for which, number in rule.by_day
        ]
    elif rule.by_month_day and not rule.by_day and min(rule.by_month_day) > 0:
        days = [words.repeat_month_day.format(number=number) for number in rule.by_month_day]
    else:
        return None
    told = words.listed(days)
    if rule.interval == 1:
        return words.repeat_of_month.format(days=told)
    return words.repeat_on.format(every=words.repeat_months.of(rule.interval), days=told)


def _differs(when: When, one: ZoneInfo, other: ZoneInfo) -> bool:
    return isinstance(when, dt.datetime) and bool(_gap(when, one, other))


def _gap(when: When, one: ZoneInfo, other: ZoneInfo) -> dt.timedelta:
    """Return how far one zone's clock is ahead of the other's at a moment."""
    if not isinstance(when, dt.datetime):
        return dt.timedelta()
    ahead, behind = when.astimezone(one).utcoffset(), when.astimezone(other).utcoffset()
    return (ahead or dt.timedelta()) - (behind or dt.timedelta())


def _day(when: When) -> dt.date:
    return when.date() if isinstance(when, dt.datetime) else when
