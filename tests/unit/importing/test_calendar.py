"""Events are read from calendars, tables and addresses."""

from __future__ import annotations

import datetime as dt
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

import pytest

from newsletter.errors import FileAccessError, UnavailableError, UsageError
from newsletter.importing import calendar_address, calendar_reader
from newsletter.importing.calendar_address import fetch_calendar, is_address
from newsletter.importing.calendar_reader import CalendarEvent, read_calendar, unread_events
from newsletter.importing.event_table import read_event_table

LONDON = ZoneInfo("Europe/London")
YEAR = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))


def calendar(*events: str) -> bytes:
    """Return a calendar of events, each given by its lines."""
    inner = "".join(f"BEGIN:VEVENT\nUID:{at}\n{event.strip()}\nEND:VEVENT\n" for at, event in enumerate(events))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{inner}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def read(*events: str, first: dt.date = YEAR[0], last: dt.date = YEAR[1]) -> list[CalendarEvent]:
    return read_calendar(calendar(*events), "a.ics", LONDON, first, last)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=WEEKLY;BYDAY=TU,TH",
        "FREQ=MONTHLY;BYDAY=1TU",
        "FREQ=MONTHLY;BYDAY=-1FR;COUNT=5",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=20240630T110000Z",
        "FREQ=DAILY;COUNT=40",
        "FREQ=YEARLY;BYMONTH=3,10;BYMONTHDAY=31",
    ],
)
@pytest.mark.parametrize("start", [";TZID=Europe/London:20240102T130000", ";TZID=America/New_York:20240102T090000"])
def test_each_date_of_a_rule_is_that_of_another_library(rule: str, start: str) -> None:
    recurring = pytest.importorskip("recurring_ical_events")
    from icalendar import Calendar

    event = f"SUMMARY:Cuppa\nDTSTART{start}\nDURATION:PT1H\nRRULE:{rule}\nEXDATE{start.replace('0102', '0305')}"
    found = [one.when for one in read(event)]
    others = recurring.of(Calendar.from_ical(calendar(event))).between(YEAR[0], YEAR[1] + dt.timedelta(days=1))
    expected = sorted(f"{one['DTSTART'].dt.astimezone(LONDON):%Y-%m-%d %H:%M}" for one in others)
    assert found == expected
    assert len(found) > 2


def test_an_event_has_its_place_end_link_and_text() -> None:
    (event,) = read(
        "SUMMARY:AGM\nDTSTART:20240305T180000Z\nDTEND:20240305T193000Z\nLOCATION:Town hall\nURL:https://e.org/agm\n"
        "DESCRIPTION:<p>All are <b>welcome</b>.</p>"
    )
    assert (event.when, event.ends, event.where, event.link) == (
        "2024-03-05 18:00",
        "19:30",
        "Town hall",
        "https://e.org/agm",
    )
    assert event.text == "All are welcome."


def test_whole_days_end_on_their_last_day() -> None:
    one, several = read(
        "SUMMARY:Fair\nDTSTART;VALUE=DATE:20240305\nDTEND;VALUE=DATE:20240306",
        "SUMMARY:Residential\nDTSTART;VALUE=DATE:20240327\nDTEND;VALUE=DATE:20240329",
    )
    assert (one.when, one.ends) == ("2024-03-05", "")
    assert (several.when, several.ends) == ("2024-03-27", "2024-03-28")


def test_links_to_join_a_meeting_are_kept_back() -> None:
    (event,) = read(
        "SUMMARY:Call\nDTSTART:20240305T180000Z\nLOCATION:https://e.org/room\nDESCRIPTION:https://zoom.us/j/1?pwd=secret"
    )
    assert (event.where, event.link, event.text) == ("Online", "https://e.org/room", "")


def test_cancelled_and_moved_dates_are_as_the_calendar_has_them() -> None:
    series = "SUMMARY:Cuppa\nDTSTART:20240305T130000Z\nRRULE:FREQ=WEEKLY;COUNT=2"
    moved = "SUMMARY:Cuppa (moved)\nDTSTART:20240313T150000Z\nRECURRENCE-ID:20240312T130000Z"
    cancelled = "SUMMARY:Off\nDTSTART:20240305T130000Z\nSTATUS:CANCELLED"
    data = calendar(series, moved, cancelled).replace(b"UID:1", b"UID:0")
    found = read_calendar(data, "a.ics", LONDON, *YEAR)
    assert [(one.when, one.title) for one in found] == [
        ("2024-03-05 13:00", "Cuppa"),
        ("2024-03-13 15:00", "Cuppa (moved)"),
    ]


def test_rules_of_seconds_and_many_events_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(read("SUMMARY:x\nDTSTART:20240305T130000Z\nRRULE:FREQ=SECONDLY")) == 1
    assert len(read("SUMMARY:x\nDTSTART:19000101T130000Z\nRRULE:FREQ=DAILY")) == 0
    monkeypatch.setattr(calendar_reader, "MOST_EVENTS", 1)
    with pytest.raises(FileAccessError, match="more than"):
        read("SUMMARY:x\nDTSTART:20240305T130000Z", "SUMMARY:y\nDTSTART:20240305T130000Z")


def test_a_damaged_calendar_says_so() -> None:
    with pytest.raises(FileAccessError, match=r"a\.ics is not a calendar") as raised:
        read_calendar(b"nonsense without a colon", "a.ics", LONDON, *YEAR)
    assert raised.value.hint


def test_an_event_without_a_start_that_can_be_read_is_named() -> None:
    data = calendar("SUMMARY:Fair\nDTSTART:soon", "SUMMARY:AGM\nDTSTART:20240305T180000Z\nDURATION:long")
    assert [one.title for one in read_calendar(data, "a.ics", LONDON, *YEAR)] == ["AGM"]
    assert unread_events(data) == ("Fair",)


# --- tables


def test_a_table_may_have_other_columns_and_dates_in_words() -> None:
    table = read_event_table(
        "Event name\tStart date\tStart time\tFinish\tVenue\n"
        "AGM\tTuesday 5 March\t6pm\t8pm\tHall\nFair\t2024-03-09T10:00:00Z\n",
        "a.csv",
        "en-GB",
        dt.date(2024, 3, 1),
    )
    assert [(one.title, one.when, one.ends, one.where) for one in table.events] == [
        ("AGM", "2024-03-05 18:00", "20:00", "Hall"),
        ("Fair", "2024-03-09 10:00", "", ""),
    ]


def test_a_table_without_the_columns_says_what_it_needs() -> None:
    with pytest.raises(UsageError, match="it has: name, colour") as raised:
        read_event_table("name,colour\nx,red\n", "a.csv", "en-GB", dt.date(2024, 3, 1))
    assert "title, date" in raised.value.hint
    with pytest.raises(FileAccessError, match="no rows"):
        read_event_table("title,date\n", "a.csv", "en-GB", dt.date(2024, 3, 1))


# --- addresses


@pytest.fixture
def server() -> object:
    """Serve a calendar, a page and an error on this computer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(404 if self.path == "/none" else 200)
            self.end_headers()
            self.wfile.write(calendar("SUMMARY:x\nDTSTART:20240305T130000Z") if self.path == "/a.ics" else b"<html>")

        def log_message(self, *args: object) -> None:
            pass

    found = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{found.server_port}"
    found.shutdown()
    found.server_close()


def test_an_address_is_fetched(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_address(server)
    assert is_address("webcal://e.org/a")
    assert not is_address("a.ics")
    assert b"SUMMARY:x" in fetch_calendar(f"{server}/a.ics")
    with pytest.raises(UnavailableError, match="404"):
        fetch_calendar(f"{server}/none")
    with pytest.raises(UsageError, match="no calendar"):
        fetch_calendar(f"{server}/page")
    monkeypatch.setattr(calendar_address, "MOST_BYTES", 10)
    with pytest.raises(UsageError, match="more than"):
        fetch_calendar(f"{server}/a.ics")
    with pytest.raises(UnavailableError, match="cannot be fetched"):
        fetch_calendar("http://127.0.0.1:1/a.ics")
