"""Explain which real day a written date means, given the day of the issue."""

from __future__ import annotations

import datetime as dt

from newsletter.preflight.text.dates.dates import WrittenDate

BEHIND = 92
"""How many days before the issue a date without a year may lie in a text that looks ahead."""

BEHIND_LOOKING_BACK = 300
"""The same, in a text that looks back."""


def days_of(date: WrittenDate, issue: dt.date) -> list[dt.date]:
    """Return the days that a date may mean: one where its year is said, else those of the years around the issue's."""
    if date.month is None:
        months = [(issue.year, issue.month + ahead) for ahead in range(-1, 4)]
        return _existing([(year + (month - 1) // 12, (month - 1) % 12 + 1, date.day) for year, month in months])
    years = (date.year,) if date.year else (issue.year - 1, issue.year, issue.year + 1)
    return _existing([(year, date.month, date.day) for year in years])


def nearest(date: WrittenDate, issue: dt.date, *, looks_back: bool = False) -> dt.date | None:
    """Return the day that a date most likely means, mostly one ahead of the issue; None if there is none.

    A weekday decides between two years, where it fits one of them; how long ago that may be depends on where the text
    looks, as a weekday of last year's is a mistake in an announcement.
    """
    days = days_of(date, issue)
    if date.month is None:
        named = [day for day in days if day.weekday() == date.weekday and (day < issue if looks_back else day >= issue)]
        return (named[-1] if looks_back else named[0]) if named else None
    if date.year:
        return days[0] if days else None
    behind = BEHIND_LOOKING_BACK if looks_back else BEHIND
    within = [day for day in days if -behind <= (day - issue).days <= 365 - behind]
    if date.weekday is not None:
        earliest, latest = (-365, 120) if looks_back else (-120, 365)
        fitting = [d for d in days if d.weekday() == date.weekday and earliest <= (d - issue).days <= latest]
        within = [day for day in within if day in fitting] or fitting or within
    return within[0] if within else None


def _existing(parts: list[tuple[int, int, int]]) -> list[dt.date]:
    found = []
    for year, month, day in parts:
        try:
            found.append(dt.date(year, month, day))
        except ValueError:
            continue
    return found
