"""What is said of a misspelt word: once, with how often it is used, and fixed only where that is certain."""

from __future__ import annotations

import pytest

from newsletter.preflight.rules.text.spelling import CHECKS
from newsletter.testing.checks import findings_of


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("recieve", "receive"),
        ("Recieve", "Receive"),
        ("alot", "a lot"),
        ("dont", "don’t"),
        ("COnference", "Conference"),
        ("color", "colour"),
    ],
)
def test_what_is_certain_is_fixed(wrong, right):
    [finding] = findings_of(f"intro: We know of {wrong} here.", CHECKS)
    assert finding.fix
    assert (finding.fix.old, finding.fix.new) == (wrong, right)
    assert finding.suggestion == f"intro: We know of {right} here."


@pytest.mark.parametrize("wrong", ["hapening", "theworkshop", "organized", "togehter", "snollygoster", "co-ordnated"])
def test_what_is_not_certain_is_left_to_the_author(wrong):
    [finding] = findings_of(f"intro: We know of {wrong} here.", CHECKS)
    assert finding.fix is None
    assert f"“{wrong.removeprefix('co-')}”" in finding.message


def test_a_word_that_stands_there_often_is_told_of_once():
    [finding] = findings_of("intro: |\n  One hapening,\n  two hapening and a third hapening.", CHECKS)
    assert "It is used 3 times." in finding.message
    assert "One hapening" in finding.excerpt


def test_words_that_nothing_is_like_are_one_note():
    [finding] = findings_of("intro: Bring a snollygoster, or the quinkledom, or a plimborough.", CHECKS)
    assert finding.code == "NL704"
    assert all(word in finding.message for word in ("snollygoster", "quinkledom", "plimborough"))


@pytest.mark.parametrize("text", ["On 31 Novemebr we meet.", "On Novemebr 31st we meet.", "The 31st of Novemebr."])
def test_the_right_spelling_of_a_month_is_not_proposed_for_a_day_that_it_does_not_have(text):
    [finding] = findings_of(f"intro: {text}", CHECKS)
    assert finding.message == "“Novemebr” should be “November”. It has only 30 days, so check the date."
    assert finding.fix is None
    assert finding.suggestion == ""


@pytest.mark.parametrize("text", ["On 30 Novemebr we meet.", "At 10.31 Novemebr comes.", "In Novemebr 2024."])
def test_a_day_that_the_month_has_is_fixed(text):
    [finding] = findings_of(f"intro: {text}", CHECKS)
    assert finding.fix
    assert finding.fix.new == "November"
