"""The day an issue goes out: its date beside today, the name of its file and the issue before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.model.issue import MONTH
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note, warning

ARCHIVED = 45
"""Days after which an issue is one that is looked at again, rather than one that is late."""

LATE = warning("NL491", name="past-issue-date")
LONG_PAST = note("NL492", name="old-issue")
OTHER_MONTH = warning("NL493", name="file-month-mismatch")
NOT_LATER = warning("NL494", name="date-not-after-last-issue")

_NAMED = compile_pattern(rf"{MONTH.pattern}(?!\d)")

_ADJACENT = 3
"""Days before its month begins, or after it ends, on which an issue may well go out."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what the date of the issue does not agree with."""
    issue, loc = context.issue, ("date",)
    shown = _day(issue.date)
    last = context.past[-1] if context.past else None
    month = _month(context.loaded.path.stem)
    if last and issue.date <= last.issue.date and month and month != _month(last.name):
        words = f"The issue is dated {shown}, and {last.name} was dated {_day(last.issue.date)}."
        yield context.on_field(NOT_LATER, loc, words)
    elif month and not _near(month, issue.date):
        yield context.on_field(OTHER_MONTH, loc, f"{context.loaded.path.name} is dated {shown}.")
    gone = (context.facts.today - issue.date).days if context.facts.today else 0
    if gone > ARCHIVED:
        yield context.on_field(LONG_PAST, loc, f"The issue is dated {shown}, {_long_ago(gone)} ago.")
    elif gone > 0:
        yield context.on_field(
            LATE, loc, f"The issue is dated {shown}, which was {'yesterday' if gone == 1 else f'{gone} days ago'}."
        )


def _month(name: str) -> str:
    """Return the month that a file is named by, such as `2024-03` of `2024-03-members`; empty where it names none."""
    match = _NAMED.match(name)
    return match[0] if match else ""


def _near(month: str, date: dt.date) -> bool:
    """Return whether a date is in a month, or a few days beside it."""
    around = (date - dt.timedelta(_ADJACENT), date, date + dt.timedelta(_ADJACENT))
    return any(f"{day:%Y-%m}" == month for day in around)


def _long_ago(days: int) -> str:
    months = round(days / 30.4)
    return f"{months} months" if months < 24 else f"{days // 365} years"


def _day(date: dt.date) -> str:
    return f"{date.day} {date:%B %Y}"


CHECKS = (Checker("date of the issue", (LATE, LONG_PAST, OTHER_MONTH, NOT_LATER), check),)
