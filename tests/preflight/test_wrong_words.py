"""Right words that only look like slips, and the capital of what is offered."""

from __future__ import annotations

import pytest

from newsletter.testing.checks import findings_of


def said(words):
    return [one.hint for one in findings_of(f'intro: "{words}"') if one.code == "NL706"]


@pytest.mark.parametrize(
    "words",
    [
        "We painted the manger for the nativity play.",
        "A costumer sewed the coats.",
        "There are two asses in the field.",
        "A loose board was fixed, and the gate hung loose.",
        "They walked in the mist of the morning.",
        "The queen had a long reign.",
        "She would of course come.",
        "He is a man of whom you could of late hear much.",
        "The stationary van was towed.",
        "It was a public meeting.",
        "The ropes were untied by noon.",
        "It was the sunniest weather we have had all year.",
        "Bring a coat for the weather you get in Wales.",
        "The hall became, for a time, the site of a school.",
        "The site of our new garden is next to the site of the church.",
    ],
)
def test_a_right_word_is_left_alone(words):
    assert said(words) == []


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Pubic transport is free.", "Write “Public”."),
        ("You should of come.", "Write “have”."),
        ("We must of missed it, and couldn’t of known.", "Write “have”."),
        ("Kind retards", "Write “regards”."),
        ("Two line mangers came.", "Write “managers”."),
        ("They give us free reign to paint.", "Write “rein”."),
        ("Tell us weather you can come.", "Write “whether”."),
        ("Please say weather you can bring cake.", "Write “whether”."),
        ("The site of so many people was moving.", "Write “sight”."),
        ("They caught site of the sea.", "Write “sight”."),
    ],
)
def test_what_was_meant_is_offered(words, meant):
    assert said(words)[0] == meant


def test_another_language_is_left_alone():
    assert said("language: es") == []
    fields = "language: es\nintro: El hueso pubic rami es uno."
    assert [one for one in findings_of(fields) if one.code == "NL706"] == []
