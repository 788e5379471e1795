"""Dates held to the day on which the issue goes out: events and deadlines that have passed, or come too soon."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import (
    LOOKING_BACK,
    FieldDate,
    MentionedDate,
    field_moments,
    format_date,
    readings,
)
from newsletter.preflight.rule import Checker, error, warning
from newsletter.preflight.text.dates.resolve import nearest
from newsletter.preflight.text.dates.spans import date_spans
from newsletter.preflight.text.dates.tense import is_last_day

EVENT_PAST = error("NL404", name="past-event")
DEADLINE_PAST = error("NL405", name="past-deadline")
ANNOUNCED_PAST = warning("NL406", name="past-day-announced")
SHORT_NOTICE = warning("NL407", name="short-notice")
STILL_TO_COME = warning("NL408", name="future-event-in-review")
FAR_AHEAD = warning("NL409", name="distant-date")

_RULES = (EVENT_PAST, DEADLINE_PAST, ANNOUNCED_PAST, SHORT_NOTICE, STILL_TO_COME, FAR_AHEAD)
_FAR = 550
"""So many days ahead nothing is announced to the day."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what has passed, and what is too near or too far, the fields first."""
    for moment in field_moments(context):
        yield from _of_field(context, moment)
    told_of = {moment.first_day for moment in field_moments(context)}
    for reading in readings(context):
        yield from _of_text(context, reading, told_of)


def _of_field(context: LintContext, moment: FieldDate) -> Iterator[Finding]:
    issue = context.issue.date
    ahead = (moment.last_day - issue).days
    if moment.kind == LOOKING_BACK:
        if not moment.is_deadline and (moment.first_day - issue).days > 0:
            message = f"{_told(moment.first_day, issue)} is after the issue is sent, on {_told(issue, issue)}."
            yield context.on_field(STILL_TO_COME, moment.loc, message)
    elif ahead < 0:
        rule = DEADLINE_PAST if moment.is_deadline else EVENT_PAST
        message = f"{_told(moment.last_day, issue)} is before the issue is sent, on {_told(issue, issue)}."
        again = _next_year(moment.last_day, issue)
        hint = f"{rule.fix} Do you mean {again.year}?" if again else ""
        yield context.on_field(rule, moment.loc, message, hint=hint)
    elif ahead > _FAR and (moment.first_day - issue).days > _FAR:
        message = f"{_told(moment.first_day, issue)} is {_years(moment.first_day, issue)} after the issue is sent."
        yield context.on_field(FAR_AHEAD, moment.loc, message)
    elif ahead <= (1 if moment.is_deadline else 0):
        what = "The deadline" if moment.is_deadline else "The event"
        day = "the day the issue is sent" if not ahead else "the day after the issue is sent"
        yield context.on_field(SHORT_NOTICE, moment.loc, f"{what} is on {day}, {_told(moment.last_day, issue)}.")


def _of_text(context: LintContext, reading: MentionedDate, told_of: set[dt.date]) -> Iterator[Finding]:
    issue, day, date = context.issue.date, reading.day, reading.date
    if day is None or not reading.announces or day in told_of or _is_told_elsewhere(reading, issue):
        return
    if day < issue:
        if _still_runs(reading, issue):
            return
        message = f"“{reading.written}” is before the issue is sent, on {_told(issue, issue)}."
        yield context.in_text(ANNOUNCED_PAST, reading.run, date.start, date.end, message)
    elif (day - issue).days <= 1 and is_last_day(reading.run.words[: date.start]):
        when = "the day the issue is sent" if day == issue else "the day after the issue is sent"
        message = f"“{reading.written}” is {when}."
        yield context.in_text(SHORT_NOTICE, reading.run, date.start, date.end, message)


def _still_runs(reading: MentionedDate, issue: dt.date) -> bool:
    """Return whether a date begins a range that has not ended: “24 February to 17 March”."""
    for span in date_spans(reading.run.words, reading.run.language):
        if span.first.start == reading.date.start:
            last = nearest(span.last, issue, looks_back=False)
            return last is not None and last >= issue
    return False


def _is_told_elsewhere(reading: MentionedDate, issue: dt.date) -> bool:
    """Return whether another check tells of the date, or it may well be next year's or an old one that is meant."""
    date, day = reading.date, reading.day
    if day is None or (date.weekday is not None and day.weekday() != date.weekday):
        return True
    behind = (issue - day).days
    return behind >= 120 or (not date.year and behind > 62) or date.month is None


def _next_year(day: dt.date, issue: dt.date) -> dt.date | None:
    """Return the same day of the year in which it comes next, where that is soon."""
    for year in (issue.year, issue.year + 1):
        if year != day.year and day.day <= calendar.monthrange(year, day.month)[1]:
            again = day.replace(year=year)
            if 0 <= (again - issue).days <= 200:
                return again
    return None


def _years(day: dt.date, issue: dt.date) -> str:
    years = round((day - issue).days / 365.25, 1)
    return f"{years:.0f} years" if years >= 2 else "a year and a half"


def _told(day: dt.date, issue: dt.date) -> str:
    return format_date(day, year=day.year != issue.year)


CHECKS = (Checker("dates and the send date", _RULES, check),)
