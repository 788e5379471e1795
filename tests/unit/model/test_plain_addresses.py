"""The addresses that are taken without asking the library are those that it takes unchanged."""

from __future__ import annotations

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from newsletter.model.branding import _PLAIN_EMAIL, EmailAddress

ADDRESS = TypeAdapter(EmailAddress)
NEARLY = st.from_regex(
    r"[a-zA-Z0-9._+-]{1,70}@[a-zA-Z0-9.-]{1,70}\.([a-z]{2,4}|test|local|invalid|onion)", fullmatch=True
)


@given(NEARLY)
@example("news@example.org")
@example("a@b.local")
@example("a@sub.test")
@example("a" * 60 + "@example.org")
@example("a" * 61 + "@example.org")
@example("a@" + "b" * 56 + ".org")
@example("a@" + "b" * 64 + ".org")
@example("a@ab--cd.org")
@example("A@Example.ORG")
def test_an_address_is_what_the_library_makes_of_it(text: str) -> None:
    try:
        expected = validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        with pytest.raises(ValidationError):
            ADDRESS.validate_python(text)
        return
    assert ADDRESS.validate_python(text) == expected


def test_the_common_form_is_taken_at_once() -> None:
    assert _PLAIN_EMAIL.fullmatch("news.letter+one@mail.example-trust.org")
    for odd in (
        "a@localhost",
        "a..b@example.org",
        ".a@example.org",
        "a@example",
        "ä@example.org",
        "a@b.c",
        "a@x.local",
    ):
        assert not _PLAIN_EMAIL.fullmatch(odd)
