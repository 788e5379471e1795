"""Markup that readers would see as it was typed, or not see at all, and that no one had looked for."""

from __future__ import annotations

import pytest

from newsletter.testing.checks import findings_of


def told(text: str) -> list[tuple[str, str]]:
    lines = "\n".join(f"  {line}" for line in text.split("\n"))
    return [
        (one.code, one.message) for one in findings_of(f"intro: |\n{lines}") if one.code in {"NL740", "NL741", "NL745"}
    ]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("Read the plan](https://example.org/a) now.", "NL741", "plan](https://example.org/a)"),
        ("Read [the\n\nplan](https://example.org/a) now.", "NL741", "plan](https://example.org/a)"),
        ("Write to us](mailto:team@example.org)", "NL741", "us](mailto:"),
        ("Of R&amp;D: [the plan](https://example.org/a_(b) now.", "NL741", "[the plan]"),
        ("Five \\* stars, [the plan](https://example.org/a_(b) now.", "NL741", "[the plan]"),
        ("At\u00a0last &nbsp; it is ==here==.", "NL740", "==here=="),
        ("Not \\[this\\] but ==that==.", "NL740", "==that=="),
        ("It rose by half[^note].\n\n[^other]: https://example.org/source", "NL740", "a footnote"),
        ("It rose by half[^1].", "NL740", "a footnote"),
        ("It costs ~five~ pounds.", "NL740", "a strikethrough"),
        ("It costs (~all we had~) today.", "NL740", "a strikethrough"),
        ("See [a](https://example.org/{town|a (b) c}(d now.", "NL741", "[a]"),
        ("A frame of 20*30*40 cm", "NL740", "20*30*40"),
        ("We need:\n2. tea\n3. cake", "NL745", "from “2.” on"),
        ("What happened when:\n1986. A shed.\n1992. A roof.", "NL745", "from “1986.” on"),
        ("Then:\n  0) tea\n  4) cake", "NL745", "from “0)” on"),
    ],
)
def test_what_would_not_be_read_as_it_is_written_is_told(text: str, code: str, words: str) -> None:
    found = told(text)
    assert [one for one in found if one[0] == code and words in one[1]], found


@pytest.mark.parametrize(
    "text",
    [
        "It rose by half[^note].\n\n[^note]: https://example.org/source",
        "It rose by half[^1].\n\n[^1]: Census",
        "We need:\n1. tea\n2. cake\n3. milk",
        "2. tea\n3. cake",
        "The roof was built in\n1986. It was cold.",
        "- tea\n  2. cake",
        "Read [the plan](https://example.org/a) and [that one](https://example.org/b).",
        "An array a[0](see https://example.org/a)",
        "Note \\[^1] and R&amp;D, five \\* stars &copy; 2024",
        "It is 2*3 and *really* 5 * 6 * 7",
        "Escaped 20\\*30\\*40",
        "It takes ~10 minutes, or ~15~ at most.",
        "Tea ~ cake ~ songs.",
        "Escaped \\~five~ and `~code~`, https://example.org/~ann/~x~.",
    ],
)
def test_what_is_read_as_it_is_written_is_left_alone(text: str) -> None:
    assert told(text) == []


def test_a_space_in_an_email_link_is_told_with_its_tags_left_alone() -> None:
    address = "mailto:a@trust.uk?subject=Hi {first_name|dear reader}&body=I am here"
    (finding,) = [one for one in findings_of(f'intro: "[x]({address}) now"') if one.code == "NL618"]
    assert "?subject=Hi%20{first_name|dear reader}&body=I%20am%20here)" in finding.suggestion
    assert not [one for one in findings_of(f'intro: "[x]({address}) now"') if one.code == "NL741"]
