"""Calendar files (RFC 5545), by the one library for them; how a zone changes its clocks is written by ourselves.

The library dates the beginning of summer time an hour late: it gives the hour after the change, where the standard asks
for the one before it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.datetimes import When
from newsletter.model.domains import encode_link
from newsletter.render.events import CalendarEntry, CalendarEvents
from newsletter.render.repeated_events import excluded_times, told_until

if TYPE_CHECKING:
    from icalendar import Calendar, Component

_NAME = "-//newsletter//newsletter//EN"
_DAY = dt.timedelta(days=1)
_FIRST_REVISION = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_STAMP = compile_pattern(r"^DTSTAMP:.*$(?:\r?\nSEQUENCE:.*$)?", re.MULTILINE)
_REVISION = compile_pattern(r"^SEQUENCE:(\d{1,10})\s*$", re.MULTILINE)
_AROUND = 2
"""Days of a zone that are told before the first event and after the last."""


def calendar_files(diary: CalendarEvents, stamp: dt.date, published: dt.datetime | None = None) -> dict[str, bytes]:
    """Return the calendar files of an issue by name: one for each note, and one with all.

    `stamp` and `published` are those of `calendar_file` and `publish`.
    """
    if not diary.notes:
        return {}
    files = {note.file: calendar_file([note], stamp) for note in diary.notes}
    files[diary.file] = calendar_file(diary.notes, stamp)
    return {name: publish(file, published) for name, file in files.items()} if published else files


def publish(file: bytes, at: dt.datetime) -> bytes:
    """Return a calendar file as it is published at a moment: DTSTAMP is that moment, SEQUENCE counts up with it.

    Calendars replace an event that they know by its UID only with one of a higher SEQUENCE, or of the same and a later
    DTSTAMP (RFC 5546, 2.1.5). Counting seconds needs no record of what was published before, on whichever computer.
    """
    moment = at.astimezone(dt.UTC).replace(microsecond=0)
    revision = max(0, int((moment - _FIRST_REVISION).total_seconds()))
    stamp = f"DTSTAMP:{moment:%Y%m%dT%H%M%SZ}\r\nSEQUENCE:{revision}"
    lines = file.decode().replace("\r\n", "\n")
    return _STAMP.sub(stamp, lines).replace("\r\n", "\n").replace("\n", "\r\n").encode()


def published_at(file: bytes) -> dt.datetime | None:
    """Return the moment at which a calendar file was published; None where it does not say."""
    found = _REVISION.search(file.decode(errors="replace"))
    return _FIRST_REVISION + dt.timedelta(seconds=int(found[1])) if found else None


def is_same_calendar(one: bytes, other: bytes) -> bool:
    """Report whether two calendar files differ at most in when they were published."""

    def content(file: bytes) -> str:
        return _STAMP.sub("", file.decode(errors="replace").replace("\r\n", "\n"))

    return content(one) == content(other)


def calendar_file(notes: Sequence[CalendarEntry], stamp: dt.date) -> bytes:
    """Return notes as one calendar file, always the same for the same notes; `stamp` is the day of their issue."""
    return _file(_calendar(), notes, stamp)


def subscription(notes: Sequence[CalendarEntry], stamp: dt.date, *, name: str) -> bytes:
    """Return notes as a calendar that programs subscribe to; they show it under its name, and read it once a day."""
    calendar = _calendar()
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _DAY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "P1D")
    return _file(calendar, notes, stamp)


def _calendar() -> Calendar:
    from icalendar import Calendar  # noqa: PLC0415  of use only where there are events

    calendar = Calendar()
    calendar.add("prodid", _NAME)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    return calendar


def _file(calendar: Calendar, notes: Sequence[CalendarEntry], stamp: dt.date) -> bytes:
    zones: dict[str, list[dt.datetime]] = {}
    for note in notes:
        for moment in (note.start, note.end, *told_until(note)):
            if isinstance(moment, dt.datetime) and isinstance(moment.tzinfo, ZoneInfo) and moment.tzinfo.key != "UTC":
                zones.setdefault(moment.tzinfo.key, []).append(moment)
    for name, moments in zones.items():
        calendar.add_component(_zone(ZoneInfo(name), min(moments), max(moments)))
    for note in notes:
        calendar.add_component(_event(note, stamp))
    return bytes(calendar.to_ical(sorted=False))


def _event(note: CalendarEntry, stamp: dt.date) -> Component:
    from icalendar import Alarm, Event, vRecur  # noqa: PLC0415  as above

    event = Event()
    event.add("uid", note.uid)
    event.add("dtstamp", dt.datetime.combine(stamp, dt.time(), tzinfo=dt.UTC))
    event.add("summary", note.title)
    event.add("dtstart", _exact(note.start))
    if not (note.is_deadline and note.has_time):
        event.add("dtend", _exact(note.end))
    if note.series:
        event.add("rrule", vRecur.from_ical(note.series.rule.text(note.start)))
        if excluded := excluded_times(note.series):
            event.add("exdate", excluded)
    about = "\n\n".join(words for words in (note.about, note.page) if words)
    if about:
        event.add("description", about)
    if note.where:
        event.add("location", note.where)
    if note.page:
        event.add("url", encode_link(note.page))
    if note.is_deadline:
        event.add("transp", "TRANSPARENT")
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", note.title)
        alarm.add("trigger", -_DAY)
        event.add_component(alarm)
    return event


def _exact(when: When) -> When:
    """Return a moment in UTC where the clock shows its hour for the second time: the standard means the first one."""
    if isinstance(when, dt.datetime) and when.fold and when.utcoffset() != when.replace(fold=0).utcoffset():
        return when.astimezone(dt.UTC)
    return when


def _zone(zone: ZoneInfo, first: dt.datetime, last: dt.datetime) -> Component:
    """Return how a zone's clocks stand and change, from before the first moment until after the last."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard  # noqa: PLC0415  as above

    told = Timezone()
    told.add("tzid", zone.key)
    for moment, before, after in _changes(zone, first, last):
        now = moment.astimezone(zone)
        part = TimezoneDaylight() if now.dst() else TimezoneStandard()
        part.add("dtstart", (moment + before).replace(tzinfo=None))
        part.add("tzoffsetfrom", before)
        part.add("tzoffsetto", after)
        part.add("tzname", now.tzname())
        told.add_component(part)
    return told


def _changes(
    zone: ZoneInfo, first: dt.datetime, last: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.timedelta, dt.timedelta]]:
    """Yield moments (in UTC) and how far the clock is ahead of UTC before and after each; the first is no change."""
    here = dt.datetime.combine(first.astimezone(dt.UTC).date(), dt.time(), tzinfo=dt.UTC) - _AROUND * _DAY
    offset = _offset(here, zone)
    yield here, offset, offset
    end = last.astimezone(dt.UTC) + _AROUND * _DAY
    while here < end:
        following = here + _DAY
        if _offset(following, zone) != offset:
            change = _between(here, following, zone)
            yield change, offset, _offset(change, zone)
            offset = _offset(following, zone)
        here = following


def _between(low: dt.datetime, high: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """Return the minute between two moments at which a clock is changed."""
    before = _offset(low, zone)
    while high - low > dt.timedelta(minutes=1):
        middle = low + (high - low) // dt.timedelta(minutes=2) * dt.timedelta(minutes=1)
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def _offset(moment: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()
