"""The calendars after the first one that the settings name: a link for each event, named so that readers know which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from newsletter.model.datetimes import When
from newsletter.model.item import Event, Item
from newsletter.render.events import CalendarEntry, CalendarEvents, CalendarLink, OtherCalendar

ShortDay = Callable[[When], str]
"""Writes a day as `5 Mar`."""


def further_calendars(
    diary: CalendarEvents, things: Sequence[Event | Item] | None, short_day: ShortDay
) -> tuple[OtherCalendar, ...]:
    """Return the further calendars, each with the links of some events as its `dates`; without `things`, of all.

    An event is named by its title, with its day where another one has the same; by its day where it has none.
    """
    others = diary.other_calendars
    if not others:
        return ()
    names = list(_all_named(diary, short_day) if things is None else _named(diary, things, short_day))
    if not names:
        return ()
    link_of = {id(note): number for number, note in enumerate(diary.wanted)}
    return tuple(
        other._replace(dates=tuple(CalendarLink(name, other.links[link_of[id(note)]].link) for name, note in names))
        for other in others
    )


def _named(
    diary: CalendarEvents, things: Sequence[Event | Item], short_day: ShortDay
) -> Iterator[tuple[str, CalendarEntry]]:
    found = [(thing, note) for thing in things if (note := diary.of.get((id(thing), False)))]
    titles = Counter(note.title for _, note in found)
    for thing, note in found:
        day = short_day(note.start)
        named = note.title if titles[note.title] == 1 else f"{note.title}, {day}"
        yield (named if thing.title else day), note


def _all_named(diary: CalendarEvents, short_day: ShortDay) -> Iterator[tuple[str, CalendarEntry]]:
    for note in diary.notes:
        if not note.is_deadline:
            yield f"{note.title}, {short_day(note.start)}", note
