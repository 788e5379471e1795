"""Fixes change the letters that they name and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import Place
from newsletter.model.findings import Finding, Fix, Severity
from newsletter.preflight.fixes import fixed


def finding(line: int, column: int, old: str, new: str, code: str = "NL700") -> Finding:
    fix = Fix(line=line, column=column, old=old, new=new)
    return Finding(code=code, severity=Severity.WARNING, message="wrong", place=Place("a", line, column), fix=fix)


def test_fixes_of_one_line_do_not_shift_one_another():
    text = "one teh two teh three\n"
    found = [finding(1, 5, "teh", "the"), finding(1, 13, "teh", "there"), finding(1, 1, "one", "eleven")]
    result = fixed(text, found)
    assert result.text == "eleven the two there three\n"
    assert set(result.done) == set(found)
    assert result.left == ()


def test_each_line_end_stays_as_it_is():
    text = "a\r\nb\rc\nd"
    assert (
        fixed(text, [finding(3, 1, "c", "C"), finding(4, 1, "d", "D"), finding(2, 1, "b", "B")]).text == "a\r\nB\rC\nD"
    )


def test_fixes_that_touch_each_other_are_left_for_the_next_round():
    first, second = finding(1, 1, "abc", "x"), finding(1, 3, "cd", "y")
    result = fixed("abcd", [first, second])
    assert result.text == "aby"
    assert (result.done, result.left) == ((second,), (first,))


def test_fixes_side_by_side_are_both_made():
    assert fixed("abcd", [finding(1, 1, "ab", "x"), finding(1, 3, "cd", "y")]).text == "xy"


def test_words_that_are_no_longer_there_are_left_alone():
    gone = finding(1, 1, "teh", "the")
    assert fixed("the", [gone]) == fixed("the", [gone])
    assert fixed("the", [gone]).text == "the"
    assert fixed("the", [gone]).left == (gone,)


def test_a_line_that_is_not_there_is_no_fault():
    assert fixed("one\n", [finding(9, 1, "x", "y")]).text == "one\n"
    assert fixed("", [finding(1, 1, "x", "y")]).text == ""
    assert fixed("one\n", [finding(0, 1, "one", "y")]).text == "one\n"


def test_something_can_be_put_in_at_the_end_of_a_line():
    assert fixed("one\ntwo\n", [finding(1, 4, "", ".")]).text == "one.\ntwo\n"


def test_findings_without_a_fix_are_neither_done_nor_left():
    bare = Finding(code="NL700", severity=Severity.NOTE, message="x", place=Place("a", 1, 1))
    assert fixed("one", [bare]).done == fixed("one", [bare]).left == ()


@given(st.text(alphabet="ab \r\n", max_size=30), st.lists(st.tuples(st.integers(0, 6), st.integers(1, 8)), max_size=5))
def test_what_no_fix_names_is_never_lost(text, places):
    found = [finding(line, column, "a", "AA") for line, column in places]
    result = fixed(text, found)
    assert result.text.replace("AA", "a") == text
    assert len(result.done) == result.text.count("AA")
