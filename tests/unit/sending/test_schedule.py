"""The hour to send at, on the days when the clocks change, for every provider that schedules."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from newsletter.errors import UnsupportedError, UsageError
from newsletter.providers.capabilities import Feature, Limits
from newsletter.providers.registry import adapter, names
from newsletter.sending.formatting import format_datetime
from newsletter.sending.schedule import hour_to_send, other_of_two, parse_hour

UTC = dt.UTC
LONG_BEFORE = dt.datetime(2027, 1, 1, tzinfo=UTC)
# zone, the local time that comes twice in 2027, and its two moments in UTC (from the tz database's rules)
TWICE = [
    ("Europe/London", "2027-10-31 01:30", "2027-10-31T00:30Z", "2027-10-31T01:30Z"),
    ("Europe/London", "2027-10-31 01:00", "2027-10-31T00:00Z", "2027-10-31T01:00Z"),
    ("America/New_York", "2027-11-07 01:45", "2027-11-07T05:45Z", "2027-11-07T06:45Z"),
    ("Australia/Lord_Howe", "2027-04-04 01:45", "2027-04-03T14:45Z", "2027-04-03T15:15Z"),
    ("Africa/Cairo", "2027-10-28 23:15", "2027-10-28T20:15Z", "2027-10-28T21:15Z"),
    ("America/Santiago", "2027-04-03 23:30", "2027-04-04T02:30Z", "2027-04-04T03:30Z"),
]
# zone, a local time that the clocks skip in 2027, and the nearest two that there are
SKIPPED = [
    ("Europe/London", "2027-03-28 01:30", "00:30", "02:30"),
    ("America/New_York", "2027-03-14 02:15", "01:15", "03:15"),
    ("Australia/Lord_Howe", "2027-10-03 02:15", "01:45", "02:45"),
    ("Africa/Cairo", "2027-04-30 00:30", "23:30", "01:30"),
    ("America/Santiago", "2027-09-05 00:30", "23:30", "01:30"),
]
SCHEDULING = [name for name in names() if Feature.SCHEDULE in adapter(name).about.features]


@pytest.mark.parametrize(("zone", "text", "first", "second"), TWICE)
@pytest.mark.parametrize("provider", SCHEDULING)
def test_both_of_two_equal_hours_can_be_chosen_at_every_provider(provider, zone, text, first, second):
    limits, there = adapter(provider).about.limits, ZoneInfo(zone)
    for written, expected in ((text, first), *_ways_to_say(text, there, first, second)):
        when = parse_hour(written, there, LONG_BEFORE)
        assert in_utc(when) == dt.datetime.fromisoformat(expected)
        limits.check_moment(when, dt.datetime.fromisoformat(expected) - dt.timedelta(days=1), provider)


def in_utc(when):
    """Return a moment in UTC: a time that comes twice equals no moment of another zone (PEP 495)."""
    return when.astimezone(UTC)


def _ways_to_say(text, zone, first, second):
    for fold, expected in enumerate((first, second)):
        local = dt.datetime.fromisoformat(expected).astimezone(zone)
        assert local.fold == fold
        offset = local.isoformat()[19:]
        yield f"{text}{offset}", expected
        yield f"{text} {offset.replace(':', '')}", expected
        if local.tzname().isalpha():
            yield f"{text} {local.tzname()}", expected


@pytest.mark.parametrize(("zone", "text", "first", "second"), TWICE)
def test_people_are_told_which_of_two_equal_hours_it_is_and_how_to_choose_the_other(zone, text, first, second):
    there = ZoneInfo(zone)
    told = [format_datetime(dt.datetime.fromisoformat(one), there) for one in (first, second)]
    assert told[0].endswith(", before the clocks go back)")
    assert told[1].endswith(", after the clocks go back)")
    assert told[0].partition(" (")[0] == told[1].partition(" (")[0]
    assert text[-5:] in told[0]
    when = parse_hour(text, there, LONG_BEFORE)
    other = parse_hour(other_of_two(when), there, LONG_BEFORE)
    assert in_utc(other) == dt.datetime.fromisoformat(second)
    assert in_utc(parse_hour(other_of_two(other), there, LONG_BEFORE)) == in_utc(when)


def test_an_hour_that_comes_once_is_told_without_its_offset():
    there = ZoneInfo("Europe/London")
    assert format_datetime(dt.datetime(2027, 10, 31, 2, 30, tzinfo=UTC), there) == "Sunday 31 October 2027 at 02:30"
    assert other_of_two(dt.datetime(2027, 10, 31, 2, 30, tzinfo=there)) == ""


@pytest.mark.parametrize(("zone", "text", "earlier", "later"), SKIPPED)
def test_a_skipped_hour_is_refused_with_the_nearest_ones(zone, text, earlier, later):
    with pytest.raises(UsageError, match="the clocks go forward over it") as refused:
        parse_hour(text, ZoneInfo(zone), LONG_BEFORE)
    assert refused.value.hint.count(earlier) == refused.value.hint.count(later) == 1
    for near in refused.value.hint.partition("are ")[2].rstrip(".").split(" and "):
        parse_hour(near, ZoneInfo(zone), LONG_BEFORE)


def test_the_second_of_two_hours_is_meant_where_the_first_has_passed():
    london, between = ZoneInfo("Europe/London"), dt.datetime(2027, 10, 31, 0, 50, tzinfo=UTC)  # 01:50 BST
    for text in ("01:30", "2027-10-31 01:30"):
        assert in_utc(parse_hour(text, london, between)) == dt.datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    with pytest.raises(UsageError, match="has already passed"):
        parse_hour("2027-10-31 01:30 BST", london, between)


def test_an_offset_that_the_zone_does_not_have_then_is_refused():
    for text in ("2027-10-31 01:30 CET", "2027-10-31 01:30+02:00", "2027-06-01 09:00 GMT"):
        with pytest.raises(UsageError, match="does not have the offset"):
            parse_hour(text, ZoneInfo("Europe/London"), LONG_BEFORE)
    summer = parse_hour("2027-06-01 09:00 BST", ZoneInfo("Europe/London"), LONG_BEFORE)
    assert summer == dt.datetime(2027, 6, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(("zone", "text", "first", "second"), TWICE)
@pytest.mark.parametrize("step", [5, 15, 30, 60])
def test_what_is_named_as_nearest_is_taken_on_the_day_of_a_clock_change(zone, text, first, second, step):
    there, limits = ZoneInfo(zone), Limits(schedule_step_minutes=step)
    start = dt.datetime.fromisoformat(first) - dt.timedelta(hours=2)
    for minutes in range(0, 300, 7):
        when = (start + dt.timedelta(minutes=minutes)).astimezone(there)
        try:
            limits.check_moment(when, LONG_BEFORE, "It")
        except UnsupportedError as refused:
            named = refused.hint.removeprefix("The nearest possible times are ").rstrip(".").split(" or ")
            near = [in_utc(parse_hour(one, there, LONG_BEFORE)) for one in named]
            assert near[0] < in_utc(when) < near[1]
            assert near[1] - near[0] == dt.timedelta(minutes=step)
            for one in near:
                limits.check_moment(one, LONG_BEFORE, "It")


def test_time_to_undo_is_reckoned_in_utc_across_the_change():
    mailchimp = adapter("mailchimp").about
    now = dt.datetime(2027, 10, 31, 1, 55, tzinfo=ZoneInfo("Europe/London"))  # BST, five minutes before the change
    when = hour_to_send(mailchimp, 10, now, in_part=False)
    assert when == dt.datetime(2027, 10, 31, 1, 15, tzinfo=UTC)
