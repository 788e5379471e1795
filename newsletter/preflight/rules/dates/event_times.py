"""Events at the same time, on public holidays, without a place's time zone, or with days that are no exceptions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.issue_file.positions import FieldPath
from newsletter.model.datetimes import When
from newsletter.model.findings import Finding
from newsletter.model.item import Event, Item, series_of
from newsletter.model.zone_names import WITHOUT_PLACE, zones_for
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import LOOKING_BACK, day_of, format_date
from newsletter.preflight.public_holidays import public_holiday
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.sentences import shown
from newsletter.preflight.text_spans import models_of

OVERLAP = note("NL460", name="overlapping-events")
HOLIDAY = note("NL461", name="event-on-holiday")
ZONE = warning("NL462", name="zone-without-place")
EXCEPTION = warning("NL463", name="idle-exception")

_AHEAD = dt.timedelta(days=62)
"""How long after an issue the times of its events are compared."""


class Time(NamedTuple):
    """One time of an event."""

    title: str
    start: When
    end: When
    loc: FieldPath
    is_series: bool

    def overlaps(self, other: Time) -> bool:
        """Return whether two events with times of day overlap."""
        if not all(isinstance(one, dt.datetime) for one in (self.start, self.end, other.start, other.end)):
            return False
        return self.start < other.end and other.start < self.end


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the findings on the events of an issue, event by event."""
    things = list(_events(context))
    for loc, thing, _ in things:
        yield from _zone(context, loc, thing)
        yield from _exceptions(context, loc, thing)
    times = sorted((time for loc, thing, title in things for time in _times(context, loc, thing, title)), key=_moment)
    yield from _holidays(context, times)
    yield from _overlaps(context, times)


def _events(context: LintContext) -> Iterator[tuple[FieldPath, Item | Event, str]]:
    """Yield what takes place, with its place in the issue and its title."""
    for number, section in enumerate(context.issue.sections):
        if section.kind == LOOKING_BACK:
            continue
        for loc, model in models_of(section, ("sections", number)):
            if isinstance(model, Item):
                title = model.title or model.text or ""
                if model.when is not None:
                    yield loc, model, title
                for position, event in enumerate(model.events):
                    yield (*loc, "events", position), event, event.title or title


def _times(context: LintContext, loc: FieldPath, thing: Item | Event, title: str) -> Iterator[Time]:
    """Yield the times of something from the day of the issue on."""
    issued, here = context.issue.date, (*loc, "when")
    if series := series_of(thing):
        for start, end in series.occurrences(issued, issued + _AHEAD):
            yield Time(title, start, end, here, is_series=True)
    elif thing.when is not None and day_of(thing.when) >= issued:
        yield Time(title, thing.when, thing.ends or thing.when, here, is_series=False)


def _moment(time: Time) -> tuple[dt.date, str]:
    return day_of(time.start), time.start.isoformat()


def _holidays(context: LintContext, times: list[Time]) -> Iterator[Finding]:
    """Yield events on a public holiday, once for each event."""
    seen: set[FieldPath] = set()
    for time in times:
        name = public_holiday(context.presentation.zone, day_of(time.start)) if time.loc not in seen else ""
        if name:
            seen.add(time.loc)
            hint = "Add the day to `except` if it does not take place then." if time.is_series else ""
            message = f"“{shown(time.title)}” is on a public holiday: {format_date(day_of(time.start))} is {name}."
            yield context.on_field(HOLIDAY, time.loc, message, hint=hint)


def _overlaps(context: LintContext, times: list[Time]) -> Iterator[Finding]:
    """Yield pairs of events at the same time, once for each pair."""
    seen: set[tuple[FieldPath, FieldPath]] = set()
    for position, one in enumerate(times):
        for other in times[position + 1 :]:
            if day_of(other.start) > day_of(one.end):
                break
            pair = (one.loc, other.loc)
            if one.loc != other.loc and pair not in seen and one.title != other.title and one.overlaps(other):
                seen.add(pair)
                message = (
                    f"“{shown(other.title)}” overlaps with “{shown(one.title)}” on {format_date(day_of(other.start))}."
                )
                yield context.on_field(OVERLAP, other.loc, message)


def _zone(context: LintContext, loc: FieldPath, thing: Item | Event) -> Iterator[Finding]:
    if thing.zone in WITHOUT_PLACE:
        names = " or ".join(f"`{name}`" for name in zones_for(thing.zone))
        message = f"`zone: {thing.zone}` names no place, so nobody can know when its clocks change."
        yield context.on_field(ZONE, (*loc, "zone"), message, hint=f"Write the zone of the place: {names}.")


def _exceptions(context: LintContext, loc: FieldPath, thing: Item | Event) -> Iterator[Finding]:
    series = series_of(thing)
    if series is None or not series.excluded:
        return
    usual = type(series)(series.rule, series.first, series.end)
    days = {day_of(start) for start, _ in usual.occurrences(min(series.excluded), max(series.excluded))}
    for position, day in enumerate(getattr(thing, "except")):
        if day not in days:
            message = f"{format_date(day, year=True)} is not one of the days of `repeats: {thing.repeats}`."
            yield context.on_field(EXCEPTION, (*loc, "except", position), message)


CHECKS = (Checker("times of events", (OVERLAP, HOLIDAY, ZONE, EXCEPTION), check),)
