"""Several lanes in one thread: one that waits holds nobody up, and no text begins before it is recorded."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from newsletter.errors import LedgerError, NewsletterError, UnavailableError
from newsletter.providers.base import OutboundMessage
from newsletter.providers.steps import BEGIN_TEXT, NEXT_MESSAGE, Call, Steps, ThreadLane, Wait
from newsletter.sending import handover_loop
from newsletter.sending.handover_loop import HandoverLoop

LONG = 60.0
_SOCKETS: list[socket.socket] = []


@pytest.fixture(autouse=True)
def _closing() -> Iterator[None]:
    yield
    while _SOCKETS:
        _SOCKETS.pop().close()


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """Return two ends that are closed after the test."""
    pair = socket.socketpair()
    _SOCKETS.extend(pair)
    return pair


class Recipients:
    """Work for the lanes: numbered recipients, and what was written down of them in which order."""

    def __init__(self, count: int) -> None:
        self.waiting = [str(number) for number in range(count)]
        self.told: list[str] = []
        self.noted: dict[str, NewsletterError | None] = {}
        self.on_write: Callable[[], None] = lambda: None
        self.has_lease = True
        self.is_kept = True

    def keep(self, key: str) -> bool:
        if not self.is_kept:
            self.waiting.append(key)
        return self.is_kept

    def take(self) -> str | None:
        return self.waiting.pop(0) if self.waiting else None

    def compose(self, key: str, begin_text: Callable[[], None]) -> OutboundMessage:
        return OutboundMessage("2024-02", key, f"{key}@example.org", b"", begin_text)

    def require_lease(self) -> None:
        if not self.has_lease:
            raise LedgerError("The lease is lost.")

    def note(self, key: str, error: NewsletterError | None) -> None:
        self.noted[key] = error

    def prepare(self, begun: list[str]) -> Callable[[], None]:
        return partial(self.write, begun)

    def write(self, begun: list[str]) -> None:
        self.on_write()
        self.told += [f"begin {key}" for key in begun]

    def look(self) -> None:
        pass


class Line:
    """A lane to a server at the other end of a pair of sockets, which a test lets answer."""

    def __init__(self, work: Recipients, *, begins: bool = True, patience: float = LONG) -> None:
        self.here, self.there = socket_pair()
        self.here.settimeout(0)
        self.work, self.begins, self.patience = work, begins, patience
        self.was_closed = False

    def withdraw(self) -> None:
        self.work.told.append("withdrawn")

    def begin(self) -> Steps:
        if not self.begins:
            raise UnavailableError("421 too many connections")
        yield from ()

    def deliver(self, message: OutboundMessage) -> Steps:
        try:
            yield BEGIN_TEXT
            self.work.told.append(f"text {message.key}")
            yield Wait(self.here, time.monotonic() + self.patience)
            self.here.recv(1)
        except GeneratorExit:
            self.was_closed = True
            raise

    def answer(self, count: int) -> None:
        self.there.sendall(b"." * count)


def wait_until(is_true: Callable[[], bool]) -> bool:
    """Wait for what happens in another thread; return whether it did."""
    until = time.monotonic() + LONG
    while not is_true() and time.monotonic() < until:
        time.sleep(0.002)
    return is_true()


def test_every_text_begins_after_its_intent_was_written():
    work = Recipients(12)
    lanes = [Line(work) for _ in range(4)]
    for lane in lanes:
        lane.answer(12)
    HandoverLoop(work, lanes).run()
    assert work.noted == dict.fromkeys(map(str, range(12)))
    for key in work.noted:
        assert work.told.index(f"begin {key}") < work.told.index(f"text {key}")


def test_a_server_that_does_not_answer_holds_up_no_other_lane():
    work = Recipients(10)
    slow, quick = Line(work), Line(work)
    quick.answer(10)

    def write() -> None:
        if len(work.noted) == 9:
            slow.answer(1)

    work.on_write = write
    HandoverLoop(work, [slow, quick]).run()
    assert len(work.noted) == 10
    assert list(work.noted)[-1] == "0"


def test_the_others_carry_on_while_the_ledger_is_written():
    work = Recipients(8)
    lanes = [Line(work) for _ in range(4)]
    for lane in lanes[:2]:
        lane.answer(1)
    writes: list[int] = []
    ended_meanwhile: list[bool] = []

    def write() -> None:
        writes.append(1)
        if len(writes) == 2:  # of the two lanes whose servers have answered
            lanes[2].answer(1)
            ended_meanwhile.append(wait_until(lambda: "2" in work.noted))
            for lane in lanes:
                lane.answer(8)

    work.on_write = write
    HandoverLoop(work, lanes).run()
    assert ended_meanwhile == [True]
    assert len(work.noted) == 8


def test_one_change_is_written_at_a_time_and_none_without_need():
    work = Recipients(40)
    lanes = [Line(work) for _ in range(4)]
    for lane in lanes:
        lane.answer(40)
    at_once: list[bool] = []
    writing = threading.Lock()

    def write() -> None:
        at_once.append(writing.acquire(blocking=False))
        time.sleep(0.001)
        writing.release()

    work.on_write = write
    HandoverLoop(work, lanes).run()
    assert all(at_once)
    assert len(at_once) <= 41


def test_a_run_waits_for_the_change_that_is_being_written():
    work = Recipients(2)
    lanes = [Line(work), Line(work)]
    lanes[0].answer(1)
    writes: list[int] = []

    def write() -> None:
        writes.append(1)
        if len(writes) == 2:
            lanes[1].answer(1)
            assert wait_until(lambda: "1" in work.noted)
            raise LedgerError("The disk is full.")

    work.on_write = write
    with pytest.raises(LedgerError, match="disk is full"):
        HandoverLoop(work, lanes).run()


def test_a_wait_in_vain_is_the_lanes_to_judge():
    work = Recipients(1)
    with pytest.raises(TimeoutError):
        HandoverLoop(work, [Line(work, patience=0)]).run()


def test_a_lane_that_cannot_begin_leaves_all_to_the_others():
    work = Recipients(3)
    good = Line(work)
    good.answer(3)
    HandoverLoop(work, [good, Line(work, begins=False)]).run()
    assert len(work.noted) == 3


def test_no_text_begins_without_the_lease():
    work = Recipients(1)
    work.has_lease = False
    HandoverLoop(work, [Line(work)]).run()
    assert work.told == ["begin 0"]
    assert isinstance(work.noted["0"], LedgerError)


def test_where_nothing_can_be_written_texts_on_their_way_are_waited_for_and_none_begins():
    work = Recipients(4)
    first, other = Line(work), Line(work)
    writes: list[int] = []

    def write() -> None:
        writes.append(1)
        if len(writes) == 2:
            other.answer(1)
            raise LedgerError("The disk is full.")

    work.on_write = write
    first.answer(1)
    with pytest.raises(LedgerError, match="disk is full"):
        HandoverLoop(work, [first, other]).run()
    assert sorted(work.noted) == ["0", "1"]
    assert sorted(one for one in work.told if one.startswith("text")) == ["text 0", "text 1"]


def test_an_interrupted_run_closes_its_lanes():
    work = Recipients(2)
    lanes = [Line(work), Line(work)]
    writes: list[int] = []

    def write() -> None:
        writes.append(1)
        if len(writes) == 2:
            raise KeyboardInterrupt

    work.on_write = write
    lanes[0].answer(1)
    with pytest.raises(KeyboardInterrupt):
        HandoverLoop(work, lanes).run()
    assert lanes[1].was_closed


def test_a_server_that_speaks_while_nobody_waits_for_it_is_heard_later():
    work = Recipients(1)
    line = Line(work)

    class Busy(Line):
        def deliver(self, message: OutboundMessage) -> Steps:
            yield Wait(self.here, time.monotonic() + LONG)
            self.there.sendall(b"..")
            yield Call(lambda: self.work.told.append("called"))
            yield from super().deliver(message)

    line = Busy(work)
    line.answer(1)
    HandoverLoop(work, [line]).run()
    assert work.told == ["called", "begin 0", "text 0"]


def test_a_new_connection_may_have_the_number_of_one_that_was_closed():
    work = Recipients(2)

    class Reconnecting(Line):
        def deliver(self, message: OutboundMessage) -> Steps:
            yield from super().deliver(message)
            number = self.here.fileno()
            self.here.close()
            self.here, self.there = yield Call(socket_pair)
            assert number in {self.here.fileno(), self.there.fileno()}
            self.here.settimeout(0)
            self.answer(1)

    line = Reconnecting(work)
    line.answer(1)
    HandoverLoop(work, [line]).run()
    assert list(work.noted) == ["0", "1"]


def test_a_result_and_a_fault_of_another_thread_come_back_to_the_lane():
    work = Recipients(2)
    threads: list[threading.Thread] = []

    class Calling:
        def begin(self) -> Steps:
            yield from ()

        def deliver(self, message: OutboundMessage) -> Steps:
            threads.append((yield Call(threading.current_thread)))
            if message.key == "1":
                yield Call(self.fail)

        def withdraw(self) -> None:
            pass

        def fail(self) -> None:
            raise UnavailableError("421 busy")

    HandoverLoop(work, [Calling()]).run()
    assert threading.current_thread() not in threads
    assert work.noted["0"] is None
    assert isinstance(work.noted["1"], UnavailableError)


class Announcing(Line):
    """A lane that announces the next message before it gives the text of one."""

    def deliver(self, message: OutboundMessage) -> Steps:
        following = yield NEXT_MESSAGE
        self.work.told.append(f"announce {following.key if following else 'nobody'}")
        yield from super().deliver(message)


def test_an_announced_message_is_the_lanes_next_one_and_begins_after_its_own_intent():
    work = Recipients(5)
    lanes = [Announcing(work), Announcing(work)]
    for lane in lanes:
        lane.answer(5)
    HandoverLoop(work, lanes).run()
    assert sorted(work.noted) == list("01234")
    for key in work.noted:
        assert work.told.index(f"begin {key}") < work.told.index(f"text {key}")
    announced = {one.removeprefix("announce ") for one in work.told if one.startswith("announce")} - {"nobody"}
    assert len(announced) == 3  # all but the first one of each lane
    assert "withdrawn" not in work.told


def test_an_announced_message_that_is_not_to_begin_any_more_waits_again():
    work = Recipients(3)
    lane = Announcing(work)
    lane.answer(3)

    def write() -> None:
        work.is_kept = False

    work.on_write = write
    HandoverLoop(work, [lane]).run()
    assert list(work.noted) == ["0"]
    assert sorted(work.waiting) == ["1", "2"]
    assert work.told == ["announce 1", "begin 0", "text 0", "withdrawn"]


def test_a_thread_whose_run_has_ended_gives_nothing_away(monkeypatch):
    monkeypatch.setattr(handover_loop, "LOOK", 0.01)
    monkeypatch.setattr(handover_loop, "ENDING", 0.0)
    work = Recipients(2)
    ended = threading.Event()
    is_started = threading.Event()
    given: list[str] = []

    def deliver(message: OutboundMessage) -> None:
        if message.key == "0":
            is_started.wait(LONG)
            message.begin_text()
            return
        try:
            is_started.set()
            ended.wait(LONG)
            message.begin_text()
            given.append(message.key)
        finally:
            over.set()

    def write() -> None:
        raise LedgerError("The disk is full.")

    over = threading.Event()
    work.on_write = write
    with pytest.raises(LedgerError):
        HandoverLoop(work, [ThreadLane(deliver), ThreadLane(deliver)]).run()
    ended.set()
    assert over.wait(LONG)
    assert not given
