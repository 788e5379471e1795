"""A handover in steps that is carried on with alone."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from newsletter.providers.steps import BEGIN_TEXT, Call, Steps, Wait, run_steps


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def test_each_step_is_done_and_its_result_comes_back(pair):
    here, there = pair
    told = []

    def steps() -> Steps:
        there.sendall(b"x")
        yield Wait(here, time.monotonic() + 60)
        told.append(here.recv(1))
        told.append((yield Call(lambda: "called")))
        yield BEGIN_TEXT
        told.append("text")

    run_steps(steps(), lambda: told.append("begin"))
    assert told == [b"x", "called", "begin", "text"]


def fill(line: socket.socket) -> None:
    while True:
        line.send(b"x" * 65536)


@pytest.mark.parametrize("to_write", [False, True])
def test_a_wait_in_vain_raises_where_it_stands(pair, to_write):
    here, _ = pair
    here.settimeout(0)
    with pytest.raises(BlockingIOError):
        fill(here)
    told = []

    def steps() -> Steps:
        try:
            yield Wait(here, time.monotonic(), to_write)
        except TimeoutError:
            told.append("late")

    run_steps(steps(), lambda: None)
    assert told == ["late"]


def test_a_text_that_may_not_begin_raises_where_it_was_to_begin():
    told = []

    def steps() -> Steps:
        try:
            yield BEGIN_TEXT
        finally:
            told.append("tidied")

    def refuse() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_steps(steps(), refuse)
    assert told == ["tidied"]
