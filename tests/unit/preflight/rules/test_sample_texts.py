"""The texts of the starter that wait to be replaced."""

from __future__ import annotations

import pytest

from newsletter.preflight.rule import Example
from newsletter.preflight.rules.content.sample_texts import CHECKS
from newsletter.testing.checks import findings_of


@pytest.mark.parametrize(
    "written",
    [
        "✎ The headline",
        '"✎ The headline"',
        "'✎ The headline'",
        '"May update: ✎ The headline"',
        "✎ The headline  # the largest words",
    ],
)
def test_the_quotation_marks_of_the_file_are_no_part_of_the_text(written: str) -> None:
    (finding,) = findings_of(Example(f"title: {written}\ndate: 2024-05-01"), CHECKS)
    assert finding.message == "“✎ The headline” is a sample text."


def test_quotation_marks_inside_the_text_stay() -> None:
    (finding,) = findings_of(Example('title: ✎ The "headline"\ndate: 2024-05-01'), CHECKS)
    assert finding.message == '“✎ The "headline"” is a sample text.'
    (finding,) = findings_of(Example("title: ✎ What “co-production” is to “us”\ndate: 2024-05-01"), CHECKS)
    assert finding.message == "“✎ What “co-production” is to “us”” is a sample text."
