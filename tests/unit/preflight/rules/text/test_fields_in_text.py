"""Fields that slipped into the text above them are told, and texts that only look so are not."""

from __future__ import annotations

import pytest

from newsletter.preflight.rule import Example
from newsletter.testing.checks import findings_of

SECTIONS = "sections:\n  - kind: story\n    text: |\n"


def told(fields: str) -> list[str]:
    return [one.message for one in findings_of(Example(fields)) if one.code == "NL739"]


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ("intro: >\n  Hello.\n\n  sections:\n    - kind: story\n      text: Yes.\n", "sections"),
        ("intro: |\n  Hello.\n  sections:  # what follows\n", "sections"),
        (SECTIONS + "      The gate is open.\n      - kind: story\n", "kind"),
        (SECTIONS + "      The gate.\n      items:\n      - title: A\n", "items"),
        (
            SECTIONS + "      The gate.\n      where: The hall\n      when: 2024-03-05\n      link: https://a.uk\n",
            "where",
        ),
    ],
)
def test_a_field_inside_a_text_is_told(fields, name):
    [message] = told(fields)
    assert message.startswith(f"“{name}:” is part of the text above it")


@pytest.mark.parametrize(
    "text",
    [
        "When: Tuesday\n  Where: the hall\n  Contact: the office",
        "where: the hall\n  when: Tuesday",
        "Bring items: a spade and a mug.",
        "note: the gate is shut.",
        "See the sections:\n  - beds\n  - paths",
    ],
)
def test_text_with_colons_is_left_alone(text):
    assert not told(f"intro: |\n  {text}\nsections:\n  - kind: story\n    text: The gate is open.\n")
