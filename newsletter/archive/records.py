"""What the archive knows of an issue: its page's content, and what lists, feeds, the calendar and the search need.

Records are kept between builds, so that an issue which did not change is not read again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import Field

from newsletter.model.datetimes import When
from newsletter.model.fields import FrozenModel
from newsletter.model.recurrence import Series, read_recurrence
from newsletter.render.events import CalendarEntry

VERSION = 2
"""Counts up when the same issue gives another record."""

_LONGEST = dt.timedelta(days=31)
"""How long ago something that repeats may have begun, and still not be over."""


class PictureRecord(FrozenModel):
    """A picture of an issue; `path` is its file in the website's folder, sizes are in pixels."""

    path: str
    width: int
    height: int
    alt: str = ""


class EntryRecord(FrozenModel):
    """An item of a section, in plain text; `anchor` is its id in the page."""

    anchor: str
    title: str
    text: str


class SectionRecord(FrozenModel):
    """A section: its kind, its heading in plain text, its id in the page, and its items."""

    kind: str
    heading: str
    anchor: str
    entries: tuple[EntryRecord, ...] = ()


class EventRecord(FrozenModel):
    """An event or a deadline of an issue; times are ISO 8601, with the zone's name beside them."""

    title: str
    start: str
    end: str
    zone: str = ""
    where: str = ""
    link: str = ""
    about: str = ""
    is_deadline: bool = False
    uid: str
    repeats: str = ""
    """The rule by which it repeats, as RFC 5545 has it; `start` and `end` are those of the first time."""
    excluded: tuple[dt.date, ...] = ()
    """Days on which it does not take place."""
    when: str
    """When it is, in words."""
    month: str
    """What stands in its date box, over `day`."""
    day: str
    anchor: str = ""

    @classmethod
    def of(cls, entry: CalendarEntry, *, when: str, month: str, day: str, anchor: str) -> EventRecord:
        """Return the record of an entry of the issue's calendar."""
        start = entry.start
        zone = start.tzinfo.key if isinstance(start, dt.datetime) and isinstance(start.tzinfo, ZoneInfo) else ""
        return cls(
            title=entry.title,
            start=entry.start.isoformat(),
            end=entry.end.isoformat(),
            zone=zone,
            where=entry.where,
            link=entry.link,
            about=entry.about,
            is_deadline=entry.is_deadline,
            uid=entry.uid,
            repeats=entry.series.rule.text() if entry.series else "",
            excluded=tuple(sorted(entry.series.excluded)) if entry.series else (),
            when=when,
            month=month,
            day=day,
            anchor=anchor,
        )

    @cached_property
    def series(self) -> Series | None:
        """Return its times, if it repeats."""
        if not self.repeats:
            return None
        start = self._moment(self.start)
        rule = read_recurrence(f"RRULE:{self.repeats}", _day(start))
        return Series(rule, start, self._moment(self.end), frozenset(self.excluded))

    def entry(self, today: dt.date) -> CalendarEntry:
        """Return it as the calendar file needs it; of what repeats, the next time is the first from `today` on."""
        return CalendarEntry(
            title=self.title,
            start=self._moment(self.start),
            end=self._moment(self.end),
            where=self.where,
            link=self.link,
            about=self.about,
            is_deadline=self.is_deadline,
            uid=self.uid,
            series=self.series,
            coming=self.series.next(today) if self.series else None,
        )

    def next_time(self, now: dt.datetime, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime] | None:
        """Return the moments of its next time that is not over, of whole days in a zone; None where all are over."""
        times: Iterable[tuple[When, When]] = [(self._moment(self.start), self._moment(self.end))]
        if self.series:
            since = now.astimezone(zone).date() - _LONGEST
            times = (self.series.on(day) for day in self.series.days(since))
        moments = ((_exact(start, zone), _exact(end, zone)) for start, end in times)
        return next((one for one in moments if one[1] > now), None)

    def _moment(self, text: str) -> When:
        if "T" not in text:
            return dt.date.fromisoformat(text)
        moment = dt.datetime.fromisoformat(text)
        return moment.astimezone(ZoneInfo(self.zone)) if self.zone else moment


def _day(when: When) -> dt.date:
    return when.date() if isinstance(when, dt.datetime) else when


def _exact(when: When, zone: ZoneInfo) -> dt.datetime:
    return when if isinstance(when, dt.datetime) else dt.datetime.combine(when, dt.time(), tzinfo=zone)


class IssueRecord(FrozenModel):
    """One issue of the archive; texts are plain where their name does not end in `html`."""

    name: str
    title: str
    title_html: str
    date: dt.date
    day: str
    """Its date in words."""
    language: str
    direction: str
    summary: str
    picture: PictureRecord | None = None
    body_html: str
    """The page's content, whose pictures are named by `cid:` and their content id."""
    pictures: dict[str, str] = Field(default={})
    """The file of each picture, by its content id."""
    sections: tuple[SectionRecord, ...] = ()
    events: tuple[EventRecord, ...] = ()
    remote_pictures: int = 0
    """How many pictures are elsewhere on the web, so that the page does not show them."""

    @property
    def month(self) -> str:
        """Return the month of its date, such as `2024-02`."""
        return f"{self.date:%Y-%m}"
