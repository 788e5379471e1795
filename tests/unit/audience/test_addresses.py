"""Addresses in their normal form, as email-validator gives them."""

from __future__ import annotations

import itertools

import pytest
from email_validator import EmailNotValidError, validate_email

from newsletter.audience.addresses import normal_address

LABELS = (
    "a",
    "mail",
    "a-b",
    "1st",
    "-a",
    "a-",
    "a--b",
    "xn--a",
    "xn--mnchen-3ya",
    "ä",
    "A",
    "a_b",
    "a" * 63,
    "a" * 64,
    "",
)
ENDS = ("org", "com", "uk", "Uk", "co.uk", "test", "local", "localhost", "onion", "arpa", "invalid", "c", "c1", "1", "")


@pytest.mark.parametrize("end", ENDS)
def test_domain_is_what_the_library_says(end: str) -> None:
    for labels in itertools.chain(((one,) for one in LABELS), itertools.product(LABELS, LABELS), [("abcdefghi",) * 25]):
        address = f"first.last@{'.'.join((*labels, end))}"
        assert normal_address(address) == _by_library(address)


def _by_library(address: str) -> str:
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        return ""
