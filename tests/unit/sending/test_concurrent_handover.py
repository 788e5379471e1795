"""Several connections at once: nobody twice, nobody missed, and never more in doubt than there are connections."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from newsletter.errors import (
    AuthenticationError,
    DeferredError,
    DoubtError,
    LedgerError,
    ProviderError,
    RefusalKind,
    RefusedError,
    UnavailableError,
    UncertainError,
    UsageError,
)
from newsletter.ledger.lease import LENGTH
from newsletter.ledger.lease_store import lost_lease
from newsletter.ledger.sends import SendStore
from newsletter.model.campaign import DeliveryState
from newsletter.model.sends import SendState
from newsletter.providers.steps import NEXT_MESSAGE, ThreadLane
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.direct_run import DirectRun
from newsletter.sending.reconcile import Reconciler, Verdict
from newsletter.sending.retries import Timer
from newsletter.sending.signals import StopRequest

from .conftest import People, Scripted

CONNECTIONS = 4


class Concurrent(Scripted):
    """A provider that takes several messages at once, and does at an address what the test says."""

    connections = CONNECTIONS
    announces_text = True
    retry_seconds = 900.0

    def __init__(self, people: People) -> None:
        super().__init__(people, tells=False)
        self.wrong: dict[str, list[Exception | None]] = {}
        self.in_doubt: list[int] = []
        self.count: Any = None
        self._lock = threading.Lock()

    def deliver(self, message):
        name = message.address.partition("@")[0]
        faults = self.wrong.get(name, [])
        fault = faults.pop(0) if faults else None
        if fault is not None and not isinstance(fault, DoubtError):
            raise fault
        message.begin_text()
        with self._lock:
            self.calls += 1
            self.on_call(self.calls)
            self.in_doubt.append(self.count() if self.count else 0)
            self.taken.append(message)
        if fault is not None:
            raise fault

    @property
    def got(self) -> Counter[str]:
        return Counter(one.address.partition("@")[0] for one in self.taken)


@pytest.fixture
def provider() -> Concurrent:
    return Concurrent(People.of(40))


@pytest.fixture
def send(ledger, provider, outgoing):
    made = begin(ledger, provider, outgoing, "kim")
    provider.count = lambda: ledger.deliveries.count(made)[DeliveryState.HANDED_OVER]
    return made


def go(ledger, provider, send, **more):
    time = [0.0]

    def pause(seconds: float) -> None:
        time[0] += seconds

    return carry_on(ledger, provider, send, who="kim", timer=Timer(lambda: time[0], pause), **more)


def test_everybody_gets_one_and_each_is_recorded_before_its_text(ledger, provider, send):
    seen = []
    outcome = go(ledger, provider, send, progress=seen.append)
    assert outcome.send.state is SendState.SENT
    assert len(provider.got) == 40
    assert set(provider.got.values()) == {1}
    assert min(provider.in_doubt) >= 1
    assert max(provider.in_doubt) <= CONNECTIONS
    assert sum(seen) == 40


def test_deferred_and_refused_recipients_do_not_hold_up_the_others(ledger, provider, send):
    provider.wrong["reader3"] = [DeferredError("450 later", kind=RefusalKind.MAILBOX_FULL)] * 2
    provider.wrong["reader9"] = [RefusedError("550 no such user", kind=RefusalKind.UNKNOWN_ADDRESS)]
    outcome = go(ledger, provider, send)
    assert outcome.counts.by_state == {DeliveryState.DELIVERED: 39, DeliveryState.REFUSED: 1}
    assert provider.taken[-1].address == "reader3@example.org"
    assert [one.kind for one in outcome.refusals] == [RefusalKind.UNKNOWN_ADDRESS]
    assert sum("had one recipient rejected" in one.words for one in ledger.history.story("2024-02")) == 1


def test_a_server_that_takes_nothing_pauses_all_of_them(ledger, provider, send):
    provider.wrong = {f"reader{number}": [UnavailableError("421 busy")] for number in range(4)}
    told = []
    go(ledger, provider, send, tell=told.append)
    assert "is not accepting messages at the moment" in told[0]
    assert set(provider.got.values()) == {1}
    assert len(provider.got) == 40


def test_one_in_doubt_stops_all_and_is_named(ledger, provider, send):
    provider.wrong["reader5"] = [DoubtError("It closed the connection.")]
    with pytest.raises(UncertainError, match="whether this recipient received"):
        go(ledger, provider, send)
    counts = ledger.deliveries.count(send)
    assert counts[DeliveryState.UNCERTAIN] == 1
    assert counts[DeliveryState.HANDED_OVER] == 0
    assert counts[DeliveryState.DELIVERED] == len(provider.taken) - 1
    assert ledger.sends.current(send).state is SendState.UNCERTAIN


def test_several_in_doubt_are_counted_and_decided_one_by_one(ledger, provider, send, outgoing):
    provider.wrong = {f"reader{number}": [DoubtError("It hung up.")] for number in range(40)}
    with pytest.raises(UncertainError):
        go(ledger, provider, send)
    doubtful = ledger.deliveries.recipients(send, DeliveryState.UNCERTAIN)
    assert 1 <= len(doubtful) <= CONNECTIONS
    provider.wrong = {}
    person = Reconciler(ledger, provider, send, "kim")
    with pytest.raises(UsageError, match="is not uncertain"):
        person.resolve(Verdict.SENT, ["another"])
    for key in doubtful:
        assert ledger.sends.current(send).state is SendState.UNCERTAIN
        person.resolve(Verdict.SENT, [key])
    assert go(ledger, provider, send).send.state is SendState.SENT
    assert set(provider.got.values()) == {1}
    assert len(provider.got) == 40


def test_what_is_wrong_for_all_ends_the_run_and_the_rest_goes_on_later(ledger, provider, send):
    provider.wrong["reader7"] = [AuthenticationError("535 wrong password")]
    with pytest.raises(AuthenticationError):
        go(ledger, provider, send)
    assert go(ledger, provider, send).send.state is SendState.SENT
    assert set(provider.got.values()) == {1}


def test_those_refused_in_a_row_because_of_the_newsletter_are_tried_again(ledger, provider, send):
    cause = RefusedError("554 spam", kind=RefusalKind.POLICY)
    end = ProviderError("5 messages in a row were rejected.")
    end.__cause__ = cause
    provider.connections = 1
    provider.wrong = {f"reader{number}": [RefusedError("554 spam")] for number in range(4)} | {"reader4": [end]}
    with pytest.raises(ProviderError, match="in a row"):
        go(ledger, provider, send)
    assert ledger.sends.current(send).state is SendState.FAILED
    assert not provider.taken


def test_asked_to_stop_each_finishes_its_message_and_the_rest_waits(ledger, provider, send):
    stop = StopRequest()

    def ask(number: int) -> None:
        if number == 10:
            stop.signal = 2

    provider.on_call = ask
    outcome = go(ledger, provider, send, stop=stop)
    assert outcome.stopped_by == 2
    assert 10 <= len(provider.taken) <= 10 + CONNECTIONS
    assert outcome.counts.by_state == {
        DeliveryState.DELIVERED: len(provider.taken),
        DeliveryState.PENDING: 40 - len(provider.taken),
    }
    assert go(ledger, provider, send).send.state is SendState.SENT
    assert set(provider.got.values()) == {1}


def test_no_text_begins_where_the_ledger_cannot_be_written(ledger, provider, send, monkeypatch):
    right, calls = SendStore.prepare_handover, []

    def fails(*given: Any, **more: Any) -> Callable[[], None]:
        calls.append(1)
        if len(calls) == 5:
            raise LedgerError("The disk is full.")
        return right(*given, **more)

    monkeypatch.setattr(SendStore, "prepare_handover", fails)
    with pytest.raises(LedgerError, match="disk is full"):
        go(ledger, provider, send)
    monkeypatch.setattr(SendStore, "prepare_handover", right)
    counts = ledger.deliveries.count(send)
    assert len(provider.taken) == counts[DeliveryState.DELIVERED] + counts[DeliveryState.HANDED_OVER]
    assert counts[DeliveryState.HANDED_OVER] <= CONNECTIONS
    provider.tells = True
    assert go(ledger, provider, send).send.state is SendState.SENT
    assert len(provider.got) == 40
    assert set(provider.got.values()) == {1}


def test_no_text_begins_where_the_ledger_answers_so_late_that_another_may_send(
    ledger, provider, send, monkeypatch, clock
):
    right, calls = SendStore.prepare_handover, []

    def answers_late(*given: Any, **more: Any) -> Callable[[], None]:
        calls.append(1)
        if len(calls) > 1:
            raise lost_lease()
        commit = right(*given, **more)

        def commit_late() -> None:
            commit()
            clock.now += LENGTH

        return commit_late

    with monkeypatch.context() as patched:
        patched.setattr(SendStore, "prepare_handover", answers_late)
        patched.setattr(DirectRun, "keep_lease", lambda _: None)
        with pytest.raises(LedgerError, match="taken over"):
            go(ledger, provider, send)
    assert provider.taken == []
    provider.tells = True
    assert go(ledger, provider, send).send.state is SendState.SENT
    assert set(provider.got.values()) == {1}
    assert len(provider.got) == 40


def test_a_bug_in_a_thread_is_one_of_the_run(ledger, provider, send, monkeypatch):
    provider.wrong["reader6"] = [ZeroDivisionError()]
    with pytest.raises(ZeroDivisionError):
        go(ledger, provider, send)
    assert go(ledger, provider, send).send.state is SendState.SENT
    assert set(provider.got.values()) == {1}


def test_those_who_left_meanwhile_are_passed_over(ledger, provider, send):
    del provider.people.everybody[3:6]
    outcome = go(ledger, provider, send)
    assert outcome.counts.by_state == {DeliveryState.DELIVERED: 37, DeliveryState.SKIPPED: 3}


class AnnouncingLane(ThreadLane):
    """A lane that asks for the next message before it gives one away."""

    announced: list[str]

    def deliver(self, message):
        following = yield NEXT_MESSAGE
        if following is not None:
            self.announced.append(following.address.partition("@")[0])
        yield from super().deliver(message)

    def withdraw(self):
        self.announced.append("withdrawn")


def announcing(provider) -> list[str]:
    announced: list[str] = []
    lanes = [AnnouncingLane(provider.deliver) for _ in range(CONNECTIONS)]
    for lane in lanes:
        lane.announced = announced
    provider.lanes = lambda: lanes
    return announced


def test_announced_messages_wait_again_where_the_run_stops_and_are_sent_later(ledger, provider, send):
    announced = announcing(provider)
    stop = StopRequest()

    def ask_to_stop(calls: int) -> None:
        stop.signal = 15 if calls == 10 else stop.signal

    provider.on_call = ask_to_stop
    outcome = go(ledger, provider, send, stop=stop)
    assert outcome.stopped_by == 15
    assert outcome.counts[DeliveryState.HANDED_OVER] == 0
    assert outcome.counts[DeliveryState.PENDING] == 40 - len(provider.taken)
    assert 1 <= announced.count("withdrawn") <= CONNECTIONS
    provider.on_call = lambda _: None
    go(ledger, provider, send)
    assert set(provider.got.values()) == {1}
    assert len(provider.got) == 40


def test_announced_messages_wait_again_where_the_server_pauses(ledger, provider, send):
    announced = announcing(provider)
    provider.wrong["reader5"] = [UnavailableError("421 busy")]
    outcome = go(ledger, provider, send)
    assert outcome.send.state is SendState.SENT
    assert "withdrawn" in announced
    assert set(provider.got.values()) == {1}
    assert len(provider.got) == 40
