"""Calendar files: read back by the library that wrote them and by another reader, over each change of the clock."""

from __future__ import annotations

import datetime as dt
import io
import zoneinfo
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil import tz as dateutil_tz
from hypothesis import example, given
from hypothesis import strategies as st

from newsletter.model.branding import CalendarStyle
from newsletter.render.calendar_files import calendar_file, calendar_files, is_same_calendar, publish, published_at
from newsletter.render.events import CalendarEntry, CalendarEvents, diary_of, later
from newsletter.render.ui_strings import ENGLISH

from .conftest import make_issue

STAMP = dt.date(2024, 2, 12)
HOUR = dt.timedelta(hours=1)


def diary(*items: Any) -> CalendarEvents:
    issue = make_issue({"kind": "coming_up", "items": list(items)})
    return diary_of(
        issue, CalendarStyle(), [ENGLISH, ENGLISH], ZoneInfo("Europe/London"), key="2024-02", domain="example.org"
    )


def events(content: bytes) -> list[Any]:
    calendar = icalendar.Calendar.from_ical(content)
    assert calendar.errors == []
    return list(calendar.walk("VEVENT"))


def other_reader(content: bytes) -> Any:
    """Return the zones of a file as dateutil, which knows no other zones here, understands their definitions."""
    text = content.decode().replace("\r\n ", "").replace("\r\n", "\n")
    return dateutil_tz.tzical(io.StringIO(text))


def test_an_event_is_written_whole() -> None:
    note = {
        "title": "Tea; coffee, cake",
        "when": "2024-02-20 13:00",
        "ends": "14:30",
        "where": "Hall, High Street",
        "link": "https://example.org/tea",
        "text": "Come **all**.\n\nBring [a cup](https://example.org/cup).",
    }
    [file, whole] = calendar_files(diary(note), STAMP).items()
    assert (file[0], whole[0]) == ("2024-02-1.ics", "2024-02-events.ics")
    assert file[1] == whole[1]
    [event] = events(file[1])
    assert str(event["SUMMARY"]) == "Tea; coffee, cake"
    assert str(event["LOCATION"]) == "Hall, High Street"
    assert str(event["URL"]) == "https://example.org/tea"
    assert str(event["DESCRIPTION"]) == "Come all.\n\nBring a cup <https://example.org/cup>.\n\nhttps://example.org/tea"
    assert event.start.isoformat() == "2024-02-20T13:00:00+00:00"
    assert event.end.isoformat() == "2024-02-20T14:30:00+00:00"
    assert event["DTSTAMP"].dt == dt.datetime(2024, 2, 12, tzinfo=dt.UTC)
    assert b"METHOD:PUBLISH\r\n" in file[1]
    assert all(len(one) <= 75 for one in file[1].split(b"\r\n"))


def test_a_file_is_always_the_same_and_there_is_none_without_events() -> None:
    item = {"title": "Tea", "when": "2024-02-20 13:00"}
    assert calendar_files(diary(item), STAMP) == calendar_files(diary(item), STAMP)
    assert calendar_files(diary("a line"), STAMP) == {}


def test_whole_days_have_no_zone() -> None:
    content = calendar_files(diary({"title": "Away", "when": "2024-03-27", "ends": "2024-03-28"}), STAMP)[
        "2024-02-1.ics"
    ]
    [event] = events(content)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (dt.date(2024, 3, 27), dt.date(2024, 3, 29))
    assert b"VTIMEZONE" not in content
    assert b"DTSTART;VALUE=DATE:20240327" in content


def test_a_deadline_takes_no_time_and_reminds_a_day_before() -> None:
    [event] = events(calendar_files(diary({"title": "Answer", "deadline": "2024-02-23 12:00"}), STAMP)["2024-02-1.ics"])
    assert str(event["SUMMARY"]) == "Deadline: Answer"
    assert "DTEND" not in event
    assert str(event["TRANSP"]) == "TRANSPARENT"
    [alarm] = event.subcomponents
    assert alarm["TRIGGER"].dt == dt.timedelta(days=-1)


def test_each_zone_is_told_once() -> None:
    items = [
        {"title": "Here", "when": "2024-03-30 13:00"},
        {"title": "Here too", "when": "2024-04-30 13:00"},
        {"title": "There", "when": "2024-03-20 13:00", "zone": "America/New_York"},
        {"title": "Everywhere", "when": "2024-03-20 13:00", "zone": "UTC"},
    ]
    content = calendar_files(diary(*items), STAMP)["2024-02-events.ics"]
    assert content.count(b"BEGIN:VTIMEZONE") == 2
    assert content.count(b"TZID:Europe/London") == content.count(b"TZID:America/New_York") == 1
    assert b"DTSTART:20240320T130000Z" in content
    assert [event.start.astimezone(dt.UTC).hour for event in events(content)] == [13, 12, 17, 13]


def test_summer_time_begins_at_the_hour_before_the_clock_is_changed() -> None:
    content = calendar_files(diary({"title": "Tea", "when": "2024-03-31 13:00"}), STAMP)["2024-02-1.ics"]
    daylight = b"BEGIN:DAYLIGHT\r\nDTSTART:20240331T010000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nTZNAME:BST\r\n"
    assert daylight in content


ZONES = sorted(
    name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith(("Etc/", "right/", "posix/"))
)


@pytest.mark.parametrize("name", ["Europe/London", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo"])
@pytest.mark.parametrize("year", [2024, 2027])
def test_every_day_of_a_year_is_read_back_by_both(name: str, year: int) -> None:
    zone = ZoneInfo(name)
    first = dt.datetime(year, 1, 1, 12, 30, tzinfo=zone)
    notes = [
        CalendarEntry(title=str(day), uid=f"{day}", start=start, end=later(start, HOUR))
        for day in range(0, 366, 3)
        for start in [first + dt.timedelta(days=day)]
    ]
    content = calendar_file(notes, STAMP)
    there = other_reader(content).get(name)
    for note, event in zip(notes, events(content), strict=True):
        assert event.start == note.start
        naive = event["DTSTART"].dt.replace(tzinfo=there)
        assert naive.utcoffset() == note.start.utcoffset()


FIRST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def minute(text: str) -> int:
    """Return a moment in UTC as minutes since the first one."""
    return (dt.datetime.fromisoformat(f"{text}+00:00") - FIRST) // dt.timedelta(minutes=1)


@given(st.sampled_from(ZONES), st.integers(0, minute("2036-12-31 00:00")), st.integers(1, 3000))
@example("Europe/London", minute("2024-03-31 00:59"), 2)
@example("Europe/London", minute("2024-10-27 00:30"), 60)
@example("Africa/Casablanca", minute("2024-03-10 02:30"), 60)
@example("Africa/El_Aaiun", minute("2024-04-14 01:59"), 60)
@example("America/Nuuk", minute("2023-03-26 00:59"), 180)
@example("Antarctica/Troll", minute("2024-03-31 00:30"), 600)
def test_both_readers_see_the_moments_that_were_meant(name: str, begin: int, minutes: int) -> None:
    zone = ZoneInfo(name)
    start = (FIRST + dt.timedelta(minutes=begin)).astimezone(zone)
    end = later(start, dt.timedelta(minutes=minutes))
    content = calendar_file([CalendarEntry(title="x", uid="x", start=start, end=end)], STAMP)
    [event] = events(content)
    there = other_reader(content).get(name)
    for meant, written in ((start, event["DTSTART"].dt), (end, event["DTEND"].dt)):
        assert written.astimezone(dt.UTC) == meant.astimezone(dt.UTC)
        if written.tzinfo is not dt.UTC and written.utcoffset() is not None and written.tzname() != "UTC":
            # dateutil takes an hour that comes twice for the first or the second as it likes
            told = written.replace(tzinfo=there).astimezone(dt.UTC)
            twice = meant.utcoffset() != meant.replace(fold=1).utcoffset()
            assert told == meant.astimezone(dt.UTC) or twice


class Shelf:
    """A reader's calendar, which replaces an event by the rule of RFC 5546, 2.1.5."""

    def __init__(self) -> None:
        self.events: dict[str, Any] = {}

    def take(self, content: bytes) -> None:
        for event in events(content):
            known = self.events.get(str(event["UID"]))
            if known is None or self.order(event) > self.order(known):
                self.events[str(event["UID"])] = event

    @staticmethod
    def order(event: Any) -> tuple[int, dt.datetime]:
        return int(event.get("SEQUENCE", 0)), event["DTSTAMP"].dt

    @property
    def hours(self) -> list[str]:
        return [f"{event['DTSTART'].dt:%H:%M}" for event in self.events.values()]


def published(hour: str, at: dt.datetime) -> bytes:
    return calendar_files(diary({"title": "Tea", "when": f"2024-02-20 {hour}"}), STAMP, at)["2024-02-1.ics"]


NOON = dt.datetime(2024, 2, 12, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "later_by",
    [dt.timedelta(seconds=1), dt.timedelta(hours=1), dt.timedelta(days=31), dt.timedelta(days=365 * 40)],
)
def test_an_event_published_again_replaces_the_one_before(later_by: dt.timedelta) -> None:
    shelf = Shelf()
    shelf.take(published("13:00", NOON))
    shelf.take(published("15:30", NOON + later_by))
    assert shelf.hours == ["15:30"]
    shelf.take(published("13:00", NOON))  # the old email is opened again
    assert shelf.hours == ["15:30"]


def test_a_file_from_before_files_had_revisions_is_replaced() -> None:
    shelf = Shelf()
    shelf.take(calendar_file(diary({"title": "Tea", "when": "2024-02-20 13:00"}).notes, STAMP))
    shelf.take(published("15:30", NOON))
    assert shelf.hours == ["15:30"]


def test_publishing_is_deterministic_and_can_be_repeated() -> None:
    first = published("13:00", NOON)
    assert first == published("13:00", NOON)
    assert publish(first, NOON) == first
    again = publish(first, NOON + HOUR)
    assert (published_at(first), published_at(again)) == (NOON, NOON + HOUR)
    assert is_same_calendar(first, again)
    assert not is_same_calendar(first, published("15:30", NOON))
    assert again.count(b"SEQUENCE:") == again.count(b"DTSTAMP:") == 1


def test_a_description_that_looks_like_a_stamp_stays() -> None:
    note = {"title": "Tea", "when": "2024-02-20 13:00", "text": "DTSTAMP:20200101T000000Z\n\nSEQUENCE:1"}
    [event] = events(calendar_files(diary(note), STAMP, NOON)["2024-02-1.ics"])
    assert "DTSTAMP:20200101T000000Z" in str(event["DESCRIPTION"])
    assert event["DTSTAMP"].dt == NOON


def test_another_reader_sees_the_new_hour_and_revision() -> None:
    text = published("15:30", NOON).decode()
    unfolded = dict(line.split(":", 1) for line in text.replace("\r\n ", "").split("\r\n") if ":" in line)
    assert unfolded["DTSTAMP"] == "20240212T120000Z"
    assert int(unfolded["SEQUENCE"]) == int((NOON - dt.datetime(2020, 1, 1, tzinfo=dt.UTC)).total_seconds())
    assert "\n" not in text.replace("\r\n", "")
