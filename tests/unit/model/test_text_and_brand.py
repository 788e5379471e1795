"""Lines, links, addresses, colours and patterns: what can stand in a file, and so in an email."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from newsletter.model.branding import Brand, Colours, DatePattern, EmailAddress, Presentation, TimePattern, ZoneName
from newsletter.model.fields import Link, Markdown, PlainText, SingleLine, is_email


def refusal(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(value)
    (error,) = caught.value.errors()
    return str(error["type"])


@given(st.text())
def test_a_line_never_breaks_a_header(text: str) -> None:
    try:
        line = TypeAdapter(SingleLine).validate_python(text)
    except ValidationError:
        return
    assert len(line.splitlines()) == 1
    assert not any(sign < " " and sign != "\t" for sign in line)


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n", "\u2028", "\x85"])
def test_a_line_is_one_line(sign: str) -> None:
    assert refusal(SingleLine, f"a{sign}b") == "line_break"


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x1b", "\x0c", "\x92"])
@pytest.mark.parametrize("kind", [SingleLine, Markdown, PlainText])
def test_no_text_holds_control_characters(kind: Any, sign: str) -> None:
    assert refusal(kind, f"a{sign}b") == "control_character"


def test_a_text_may_have_lines_and_tabs_but_must_have_words() -> None:
    assert TypeAdapter(Markdown).validate_python("a\n\n\tb") == "a\n\n\tb"
    assert refusal(Markdown, "") == "string_too_short"
    assert refusal(SingleLine, "\ud800") == "string_unicode"
    assert TypeAdapter(PlainText).validate_python("") == ""


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/a?b=c#d",
        "http://example.org",
        "mailto:a@example.org",
        "tel:+442079460000",
        "HTTPS://EXAMPLE.ORG",
    ],
)
def test_a_link_is_taken(link: str) -> None:
    assert TypeAdapter(Link).validate_python(link) == link


@pytest.mark.parametrize(
    ("link", "error", "corrected"),
    [
        ("https://example.org/a b", "link_space", None),
        ("a@example.org", "link_scheme", "mailto:a@example.org"),
        ("www.example.org/x", "link_scheme", "https://www.example.org/x"),
        ("read here", "link_scheme", None),
        ("javascript:alert(1)", "link_scheme", None),
        ("data:text/html,x", "link_scheme", None),
        ("https://", "link_scheme", None),
        ("mailto:", "link_scheme", None),
    ],
)
def test_what_is_no_link_is_refused(link: str, error: str, corrected: str | None) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Link).validate_python(link)
    (found,) = caught.value.errors()
    assert (found["type"], found.get("ctx", {}).get("corrected")) == (error, corrected)


def test_an_address_is_told_from_a_name() -> None:
    assert is_email("a@example.org")
    assert not is_email("a@example")
    assert not is_email("A <a@example.org>")
    assert refusal(EmailAddress, "nobody") == "email_form"
    assert TypeAdapter(EmailAddress).validate_python("Ada@EXAMPLE.org") == "Ada@example.org"


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd", "Europe", "/etc/localtime"])
def test_a_zone_must_exist(zone: str) -> None:
    assert refusal(ZoneName, zone) == "zone_unknown"


@pytest.mark.parametrize("pattern", ["EEEE d MMMM", "d MMM y", "dd/MM/yyyy", "d. MMMM", "EEEE 'the' d 'of' MMMM"])
def test_a_pattern_of_dates_is_taken(pattern: str) -> None:
    assert TypeAdapter(DatePattern).validate_python(pattern) == pattern


@pytest.mark.parametrize("pattern", ["dd/mm/yyyy", "DD/MM/YYYY", "HH:mm", "///", "the day", "d 'of MMMM"])
def test_a_pattern_that_shows_no_date_is_refused(pattern: str) -> None:
    assert refusal(DatePattern, pattern) == "date_pattern"


def test_a_pattern_of_times_shows_times() -> None:
    assert TypeAdapter(TimePattern).validate_python("h:mma") == "h:mma"
    assert refusal(TimePattern, "HH:MM") == "time_pattern"


def test_colours_are_six_digits() -> None:
    assert Colours(brand="#0B4f5c").brand == "#0B4f5c"
    for wrong in ("teal", "#fff", "0b4f5c", "#0b4f5c\n;"):
        with pytest.raises(ValidationError):
            Colours(brand=wrong)


def test_the_brand_needs_a_name_and_the_address_the_law_asks_for() -> None:
    with pytest.raises(ValidationError) as caught:
        Brand.model_validate({})
    assert [error["loc"] for error in caught.value.errors()] == [("name",), ("address",)]


def test_the_presentation_knows_its_zone() -> None:
    presentation = Presentation.model_validate(
        {"brand": {"name": "Us", "address": "Here"}, "sender": {"name": "Us", "email": "us@example.org"}}
    )
    assert presentation.zone.key == "Europe/London"
