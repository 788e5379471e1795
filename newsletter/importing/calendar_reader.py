"""Read the events of a calendar file (RFC 5545): those in a span of days, with each date of a recurring one."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from newsletter.errors import FileAccessError
from newsletter.importing.inline import clean_link, with_addresses

MOST_EVENTS = 20_000
_MOST_DATES = 400
"""Dates of one recurring event within the span."""

_MOST_STEPS = 20_000
"""Dates of one recurring event that are looked at, from its first on."""

_LONGEST_TEXT = 1_500
_TOO_OFTEN = re.compile(r"FREQ=(?:SECONDLY|MINUTELY|HOURLY)", re.IGNORECASE)
_MEETING_LINK = re.compile(r"https?://\S*(?:zoom\.us|teams\.microsoft|meet\.google|webex)\S*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One date of an event."""

    title: str
    start: dt.date
    """A day, or a moment in the newsletter's time zone."""
    end: dt.date | None = None
    where: str = ""
    text: str = ""
    link: str = ""

    @property
    def day(self) -> dt.date:
        """Return the day on which it starts."""
        return self.start.date() if isinstance(self.start, dt.datetime) else self.start

    @property
    def when(self) -> str:
        """Return when it starts, as the issue writes it."""
        return f"{self.start:%Y-%m-%d %H:%M}" if isinstance(self.start, dt.datetime) else self.start.isoformat()

    @property
    def ends(self) -> str:
        """Return when it ends, as the issue writes it; empty where that is not said."""
        if self.end is None or self.end <= self.start:
            return ""
        if isinstance(self.end, dt.datetime):
            same = self.end.date() == self.day
            return f"{self.end:%H:%M}" if same else f"{self.end:%Y-%m-%d %H:%M}"
        return self.end.isoformat()


def read_calendar(data: bytes, name: str, zone: ZoneInfo, first: dt.date, last: dt.date) -> list[CalendarEvent]:
    """Return the events from one day to another, in the order of time; raise FileAccessError for a damaged file."""
    from icalendar import Calendar  # noqa: PLC0415  only an import of events needs it

    entries: list[Any]
    try:
        entries = [one for calendar in Calendar.from_ical(data, multiple=True) for one in calendar.walk("VEVENT")]
    except (ValueError, KeyError, IndexError, TypeError) as error:
        raise FileAccessError(
            f"{name} is not a calendar that can be read.", hint="Export the calendar again as iCalendar (.ics)."
        ) from error
    if len(entries) > MOST_EVENTS:
        raise FileAccessError(f"{name} has more than {MOST_EVENTS:,} events.", hint="Export a shorter time.")
    moved = {
        (str(one.get("UID")), _naive(one["RECURRENCE-ID"].dt)) for one in entries if _has_date(one, "RECURRENCE-ID")
    }
    found = [event for one in entries for event in _events(one, moved, zone, first, last)]
    return sorted(found, key=lambda event: (event.day, event.when, event.title))


def _has_date(entry: Any, name: str) -> bool:
    try:
        return isinstance(getattr(entry.get(name), "dt", None), dt.date)
    except (ValueError, TypeError):  # a value that the library keeps although it cannot read it
        return False


def unread_events(data: bytes) -> tuple[str, ...]:
    """Return the names of the events of a calendar whose start cannot be read."""
    from icalendar import Calendar  # noqa: PLC0415  only an import of events needs it

    entries: list[Any] = [
        one for calendar in Calendar.from_ical(data, multiple=True) for one in calendar.walk("VEVENT")
    ]
    return tuple(str(one.get("SUMMARY") or "Event") for one in entries if not _has_date(one, "DTSTART"))


def _naive(moment: dt.date) -> dt.date:
    return moment.replace(tzinfo=None) if isinstance(moment, dt.datetime) else moment


def _events(
    entry: Any, moved: set[tuple[str, dt.date]], zone: ZoneInfo, first: dt.date, last: dt.date
) -> Iterator[CalendarEvent]:
    if not _has_date(entry, "DTSTART") or str(entry.get("STATUS", "")).upper() == "CANCELLED":
        return
    start = entry["DTSTART"].dt
    length = _length(entry, start)
    dates = _dates(entry, start, first - dt.timedelta(days=1) - length, last + dt.timedelta(days=1))
    is_moved = _has_date(entry, "RECURRENCE-ID")
    for date in dates:
        if not is_moved and (str(entry.get("UID")), _naive(date)) in moved:
            continue
        event = _event(entry, _local(date, zone), _local(date + length, zone))
        until = event.end.date() if isinstance(event.end, dt.datetime) else event.end
        if event.day <= last and max(event.day, until or event.day) >= first:
            yield event


def _length(entry: Any, start: dt.date) -> dt.timedelta:
    if _has_date(entry, "DTEND"):
        end = entry["DTEND"].dt
        if isinstance(end, dt.datetime) == isinstance(start, dt.datetime):
            if isinstance(end, dt.datetime) and isinstance(start, dt.datetime) and end.tzinfo and start.tzinfo:
                length = end - start
            else:
                length = _naive(end) - _naive(start)
            return max(length, dt.timedelta())
    try:
        duration = getattr(entry.get("DURATION"), "dt", None)
    except (ValueError, TypeError):  # as above
        duration = None
    return max(duration, dt.timedelta()) if isinstance(duration, dt.timedelta) else dt.timedelta()


def _dates(entry: Any, start: dt.date, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Yield the dates of an event around a span: its only one, or those of its rule."""
    rule = entry.get("RRULE")
    if rule is None or _has_date(entry, "RECURRENCE-ID"):
        yield start
        return
    text = rule.to_ical().decode() if hasattr(rule, "to_ical") else ""
    try:
        found = _by_rule(text, start, first, last)
        if start not in found and first <= (start.date() if isinstance(start, dt.datetime) else start) <= last:
            found.insert(0, start)  # an event takes place at its start, whatever its rule
    except (ValueError, TypeError, OverflowError):
        found = [start]
    left_out = {_naive(one.dt) for value in _listed(entry.get("EXDATE")) for one in getattr(value, "dts", ())}
    yield from (one for one in found if _naive(one) not in left_out)


def _by_rule(text: str, start: dt.date, first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the dates of a rule; it is reckoned on the local clock, as the standard asks for."""
    from dateutil.rrule import rrulestr  # noqa: PLC0415  only a recurring event needs it

    if not text or _TOO_OFTEN.search(text):
        return [start]
    zone = start.tzinfo if isinstance(start, dt.datetime) else None
    local = start.replace(tzinfo=None) if isinstance(start, dt.datetime) else dt.datetime.combine(start, dt.time())

    def in_local(match: re.Match[str]) -> str:
        until = dt.datetime.strptime(match[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
        return f"UNTIL={until.astimezone(zone).replace(tzinfo=None):%Y%m%dT%H%M%S}"

    text = re.sub(r"UNTIL=(\d{8}T\d{6}Z)", in_local, text)
    found: list[dt.date] = []
    for moment in islice(rrulestr(text, dtstart=local), _MOST_STEPS):
        if moment.date() > last or len(found) >= _MOST_DATES:
            break
        if moment.date() >= first:
            found.append(moment.replace(tzinfo=zone) if isinstance(start, dt.datetime) else moment.date())
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _local(moment: dt.date, zone: ZoneInfo) -> dt.date:
    """Return a moment on the newsletter's clock; one without a zone is on it already."""
    if not isinstance(moment, dt.datetime):
        return moment
    return (moment.astimezone(zone) if moment.tzinfo else moment).replace(tzinfo=None, second=0, microsecond=0)


def _event(entry: Any, start: dt.date, end: dt.date) -> CalendarEvent:
    if not isinstance(end, dt.datetime):
        end -= dt.timedelta(days=1)  # the standard's end of a day is the morning after
    text = _plain(str(entry.get("DESCRIPTION") or ""))
    place = " ".join(str(entry.get("LOCATION") or "").split())
    link = clean_link(str(entry.get("URL") or ""))
    if place.startswith(("https://", "http://")):
        link, place = link or clean_link(place), "Online"
    shown = text if len(text) <= _LONGEST_TEXT and not _MEETING_LINK.search(text) else ""
    return CalendarEvent(
        " ".join(str(entry.get("SUMMARY") or "").split()) or "Event",
        start,
        end if end > start else None,
        place,
        "\n\n".join(with_addresses(" ".join(piece.split())) for piece in re.split(r"\n\s*\n", shown) if piece.strip()),
        link,
    )


def _plain(text: str) -> str:
    """Return a description without the HTML that Google and Outlook write into it."""
    if re.search(r"<(?:br|p|a|b|div|span|ul|html)\b", text, re.IGNORECASE):
        text = re.sub(r"(?i)<br\s*/?>|</p>|</li>|</div>", "\n", text)
        text = html.unescape(re.sub(r"<[^>]{0,2000}>", "", text))
    return text.strip()
