"""Dates and times as an author writes them."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from newsletter.model.datetimes import DEFAULT_ZONE, DateOrDateTime, Day, End, comes_twice, parse_when

LONDON = ZoneInfo("Europe/London")
UTC = ZoneInfo("UTC")
"""A clock that skips nothing."""
DAY: TypeAdapter[dt.date] = TypeAdapter(Day)
MOMENT: TypeAdapter[dt.date] = TypeAdapter(DateOrDateTime)


@given(st.dates(dt.date(1000, 1, 1), dt.date(2999, 12, 31)), st.none() | st.times(timezones=st.none()))
def test_what_is_written_is_what_is_read(day: dt.date, time: dt.time | None) -> None:
    text = day.isoformat() + (f" {time:%H:%M}" if time else "")
    found = parse_when(text, UTC)
    if time is None:
        assert found == day
        assert not isinstance(found, dt.datetime)
    else:
        assert isinstance(found, dt.datetime)
        assert (found.date(), found.hour, found.minute) == (day, time.hour, time.minute)
        assert found.tzinfo is UTC
    schema = MOMENT.json_schema()
    assert re.fullmatch(schema["pattern"], text)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("12/02/2024", "when_form"),
        ("2024-02-20 1pm", "when_form"),
        ("", "when_form"),
        ("2024-02-30", "no_such_date"),
        ("0000-01-01", "no_such_date"),
        ("0001-01-01 00:30", "no_such_date"),
        ("0999-12-31", "no_such_date"),
        ("3000-01-01 12:00", "no_such_date"),
        ("9999-12-31", "no_such_date"),
        ("2024-02-20 13.00", "time_dot"),
        ("2024-02-20 13h00", "time_dot"),
        ("2024-02-20 25:00", "no_such_time"),
        ("2024-02-20 13:60", "no_such_time"),
        (20240220, "when_form"),
        (None, "when_form"),
        (["2024-02-20"], "when_form"),
    ],
)
def test_what_is_no_date_is_refused(text: object, error: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MOMENT.validate_python(text)
    assert [each["type"] for each in caught.value.errors()] == [error]


def test_the_corrected_time_goes_with_the_error() -> None:
    with pytest.raises(ValidationError) as caught:
        MOMENT.validate_python("2024-2-5 9.05")
    assert caught.value.errors()[0]["ctx"]["corrected"] == "2024-02-05 09:05"


def test_times_are_the_houses() -> None:
    assert MOMENT.validate_python("2024-07-01T13:00:00", context={"zone": LONDON}).isoformat() == (
        "2024-07-01T13:00:00+01:00"
    )
    for context in (None, {}, {"zone": "nonsense"}):
        found = MOMENT.validate_python("2024-02-01 13:00", context=context)
        assert isinstance(found, dt.datetime)
        assert found.tzinfo is DEFAULT_ZONE


def test_ready_made_moments_are_taken() -> None:
    naive = dt.datetime(2024, 2, 20, 13, 0)  # noqa: DTZ001  that is what is tried
    aware = dt.datetime(2024, 2, 20, 13, 0, tzinfo=dt.UTC)
    assert MOMENT.validate_python(naive, context={"zone": LONDON}) == naive.replace(tzinfo=LONDON)
    assert MOMENT.validate_python(aware) is aware
    assert MOMENT.validate_python(dt.date(2024, 2, 20)) == dt.date(2024, 2, 20)


def test_a_day_has_no_time() -> None:
    assert DAY.validate_python("2024-2-5") == dt.date(2024, 2, 5)
    with pytest.raises(ValidationError) as caught:
        DAY.validate_python("2024-02-05 13:00")
    assert (caught.value.errors()[0]["type"], caught.value.errors()[0]["ctx"]["corrected"]) == (
        "date_only",
        "2024-02-05",
    )


@pytest.mark.parametrize(
    ("text", "zone", "earlier", "later"),
    [
        ("2024-03-31 01:30", "Europe/London", "00:30", "02:30"),
        ("2024-03-31 01:00", "Europe/London", "00:00", "02:00"),
        ("2024-03-10 02:15", "America/New_York", "01:15", "03:15"),
        ("2024-10-06 02:10", "Australia/Lord_Howe", "01:40", "02:40"),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused_with_those_around_it(
    text: str, zone: str, earlier: str, later: str
) -> None:
    with pytest.raises(PydanticCustomError) as told:
        parse_when(text, ZoneInfo(zone))
    assert told.value.type == "time_skipped"
    assert told.value.context == {"time": text[-5:], "earlier": earlier, "later": later}


CLOCKS = ("Europe/London", "Africa/Cairo", "Australia/Lord_Howe")


@given(st.dates(dt.date(2000, 1, 1), dt.date(2037, 1, 1)), st.times(), st.sampled_from(CLOCKS))
@example(dt.date(2024, 3, 31), dt.time(1, 30), "Europe/London")
def test_a_time_is_taken_where_it_is_on_the_clock_and_no_other(day: dt.date, time: dt.time, name: str) -> None:
    zone = ZoneInfo(name)
    local = dt.datetime.combine(day, time)
    text = f"{local:%Y-%m-%d %H:%M}"
    there = local.replace(second=0, microsecond=0, tzinfo=zone)
    shown = there.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == there.replace(tzinfo=None)
    if shown:
        assert parse_when(text, zone) == there
    else:
        with pytest.raises(PydanticCustomError, match="the clocks skip"):
            parse_when(text, zone)


@pytest.mark.parametrize("text", ["1000-01-01 00:30", "2999-12-31 23:30"])
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_ends_of_the_calendar_are_taken(text: str, zone: str) -> None:
    assert isinstance(parse_when(text, ZoneInfo(zone)), dt.datetime)


def test_an_hour_that_comes_twice_is_known() -> None:
    zone = ZoneInfo("Europe/London")
    twice = {text: comes_twice(dt.datetime.fromisoformat(text).replace(tzinfo=zone)) for text in (
        "2024-10-27 00:59", "2024-10-27 01:00", "2024-10-27 01:59", "2024-10-27 02:00", "2024-03-31 01:30",
    )}  # fmt: skip
    assert list(twice.values()) == [False, True, True, False, False]
    assert not comes_twice(dt.datetime(2024, 10, 27, 1, 30))  # noqa: DTZ001  one without a zone


class Elsewhere(BaseModel):
    """What may have a zone of its own, read before its times."""

    zone: str | None = None
    when: DateOrDateTime
    ends: End | None = None


@pytest.mark.parametrize(
    ("zone", "hour"), [("America/New_York", 18), (None, 13), ("a word of the user's own", 13), ("../etc/passwd", 13)]
)
def test_times_are_those_of_a_zone_of_its_own(zone: str | None, hour: int) -> None:
    read = Elsewhere.model_validate({"zone": zone, "when": "2024-01-05 13:00", "ends": "13:30"})
    assert isinstance(read.when, dt.datetime)
    assert isinstance(read.ends, dt.datetime)
    assert read.when.astimezone(dt.UTC).hour == read.ends.astimezone(dt.UTC).hour == hour
