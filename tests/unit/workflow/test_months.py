"""Months as people name them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import UsageError
from newsletter.workflow.months import NAMES, Month, issue_month, month_number, read_month

NOW = Month(2024, 3)
months = st.builds(Month, st.integers(1, 9998), st.integers(1, 12))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03", "2024-03"),
        ("2024-3", "2024-03"),
        ("2024/11", "2024-11"),
        ("03/2025", "2025-03"),
        ("March 2024", "2024-03"),
        ("march 2024", "2024-03"),
        ("march-2024", "2024-03"),
        ("2024 March", "2024-03"),
        ("  Sept. 2024 ", "2024-09"),
        ("march", "2024-03"),
        ("april", "2024-04"),
        ("February", "2025-02"),
        ("dec", "2024-12"),
    ],
)
def test_the_usual_forms_are_read(text: str, expected: str) -> None:
    assert str(read_month(text, not_before=NOW)) == expected


@pytest.mark.parametrize(
    "text", ["", "ma", "2024-13", "2024-00", "0000-05", "marchy", "13/2024", "next month", "2024-03-01", "May 0000"]
)
def test_anything_else_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(UsageError, match="is not a month") as raised:
        read_month(text, not_before=NOW)
    assert "2024-03" in raised.value.hint


@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        month = read_month(text, not_before=NOW)
    except UsageError:
        return
    assert 1 <= month.number <= 12


@given(months)
def test_a_month_is_read_back_from_its_name_and_its_words(month: Month) -> None:
    assert read_month(str(month), not_before=NOW) == month
    assert issue_month(str(month)) == month
    assert read_month(month.words, not_before=NOW) == month


@given(months)
def test_next_and_previous_undo_each_other(month: Month) -> None:
    assert month.next().previous() == month
    assert month < month.next()


@given(months, st.sampled_from(NAMES))
def test_a_month_without_a_year_is_never_before_the_bound_and_within_a_year(bound: Month, name: str) -> None:
    month = read_month(name, not_before=bound)
    assert bound <= month < Month(bound.year + 1, bound.number)


def test_a_month_knows_its_days() -> None:
    assert Month.of(dt.date(2024, 3, 9)) == NOW
    assert NOW.day(1) == dt.date(2024, 3, 1)


@pytest.mark.parametrize(
    ("stem", "expected"), [("2024-03", NOW), ("2024-03-extra", NOW), ("2024-031", None), ("x", None)]
)
def test_the_month_of_a_file_name(stem: str, expected: Month | None) -> None:
    assert issue_month(stem) == expected


@pytest.mark.parametrize(("word", "expected"), [("FEB", 2), ("june", 6), ("jun", 6), ("ju", None), ("x", None)])
def test_month_names_may_be_cut_to_three_letters(word: str, expected: int | None) -> None:
    assert month_number(word) == expected
