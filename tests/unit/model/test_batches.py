"""Many things, some at a time."""

from __future__ import annotations

from newsletter.model.batches import in_batches

KEYS = [str(number) for number in range(5000)]


def test_batches_hold_every_key_once() -> None:
    assert [len(some) for some in in_batches(KEYS, 2000)] == [2000, 2000, 1000]
    assert [key for some in in_batches(KEYS, 2000) for key in some] == KEYS
