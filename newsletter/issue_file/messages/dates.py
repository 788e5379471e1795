"""What to say when a date or a time cannot be used."""

from __future__ import annotations

import calendar
import re

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file import suggest
from newsletter.issue_file.messages.field_names import at_field, field_text
from newsletter.issue_file.problem import Problem
from newsletter.issue_file.pydantic_errors import LocatedError
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted
from newsletter.issue_file.yaml_repair.tree import Scalar
from newsletter.model.datetimes import EARLIEST_YEAR, LATEST_YEAR

_DATE_EXAMPLE = "2024-02-20, or with a time 2024-02-20 13:00"
_NUMBERS = compile_pattern(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_RANGE = compile_pattern(r"\d{1,2}[:.]?\d{0,2}\s*(?:am|pm)?\s*(?:-|–|—|to|until)\s*(\d{1,2}[:.]?\d{0,2}\s*(?:am|pm)?)$")
_LONG_YEAR = compile_pattern(r"\d{5,}-\d{1,2}-\d{1,2}")
_WEEKDAY = compile_pattern(r"\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*", re.IGNORECASE)


def date_form(fault: LocatedError) -> Problem:
    """Explain how a date is written."""
    if not isinstance(fault.node, Scalar):
        return fault.complaint(Code.DATE_FORM, f"{fault.name} needs a date", f"Write it as {_DATE_EXAMPLE}.")
    text = fault.text
    as_end = fault.entry is not None and fault.entry.text == "ends"
    if as_end and (time := suggest.clock(text)):
        return fault.corrected(Code.TIME_FORM, f"{quoted(text)} is not a valid time", f"Write `ends: {time}`.", time)
    time_range = None if _LONG_YEAR.match(text) else _RANGE.search(text)
    if time_range:
        start = suggest.moment(re.split(r"\s*(?:-(?!\d\d-)|–|—|to|until)\s*(?=\d{1,2}(?:[:.]|\s*[ap]m|$))", text)[0])
        end = suggest.clock(time_range[1])
        hint = "Write only the start here, and the end in a separate field"
        return fault.corrected(
            Code.DATE_FORM, f"{quoted(text)} contains a start and an end", f"{hint}: `ends: {end or '14:00'}`.", start
        )
    if incomplete := _incomplete(text):
        return fault.complaint(Code.DATE_FORM, *incomplete)
    value = suggest.moment(text, fault.year)
    hint = f"Write it as {value}{_weekday_note(text, value)}." if value else f"Write it as {_DATE_EXAMPLE}."
    if _names_numbers(text) and value:
        hint = f"Write the year first, then month and day: {value}{_weekday_note(text, value)}."
    return fault.corrected(Code.DATE_FORM, f"{quoted(text)} is not a valid date", hint, value)


def _incomplete(text: str) -> tuple[str, str] | None:
    """Return message and hint for a time alone, a month alone, or a year with too many digits."""
    if _LONG_YEAR.match(text):
        years = f"The year must be from {EARLIEST_YEAR} to {LATEST_YEAR}"
        return f"{quoted(text)} has a year with more than four digits", f"{years}: {_DATE_EXAMPLE}."
    if suggest.clock(text):
        return f"{quoted(text)} is a time without a date", f"Write the date first: {_DATE_EXAMPLE}."
    if re.fullmatch(r"[A-Za-z]+\.? \d{4}|\d{4}-\d{1,2}", text):
        return f"{quoted(text)} is a month, but a full date is needed", f"Write it as {_DATE_EXAMPLE}."
    return None


def _names_numbers(text: str) -> bool:
    return re.match(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{4}", text) is not None


def _weekday_note(text: str, value: str) -> str:
    """Return a warning where the weekday that was written is not the date's."""
    match = _WEEKDAY.search(text)
    if match is None or not value:
        return ""
    year, month, day = (int(part) for part in value[:10].split("-"))
    weekday = calendar.day_name[calendar.weekday(year, month, day)]
    return "" if weekday[:3].casefold() == match[1].casefold() else f" (but that is a {weekday}: check the date)"


def no_such_date(fault: LocatedError) -> Problem:
    """Report that the calendar has no such day."""
    match = _NUMBERS.search(fault.text)
    hint = "Correct the day or the month."
    if match:
        year, month = int(match[1]), int(match[2])
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            hint = f"Check the year: it must be from {EARLIEST_YEAR} to {LATEST_YEAR}."
        elif not 1 <= month <= 12:
            hint = "Months go from 01 to 12: the year comes first, then month, then day."
            day = int(match[3])
            if 1 <= day <= 12 and month <= 31:
                value = f"{year:04d}-{day:02d}-{month:02d}" + fault.text[match.end() :]
                return fault.corrected(Code.NO_SUCH_DATE, _not_a_day(match[0]), hint, value)
        else:
            hint = f"{calendar.month_name[month]} {year} has {calendar.monthrange(year, month)[1]} days."
    return fault.complaint(Code.NO_SUCH_DATE, _not_a_day(match[0] if match else fault.text), hint)


def _not_a_day(text: str) -> str:
    if text[:4].isdigit() and not EARLIEST_YEAR <= int(text[:4]) <= LATEST_YEAR:
        return f"the year in {quoted(text)} is out of range"
    return f"the date {quoted(text)} does not exist"


def time_form(fault: LocatedError) -> Problem:
    """Report that a time has a colon in it."""
    value = str(fault.values.get("corrected", ""))
    return fault.corrected(
        Code.TIME_FORM, f"the time in {quoted(fault.text)} needs a colon", f"Write {value or '13:00'}.", value
    )


def no_such_time(fault: LocatedError) -> Problem:
    """Report that the clock has no such time."""
    return fault.complaint(
        Code.NO_SUCH_TIME,
        f"the time in {quoted(fault.text)} does not exist",
        "Hours go from 00 to 23, and minutes from 00 to 59; midnight is 00:00 of the next day.",
    )


def time_skipped(fault: LocatedError) -> Problem:
    """Report that the clocks skip a time, as summer time begins."""
    time, earlier, later = (fault.values[name] for name in ("time", "earlier", "later"))
    value = fault.text.replace(str(time), str(later)).replace(str(time).lstrip("0"), str(later))
    return fault.corrected(
        Code.TIME_SKIPPED,
        f"{time} does not exist on that day, because the clocks go forward",
        f"Write {earlier} or {later}.",
        value,
    )


def date_only(fault: LocatedError) -> Problem:
    """Report that a date stands alone here."""
    value = str(fault.values.get("corrected", ""))
    return fault.corrected(
        Code.DATE_ONLY,
        f"{fault.name} is a date without a time, but this is {quoted(fault.text)}",
        "Remove the time.",
        value,
    )


def end_before_start(fault: LocatedError) -> Problem:
    """Report that something ends before it starts."""
    when = field_text(fault, "when")
    return at_field(
        fault,
        "ends",
        Code.END_BEFORE_START,
        f"it ends ({field_text(fault, 'ends')}) before it starts ({when})",
        "Correct `ends` or `when`; if it ends on a later day, include the date in `ends`.",
    )


def end_without_start(fault: LocatedError) -> Problem:
    """Report that an end needs a start."""
    return at_field(
        fault,
        "ends",
        Code.END_WITHOUT_START,
        "`ends` gives an end time, but there is no start time",
        "Add `when: 2024-02-20 13:00`, with a date and a time, above it.",
    )
