"""The variables that open the tests before real accounts are told on the page on providers."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
NAME = re.compile(r"NEWSLETTER_LIVE_[A-Z]+_[A-Z]+")


def test_every_variable_of_the_live_tests_is_told():
    asked = {
        name for path in (PROJECT / "tests" / "live").glob("*.py") for name in NAME.findall(path.read_text("utf-8"))
    }
    page = (PROJECT / "docs" / "adding-a-provider.md").read_text("utf-8")
    assert len(asked) >= 9
    told = set(NAME.findall(page))
    assert {name for name in asked if "_BREVO_" not in name} <= told
