"""Read events from a table (CSV), whatever its columns are called."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.errors import FileAccessError, UsageError
from newsletter.importing.calendar_reader import CalendarEvent
from newsletter.importing.inline import clean_link, with_addresses
from newsletter.importing.moments import Moment, moments_in

_MOST_ROWS = 20_000
_COLUMNS = {
    "title": "title event event_name name summary subject what activity session titel veranstaltung evento teitl",
    "date": "date start_date start when day starts event_date datum fecha dyddiad start_time_and_date from",
    "time": "time start_time times uhrzeit hora amser begins",
    "end_date": "end_date last_day to_date until enddatum",
    "end_time": "end_time ends end finish finishes to finish_time",
    "where": "where location venue place address ort lugar lleoliad",
    "link": "link url website web registration register booking tickets more_info",
    "text": "description text details notes about info information beschreibung descripción",
}


@dataclass(frozen=True)
class EventTable:
    """The events of a table, and the rows whose date could not be read."""

    events: tuple[CalendarEvent, ...]
    unread: tuple[str, ...]


def read_event_table(text: str, name: str, language: str, near: dt.date) -> EventTable:
    """Return the events of a table; `near` decides the year of a date without one."""
    rows = _rows(text, name)
    columns = _columns(rows[0])
    if "title" not in columns or "date" not in columns:
        raise UsageError(
            f"{name} has no columns for the title and the date of events; it has: {', '.join(rows[0])}.",
            hint="Name them in the first row: title, date, time, end time, where, link, text.",
        )
    events: list[CalendarEvent] = []
    unread: list[str] = []
    for row in rows[1 : _MOST_ROWS + 1]:
        cells = {field: row[at].strip() for field, at in columns.items() if at < len(row)}
        event = _event(cells, language, near)
        if event is not None:
            events.append(event)
        elif any(cells.values()):
            unread.append(", ".join(filter(None, cells.values())))
    return EventTable(tuple(sorted(events, key=lambda one: (one.day, one.when, one.title))), tuple(unread))


def _rows(text: str, name: str) -> list[list[str]]:
    text = text.lstrip("\ufeff")
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise FileAccessError(f"{name} cannot be read as a table: {error}.", hint="Export it again as CSV.") from error
    if len(rows) < 2:
        raise FileAccessError(f"{name} has no rows below its headings.", hint="Export it again as CSV.")
    return rows


def _columns(heading: Sequence[str]) -> dict[str, int]:
    keys = [re.sub(r"[\W_]+", "_", cell.strip().casefold()).strip("_") for cell in heading]
    found: dict[str, int] = {}
    for field, names in _COLUMNS.items():
        at = next((keys.index(name) for name in names.split() if name in keys), None)
        if at is not None and at not in found.values():
            found[field] = at
    return found


def _event(cells: dict[str, str], language: str, near: dt.date) -> CalendarEvent | None:
    start = _moment(cells.get("date", ""), cells.get("time", ""), language, near)
    if start is None or not cells.get("title"):
        return None
    begins = _joined(start.day, start.time)
    end: dt.date | None = _joined(start.last_day or start.day, start.last_time) if start.last_time else start.last_day
    if cells.get("end_date") or cells.get("end_time"):
        last = _moment(cells.get("end_date") or start.day.isoformat(), cells.get("end_time", ""), language, start.day)
        end = _joined(last.day, last.time) if last else end
    if end is not None and isinstance(end, dt.datetime) != isinstance(begins, dt.datetime):
        end = None
    link = clean_link(cells.get("link", ""))
    words = cells.get("text", "")
    return CalendarEvent(
        " ".join(cells["title"].split()),
        begins,
        end,
        " ".join(cells.get("where", "").split()),
        with_addresses(" ".join(words.split())) if words else "",
        link,
    )


def _moment(date: str, time: str, language: str, near: dt.date) -> Moment | None:
    date = re.sub(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?", r"\1 \2", date)
    date, time = (re.sub(r"\b(\d\d?:\d\d):\d\d\b", r"\1", one) for one in (date, time))
    found = moments_in(f"{date}, {time}" if time else date, language, near)
    return found[0] if found else None


def _joined(day: dt.date, time: dt.time | None) -> dt.date:
    return dt.datetime.combine(day, time) if time else day
