"""Months as people name them: `2024-03`, `March 2024`, `march`."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

from newsletter.errors import UsageError

NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_SHORTEST = 3
_NUMBERS = re.compile(r"(\d{4})[-/. ](\d{1,2})|(\d{1,2})[-/. ](\d{4})")
_WORDS = re.compile(r"([a-z]+)\.?(?:[ -]*(\d{4}))?|(\d{4})[ -]*([a-z]+)\.?", re.IGNORECASE)


class Month(NamedTuple):
    """A month of a year; as a string it is the name of that month's issue."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """Return the month of a day."""
        return cls(day.year, day.month)

    @property
    def words(self) -> str:
        """Return the month in English, such as `March 2024`."""
        return f"{NAMES[self.number - 1]} {self.year:04d}"

    def next(self) -> Month:
        """Return the month after; raise UsageError after the last that a calendar here knows."""
        if (self.year, self.number) == (dt.MAXYEAR, 12):
            raise UsageError(
                f"There is no month after {self.words}.", hint="Add another month: `newsletter new 2024-03`."
            )
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def previous(self) -> Month:
        """Return the month before."""
        return Month(self.year - (self.number == 1), (self.number - 2) % 12 + 1)

    def day(self, number: int) -> dt.date:
        """Return a day of the month, which must exist."""
        return dt.date(self.year, self.number, number)


def month_number(name: str) -> int | None:
    """Return 1 to 12 for a month's English name or its first three composer or more; None for anything else."""
    word = name.casefold().rstrip(".")
    found = [n for n, month in enumerate(NAMES, 1) if len(word) >= _SHORTEST and month.casefold().startswith(word)]
    return found[0] if found else None


def issue_month(stem: str) -> Month | None:
    """Return the month that an issue's file name starts with; None if there is none."""
    match = re.match(r"(\d{4})-(0[1-9]|1[0-2])(?!\d)", stem)
    return Month(int(match[1]), int(match[2])) if match and int(match[1]) else None


def issue_words(stem: str) -> str:
    """Return what people call an issue, such as `December 2026 issue`; its name where that is no month."""
    month = issue_month(stem)
    return f"{month.words} issue" if month and str(month) == stem else f"issue {stem}"


def read_month(text: str, *, not_before: Month) -> Month:
    """Read a month in any usual form; one without a year is the first such month from `not_before` on."""
    year, number = _parts(text.strip())
    if number is None:
        raise UsageError(f"{text!r} is not a month.", hint="Write it as 2024-03, March 2024 or march.")
    if year is None:
        return Month(not_before.year + (number < not_before.number), number)
    return Month(year, number)


def _parts(text: str) -> tuple[int | None, int | None]:
    """Return year and month as far as the text names them; no month means that it cannot be read."""
    if match := _NUMBERS.fullmatch(text):
        year, number = int(match[1] or match[4]), int(match[2] or match[3])
        return (year, number) if year and 1 <= number <= 12 else (None, None)
    if match := _WORDS.fullmatch(text):
        year_text = match[2] or match[3]
        number_named = month_number(match[1] or match[4])
        year_named = int(year_text) if year_text else None
        return (None, None) if year_named == 0 else (year_named, number_named)
    return None, None
