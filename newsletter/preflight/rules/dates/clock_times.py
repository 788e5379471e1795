"""Times in the texts that the clock does not have, has twice, or that may be read in two ways."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from pydantic_core import PydanticCustomError

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.datetimes import comes_twice, on_the_clock
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import MentionedDate, format_date, readings
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.dates.spans import times_of
from newsletter.preflight.text.dates.times import Clock, WrittenTime, times_in
from newsletter.preflight.text_spans import TextSpan

NO_SUCH_TIME = warning("NL422", name="impossible-time")
SKIPPED = warning("NL423", name="skipped-clock-time")
TWICE = note("NL424", name="repeated-clock-time")
NO_HALF = note("NL425", name="missing-am-pm")
TWELVE = note("NL426", name="ambiguous-noon-midnight")

_EARLY_OR_LATE = 8
"""Hours up to this one may be of the morning or of the evening."""

_PART_OF_DAY = compile_pattern(
    r"[\s,]*(?:in|this|tomorrow|sharp|on)?\s*(?:the\s+)?(?:morning|afternoon|evening|night)\b", re.IGNORECASE
)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what is wrong with each time, and then the moments that are not on the clock."""
    twelve: list[tuple[TextSpan, WrittenTime]] = []
    for run in context.runs:
        for time in times_in(run.words, run.language):
            if not time.exists and not _is_end_of_day(time):
                yield _no_such_time(context, run, time)
            elif time.half and time.said_hour == 12 and not time.minute and run.language.startswith("en"):
                twelve.append((run, time))
    if twelve:
        run, time = twelve[0]
        more = f" (and {len(twelve) - 1} more)" if len(twelve) > 1 else ""
        meant = "noon" if time.hour == 12 else "midnight"
        message = f"“{run.text[time.start : time.end]}”{more} means {meant}, but not every reader knows that."
        yield context.in_text(TWELVE, run, time.start, time.end, message)
    vague: list[tuple[TextSpan, WrittenTime]] = []
    for reading in readings(context):
        for time in times_of(reading.date, reading.run.words, reading.run.language):
            if _lacks_half(reading.run, time):
                vague.append((reading.run, time))
            yield from _moment(context, reading, time)
    if vague:
        run, time = vague[0]
        more = f" (and {len(vague) - 1} more)" if len(vague) > 1 else ""
        message = f"“{run.text[time.start : time.end]}”{more} could be am or pm."
        yield context.in_text(NO_HALF, run, time.start, time.end, message)


def _no_such_time(context: LintContext, run: TextSpan, time: WrittenTime) -> Finding:
    text = run.text[time.start : time.end]
    new = None
    if time.half and 12 < time.said_hour < 24 and time.minute < 60 and time.half.strip()[0] in "pP":
        new = text.replace(str(time.said_hour), str(time.said_hour - 12), 1)
    hint = f"Write “{new}”." if new else ""
    return context.in_text(
        NO_SUCH_TIME, run, time.start, time.end, f"“{text}” is not a time of day.", hint=hint, new=new
    )


def _is_end_of_day(time: WrittenTime) -> bool:
    return (time.hour, time.minute, time.half) == (24, 0, "")


def _moment(context: LintContext, reading: MentionedDate, time: WrittenTime) -> Iterator[Finding]:
    run, day = reading.run, reading.day
    text = run.text[time.start : time.end]
    if day is None or not time.exists or time.hour > 23 or not _is_sure(text, time):
        return
    moment = dt.datetime.combine(day, dt.time(time.hour, time.minute), tzinfo=context.presentation.zone)
    try:
        on_the_clock(moment)
    except PydanticCustomError:
        message = f"{text} does not exist on {format_date(day)}, because the clocks go forward."
        yield context.in_text(SKIPPED, run, time.start, time.end, message)
        return
    if comes_twice(moment):
        message = f"{text} occurs twice on {format_date(day)}, because the clocks go back."
        yield context.in_text(TWICE, run, time.start, time.end, message)


def _lacks_half(run: TextSpan, time: WrittenTime) -> bool:
    if not run.language.startswith("en") or _PART_OF_DAY.match(run.words, time.end):
        return False
    if time.clock is Clock.BARE:
        return True
    return time.clock is Clock.TWENTY_FOUR and time.said_hour <= _EARLY_OR_LATE and run.text[time.start] != "0"


def _is_sure(text: str, time: WrittenTime) -> bool:
    """Return whether a time surely is what it seems, not an hour of the afternoon."""
    return bool(time.half) or time.hour > 12 or text.startswith("0")


CHECKS = (Checker("times of day", (NO_SUCH_TIME, SKIPPED, TWICE, NO_HALF, TWELVE), check),)
