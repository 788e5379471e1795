"""A process that dies while the server keeps it waiting before the text leaves no doubt."""

from __future__ import annotations

import time
from typing import Any

import pytest

from newsletter.errors import LedgerError
from newsletter.model.campaign import DeliveryState
from newsletter.sending import text_mark
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.text_mark import TextMark

from .conftest import Scripted


class Killed(BaseException):
    """As if the process had died here."""


class Waiting(Scripted):
    """A provider that keeps the second message waiting before its text until the ledger shows that, then dies."""

    announces_text = True
    batch = 1

    def __init__(self, people: Any, counts: Any, *, dies_before: bool) -> None:
        super().__init__(people, tells=False)
        self.counts = counts
        self.dies_before = dies_before
        self.handed_over: list[int] = []

    def deliver(self, parcel):
        if len(self.taken) == 1:
            while self.counts()[DeliveryState.HANDED_OVER]:
                time.sleep(0.005)
            if self.dies_before:
                raise Killed
        parcel.begin_text()
        self.handed_over.append(self.counts()[DeliveryState.HANDED_OVER])
        if len(self.taken) == 1:
            raise Killed
        super().deliver(parcel)


@pytest.fixture
def killed(ledger, outgoing, people, monkeypatch):
    monkeypatch.setattr(text_mark, "PATIENCE", 0.02)

    def run(*, dies_before: bool):
        provider = Waiting(people, lambda: ledger.deliveries.count(send), dies_before=dies_before)
        send = begin(ledger, provider, outgoing, "kim")
        with pytest.raises(Killed):
            carry_on(ledger, provider, send, who="kim")
        return provider, ledger.deliveries.count(send)

    return run


def test_killed_before_the_text_nobody_is_in_doubt(killed):
    provider, counts = killed(dies_before=True)
    assert len(provider.taken) == 1
    assert counts[DeliveryState.HANDED_OVER] == 0
    assert counts[DeliveryState.DELIVERED] == 1
    assert counts[DeliveryState.PENDING] == 6


def test_killed_after_the_text_that_one_is_in_doubt(killed):
    provider, counts = killed(dies_before=False)
    assert provider.handed_over == [1, 1]
    assert counts[DeliveryState.HANDED_OVER] == 1


def test_a_text_that_begins_at_once_is_recorded_no_second_time():
    written: list[str] = []
    mark = TextMark(lambda: written.append("withdrawn"), lambda: written.append("restored"))
    with mark.watched():
        mark.begin()
    mark._withdraw_late()
    assert written == []


def test_a_record_that_cannot_be_taken_back_stays():
    written: list[str] = []

    def fails() -> None:
        raise LedgerError("The disk is full.")

    mark = TextMark(fails, lambda: written.append("restored"))
    mark._withdraw_late()
    mark.begin()
    assert written == []
