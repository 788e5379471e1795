"""Dates and times as an author writes them."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from newsletter.model.moment import DEFAULT_ZONE, Day, Moment, parse_when

LONDON = ZoneInfo("Europe/London")
DAY: TypeAdapter[dt.date] = TypeAdapter(Day)
MOMENT: TypeAdapter[dt.date] = TypeAdapter(Moment)


@given(st.dates(), st.none() | st.times(timezones=st.none()))
def test_what_is_written_is_what_is_read(day: dt.date, time: dt.time | None) -> None:
    text = day.isoformat() + (f" {time:%H:%M}" if time else "")
    found = parse_when(text, LONDON)
    if time is None:
        assert found == day
        assert not isinstance(found, dt.datetime)
    else:
        assert isinstance(found, dt.datetime)
        assert (found.date(), found.hour, found.minute) == (day, time.hour, time.minute)
        assert found.tzinfo is LONDON
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
