"""One change of a word, and how far two words are apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preflight.text.spelling.edit_distance import distance, near, slips

LETTERS = "etaoinshrdlué"
WORD = st.text(alphabet="abcé", max_size=7)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("the", "the", 0),
        ("teh", "the", 1),
        ("abc", "abd", 1),
        ("abc", "abcd", 1),
        ("abc", "bc", 1),
        ("recieve", "receive", 1),
        ("acomodate", "accommodate", 2),
        ("table", "chair", 3),
        ("a", "abcdefgh", 3),
        ("", "", 0),
    ],
)
def test_a_swap_of_neighbours_is_one_change(one, other, apart):
    assert distance(one, other, 2) == apart
    assert distance(other, one, 2) == apart


@given(WORD, WORD)
def test_words_are_equal_or_some_way_apart(one, other):
    assert (distance(one, other, 2) == 0) is (one == other)


@given(WORD)
def test_what_is_near_is_one_change_away_and_comes_once(word):
    found = list(near(word, LETTERS))
    assert len(found) == len(set(found))
    assert word not in found
    assert all(distance(word, one, 1) == 1 for one in found)


@given(WORD)
def test_slips_are_swaps_and_doubled_letters(word):
    assert all(distance(word, one, 1) <= 1 for one in slips(word))


def test_the_likeliest_change_comes_first():
    order = list(near("cafe", LETTERS))
    assert order[0] == "café"
    assert order.index("acfe") < order.index("caffe") < order.index("caife") < order.index("cae") < order.index("afe")
