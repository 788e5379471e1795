"""Most patterns of the tables are decided by their first or last letters, which must never say no wrongly."""

from __future__ import annotations

import pytest

from newsletter.preflight.text.cell_literals import alternatives, first_letters, last_letters


@pytest.mark.parametrize(
    ("cell", "letters"),
    [
        ("own|lid", ("own", "lid")),
        ("doors?|colou?rs", ("door", "colo")),
        ("(?!and)of the", ("of",)),
        ("(?:big |small )?box", ("big", "small", "box")),
        ("(?:Jahren|Monaten) lang", ("jahren", "monaten")),
        ("a*b", None),
        (r"\w+ing", None),
        ("[a-z]+", None),
        ("own|,", None),
        ("(?:a|b)*c", None),
    ],
)
def test_what_a_pattern_begins_with(cell, letters):
    assert first_letters(cell) == letters


@pytest.mark.parametrize(
    ("cell", "letters"),
    [
        ("has not|don't", ("not", "t")),
        ("of (?:the|a)", ("the", "a")),
        ("the(?: old| new)?", ("old", "new", "the")),
        ("for(?<!as for)", ("for",)),
        ("<start>", None),
        ("<start>then", ("then",)),
        (r"\w", None),
        (r"\d\d", None),
        ("years?", None),
        ("[a-z]+", None),
    ],
)
def test_what_a_pattern_ends_with(cell, letters):
    assert last_letters(cell) == letters


def test_alternatives_are_told_apart_outside_of_brackets():
    assert alternatives("a(?:b|c)|d") == ["a(?:b|c)", "d"]
