"""The recipients who wait: read from the list when it is their turn, each handed out once."""

from __future__ import annotations

import weakref

import pytest

from newsletter.errors import ListError, ProviderError
from newsletter.model.audience import StreamedPeople, Subscriber
from newsletter.model.campaign import DeliveryState
from newsletter.sending.direct import begin, carry_on
from newsletter.sending.waiting import WaitingRecipients


class List(StreamedPeople):
    """A list that may show somebody twice, and may fail while it is read."""

    def __init__(self, *addresses: str) -> None:
        self.addresses = addresses
        self.fails_at: int | None = None
        self.readings = 0
        self.alive = self.most_alive = 0

    def __iter__(self):
        self.readings += 1
        for number, address in enumerate(self.addresses):
            if number == self.fails_at:
                raise ListError("The subscriber list cannot be used.")
            person = Subscriber(email=address)
            self.alive += 1
            self.most_alive = max(self.most_alive, self.alive)
            weakref.finalize(person, self._end)
            yield person

    def __len__(self) -> int:
        return len(self.addresses)

    def _end(self) -> None:
        self.alive -= 1


def addresses_of(recipients) -> list[str]:
    return [person.email for _, person in recipients]


@pytest.fixture
def keys_of(outgoing):
    return lambda *addresses: [outgoing.key_of(one) for one in addresses]


def test_they_come_in_the_order_of_the_list_and_nobody_twice(outgoing, keys_of):
    there = List("ada@example.org", "bo@example.org", "ada@example.org", "cy@example.org")
    waiting = WaitingRecipients(outgoing, there, keys_of("cy@example.org", "ada@example.org"))
    assert addresses_of(waiting.take(5)) == ["ada@example.org", "cy@example.org"]
    assert not waiting


def test_those_to_be_tried_later_come_after_the_others_and_once(outgoing, keys_of):
    there = List("ada@example.org", "bo@example.org", "cy@example.org")
    waiting = WaitingRecipients(outgoing, there, keys_of(*there.addresses))
    waiting.try_later([key for key, _ in waiting.take(1)])
    assert addresses_of(waiting.take(5)) == ["bo@example.org", "cy@example.org", "ada@example.org"]
    assert waiting.take(1) == []


def test_those_put_back_are_next(outgoing, keys_of):
    there = List("ada@example.org", "bo@example.org")
    waiting = WaitingRecipients(outgoing, there, keys_of(*there.addresses))
    waiting.put_back(waiting.take(2))
    assert len(waiting) == 2
    assert addresses_of(waiting.take(2)) == list(there.addresses)


def test_who_left_the_list_is_named_at_the_end_of_it(outgoing, keys_of):
    there = List("ada@example.org")
    waiting = WaitingRecipients(outgoing, there, keys_of("ada@example.org", "gone@example.org"))
    assert addresses_of(waiting.take(2)) == ["ada@example.org"]
    assert waiting.take_gone(5) == keys_of("gone@example.org")
    assert waiting.take_gone(5) == []


def test_a_list_that_cannot_be_read_is_not_one_that_everybody_left(outgoing, keys_of):
    there = List("ada@example.org", "bo@example.org", "cy@example.org")
    there.fails_at = 2
    waiting = WaitingRecipients(outgoing, there, keys_of(*there.addresses))
    for _ in range(2):
        with pytest.raises(ListError):
            waiting.take(3)
    there.fails_at = None
    assert waiting.take_gone(5) == []
    assert addresses_of(waiting.take(3)) == list(there.addresses)


def test_the_list_is_read_no_further_than_to_the_last_who_waits(outgoing, keys_of):
    there = List("ada@example.org", "bo@example.org", "cy@example.org")
    there.fails_at = 1
    waiting = WaitingRecipients(outgoing, there, keys_of("ada@example.org"))
    assert addresses_of(waiting.take(3)) == ["ada@example.org"]
    assert there.readings == 1


def test_a_send_has_only_a_few_recipients_in_memory_at_once(ledger, scripted, outgoing, people, monkeypatch):
    there = List(*(f"reader{number}@example.org" for number in range(200)))
    monkeypatch.setattr(scripted, "recipients", lambda _: there)
    outcome = carry_on(ledger, scripted, begin(ledger, scripted, outgoing, "kim"), who="kim")
    assert outcome.counts[DeliveryState.DELIVERED] == 200
    assert there.most_alive <= 2 * scripted.batch + 2


def test_a_list_that_fails_in_the_middle_leaves_nothing_in_doubt(ledger, scripted, outgoing, monkeypatch):
    there = List(*(f"reader{number}@example.org" for number in range(9)))
    monkeypatch.setattr(scripted, "recipients", lambda _: there)
    send = begin(ledger, scripted, outgoing, "kim")
    there.fails_at, scripted.tells = 7, False
    with pytest.raises(ProviderError, match="cannot be used"):
        carry_on(ledger, scripted, send, who="kim")
    counts = ledger.deliveries.count(send)
    assert (counts[DeliveryState.DELIVERED], counts[DeliveryState.PENDING], counts.total) == (6, 3, 9)
    there.fails_at = None
    assert carry_on(ledger, scripted, send, who="kim").counts[DeliveryState.DELIVERED] == 9
    assert len({one.address for one in scripted.taken}) == len(scripted.taken) == 9
