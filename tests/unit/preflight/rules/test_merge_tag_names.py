"""Merge tags in an issue's source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.findings import Finding
from newsletter.model.merge_tags import BuiltInTag
from newsletter.preflight.rule import Example
from newsletter.preflight.rules.sending.merge_tag_names import CHECKS, braced_texts
from newsletter.testing.checks import findings_of


def found(words: str, columns: tuple[str, ...] | None = ("town",)) -> tuple[Finding, ...]:
    tags = None if columns is None else (*BuiltInTag, *columns)
    return findings_of(Example(f"title: {words}\ndate: 2024-05-01", facts=lambda: {"tags": tags}), CHECKS)


@pytest.mark.parametrize(
    "words",
    ["Hello {first_name|there}", "To {email}", "In {town|town}", "A set {1, 2}", "Just words", "x # {frist_name}"],
)
def test_what_is_right_is_not_mentioned(words: str) -> None:
    assert found(words) == ()


def test_an_unknown_tag_is_placed_and_fixed() -> None:
    (finding,) = found("From {twon|here} to {town|there}")
    assert (finding.code, finding.place.line, finding.place.column) == ("NL211", 1, 13)
    assert finding.suggestion == "title: From {town|here} to {town|there}"
    assert finding.blocks


def test_an_unknown_tag_like_nothing_has_no_line_to_paste() -> None:
    (finding,) = found("From {zzzzzz}")
    assert finding.suggestion == ""
    assert "{first_name}" in finding.hint


def test_a_tag_without_a_fallback_is_a_warning() -> None:
    (name, town) = found("Dear {last_name} of {town}")
    assert not name.blocks
    assert "{last_name|reader}" in name.hint
    assert "{town|…}" in town.hint


def test_columns_that_cannot_be_known_are_not_guessed() -> None:
    assert found("In {twon|here}", None) == ()


@given(st.text(st.sampled_from("{}|ab_ #\n"), max_size=60))
def test_spots_stand_where_they_say(source: str) -> None:
    lines = source.splitlines()
    for spot in braced_texts(source):
        assert lines[spot.line - 1] == spot.excerpt
        assert spot.excerpt[spot.column - 1 :].startswith(spot.words)
        assert not spot.excerpt.lstrip().startswith("#")
