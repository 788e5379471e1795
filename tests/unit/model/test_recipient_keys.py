"""Recipients' keys in little memory: a list and a set of them."""

from __future__ import annotations

import random

import pytest

from newsletter.model.audience import recipient_key
from newsletter.model.recipient_keys import KeySet, RecipientKeys

KEYS = [recipient_key("2024-02", f"reader{number}@example.org") for number in range(5000)]


def test_keys_come_back_in_their_order():
    keys = RecipientKeys(KEYS)
    assert (len(keys), list(keys), keys[7], keys[-1]) == (5000, KEYS, KEYS[7], KEYS[-1])
    assert keys[3:6] == KEYS[3:6]
    assert KEYS[9] in keys


def test_what_is_no_key_is_not_kept_as_one():
    with pytest.raises(ValueError, match="not a recipient's key"):
        RecipientKeys(["ada@example.org"])


def test_a_set_of_keys_does_as_a_set_does():
    chance, ours, theirs = random.Random(7), KeySet(), set[str]()
    for _ in range(20_000):
        key = chance.choice(KEYS)
        if chance.random() < 0.6:
            assert ours.add(key) is (key not in theirs)
            theirs.add(key)
        else:
            assert ours.take(key) is (key in theirs)
            theirs.discard(key)
        assert (key in ours) is (key in theirs)
    assert (len(ours), set(ours)) == (len(theirs), theirs)


def test_bytes_that_look_like_a_key_across_two_are_not_one():
    first, second = "0010" + "ab" * 10, "0010" + "cd" * 10
    across = (first + second)[4:28]
    keys = KeySet([first, second])
    assert across not in keys
    assert not keys.take(across)
    assert sorted(keys) == [first, second]


def test_keys_of_another_form_are_kept_too():
    keys = KeySet(["ada", KEYS[0], KEYS[1].upper()])
    assert len(keys) == 3
    assert keys.take("ada")
    assert not keys.take("ada")
    assert set(keys) == {KEYS[0], KEYS[1].upper()}
