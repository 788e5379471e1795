"""What to say when it cannot be read how something repeats."""

from __future__ import annotations

from newsletter.issue_file.messages.field_names import at_field, field_text
from newsletter.issue_file.problem import Problem
from newsletter.issue_file.pydantic_errors import LocatedError
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted

_EXAMPLES = "`every Thursday until 2024-06-27`, `every other Friday`, `first Tuesday monthly` or `15th of every month`"


def repeats_form(fault: LocatedError) -> Problem:
    """Explain how repeating is written."""
    reason = str(fault.values.get("reason", ""))
    return fault.complaint(
        Code.REPEATS_FORM,
        f"{quoted(fault.text)} does not say how it repeats: {reason}",
        f"Write it like {_EXAMPLES}, or as an RRULE.",
    )


def without_start(fault: LocatedError) -> Problem:
    """Report that something that repeats needs its first time."""
    return at_field(
        fault,
        "repeats",
        Code.REPEATS_START,
        "`repeats` says how it repeats, but there is no first time",
        "Add `when: 2024-02-20 13:00`, its first day and time, above it.",
    )


def repeats_missing(fault: LocatedError) -> Problem:
    """Report that exceptions need a rule."""
    return at_field(
        fault,
        "except",
        Code.REPEATS_START,
        "`except` leaves out days of something that does not repeat",
        "Add `repeats`, or delete `except`.",
    )


def not_on_start(fault: LocatedError) -> Problem:
    """Report that the first time is not one of the rule."""
    nearest = str(fault.values.get("nearest", ""))
    note = f" (the next such day is {nearest})" if nearest else ""
    return at_field(
        fault,
        "when",
        Code.REPEATS_START,
        f"its first day ({field_text(fault, 'when')}) is not one of `repeats: {field_text(fault, 'repeats')}`",
        f"Correct `when`{note}, or `repeats`.",
    )
