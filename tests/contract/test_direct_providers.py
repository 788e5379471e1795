"""What every provider that takes one message per recipient must keep to, whichever it is.

A new provider adds a row to FACTORIES: what builds it, over the people given, in a folder of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.errors import UsageError
from newsletter.model.audience import Subscriber, SubscriberStatus
from newsletter.providers.about import Feature
from newsletter.providers.base import Answer, DirectProvider, Parcel
from newsletter.providers.registry import DIRECT, Supplies, build

PEOPLE = (
    Subscriber(email="first@example.org", first_name="Kim"),
    Subscriber(email="left@example.org", status=SubscriberStatus.UNSUBSCRIBED),
    Subscriber(email="gone@example.org", status=SubscriberStatus.BOUNCED),
    Subscriber(email="angry@example.org", status=SubscriberStatus.COMPLAINED),
    Subscriber(email="second@example.org"),
)
AUDIENCE = "audience.csv"


def _outbox(folder: Path) -> DirectProvider:
    return build("outbox", Supplies(folder / "outbox", "outbox", AUDIENCE, lambda: PEOPLE))


FACTORIES: dict[str, Callable[[Path], DirectProvider]] = {"outbox": _outbox}


@pytest.fixture(params=sorted(FACTORIES))
def provider(request: pytest.FixtureRequest, tmp_path: Path) -> DirectProvider:
    return FACTORIES[request.param](tmp_path)


def parcel(key: str, issue: str = "2024-02") -> Parcel:
    raw = f"From: news@example.org\r\nTo: first@example.org\r\nSubject: {issue}\r\n\r\nHello {key}\r\n"
    return Parcel(issue, key, "first@example.org", raw.encode())


def test_every_provider_is_in_the_suite():
    assert set(FACTORIES) == set(DIRECT)


def test_it_says_what_it_is(provider):
    assert DIRECT[provider.name]
    assert provider.title
    assert provider.batch >= 1
    assert provider.whereabouts()


def test_it_cannot_be_asked_little_and_hand_over_much(provider):
    assert Feature.TELLS in provider.about.features or provider.batch == 1


def test_the_audience_has_a_live_count(provider):
    audience = provider.audience(AUDIENCE)
    assert audience.name
    if Feature.COUNTS in provider.about.features:
        assert audience.count == len(provider.recipients(audience)) == 2


def test_recipients_are_those_who_want_it_in_order(provider):
    people = provider.recipients(provider.audience(AUDIENCE))
    assert [one.email for one in people] == ["first@example.org", "second@example.org"]


def test_an_unknown_audience_is_refused(provider):
    with pytest.raises(UsageError, match="no audience 'nobody'"):
        provider.audience("nobody")


def test_preparing_twice_is_nothing(provider):
    provider.prepare()
    provider.deliver(parcel("k1"))
    provider.prepare()
    assert provider.ask("2024-02", ["k1"])["k1"] is not Answer.NO


def test_it_tells_what_it_has_or_that_it_cannot_tell(provider):
    provider.prepare()
    provider.deliver(parcel("k1"))
    provider.settle()
    said = provider.ask("2024-02", ["k1", "k2"])
    assert set(said) == {"k1", "k2"}
    if Feature.TELLS in provider.about.features:
        assert said == {"k1": Answer.YES, "k2": Answer.NO}
    else:
        assert set(said.values()) == {Answer.CANNOT_TELL}


def test_it_never_denies_what_it_took(provider):
    provider.prepare()
    keys = [f"k{number}" for number in range(5)]
    for key in keys:
        provider.deliver(parcel(key))
        assert provider.ask("2024-02", [key])[key] is not Answer.NO


def test_asking_about_nobody_is_nothing(provider):
    assert provider.ask("2024-02", []) == {}


def test_asking_before_anything_was_sent_claims_nothing(provider):
    assert Answer.YES not in provider.ask("2024-02", ["k1"]).values()


def test_a_test_is_not_the_real_message(provider):
    if Feature.TEST not in provider.about.features:
        pytest.skip(f"{provider.name} sends no tests")
    provider.prepare()
    assert provider.deliver_test(parcel("k1"))
    assert provider.ask("2024-02", ["k1"])["k1"] is not Answer.YES
