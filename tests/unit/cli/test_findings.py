"""How a finding is laid out on the screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.cli.findings import blocks_of, count_of, excerpt_lines
from newsletter.errors import Place
from newsletter.model.report import Finding, Severity


def finding(severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code="NL001", severity=severity, message="It is wrong.", place=Place("a.yaml"))


def test_a_bare_finding_is_place_and_words() -> None:
    assert [block.text for block in blocks_of(finding())] == ["a.yaml  error NL001", "It is wrong."]


def test_a_place_without_a_column_gets_no_caret() -> None:
    placed = finding().model_copy(update={"excerpt": "title: x", "place": Place("a.yaml", 1)})
    assert [block.text for block in blocks_of(placed)][2:] == ["title: x"]


def test_a_tab_is_shown_as_one_sign() -> None:
    assert excerpt_lines("\ttitle: x\x01", 1) == ("→title: x·", "^")


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300),
    st.integers(0, 310),
)
def test_the_caret_points_at_the_letter_even_in_a_long_line(excerpt: str, column: int) -> None:
    line, caret = excerpt_lines(excerpt, column)
    assert len(line) <= 78
    if 1 <= column <= len(excerpt):
        letter = excerpt[column - 1]
        assert line[len(caret) - 1] == (letter if letter.isprintable() else "·")
    if column == 0 or column > len(excerpt) + 1:
        assert caret == ""


def test_the_count_names_the_worst_first() -> None:
    found = [finding(Severity.NOTE), finding(Severity.WARNING), finding(Severity.WARNING), finding()]
    assert count_of(found) == ("1 error, 2 warnings, 1 note.", "red")
    assert count_of(found[:1]) == ("1 note.", "cyan")
