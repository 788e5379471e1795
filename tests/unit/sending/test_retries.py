"""Messages that a provider defers: the others go on, nobody is lost, and nobody gets it twice."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.errors import DeferredError, RefusedError, UnavailableError
from newsletter.ledger.store import Ledger
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import SendState
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.direct_run import Outcome
from newsletter.sending.retries import DAYS_DEFERRED, FIRST_WAIT, MOST_IN_A_ROW, Timer
from newsletter.sending.signals import StopRequest

from .conftest import Clock, People, Scripted, outgoing_of


@dataclass
class Time:
    """Time that passes without anybody waiting, and what was told meanwhile."""

    now: float = 0.0
    told: list[str] = field(default_factory=list)
    stop: StopRequest = field(default_factory=StopRequest)
    stop_at: float = float("inf")

    def pause(self, seconds: float) -> None:
        self.now += seconds
        if self.now >= self.stop_at:
            self.stop.signal = 2

    @property
    def timer(self) -> Timer:
        return Timer(lambda: self.now, self.pause)


class Deferring(Scripted):
    """A provider that defers an address as often, or until when, the test says."""

    retry_seconds = 900.0

    def __init__(self, people: People, time: Time) -> None:
        super().__init__(people, tells=False)
        self.batch = 1
        self.time = time
        self.until: dict[str, float] = {}
        self.limit = 10**9
        self.error: type[UnavailableError] = DeferredError
        self.tried: list[str] = []

    def deliver(self, parcel):
        self.tried.append(parcel.address)
        if self.time.now < self.until.get(parcel.address, 0) or len(self.taken) >= self.limit:
            raise self.error("451 4.7.1 try later")
        self.taken.append(parcel)

    @property
    def got(self) -> list[str]:
        return [one.address.partition("@")[0] for one in self.taken]


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def deferring(people, time) -> Deferring:
    return Deferring(people, time)


def send(ledger: Ledger, provider: Deferring, campaign=None) -> Outcome:
    campaign = campaign or begin(ledger, provider, outgoing_of(), "kim")
    time = provider.time
    return carry_on(ledger, provider, campaign, who="kim", stop=time.stop, tell=time.told.append, timer=time.timer)


def test_the_others_get_it_first_and_the_deferred_one_within_the_run(ledger, deferring, time):
    deferring.until["reader2@example.org"] = 300.0  # as greylisting does
    outcome = send(ledger, deferring)
    assert outcome.send.state is SendState.SENT
    assert deferring.got == [f"reader{n}" for n in (0, 1, 3, 4, 5, 6, 2)]
    assert outcome.counts[DeliveryState.REFUSED] == 0
    assert 300 <= time.now <= 480
    assert time.told[0] == (
        "The scripted one is deferring some messages (451 4.7.1 try later). 1 recipient is still waiting; "
        "the next try is in 30 s."
    )


def test_waits_grow_and_end_with_the_time_to_retry(ledger, deferring, time):
    deferring.until["reader2@example.org"] = float("inf")
    with pytest.raises(UnavailableError, match="6 recipients have 2024-02, 1 recipient is still waiting") as caught:
        send(ledger, deferring)
    assert time.now == 900
    assert deferring.tried.count("reader2@example.org") == 6
    assert "newsletter send 2024-02" in caught.value.hint
    assert "were not rejected" in caught.value.hint


def test_a_later_send_reaches_those_who_were_deferred(ledger, deferring, time):
    deferring.until["reader2@example.org"] = 5000.0
    campaign = begin(ledger, deferring, outgoing_of(), "kim")
    with pytest.raises(UnavailableError):
        send(ledger, deferring, campaign)
    assert ledger.deliveries.count(campaign).by_state == {DeliveryState.DELIVERED: 6, DeliveryState.PENDING: 1}
    assert "1 recipient is still waiting" in ledger.history.story("2024-02")[-1].words
    time.now = 6000.0
    assert send(ledger, deferring, campaign).send.state is SendState.SENT
    assert sorted(deferring.got) == sorted(set(deferring.got))


def test_many_in_a_row_pause_the_run(ledger, deferring, time):
    deferring.limit = 1
    with pytest.raises(UnavailableError, match=r"at the moment \(451 .*\): 1 recipient has 2024-02, 6"):
        send(ledger, deferring)
    assert deferring.tried[:6] == [f"reader{n}@example.org" for n in range(6)]
    assert len(deferring.tried) == 1 + 6 * MOST_IN_A_ROW
    assert "is not accepting messages at the moment" in time.told[0]
    assert "6 recipients are still waiting" in time.told[0]


def test_a_server_that_is_away_for_all_pauses_at_once_and_comes_back(ledger, deferring, time):
    deferring.error = UnavailableError
    deferring.until["reader1@example.org"] = 100.0
    assert send(ledger, deferring).send.state is SendState.SENT
    assert deferring.tried[:3] == ["reader0@example.org", "reader1@example.org", "reader2@example.org"]
    assert len(time.told) == 3
    assert sorted(deferring.got) == sorted(set(deferring.got))
    assert time.now >= 100


def test_the_time_to_retry_counts_from_the_last_message_taken(ledger, deferring, time):
    """As with an hourly limit: the run goes on as long as some are taken."""
    hour = 800.0

    def tried(parcel, deliver=deferring.deliver):
        deferring.limit = 2 * (1 + int(time.now // hour))
        deliver(parcel)

    deferring.deliver = tried
    outcome = send(ledger, deferring)
    assert outcome.send.state is SendState.SENT
    assert time.now > 2 * hour


def test_without_time_to_retry_the_others_still_go_on(ledger, deferring, time):
    deferring.retry_seconds = 0.0
    deferring.until["reader2@example.org"] = 1.0
    with pytest.raises(UnavailableError, match="1 recipient is still waiting"):
        send(ledger, deferring)
    assert len(deferring.got) == 6
    assert time.now == 0


def test_without_time_to_retry_a_server_that_is_away_ends_it_in_its_own_words(ledger, deferring):
    deferring.retry_seconds = 0.0
    deferring.error = UnavailableError
    deferring.until["reader2@example.org"] = 1.0
    with pytest.raises(UnavailableError, match=r"^451 4\.7\.1 try later$"):
        send(ledger, deferring)
    assert len(deferring.got) == 2


def test_a_stop_ends_the_wait(ledger, deferring, time):
    deferring.until["reader2@example.org"] = 1000.0
    time.stop_at = FIRST_WAIT / 2
    outcome = send(ledger, deferring)
    assert outcome.stopped_by == 2
    assert outcome.counts[DeliveryState.PENDING] == 1
    assert time.now < FIRST_WAIT


def test_a_batch_that_is_paused_is_put_back(ledger, people, time):
    provider = Deferring(people, time)
    provider.batch = 7
    provider.error = UnavailableError
    provider.until["reader2@example.org"] = 1.0
    assert send(ledger, provider).send.state is SendState.SENT
    assert sorted(provider.got) == sorted(set(provider.got))
    assert [one[:7] for one in provider.tried[:4]] == ["reader0", "reader1", "reader2", "reader3"]


def test_the_lease_is_kept_while_it_waits(ledger, deferring, time, url, clock):
    deferring.until["reader2@example.org"] = 600.0
    campaign = begin(ledger, deferring, outgoing_of(), "kim")
    ends = []

    def pause(seconds):
        time.pause(seconds)
        clock.now += dt.timedelta(seconds=seconds)
        if int(time.now) % 50:
            return
        with Ledger(url, lambda: clock.now) as other:
            ends.append(other.sends.holder(campaign) is not None)

    carry_on(ledger, deferring, campaign, who="kim", timer=Timer(lambda: time.now, pause))
    assert all(ends)
    assert len(ends) >= 12


def test_whoever_is_deferred_for_days_is_refused_in_the_end(ledger, deferring, clock, time):
    deferring.until["reader2@example.org"] = float("inf")
    campaign = begin(ledger, deferring, outgoing_of(), "kim")
    with pytest.raises(UnavailableError):
        send(ledger, deferring, campaign)
    clock.now += dt.timedelta(days=DAYS_DEFERRED)
    outcome = send(ledger, deferring, campaign)
    assert outcome.send.state is SendState.SENT
    assert outcome.counts[DeliveryState.REFUSED] == 1
    story = [event.words for event in ledger.history.story("2024-02")]
    assert "gave up on a recipient that was deferred for 3 days: 451 4.7.1 try later" in story


def test_refused_and_deferred_are_told_apart(ledger, deferring):
    deferring.until["reader2@example.org"] = 40.0

    def tried(parcel, deliver=deferring.deliver):
        if parcel.address == "reader3@example.org":
            raise RefusedError("550 5.1.1 no such user")
        deliver(parcel)

    deferring.deliver = tried
    outcome = send(ledger, deferring)
    assert (outcome.counts[DeliveryState.DELIVERED], outcome.counts[DeliveryState.REFUSED]) == (6, 1)


@settings(max_examples=5, deadline=None)
@given(st.data())
def test_whatever_is_deferred_each_gets_it_once_or_waits(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("ledger")
    time, people = Time(), People.of(9)
    provider = Deferring(people, time)
    provider.batch = data.draw(st.integers(1, 4), label="batch")
    provider.retry_seconds = data.draw(st.sampled_from([0.0, 60.0, 900.0]), label="retry")
    provider.error = data.draw(st.sampled_from([DeferredError, UnavailableError]), label="error")
    for one in people():
        provider.until[one.email] = data.draw(st.sampled_from([0.0, 0.0, 20.0, 300.0, 4000.0]), label=one.email)
    with Ledger(f"sqlite:///{folder}/ledger.db", Clock()) as ledger:
        campaign = begin(ledger, provider, outgoing_of(), "kim")
        for _ in range(60):
            try:
                send(ledger, provider, campaign)
                break
            except UnavailableError:
                assert set(provider.got).isdisjoint(
                    {
                        one.email.partition("@")[0]
                        for one in people()
                        if outgoing_of().key_of(one.email)
                        in ledger.deliveries.recipients(campaign, DeliveryState.PENDING)
                    }
                )
                if ledger.sends.current(campaign).state is SendState.FAILED:
                    assert provider.got == []
                    campaign = begin(ledger, provider, outgoing_of(), "kim")
                time.now += 500
        assert sorted(provider.got) == sorted(one.email.partition("@")[0] for one in people())
