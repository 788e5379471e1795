"""What an author most likely meant, in the form the file needs."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issue_file import suggest
from newsletter.issue_file.yaml_repair.tree import Mapping, Scalar, read_tree


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12/02/2024", "2024-02-12"),
        ("12.2.2024", "2024-02-12"),
        ("02/25/2024", "2024-02-25"),
        ("2024/2/5", "2024-02-05"),
        ("20240220", "2024-02-20"),
        ("12 February 2024", "2024-02-12"),
        ("12th of Feb, 2024", "2024-02-12"),
        ("February 12, 2024", "2024-02-12"),
        ("Sept 3 2024", "2024-09-03"),
        ("Tuesday 5 March at 13.00", "2023-03-05 13:00"),
        ("Tues, 5 March 2024 1pm", "2024-03-05 13:00"),
        ("2024-02-20 1.30 p.m.", "2024-02-20 13:30"),
        ("2024-02-20, 13:00", "2024-02-20 13:00"),
        ("2024-02-20 at noon", "2024-02-20 12:00"),
        ("noon on Friday 23 February 2024", "2024-02-23 12:00"),
        ("1pm on 5 March 2024", "2024-03-05 13:00"),
        ("“2024-02-12”", "2024-02-12"),
        ("2024-02-31", ""),
        ("31/31/2024", ""),
        ("2024-02-20 25:00", ""),
        ("2024-02-20 13pm", ""),
        ("2024-02-20 in the hall", ""),
        ("30 February 2024", ""),
        ("soon", ""),
        ("", ""),
    ],
)
def test_a_date_is_put_into_form(written: str, meant: str) -> None:
    assert suggest.moment(written, 2023) == meant
    assert suggest.day(written, 2023) == meant[:10]


def test_a_date_without_a_year_is_a_guess() -> None:
    assert suggest.moment("5 March") == ""


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2199, 12, 31)), st.times())
def test_any_date_in_words_is_read(day: dt.date, time: dt.time) -> None:
    # %B is English in the C locale, in which the tests run
    for form in ("%d %B %Y", "%B %d, %Y", "%d/%m/%Y", "%Y.%m.%d", "%A %d %B %Y"):
        assert suggest.moment(day.strftime(form)) == day.isoformat()
    at = time.strftime("%I:%M%p").lower()
    assert suggest.moment(f"{day:%d %B %Y} at {at}") == f"{day.isoformat()} {time:%H:%M}"


@given(st.text(max_size=40))
def test_no_text_breaks_a_correction(text: str) -> None:
    for correct in (suggest.moment, suggest.clock, suggest.link, suggest.email, suggest.colour):
        assert isinstance(correct(text), str)
    assert suggest.nearest(text, ["title", "date"]) in {"", "title", "date"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1pm", "13:00"),
        ("13.00", "13:00"),
        ("1300", "13:00"),
        ("9:05", "09:05"),
        ("12am", "00:00"),
        ("noon", "12:00"),
        ("1.30 pm", "13:30"),
        ("13pm", ""),
        ("9", ""),
        ("25:00", ""),
        ("0pm", ""),
        ("later", ""),
    ],
)
def test_a_time_is_put_into_form(written: str, meant: str) -> None:
    assert suggest.clock(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("example.org/x", "https://example.org/x"),
        ("www.example.org", "https://www.example.org"),
        ("htp://example.org", "https://example.org"),
        ("https//example.org", "https://example.org"),
        ("https:/example.org", "https://example.org"),
        ("a@example.org", "mailto:a@example.org"),
        ("[more](https://example.org/a)", "https://example.org/a"),
        ("<https://example.org/a>", "https://example.org/a"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://example.org/leave?who={ key }&of=a b", "https://example.org/leave?who={key}&of=a%20b"),
        ("+44 20 7946 0000", "tel:+442079460000"),
        ("read here", ""),
    ],
)
def test_a_link_is_put_into_form(written: str, meant: str) -> None:
    assert suggest.link(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Example Trust <news@example.org>", "news@example.org"),
        ("news @ example.org", "news@example.org"),
        ("a@example.org, b@example.org", ""),
        ("nobody", ""),
    ],
)
def test_an_address_is_found(written: str, meant: str) -> None:
    assert suggest.email(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"), [("#0B4", "#00bb44"), ("0b4f5c", "#0b4f5c"), ("teal", ""), ("#12345", "")]
)
def test_a_colour_is_put_into_form(written: str, meant: str) -> None:
    assert suggest.colour(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("titel", "title"),
        ("Title", "title"),
        ("sign-off", "sign_off"),
        ("Sign off", "sign_off"),
        ("“title”", "title"),
        ("item", "items"),
        ("link", ""),
        ("", ""),
    ],
)
def test_a_name_is_found_by_its_likeness(written: str, meant: str) -> None:
    assert suggest.nearest(written, ["title", "sign_off", "items"]) == meant


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=60))
def test_a_quoted_value_is_read_as_it_was(text: str) -> None:
    root = read_tree(f"a: {suggest.as_value(text)}").root
    assert isinstance(root, Mapping)
    value = root.entries["a"].value
    assert isinstance(value, Scalar)
    assert value.text == text
