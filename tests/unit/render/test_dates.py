from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.branding import DateStyle
from newsletter.model.item import Event
from newsletter.render.dates import NO_BREAK, Calendar, DateBox, city_of, direction, month_before, unbroken
from newsletter.render.ui_strings import ENGLISH

LONDON = ZoneInfo("Europe/London")


def calendar(date: str = "EEEE d MMMM", time: str = "h:mma", language: str = "en-GB") -> Calendar:
    return Calendar(DateStyle(date=date, time=time), language, LONDON, ENGLISH, 2024)


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (at("2024-03-05 13:00"), None, "Tuesday 5 March, 1pm"),
        (at("2024-04-08 11:30"), None, "Monday 8 April, 11:30am"),
        (at("2024-03-05 12:00"), None, "Tuesday 5 March, 12 noon"),
        (at("2024-03-05 12:15"), None, "Tuesday 5 March, 12:15pm"),
        (at("2024-03-05 00:00"), None, "Tuesday 5 March, 12am"),
        (at("2024-03-05 13:00"), at("2024-03-05 14:00"), "Tuesday 5 March, 1pm to 2pm"),
        (at("2024-03-05 13:00"), at("2024-03-05 13:00"), "Tuesday 5 March, 1pm"),
        (at("2024-03-05 09:00"), at("2024-03-06 16:30"), "Tuesday 5 March, 9am, to Wednesday 6 March, 4:30pm"),
        (dt.date(2024, 3, 27), None, "Wednesday 27 March"),
        (dt.date(2024, 3, 27), dt.date(2024, 3, 28), "Wednesday 27 March to Thursday 28 March"),
        (dt.date(2024, 3, 27), at("2024-03-28 12:00"), "Wednesday 27 March, to Thursday 28 March, 12 noon"),
        (dt.date(2024, 3, 27), at("2024-03-27 14:00"), "Wednesday 27 March, 2pm"),
        (at("2024-03-27 14:00"), dt.date(2024, 3, 27), "Wednesday 27 March, 2pm"),
        (dt.date(2025, 1, 7), None, "Tuesday 7 January 2025"),
        (dt.date(2024, 12, 30), dt.date(2025, 1, 2), "Monday 30 December to Thursday 2 January 2025"),
    ],
)
def test_when_is_said_as_the_house_says_it(start: dt.date, end: dt.date | None, said: str) -> None:
    assert calendar().when(start, end) == said


def test_the_hour_is_that_of_the_house_in_summer_and_in_winter() -> None:
    for day, said in (("2024-03-30", "12:30pm"), ("2024-03-31", "1:30pm")):
        moment = dt.datetime.fromisoformat(f"{day} 12:30").replace(tzinfo=dt.UTC)
        assert calendar().moment(moment).endswith(said)


def test_a_clock_of_24_hours_keeps_its_minutes() -> None:
    assert calendar(time="HH:mm").moment(at("2024-03-05 12:00")) == "Tuesday 5 March, 12:00"
    assert calendar(time="H 'Uhr am' mm").time(at("2024-03-05 13:00")) == "13 Uhr am 00"
    assert calendar(time="h.mm a").time(at("2024-03-05 13:00")) == "1 pm"


def test_a_style_with_a_year_gets_no_second_one() -> None:
    assert calendar(date="d/M/y").day(dt.date(2025, 1, 7), year=True) == "7/1/2025"
    assert calendar().day(dt.date(2024, 2, 12), year=True) == "Monday 12 February 2024"


@pytest.mark.parametrize(
    ("language", "month"),
    [("en-GB", "January"), ("cy", "Ionawr"), ("es", "enero"), ("xx", "January"), ("en-XX", "January")],
)
def test_months_are_named_in_the_language_or_in_english(language: str, month: str) -> None:
    assert calendar(language=language).month(dt.date(2024, 1, 1)) == month


def test_the_way_a_language_is_written_is_known() -> None:
    assert [direction(language) for language in ("en-GB", "ar", "he", "cy", "xx")] == [
        "ltr",
        "rtl",
        "rtl",
        "ltr",
        "ltr",
    ]


def test_a_box_shows_the_day_or_the_days() -> None:
    boxes = calendar()
    assert boxes.box(at("2024-03-05 13:00")) == DateBox("Mar", "5")
    assert boxes.box(dt.date(2024, 3, 27), dt.date(2024, 3, 28)) == DateBox("Mar", "27–28")
    assert boxes.box(dt.date(2024, 3, 30), dt.date(2024, 4, 1)) == DateBox("Mar–Apr", "30–1", "30 Mar", "1 Apr")
    assert boxes.box(at("2024-03-05 13:00"), at("2024-03-05 14:00")) == DateBox("Mar", "5")


@given(st.dates(min_value=dt.date(1, 2, 1)))
def test_the_month_before_ends_the_day_before_the_month(day: dt.date) -> None:
    before = month_before(day)
    assert before.day == 1
    assert before < day.replace(day=1)
    assert (day.replace(day=1) - before).days in range(28, 32)


def test_a_time_elsewhere_names_both_clocks() -> None:
    new_york, paris = ZoneInfo("America/New_York"), ZoneInfo("Europe/Paris")
    at_one = dt.datetime(2024, 3, 20, 13, 0, tzinfo=new_york)
    house = calendar()
    # for three weeks in March the two are four hours apart, not five
    assert house.when(at_one, None, new_york) == ("Wednesday 20 March, 1pm New York time (5pm London time)")
    assert house.when(at_one, at_one + dt.timedelta(hours=1), new_york) == (
        "Wednesday 20 March, 1pm to 2pm New York time (5pm to 6pm London time)"
    )
    late = dt.datetime(2024, 3, 20, 22, 0, tzinfo=new_york)
    assert house.when(late, None, new_york) == (
        "Wednesday 20 March, 10pm New York time (Thursday 21 March, 2am London time)"
    )
    assert house.when(late, late + dt.timedelta(hours=20), new_york) == (
        "Wednesday 20 March, 10pm, to Thursday 21 March, 6pm New York time (Thursday 21 March, 2am to 10pm London time)"
    )
    assert house.when(at("2024-03-20 13:00"), None, ZoneInfo("Europe/Lisbon")) == "Wednesday 20 March, 1pm"
    assert house.when(dt.date(2024, 3, 20), None, paris) == "Wednesday 20 March"


@pytest.mark.parametrize(
    ("zone", "language", "city"),
    [
        ("America/New_York", "es", "Nueva York"),
        ("America/New_York", "cy", "Efrog Newydd"),
        ("Europe/London", "en-GB", "London"),
        ("Etc/GMT+5", "en-GB", "Etc/GMT+5"),
        ("UTC", "en-GB", "UTC"),
    ],
)
def test_a_zone_is_known_by_its_city(zone: str, language: str, city: str) -> None:
    assert city_of(ZoneInfo(zone), language) == city


@pytest.mark.parametrize("name", sorted(zoneinfo.available_timezones())[::7])
def test_every_zone_has_a_name(name: str) -> None:
    assert city_of(ZoneInfo(name), "cy")


@pytest.mark.parametrize(
    ("told", "whole"),
    [
        ("Tuesday 5 March", ["Tuesday", "5 March"]),
        ("Tuesday 5 March, 1pm to 2pm", ["Tuesday", "5 March,", "1pm to 2pm"]),
        ("Tuesday 5 March, 12:30pm to 4:30pm", ["Tuesday", "5 March,", "12:30pm", "to 4:30pm"]),
        ("Tuesday 5 March, 12 noon", ["Tuesday", "5 March,", "12 noon"]),
        ("Dydd Mawrth 20 Chwefror, 13:00", ["Dydd", "Mawrth", "20 Chwefror,", "13:00"]),
        ("Wednesday 27 March to Thursday 28 March", ["Wednesday", "27 March", "to", "Thursday", "28 March"]),
        ("الثلاثاء 20 فبراير، 1 م إلى 2 م", ["الثلاثاء", "20 فبراير،", "1 م إلى 2 م"]),
        ("now", ["now"]),
        ("", [""]),
    ],
)
def test_a_date_breaks_at_good_places_only(told: str, whole: list[str]) -> None:
    assert [piece.replace(NO_BREAK, " ") for piece in unbroken(told).split(" ")] == whole


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"when": at("2024-03-05 10:30"), "ends": at("2024-03-05 12:30")}, "Tuesday, 10:30am to 12:30pm"),
        ({"when": dt.date(2024, 3, 27), "ends": dt.date(2024, 3, 28)}, "Wednesday to Thursday"),
        # the weekdays alone would be those of another week as well
        ({"when": dt.date(2024, 3, 4), "ends": dt.date(2024, 3, 11)}, "Monday 4 March to Monday 11 March"),
        ({"when": dt.date(2025, 1, 7)}, "Tuesday 7 January 2025"),
        (
            {"when": at("2024-03-20 13:00"), "zone": "America/New_York"},
            "Wednesday, 9am New York time (1pm London time)",
        ),
    ],
)
def test_beside_a_box_the_day_is_not_said_twice(event: dict[str, Any], said: str) -> None:
    assert calendar().event(Event.model_validate(event), boxed=True) == said


def test_a_style_without_weekdays_says_the_whole_day_beside_a_box() -> None:
    event = Event(when=at("2024-03-05 13:00"))
    assert calendar(date="d MMMM").event(event, boxed=True) == "5 March, 1pm"


@pytest.mark.parametrize(
    ("pattern", "language", "said"),
    [
        ("EEEE d MMMM y", "en-GB", "5 March 2024"),
        ("EEEE, d 'de' MMMM 'de' y", "es", "5 de marzo de 2024"),
        ("y. MMMM d., EEEE", "hu", "2024. március 5."),
        ("d MMMM y", "en-GB", "5 March 2024"),
    ],
)
def test_a_day_without_its_weekday(pattern: str, language: str, said: str) -> None:
    told = calendar(date=pattern, language=language).day(dt.date(2024, 3, 5), year=True, weekday=False)
    assert told == said


def test_a_short_day() -> None:
    assert calendar().short_day(at("2024-03-05 13:00")) == "5 Mar"


@pytest.mark.parametrize(
    ("language", "said"), [("en-GB", "5 Mar"), ("en-US", "Mar 5"), ("de", "5. März"), ("ja", "3月5日")]
)
def test_a_short_day_has_the_order_of_its_language(language: str, said: str) -> None:
    assert calendar(language=language).short_day(at("2024-03-05 13:00")) == said


def test_the_date_box_of_two_months_has_each_day_in_the_order_of_its_language() -> None:
    start, end = at("2025-10-30 13:00"), at("2025-11-02 13:00")
    british, american = (calendar(language=language).box(start, end) for language in ("en-GB", "en-US"))
    assert (british.first, british.last) == ("30 Oct", "2 Nov")
    assert (american.first, american.last) == ("Oct 30", "Nov 2")
    assert (american.month, american.day) == ("Oct–Nov", "30–2")
    assert calendar().box(start, at("2025-10-31 13:00")).first == ""
