"""What every provider that takes one message per recipient must keep to, whichever it is.

A new provider adds a row to BENCHES: what builds it, and what is on the other side. The outbox writes files; the others
talk to small servers on loopback that count what they took.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsletter.errors import UsageError
from newsletter.model.audience import Subscriber, SubscriberStatus
from newsletter.providers.base import AcceptState, DirectProvider, OutboundMessage, ProviderContext
from newsletter.providers.capabilities import Feature
from newsletter.providers.registry import BUILT_IN, adapter, build
from tests.direct_faults import SERVERS, provider_at
from tests.loopback import LEFT, LIST, PEOPLE, TESTERS

EVERYBODY = (
    *(Subscriber(email=one, first_name="Kim") for one in PEOPLE),
    Subscriber(email=LEFT, status=SubscriberStatus.UNSUBSCRIBED),
    Subscriber(email="gone@example.org", status=SubscriberStatus.BOUNCED),
    Subscriber(email="angry@example.org", status=SubscriberStatus.COMPLAINED),
)


@dataclass(frozen=True)
class Bench:
    """A provider, its audience's id, who is to get what goes to it, and how often each has got it."""

    provider: DirectProvider
    audience: str
    recipients: tuple[str, ...]
    taken: Callable[[], Counter[str]]


@contextmanager
def outbox(folder: Path) -> Iterator[Bench]:
    def taken() -> Counter[str]:
        return Counter(PEOPLE[0] for _ in (folder / "outbox" / "new").glob("*"))

    supplies = ProviderContext(lambda _: "", "audience.csv", lambda: EVERYBODY, folder / "outbox", "outbox")
    provider = build("outbox", None, supplies)
    assert isinstance(provider, DirectProvider)
    yield Bench(provider, "audience.csv", PEOPLE, taken)


def served(name: str, audience: str, recipients: tuple[str, ...]) -> Callable[[Path], contextmanager[Bench]]:
    @contextmanager
    def bench(_: Path) -> Iterator[Bench]:
        server = SERVERS[name]()
        try:
            provider = provider_at(name, server.port, EVERYBODY)
            yield Bench(provider, audience, recipients, lambda: server.counting.taken)
        finally:
            server.stop()

    return bench


BENCHES = {
    "outbox": outbox,
    "smtp": served("smtp", "Readers", PEOPLE),
    "ses": served("ses", "Readers", PEOPLE),
    "mailman": served("mailman", LIST.replace("@", "."), (LIST,)),
}


@pytest.fixture(params=sorted(BENCHES))
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "ses":
        pytest.importorskip("boto3", reason="boto3 is not installed")
    with BENCHES[request.param](tmp_path) as made:
        yield made


@pytest.fixture
def provider(bench: Bench) -> DirectProvider:
    return bench.provider


@pytest.fixture
def parcel(bench: Bench) -> Callable[..., OutboundMessage]:
    def make(key: str, issue: str = "2024-02") -> OutboundMessage:
        to = bench.recipients[0]
        raw = f"From: news@example.org\r\nTo: {to}\r\nSubject: {issue}\r\n\r\nHello {key}\r\n"
        return OutboundMessage(issue, key, to, raw.encode())

    return make


def test_every_provider_is_in_the_suite():
    assert set(BENCHES) == {name for name in BUILT_IN if issubclass(adapter(name), DirectProvider)}


def test_it_says_what_it_is(provider):
    assert adapter(provider.name) is type(provider)
    assert provider.title
    assert provider.check()
    assert provider.batch >= 1
    assert provider.whereabouts()


def test_segments_are_told_with_their_counts_where_there_are_any(bench):
    segments = bench.provider.segments(bench.provider.audience(bench.audience).id)
    assert (segments == ()) or Feature.SEGMENTS in bench.provider.about.features
    assert all(one.count for one in segments)


def test_it_cannot_be_asked_little_and_hand_over_much(provider):
    assert Feature.TELLS in provider.about.features or provider.batch == 1


def test_the_audience_has_a_live_count_of_those_who_want_it(bench):
    audience = bench.provider.audience(bench.audience)
    assert audience.name
    if Feature.COUNTS in bench.provider.about.features:
        assert audience.count == len(PEOPLE)


def test_recipients_are_those_who_want_it_in_order(bench):
    people = bench.provider.recipients(bench.provider.audience(bench.audience))
    assert tuple(one.email for one in people) == bench.recipients


def test_what_it_takes_arrives_once(bench, parcel):
    bench.provider.prepare()
    bench.provider.deliver(parcel("k1"))
    bench.provider.settle()
    assert bench.taken() == {bench.recipients[0]: 1}


def test_an_unknown_audience_is_refused(provider):
    with pytest.raises(UsageError, match="no audience 'nobody'"):
        provider.audience("nobody")


def test_preparing_twice_is_nothing(provider, parcel):
    provider.prepare()
    provider.deliver(parcel("k1"))
    provider.prepare()
    assert provider.ask("2024-02", ["k1"])["k1"] is not AcceptState.NO


def test_it_tells_what_it_has_or_that_it_cannot_tell(provider, parcel):
    provider.prepare()
    provider.deliver(parcel("k1"))
    provider.settle()
    said = provider.ask("2024-02", ["k1", "k2"])
    assert set(said) == {"k1", "k2"}
    if Feature.TELLS in provider.about.features:
        assert said == {"k1": AcceptState.YES, "k2": AcceptState.NO}
    else:
        assert set(said.values()) == {AcceptState.CANNOT_TELL}


def test_it_never_denies_what_it_took(provider, parcel):
    provider.prepare()
    keys = [f"k{number}" for number in range(5)]
    for key in keys:
        provider.deliver(parcel(key))
        assert provider.ask("2024-02", [key])[key] is not AcceptState.NO


def test_asking_about_nobody_is_nothing(provider):
    assert provider.ask("2024-02", []) == {}


def test_asking_before_anything_was_sent_claims_nothing(provider):
    assert AcceptState.YES not in provider.ask("2024-02", ["k1"]).values()


def test_a_test_is_not_the_real_message(bench, provider, parcel):
    assert Feature.TEST in provider.about.features
    provider.prepare()
    assert provider.deliver_test(parcel("k1"))
    assert provider.ask("2024-02", ["k1"])["k1"] is not AcceptState.YES
    assert set(bench.taken()) <= {PEOPLE[0], TESTERS}
