"""Announcements are put into the past tense where the words allow it, and left alone where they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preflight.text.past_tense import past_of, past_tense


@pytest.mark.parametrize(
    ("announced", "told"),
    [
        ("We will meet in Croydon on 3 May", "We met in Croydon on 3 May"),
        ("we’ll also visit Leeds", "we also visited Leeds"),
        ("The café is open until six", "The café was open until six"),
        ("Both rooms are open", "Both rooms were open"),
        ("The AGM takes place on Tuesday", "The AGM took place on Tuesday"),
        ("Tu and Rosie will lead it, and there will be a quiz", "Tu and Rosie led it, and there was a quiz"),
        ("The workshops will be held in Hull", "The workshops were held in Hull"),
        ("We are hosting a talk later this month", "We hosted a talk last month"),
        ("Our next Cuppa", "Our Cuppa"),
        ("two workshops where we help a charity to plan", "two workshops where we helped a charity to plan"),
    ],
)
def test_regular_announcements(announced: str, told: str) -> None:
    assert past_tense(announced) == told


@pytest.mark.parametrize(
    "text",
    [
        "We will not meet",
        "We hope you will come",
        "Join us for tea",
        "There will be cake",  # one cake or several?
        "They said “we will meet”",
        "The ‘We will meet’ project",
        "[programme](https://example.org/we will meet)",
        "We work with people who live in Hull",
        "In goodwill we trust",
    ],
)
def test_other_words_are_left_alone(text: str) -> None:
    assert past_tense(text) == text


@given(st.text(st.sampled_from("We will meetopnis’ll be.\n“”[]()<>")))
def test_any_text_is_read(text: str) -> None:
    assert isinstance(past_tense(text), str)


@pytest.mark.parametrize(
    ("verb", "past"), [("carry", None), ("study", "studied"), ("play", "played"), ("plan", "planned"), ("be", None)]
)
def test_only_verbs_of_the_table_have_a_past(verb: str, past: str | None) -> None:
    assert past_of(verb) == past
