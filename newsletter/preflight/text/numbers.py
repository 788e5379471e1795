"""Small numbers as people write them, in words or digits."""

from __future__ import annotations

import re
from functools import lru_cache

from newsletter.preflight.text.number_data import word_values

MOST = 20
"""Larger numbers are years, sums and sizes, not counts of what is listed."""


def value_of(word: str, language: str) -> int | None:
    """Return the number that a word stands for, from 2 to 20; None where it is none."""
    value = int(word) if re.fullmatch(r"\d{1,2}", word) else word_values(language).get(word.casefold())
    return value if value is not None and 2 <= value <= MOST else None


@lru_cache(maxsize=1024)
def has_digit(text: str) -> bool:
    """Return whether a text has a digit of any script; many checks need not look further where it has none."""
    return any(map(str.isdigit, text))
