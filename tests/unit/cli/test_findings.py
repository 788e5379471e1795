"""How a finding is laid out on the screen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cli.findings import Notes, blocks_of, count_of, excerpt_lines, report_of
from newsletter.errors import Place
from newsletter.model.findings import Finding, Severity


def finding(severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code="NL001", severity=severity, message="It is wrong.", place=Place("a.yaml"))


def test_a_bare_finding_is_place_and_words() -> None:
    assert [block.text for block in blocks_of(finding())] == ["a.yaml  error NL001", "It is wrong."]


def test_notes_come_last_and_in_short_unless_they_are_asked_for() -> None:
    note = finding(Severity.NOTE).model_copy(update={"message": "It is long", "hint": "Shorten it."})
    given = [note, finding(Severity.WARNING), note]
    short = [block.text for block in report_of(given)]
    assert short[0] == "a.yaml  warning NL001"
    assert short[-4:-1] == ["2 notes for information (add --notes for details):", *["a.yaml  NL001  It is long."] * 2]
    whole = [block.text for block in report_of(given, Notes.WHOLE)]
    assert whole[3:6] == ["a.yaml  note NL001", "It is long.", "Shorten it."]
    assert whole.count("a.yaml  note NL001") == 2


def test_of_many_notes_of_a_kind_three_are_shown() -> None:
    shown = [block.text for block in report_of([finding(Severity.NOTE)] * 5)]
    assert shown[1:] == [*["a.yaml  NL001  It is wrong."] * 3, "and 2 more NL001", ""]


def test_of_each_note_on_style_the_first_place_is_shown() -> None:
    style = [finding(Severity.NOTE).model_copy(update={"code": code}) for code in ("NL710", "NL731", "NL731")]
    shown = [block.text for block in report_of([*style, finding(Severity.NOTE)])]
    assert shown[1:] == [
        "a.yaml  NL710  It is wrong.",
        "a.yaml  NL731  It is wrong. (and 1 more)",
        "a.yaml  NL001  It is wrong.",
        "",
    ]


def test_errors_come_first_and_a_reason_is_given_once() -> None:
    hinted = {"hint": "Fix it.", "why": "It hurts."}
    given = [finding(Severity.WARNING), *[finding().model_copy(update=hinted)] * 2]
    shown = [block.text for block in report_of(given)]
    assert [text for text in shown if "NL001" in text] == [*["a.yaml  error NL001"] * 2, "a.yaml  warning NL001"]
    assert (shown.count("Fix it."), shown.count("It hurts.")) == (1, 1)


@pytest.mark.parametrize(("count", "words"), [(1, "1 note"), (2, "2 notes")])
def test_notes_are_only_counted_where_something_else_matters(count, words) -> None:
    told = [block.text for block in report_of([finding(Severity.NOTE)] * count, Notes.COUNTED)]
    assert told == [f"{words} not shown. Run `newsletter check` to see {'it' if count == 1 else 'them'}.", ""]


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


def test_findings_are_not_compared_with_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0

    def count(_one: Finding, _other: object) -> bool:
        nonlocal compared
        compared += 1
        return False

    monkeypatch.setattr(Finding, "__eq__", count)
    place = Place("issues/2024-02.yaml", 1)
    many = [
        Finding(code="NL501", severity=severity, message=f"number {number}", place=place)
        for number in range(200)
        for severity in (Severity.WARNING, Severity.NOTE)
    ]
    assert len(list(report_of(many))) > 200
    assert compared == 0
