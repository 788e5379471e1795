"""Add the events of a calendar, or of a table, to an issue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import AuthorError, FileAccessError, UsageError
from newsletter.workflow.atomic_write import replace_file
from newsletter.workflow.composer.history import BY_OTHER, History
from newsletter.workflow.import_file import ImportFile, open_file
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.importing.calendar_reader import CalendarEvent

DAYS_AHEAD = 31
"""Days from that of the issue whose events are added."""


@dataclass(frozen=True, slots=True)
class AddedEvents:
    """The events that were added, and how many were not."""

    path: Path
    added: tuple[str, ...]
    known: int
    """Events that the issue had already."""
    outside: int
    """Events of a table at another time."""
    last: dt.date
    """The last day whose events were added."""
    unread: tuple[str, ...] = ()
    """Rows of a table, and events of a calendar, whose date could not be read."""


def import_events(workspace: Workspace, source: str, into: str, *, until: dt.date | None = None) -> AddedEvents:
    """Add events to `coming_up`: those from the issue's day to `until`, by default the 31 days from then on.

    `source` is a file, or the address of a calendar. What the issue has already is not added again.
    """
    path = workspace.issue_path(into)
    loaded = workspace.load_path(path)
    first = loaded.issue.date
    last = until or first + dt.timedelta(days=DAYS_AHEAD)
    if last < first:
        raise UsageError(f"{last} is before the issue's date, {first}.", hint="Choose a later day with `--until`.")
    events, unread = _events(workspace, source, first, last)
    inside = [event for event in events if is_within(event, first, last)]
    new = new_events(inside, loaded.issue.sections)
    if new:
        _add(workspace, path, new)
    outside = len(events) - len(inside)
    titles = tuple(f"{event.when} {event.title}" for event in new)
    return AddedEvents(path, titles, len(inside) - len(new), outside, last, unread)


def _events(
    workspace: Workspace, source: str, first: dt.date, last: dt.date
) -> tuple[Sequence[CalendarEvent], tuple[str, ...]]:
    from newsletter.importing.calendar_address import fetch_calendar, is_address
    from newsletter.importing.files import FileKind

    if is_address(source):
        return read_events(
            workspace, ImportFile("The calendar", fetch_calendar(source), FileKind.CALENDAR), first, last
        )
    return read_events(workspace, open_file(Path(source)), first, last)


def read_events(
    workspace: Workspace, file: ImportFile, first: dt.date, last: dt.date
) -> tuple[Sequence[CalendarEvent], tuple[str, ...]]:
    """Return the events of a calendar in a span, or those of a table; and what of it could not be read."""
    from newsletter.importing.calendar_reader import read_calendar, unread_events
    from newsletter.importing.event_table import read_event_table
    from newsletter.importing.files import FileKind, text_of

    presentation = workspace.settings.presentation
    if file.kind is FileKind.CALENDAR:
        return read_calendar(file.data, file.name, presentation.zone, first, last), unread_events(file.data)
    if file.kind is FileKind.TABLE:
        table = read_event_table(text_of(file.data, file.name), file.name, presentation.language, first)
        return table.events, table.unread
    raise UsageError(
        f"{file.name} is {file.kind.value}, not a calendar.",
        hint="Leave `--into` out to import it as a new issue, or name a calendar (.ics) or a table (.csv).",
    )


def is_within(event: CalendarEvent, first: dt.date, last: dt.date) -> bool:
    """Return whether an event starts within a span, or is still going on at its start."""
    return first <= event.day <= last or (event.day < first <= _last_day(event))


def _last_day(event: CalendarEvent) -> dt.date:
    end = event.end or event.start
    return end.date() if isinstance(end, dt.datetime) else end


def new_events(events: Sequence[CalendarEvent], sections: Sequence[Any]) -> list[CalendarEvent]:
    """Return the events that no item of the issue is about: one of the same name on the same day."""
    known: set[tuple[str, str]] = set()
    for section in sections:
        items = [
            *getattr(section, "items", ()),
            *(one for group in getattr(section, "groups", ()) for one in group.items),
        ]
        for item in items:
            title = (getattr(item, "title", None) or "").casefold()
            moments = [getattr(item, "when", None), *(event.when for event in getattr(item, "events", ()))]
            known |= {(title, f"{moment:%Y-%m-%d}") for moment in moments if moment is not None}
    found = []
    for event in events:
        key = (event.title.casefold(), event.day.isoformat())
        if key not in known:
            known.add(key)
            found.append(event)
    return found


def _add(workspace: Workspace, path: Path, events: Sequence[CalendarEvent]) -> None:
    """Write events into the section `coming_up`, which is made where the issue has none."""
    from newsletter.issue_file.editing.document import IssueReader
    from newsletter.issue_file.editing.edit import Edit, EditError, Operation

    raw = path.read_bytes()
    reader = IssueReader(workspace.settings.presentation.zone, workspace.kinds)
    document = reader.read(path, raw.decode("utf-8-sig"))
    sections = (document.data or {}).get("sections") or []
    at = next((at for at, one in enumerate(sections) if one.get("kind") == "coming_up"), None)
    items = [item_of(event) for event in events]
    if at is None:
        at = next((at + 1 for at, one in enumerate(sections) if one.get("kind") == "last_month"), 0)
        edits = [Edit(op=Operation.INSERT, path=("sections", at), value={"kind": "coming_up", "items": items})]
    else:
        there = len(sections[at].get("items") or [])
        edits = [
            Edit(op=Operation.INSERT, path=("sections", at, "items", there + number), value=item)
            for number, item in enumerate(items)
        ]
    try:
        text = reader.edit(document, edits).text
    except EditError as error:
        raise AuthorError(f"The events cannot be added: {error}", hint="Add them in your editor.") from error
    try:
        history = History(workspace.root / ".newsletter" / "history" / path.stem)
        history.keep(raw, "Before adding events", BY_OTHER, dt.datetime.now(dt.UTC))
        replace_file(path, text.encode())
    except OSError as error:
        raise FileAccessError(f"{workspace.shown(path)} cannot be written: {error.strerror}.") from error


def item_of(event: CalendarEvent) -> dict[str, str]:
    """Return the fields of an item about an event."""
    fields = {
        "title": event.title,
        "text": event.text,
        "when": event.when,
        "ends": event.ends,
        "where": event.where,
        "link": event.link,
    }
    return {name: value for name, value in fields.items() if value}
