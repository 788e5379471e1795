"""How something repeats is read from words and rules, and what cannot be read says why."""

from __future__ import annotations

import contextlib
import datetime as dt
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from newsletter.model.item import Event
from newsletter.model.recurrence import Series, read_recurrence
from newsletter.model.zone_names import WITHOUT_PLACE, zones_for


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("first Tuesday monthly", "FREQ=MONTHLY;BYDAY=1TU"),
        ("the last Friday of each month", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("first and third Tuesday of every month", "FREQ=MONTHLY;BYDAY=1TU,3TU"),
        ("every first Tuesday", "FREQ=MONTHLY;BYDAY=1TU"),
        ("every Thursday until 2024-06-27", "FREQ=WEEKLY;BYDAY=TH;UNTIL=20240627"),
        ("Thursdays until Thursday 27 June 2024", "FREQ=WEEKLY;BYDAY=TH;UNTIL=20240627"),
        ("every Mon, Wed and Fri, 6 times", "FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=6"),
        ("every other Friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR"),
        ("fortnightly", "FREQ=WEEKLY;INTERVAL=2"),
        ("every two months", "FREQ=MONTHLY;INTERVAL=2"),
        ("15th of every month", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("every month on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15"),
        ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", "FREQ=YEARLY;BYDAY=-1MO;BYMONTH=5"),
        ("freq=weekly;until=20240627T120000Z", "FREQ=WEEKLY;UNTIL=20240627"),
    ],
)
def test_words_and_rules(words: str, rule: str) -> None:
    assert read_recurrence(words).text() == rule


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("every second Thursday", "`every other Thursday`, or `second Thursday monthly`"),
        ("now and then", "`now` is not a weekday"),
        ("every Thursday until summer", "`summer` is not a day"),
        ("every Thursday until 2024-02-30", "there is no day"),
        ("every Thursday, 0 times", "0 times"),
        ("32nd of every month", "no month has a day 32"),
        ("every zero weeks", "`zero` is not a number"),
        ("sometimes monthly", "which weekday of the month"),
        ("FREQ=HOURLY", "`FREQ` is one of"),
        ("FREQ=WEEKLY;BYDAY=XX", "`XX` is not a weekday"),
        ("FREQ=WEEKLY;COUNT=2;UNTIL=20240101", "only one of"),
        ("FREQ=WEEKLY;INTERVAL=0", "`0` is not a number"),
        ("FREQ=WEEKLY;BYHOUR=9", "`BYHOUR=9` cannot be used"),
        ("FREQ=MONTHLY;BYMONTHDAY=40", "out of range"),
        ("FREQ=WEEKLY;UNTIL=20240231", "day is out of range"),
    ],
)
def test_what_cannot_be_read_says_why(words: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        read_recurrence(words)
    with pytest.raises(ValidationError) as error:
        Event.model_validate({"when": "2024-01-04", "repeats": words})
    assert reason in str(error.value)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(words: str) -> None:
    with contextlib.suppress(ValueError):
        rule = read_recurrence(words)
        assert read_recurrence(rule.text()) == rule


def test_weekdays_and_days_left_open_are_those_of_the_first_time() -> None:
    thursday = dt.date(2024, 1, 4)
    assert read_recurrence("weekly", thursday).text() == "FREQ=WEEKLY;BYDAY=TH"
    assert read_recurrence("monthly", thursday).text() == "FREQ=MONTHLY;BYMONTHDAY=4"


def test_the_last_day_is_one_that_takes_place() -> None:
    first = dt.date(2024, 1, 4)
    rule = read_recurrence("every Thursday, 3 times")
    assert Series(rule, first, first).last_day == dt.date(2024, 1, 18)
    assert Series(rule, first, first, frozenset({dt.date(2024, 1, 18)})).last_day == dt.date(2024, 1, 11)
    assert Series(read_recurrence("every Thursday"), first, first).last_day is None
    assert Series(rule, first, first).next(dt.date(2024, 1, 19)) is None


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("EST", ("America/New_York", "America/Toronto")),
        ("CET", ("Europe/Paris", "Europe/Berlin")),
        ("UTC+1", ("Europe/Paris", "Africa/Lagos")),
        ("gmt -5", ("America/New_York", "America/Bogota")),
        ("+05:30", ("Asia/Kolkata",)),
        ("nowhere", ()),
    ],
)
def test_zones_are_suggested_for_abbreviations_and_distances(text: str, zones: tuple[str, ...]) -> None:
    assert zones_for(text) == zones


def test_each_zone_without_a_place_has_a_suggestion() -> None:
    assert [name for name in WITHOUT_PLACE if not zones_for(name)] == []
