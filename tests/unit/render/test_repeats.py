"""What repeats is told in words or by its dates, and the calendar file has the same dates as the email."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from newsletter.model.branding import Brand, CalendarStyle, Presentation, Sender
from newsletter.model.issue import Issue
from newsletter.model.item import Event, series_of
from newsletter.render.calendar_files import calendar_file
from newsletter.render.context import RenderContext
from newsletter.render.events import CalendarEvents, diary_of, link_to, structured
from newsletter.render.repeats import shown_times
from newsletter.render.ui_strings import ENGLISH

LONDON = ZoneInfo("Europe/London")


PRESENTATION = Presentation(
    brand=Brand(name="House", newsletter="News", address="House, 1 High Street, Sampletown"),
    sender=Sender(name="House", email="house@example.org"),
)


def issue(day: str, **event: Any) -> Issue:
    """Return an issue with one event."""
    data = {
        "title": "News",
        "date": day,
        "sections": [{"kind": "coming_up", "items": [{"title": "A walk", **event}]}],
    }
    return Issue.model_validate(data, context={"zone": LONDON})


def told(day: str, language: str = "en-GB", **event: Any) -> str:
    """Return when the event of an issue takes place, in words."""
    one = issue(day, **event)
    return RenderContext.of(one, PRESENTATION.model_copy(update={"language": language})).calendar.event(
        one.sections[0].items[0]
    )


def diary(one: Issue) -> CalendarEvents:
    """Return what an issue asks to note."""
    return diary_of(one, CalendarStyle(), [ENGLISH, ENGLISH], LONDON, key="2024-03", domain="example.org")


WEEKLY = {"when": "2024-01-04 13:00", "ends": "14:00", "repeats": "every Thursday until 2024-06-27"}


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (WEEKLY, "Every Thursday, 1pm to 2pm, until Thursday 27 June"),
        ({**WEEKLY, "except": ["2024-03-28", "2024-06-13"]},
         "Every Thursday, 1pm to 2pm, until Thursday 27 June, not on Thursday 28 March"),
        ({**WEEKLY, "repeats_as": "dates"}, "Thursday 14 March, Thursday 21 March and Thursday 28 March, 1pm to 2pm"),
        ({"when": "2024-04-02", "repeats": "first Tuesday monthly"},
         "The first Tuesday of every month, from Tuesday 2 April"),
        ({"when": "2024-01-05 18:30", "repeats": "every other Friday"}, "Every 2 weeks on Friday, 6:30pm"),
        ({"when": "2024-01-15", "repeats": "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15"}, "Every 2 months on day 15"),
        ({"when": "2023-03-20", "repeats": "yearly"}, "Every year on 20 March"),
        ({"when": "2024-01-01", "repeats": "daily"}, "Every day"),
        ({"when": "2024-01-29", "repeats": "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-3"}, "Wednesday 27 March"),
    ],
)  # fmt: skip
def test_it_is_told_in_words_or_by_its_dates(event: dict[str, Any], words: str) -> None:
    assert told("2024-03-11", **event) == words


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "El primer martes de cada mes, 13:00, hasta el martes 4 de junio"),
        ("cy", "Dydd Mawrth cyntaf bob mis, 13:00, hyd at Dydd Mawrth 4 Mehefin"),
        ("en-US", "The first Tuesday of every month, 1 PM, until Tuesday, June 4"),
    ],
)
def test_it_is_told_in_the_languages_of_the_catalogues(language: str, words: str) -> None:
    event = {"when": "2024-01-02 13:00", "repeats": "first Tuesday monthly until 2024-06-10"}
    assert told("2024-03-11", language, **event).replace("\u202f", " ") == words


def test_the_zone_is_always_named_where_the_clocks_differ_at_some_time() -> None:
    event = {"when": "2024-01-04 13:00", "repeats": "every Thursday", "zone": "America/New_York"}
    assert told("2024-01-10", **event) == "Every Thursday, 1pm New York time"  # five hours, and four in March
    paris = {"when": "2024-01-04 13:00", "ends": "14:00", "repeats": "every Thursday", "zone": "Europe/Paris"}
    assert told("2024-01-10", **paris) == "Every Thursday, 1pm to 2pm Paris time (12 noon to 1pm London time)"
    dates = told("2024-03-22", **event, repeats_as="dates")
    assert dates == "Thursday 28 March, 1pm New York time (5pm London time)"


def test_the_calendar_file_has_a_series() -> None:
    note = diary(issue("2024-03-11", **WEEKLY, **{"except": ["2024-03-28"]})).notes[0]
    text = calendar_file([note], dt.date(2024, 3, 11)).decode()
    assert "DTSTART;TZID=Europe/London:20240104T130000" in text
    assert "RRULE:FREQ=WEEKLY;UNTIL=20240627T225959Z;BYDAY=TH" in text
    assert "EXDATE;TZID=Europe/London:20240328T130000" in text
    assert text.count("BEGIN:DAYLIGHT") == 1  # the clocks change once until June


def test_the_same_series_in_the_next_issue_is_the_same_event() -> None:
    march = diary(issue("2024-03-11", **WEEKLY)).notes[0]
    april = diary(issue("2024-04-11", **{**WEEKLY, "when": "2024-04-11 13:00", "repeats": "every Thursday"})).notes[0]
    assert march.uid == april.uid


def test_links_add_the_series_from_its_next_time_on() -> None:
    note = diary(issue("2024-03-11", **WEEKLY)).notes[0]
    google, outlook = (link_to(service, note) for service in CalendarStyle().links)
    assert "dates=20240314T130000Z/20240314T140000Z" in google
    assert "recur=RRULE:FREQ%3DWEEKLY%3BBYDAY%3DTH%3BUNTIL%3D20240627T225959Z&ctz=Europe/London" in google
    assert "startdt=2024-03-14T13:00:00Z" in outlook
    without = diary(issue("2024-03-11", **WEEKLY, **{"except": ["2024-03-28"]})).notes[0]
    assert "recur" not in link_to(CalendarStyle().links[0], without)


def test_programs_read_the_schedule() -> None:
    note = diary(issue("2024-03-11", **WEEKLY, **{"except": ["2024-03-28"]})).notes[0]
    (data,) = structured([note], "House")
    assert data["startDate"] == "2024-03-14T13:00:00+00:00"
    assert data["eventSchedule"] == {
        "@type": "Schedule", "repeatFrequency": "P1W", "byDay": ["https://schema.org/Thursday"],
        "startDate": "2024-01-04", "endDate": "2024-06-27", "startTime": "13:00:00", "endTime": "14:00:00",
        "scheduleTimezone": "Europe/London", "exceptDate": ["2024-03-28"],
    }  # fmt: skip


RULES = (
    "daily", "every weekday", "every Sunday", "every Tuesday and Saturday", "every other Friday", "every 3 weeks",
    "first Tuesday monthly", "last Sunday of the month", "second and fourth Saturday of every month",
    "31st of every month", "monthly", "quarterly", "yearly", "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=-1",
    "every Sunday, 20 times",
    "every Monday until 2024-11-04",
)  # fmt: skip
ZONES = ("Europe/London", "America/New_York", "Europe/Paris", "Australia/Sydney", "Asia/Kolkata", "UTC")


@given(
    rule=st.sampled_from(RULES),
    start=st.dates(dt.date(2024, 1, 1), dt.date(2024, 2, 28)),
    time=st.times() | st.sampled_from([dt.time(0, 30), dt.time(1, 30), dt.time(2, 30), dt.time(13)]),
    zone=st.sampled_from(ZONES),
    gaps=st.sets(st.integers(0, 20), max_size=3),
)
@settings(max_examples=100, deadline=None)
def test_a_year_of_dates_in_the_email_is_that_of_the_calendar_file(
    rule: str, start: dt.date, time: dt.time, zone: str, gaps: set[int]
) -> None:
    info = ZoneInfo(zone)
    clock = time.replace(second=0, microsecond=0)
    probe = Event.model_construct(when=dt.datetime.combine(start, clock, info), repeats=rule, ends=None)
    object.__setattr__(probe, "except", ())
    series = series_of(probe)
    assert series is not None
    days = [day for day, _ in zip(series.days(start), range(25), strict=False)]
    first = dt.datetime.combine(days[0], clock, info)
    assume(first.astimezone(dt.UTC).astimezone(info) == first)  # a time that the clocks skip is refused
    event = {
        "when": f"{days[0]} {clock:%H:%M}", "repeats": rule, "zone": zone,
        "except": [days[gap].isoformat() for gap in gaps if 0 < gap < len(days)],
    }  # fmt: skip
    one = issue("2024-01-01", **event)
    in_email = []
    for month in range(1, 13):  # each issue on the first of its month
        told_of = series_of(one.sections[0].items[0])
        assert told_of is not None
        day = dt.date(2024, month, 1)
        in_email += [when for when, _ in shown_times(told_of, day) if (when.year, when.month) == (2024, month)]
    file = calendar_file(diary(one).notes, dt.date(2024, 1, 1))
    expanded = recurring_ical_events.of(icalendar.Calendar.from_ical(file)).between(
        dt.datetime(2024, 1, 1, tzinfo=info), dt.datetime(2025, 1, 1, tzinfo=info)
    )
    in_file = sorted(found["DTSTART"].dt for found in expanded)
    assert [when.astimezone(dt.UTC) for when in in_email] == [when.astimezone(dt.UTC) for when in in_file]


WEEKEND = {"when": "2027-01-30 10:00", "ends": "16:00", "repeats": "daily until 2027-01-31", "repeats_as": "dates"}


@pytest.mark.parametrize("day", ["2027-01-04", "2026-12-01", "2027-01-31", "2027-02-05"])
def test_days_in_a_row_are_told_together_whatever_month_the_issue_is_of(day: str) -> None:
    year = " 2027" if day.startswith("2026") else ""
    assert told(day, **WEEKEND) == f"Saturday 30 January{year} and Sunday 31 January{year}, 10am to 4pm"
    one = issue(day, **WEEKEND)
    box = RenderContext.of(one, PRESENTATION).calendar.box_of(one.sections[0].items[0])
    assert (box.month, box.day) == ("Jan", "30–31")


def test_days_in_a_row_over_the_end_of_a_month_are_all_told() -> None:
    longer = {**WEEKEND, "repeats": "daily until 2027-02-01"}
    assert told("2027-01-04", **longer) == ("Saturday 30 January, Sunday 31 January and Monday 1 February, 10am to 4pm")
    one = issue("2027-01-04", **longer)
    box = RenderContext.of(one, PRESENTATION).calendar.box_of(one.sections[0].items[0])
    assert (box.first, box.last) == ("30 Jan", "1 Feb")


@pytest.mark.parametrize(
    ("repeats", "is_run"),
    [
        ("daily until 2027-01-31", True),
        ("daily, 3 times", True),
        ("daily until 2027-03-31", False),
        ("daily", False),
        ("every 2 days until 2027-02-01", False),
        ("every Saturday until 2027-02-06", False),
    ],
)
def test_only_a_few_days_in_a_row_are_one_thing(repeats: str, *, is_run: bool) -> None:
    one = issue("2027-01-04", **{**WEEKEND, "repeats": repeats})
    series = series_of(one.sections[0].items[0])
    assert series is not None
    assert series.is_run == is_run


def test_a_calendar_has_each_of_some_days_in_a_row() -> None:
    one = issue("2027-01-04", **WEEKEND)
    made = calendar_file(diary(one).notes, dt.date(2027, 1, 4))
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(made)).between((2027, 1, 1), (2027, 3, 1))
    times = sorted((event["DTSTART"].dt, event["DTEND"].dt) for event in found)
    assert [f"{start:%d %H:%M} {end:%H:%M}" for start, end in times] == ["30 10:00 16:00", "31 10:00 16:00"]
