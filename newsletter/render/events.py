"""What an issue asks its readers to note: events and deadlines, with links that put them into a calendar."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from newsletter.compiled_patterns import compile_pattern
from newsletter.model import merge_tags
from newsletter.model.branding import CalendarService, CalendarStyle
from newsletter.model.datetimes import When
from newsletter.model.issue import Issue
from newsletter.model.item import Event, Item, LinkEntry, series_of
from newsletter.model.recurrence import Series
from newsletter.render.link_tags import encode_in_link
from newsletter.render.markdown_to_text import line, plain
from newsletter.render.repeated_events import recurrence_of, schedule_of
from newsletter.render.ui_strings import UiStrings

USUAL_LENGTH = dt.timedelta(hours=1)
"""How long an event takes in a calendar where the author does not say."""

_GOOGLE = "https://calendar.google.com/calendar/render?"
_OUTLOOK = {
    CalendarService.OUTLOOK: "https://outlook.live.com/calendar/action/compose?",
    CalendarService.OFFICE365: "https://outlook.office.com/calendar/action/compose?",
}
_NAMES = {
    CalendarService.GOOGLE: "Google",
    CalendarService.OUTLOOK: "Outlook",
    CalendarService.OFFICE365: "Office 365",
}
_DAY = dt.timedelta(days=1)
_ONLINE = compile_pattern(
    r"\b(?:online|on-line|virtual|webinar|zoom|microsoft teams|ms teams|google meet|livestream|live stream|youtube"
    r"|en línea|ar-lein|en ligne|hybrid)\b|عبر الإنترنت|https?://",
    re.IGNORECASE,
)
"""Words by which the place of an event says that it is on the web."""

_ALSO_THERE = compile_pattern(r"\bhybrid\b|\b(?:and|or|y|o|neu|et|ou)\b|[&/+](?![/\w])|\bو", re.IGNORECASE)
"""Words by which such a place says that the event is also somewhere else."""


class CalendarEntry(NamedTuple):
    """One event or deadline as a calendar holds it; a deadline takes no time of its own."""

    title: str
    start: When
    """A day for what takes whole days; else a time in the zone where it takes place."""
    end: When
    """The first moment, or the first day, that is no longer part of it."""
    where: str = ""
    link: str = ""
    about: str = ""
    is_deadline: bool = False
    uid: str = ""
    file: str = ""
    """The name of the file with this alone."""
    series: Series | None = None
    """All its times, if it repeats; `start` and `end` are those of the first."""
    coming: tuple[When, When] | None = None
    """The next of these times when the issue is sent."""

    @property
    def next_time(self) -> tuple[When, When]:
        """Return the start and the end that readers are to note: the next ones of something that repeats."""
        return self.coming or (self.start, self.end)

    @property
    def has_time(self) -> bool:
        """Return whether it begins at a time of day."""
        return isinstance(self.start, dt.datetime)

    @property
    def page(self) -> str:
        """Return the page about it; nothing where its link is an address to write to."""
        return self.link if self.link.startswith("http") else ""


class CalendarLink(NamedTuple):
    """A link that puts something into one kind of calendar."""

    name: str
    link: str


class OtherCalendar(NamedTuple):
    """A calendar on the web, with a link for each event and deadline, named by its title."""

    name: str
    links: tuple[CalendarLink, ...]
    dates: tuple[CalendarLink, ...] = ()
    """The events alone, each named by its day."""


@dataclass(frozen=True, slots=True)
class CalendarEvents:
    """All that an issue asks to note, in its order."""

    notes: tuple[CalendarEntry, ...]
    of: dict[tuple[int, bool], CalendarEntry]
    """Each by its item or event, which is known by its identity as two may be alike, and whether it is a deadline."""
    style: CalendarStyle
    words: UiStrings
    """Those of the issue."""
    file: str
    """The name of the file with all of it."""
    issue: Issue
    """What it is of; as long as this is here, no other item can have the identity of one of its items."""
    local_words: dict[tuple[int, bool], UiStrings] = field(default_factory=dict)
    """Those of the section that each stands in, where they are not `words`."""

    def links(self, thing: Event | Item, *, deadline: bool = False) -> tuple[CalendarLink, ...]:
        """Return the links for an event or an item's deadline; none where it is not in the diary or none are wanted."""
        note = self.of.get((id(thing), deadline))
        if note is None or (deadline and not self.style.deadlines):
            return ()
        links = [CalendarLink(_NAMES[service], link_to(service, note)) for service in self.style.links]
        if self.style.files:
            links.append(CalendarLink(self.words.calendar_file, self._address(note.file)))
        return tuple(links)

    def link(self, thing: Event | Item | LinkEntry, *, deadline: bool = False) -> CalendarLink | None:
        """Return the one link that is shown beside an event or a deadline; None where none is wanted.

        It is the calendar file where that is on the web, as every calendar program reads it; else the first of the
        calendars that the settings name.
        """
        note = self.of.get((id(thing), deadline))
        if note is None or (deadline and not self.style.deadlines):
            return None
        if self.style.files:
            address = self._address(note.file)
        elif self.style.links:
            address = link_to(self.style.links[0], note)
        else:
            return None
        words = self.local_words.get((id(thing), deadline), self.words)
        return CalendarLink(words.add_deadline if deadline else words.add_date, address)

    @property
    def wanted(self) -> tuple[CalendarEntry, ...]:
        """Return what readers are offered to add: all, or all but the deadlines where the settings leave these out."""
        return tuple(note for note in self.notes if self.style.deadlines or not note.is_deadline)

    @property
    def other_calendars(self) -> tuple[OtherCalendar, ...]:
        """Return the further calendars of the settings, each with its links, for the end of the HTML.

        There are none where the calendar files are on the web: they open in every calendar program.
        """
        if self.style.files or not self.wanted:
            return ()
        return tuple(
            OtherCalendar(_NAMES[one], tuple(CalendarLink(note.title, link_to(one, note)) for note in self.wanted))
            for one in self.style.links[1:]
        )

    def dated_calendars(self, day: Callable[[When], str]) -> tuple[OtherCalendar, ...]:
        """Return the other calendars with their events, named by `day`; the second of a day has a number after it."""
        found = []
        for other in self.other_calendars:
            seen: Counter[str] = Counter()
            dates = []
            for note, link in zip(self.wanted, other.links, strict=True):
                if note.is_deadline:
                    continue
                name = day(note.next_time[0])
                seen[name] += 1
                dates.append(CalendarLink(name if seen[name] == 1 else f"{name} ({seen[name]})", link.link))
            found.append(other._replace(dates=tuple(dates)))
        return tuple(found)

    @property
    def all_link(self) -> CalendarLink | None:
        """Return the link to the file with all of it; None where it is not on the web, or there is but one thing."""
        if not self.style.files or len(self.notes) < 2:
            return None
        return CalendarLink(self.words.all_dates.of(len(self.notes)), self._address(self.file))

    def _address(self, name: str) -> str:
        return f"{str(self.style.files).rstrip('/')}/{quote(name)}"


def diary_of(
    issue: Issue, style: CalendarStyle, words: Sequence[UiStrings], zone: ZoneInfo, *, key: str, domain: str
) -> CalendarEvents:
    """Return what an issue asks to note; `domain` is the sender's, which makes the ids unique in the world.

    `words` are those of the issue, and after them those of each section.
    """
    notes: list[CalendarEntry] = []
    of: dict[tuple[int, bool], CalendarEntry] = {}
    local_words: dict[tuple[int, bool], UiStrings] = {}
    seen: dict[str, int] = {}
    for thing, deadline, note, local in _found(issue, words[1:], zone):
        base = _identity(note, domain)
        seen[base] = seen.get(base, 0) + 1
        uid = base if seen[base] == 1 else f"{base}-{seen[base]}"
        numbered = note._replace(uid=f"{uid}@{domain}", file=f"{key}-{len(notes) + 1}.ics")
        notes.append(numbered)
        of[id(thing), deadline] = numbered
        local_words[id(thing), deadline] = local
    return CalendarEvents(tuple(notes), of, style, words[0], f"{key}-events.ics", issue, local_words)


def _identity(note: CalendarEntry, domain: str) -> str:
    """Return what an event is known by: its name and day, so that a new hour or place changes it where it is noted.

    The next issue that announces the same gives the same id. Another day is another event.
    """
    day = note.start.date() if isinstance(note.start, dt.datetime) else note.start
    # a series may begin later in the next issue, and end on another day
    when = str(sorted(note.series.rule.parts.items())) if note.series else day.isoformat()
    words = "\0".join((domain, " ".join(note.title.casefold().split()), when, str(note.is_deadline)))
    return hashlib.sha256(words.encode()).hexdigest()[:20]


def _found(
    issue: Issue, each: Sequence[UiStrings], zone: ZoneInfo
) -> Iterator[tuple[Any, bool, CalendarEntry, UiStrings]]:
    for section, words in zip(issue.sections, each, strict=True):
        for item in _items(section):
            for found in _of_item(item, words, zone, issue.date):
                yield *found, words
        for entry in getattr(section, "items", ()):
            if isinstance(entry, LinkEntry) and entry.deadline:
                title = words.deadline_of.format(title=_told(entry.title))
                note = _deadline(entry.deadline, zone, title=title, text=entry.text, target=entry.link)
                yield entry, True, note, words


def _items(section: Any) -> Iterator[Item]:
    """Yield the items of a section and of its groups, those of a kind of the user's own too."""
    for name in type(section).model_fields:
        value = getattr(section, name)
        for one in value if isinstance(value, tuple) else ():
            if isinstance(one, Item):
                yield one
            elif hasattr(one, "items"):
                yield from one.items


def _of_item(
    item: Item, words: UiStrings, zone: ZoneInfo, issued: dt.date
) -> Iterator[tuple[Any, bool, CalendarEntry]]:
    title = item.title or _first_line(item.text or item.alt or "")
    if item.when:
        yield item, False, _event(item, item.when, zone, title=title, text=item.text, issued=issued)
    for event in item.events:
        note = _event(event, event.when, zone, title=event.title or title, text=item.text, issued=issued)
        yield event, False, note
    if item.deadline:
        target = item.link or (item.button.link if item.button else "")
        title = words.deadline_of.format(title=_told(title))
        yield item, True, _deadline(item.deadline, zone, title=title, text=item.text, target=target)


def _event(
    thing: Event | Item, when: When, zone: ZoneInfo, *, title: str, text: str | None, issued: dt.date
) -> CalendarEntry:
    start, end = span(when, thing.ends, ZoneInfo(thing.zone) if thing.zone else zone)
    series = series_of(thing)
    if series:
        series = series._replace(first=start, end=end)
    return CalendarEntry(
        title=_told(title),
        start=start,
        end=end,
        where=_told(thing.where or ""),
        link=_address(thing.link),
        about=_told(text or ""),
        series=series,
        coming=series.next(issued) if series else None,
    )


def _deadline(when: When, zone: ZoneInfo, *, title: str, text: str | None, target: str) -> CalendarEntry:
    start = when.astimezone(zone) if isinstance(when, dt.datetime) else when
    end = start if isinstance(start, dt.datetime) else start + _DAY
    return CalendarEntry(
        title=title, start=start, end=end, link=_address(target), about=_told(text or ""), is_deadline=True
    )


def span(when: When, ends: When | None, zone: ZoneInfo) -> tuple[When, When]:
    """Return the start and the end of an event as calendars count: the end is no longer part of it.

    What has no time takes whole days. Without an end, or with one on the same day that has no time, an event takes the
    usual length.
    """
    if not isinstance(when, dt.datetime):
        last = ends.astimezone(zone).date() if isinstance(ends, dt.datetime) else ends or when
        return when, last + _DAY
    start = when.astimezone(zone)
    if isinstance(ends, dt.datetime):
        end = ends.astimezone(zone)
        return (start, end) if end > start else (start, later(start, USUAL_LENGTH))
    if ends is None or ends <= start.date():
        return start, later(start, USUAL_LENGTH)
    return start, dt.datetime.combine(ends + _DAY, dt.time(), tzinfo=zone)


def later(start: dt.datetime, length: dt.timedelta) -> dt.datetime:
    """Return the moment that is so much later, by the time that passes and not by the clock, which may be changed."""
    return (start.astimezone(dt.UTC) + length).astimezone(start.tzinfo)


def link_to(service: CalendarService, note: CalendarEntry) -> str:
    """Return the address of a calendar on the web that offers to add a note; times are in UTC, so no zone is needed."""
    start, end = note.next_time
    if service is CalendarService.GOOGLE:
        given = {"action": "TEMPLATE", "text": note.title, "dates": f"{_compact(start)}/{_compact(end)}"}
        given |= recurrence_of(note)
        given |= {"location": note.where, "details": note.page}
        return _GOOGLE + urlencode({name: value for name, value in given.items() if value}, safe="/:", quote_via=quote)
    given = {"rru": "addevent", "subject": note.title, "startdt": _dashed(start), "enddt": _dashed(end)}
    given |= {"allday": "" if note.has_time else "true", "location": note.where, "body": note.page}
    filled = {name: value for name, value in given.items() if value}
    return _OUTLOOK[service] + urlencode(filled, safe="/:", quote_via=quote)


def _compact(when: When) -> str:
    return f"{when.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}" if isinstance(when, dt.datetime) else f"{when:%Y%m%d}"


def _dashed(when: When) -> str:
    return f"{when.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(when, dt.datetime) else when.isoformat()


def structured(notes: Sequence[CalendarEntry], organisation: str) -> list[dict[str, Any]]:
    """Return the events as schema.org describes them, for programs that read a page; deadlines are no events."""
    return [
        {
            "@context": "https://schema.org",
            "@type": "Event",
            "name": note.title,
            "startDate": note.next_time[0].isoformat(),
            "endDate": (note.next_time[1] if note.has_time else note.next_time[1] - _DAY).isoformat(),
            **_location(note),
            **({"url": note.page} if note.page else {}),
            **({"eventSchedule": schedule_of(note)} if note.series else {}),
            "organizer": {"@type": "Organization", "name": organisation},
        }
        for note in notes
        if not note.is_deadline
    ]


def _location(note: CalendarEntry) -> dict[str, Any]:
    """Return where an event takes place: a place, on the web, or both."""
    if not note.where:
        return {}
    place = {"@type": "Place", "name": note.where, "address": note.where}
    if not _ONLINE.search(note.where):
        return {"location": place}
    online = {"@type": "VirtualLocation", "name": note.where, **({"url": note.page} if note.page else {})}
    if _ALSO_THERE.search(note.where):
        return {"location": [place, online], "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode"}
    return {"location": online, "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode"}


def _told(text: str) -> str:
    """Return words as everybody may read them: without Markdown, each merge tag as its fallback."""
    told = line(text) if "\n" not in text else "\n\n".join(line(one) for one in text.split("\n\n"))
    return merge_tags.fill(told, {}).strip()


def _address(link: str | None) -> str:
    """Return a link as everybody may follow it: each merge tag as its fallback."""
    return merge_tags.fill(encode_in_link(link or ""), {})


def _first_line(text: str) -> str:
    return plain(text.strip().split("\n", 1)[0])
