from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import UncertainError, UnsupportedError
from newsletter.model.branding import Sender
from newsletter.model.provider_campaign import RemoteCampaign, RemoteState
from newsletter.providers.campaign import Limits, carries, labelled, only_one

LONDON = ZoneInfo("Europe/London")
NOW = dt.datetime(2024, 2, 12, 9, 3, tzinfo=LONDON)


def at(hour: int, minute: int, day: int = 12) -> dt.datetime:
    return dt.datetime(2024, 2, day, hour, minute, tzinfo=LONDON)


def test_a_moment_on_the_quarter_hour_is_taken():
    Limits(schedule_step_minutes=15).check_moment(at(10, 15), NOW, "It")


def test_a_moment_between_names_the_nearest_two():
    with pytest.raises(UnsupportedError, match="not at 2024-02-12 10:20 GMT") as caught:
        Limits(schedule_step_minutes=15).check_moment(at(10, 20), NOW, "It")
    assert caught.value.hint == "The nearest possible times are 2024-02-12 10:15 GMT or 2024-02-12 10:30 GMT."


def test_a_moment_too_soon_names_the_earliest():
    with pytest.raises(UnsupportedError, match="the earliest possible time is 2024-02-12 09:15 GMT"):
        Limits(schedule_step_minutes=15, schedule_least_minutes=5).check_moment(at(9, 4), NOW, "It")


def test_a_moment_in_the_past_is_refused():
    with pytest.raises(UnsupportedError, match="the earliest possible time"):
        Limits().check_moment(at(9, 0), NOW, "It")


def test_a_moment_too_far_ahead_is_refused():
    with pytest.raises(UnsupportedError, match="at most 3 days ahead"):
        Limits(schedule_most_days=3).check_moment(at(10, 0, day=20), NOW, "It")


DAYS = st.datetimes(dt.datetime(2024, 2, 13), dt.datetime(2024, 2, 20))  # noqa: DTZ001 - hypothesis wants them so


@given(DAYS, st.sampled_from([1, 5, 10, 15, 30, 60]))
def test_every_moment_named_as_nearest_is_taken_itself(naive, step):
    limits, when = Limits(schedule_step_minutes=step), naive.replace(tzinfo=dt.UTC)
    try:
        limits.check_moment(when, NOW, "It")
    except UnsupportedError as refused:
        for words in refused.hint.removeprefix("The nearest possible times are ").rstrip(".").split(" or "):
            near = dt.datetime.strptime(words, "%Y-%m-%d %H:%M UTC").replace(tzinfo=dt.UTC)
            limits.check_moment(near, NOW, "It")
            assert abs(near - when) < dt.timedelta(minutes=step)


def test_a_name_carries_the_key_it_was_labelled_with_and_no_longer_one():
    name = labelled("February Team Update", "nl-2024-02-3f9a1c")
    assert carries(name, "nl-2024-02-3f9a1c")
    assert not carries(name, "2-3f9a1c")
    assert not carries(None, "nl-2024-02-3f9a1c")
    assert not carries(f"{name} copy", "nl-2024-02-3f9a1c")


def test_several_campaigns_with_one_key_are_named():
    two = [RemoteCampaign(id=ident, state=RemoteState.DRAFT, raw_state="draft") for ident in ("7", "8")]
    assert only_one(two[:1], "nl-1", "It") == two[0]
    assert only_one([], "nl-1", "It") is None
    with pytest.raises(UncertainError, match=r"It has 2 campaigns with the key nl-1: 7 \(draft\), 8 \(draft\)"):
        only_one(two, "nl-1", "It")


@pytest.mark.parametrize(
    ("name", "mailbox"),
    [
        ("Example Trust", "Example Trust <news@example.org>"),
        ("Ångström", "Ångström <news@example.org>"),
        ('Arts, "Crafts" & \\ Co', '"Arts, \\"Crafts\\" & \\\\ Co" <news@example.org>'),
    ],
)
def test_a_senders_mailbox_can_be_read_by_others(name, mailbox):
    assert Sender(name=name, email="news@example.org").mailbox == mailbox


def test_the_earliest_time_that_is_named_is_one_that_is_taken():
    now = dt.datetime(2024, 2, 12, 6, 35, 20, tzinfo=dt.UTC)
    limits = Limits(schedule_least_minutes=1)
    with pytest.raises(UnsupportedError, match=r"cannot send at .* 06:36 .*the earliest possible time is .* 06:37 "):
        limits.check_moment(now.replace(minute=36, second=0), now, "Pigeon")
    limits.check_moment(now.replace(minute=37, second=0), now, "Pigeon")
