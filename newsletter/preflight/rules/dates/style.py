"""Dates and times written in more than one way in one issue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from newsletter.model.findings import Finding, Severity
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import as_written
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.dates.dates import Order, WrittenDate, dates_in
from newsletter.preflight.text.dates.spans import time_spans
from newsletter.preflight.text.dates.times import Clock, WrittenTime, times_in
from newsletter.preflight.text.sentences import language_of
from newsletter.preflight.text_spans import TextSpan

MIXED_TIMES = warning("NL420", name="mixed-time-style")
MIXED_DATES = note("NL421", name="mixed-date-style")


class _Told(NamedTuple):
    """A time as it is written somewhere, and what marks its style."""

    run: TextSpan
    time: WrittenTime
    in_span: bool

    @property
    def words(self) -> str:
        return " ".join(self.run.text[self.time.start : self.time.end].split())

    @property
    def half(self) -> str:
        """Return how am and pm are written: “pm”, “ p.m.”, “ PM”."""
        half = self.time.half.replace("A", "P").replace("a", "p")
        return f" {half.strip()}" if half != half.lstrip() else half


def check(context: LintContext) -> Iterator[Finding]:
    """Yield at most one finding on the times, and one on the dates, of each language."""
    by_language: dict[str, list[TextSpan]] = {}
    for run in context.runs:
        by_language.setdefault(language_of(run), []).append(run)
    for runs in by_language.values():
        yield from _times(context, runs)
        yield from _dates(context, runs)


def _times(context: LintContext, runs: Sequence[TextSpan]) -> Iterator[Finding]:
    told = [
        _Told(run, time, time in spanned)
        for run in runs
        if (times := times_in(run.words, run.language))
        for spanned in [[one for span in time_spans(run.words, run.language) for one in (span.first, span.last)]]
        for time in times
        if time.clock in {Clock.TWELVE, Clock.TWENTY_FOUR} and time.exists
    ]
    marked = [one for one in told if one.time.mark]
    halved = [one for one in told if one.time.half]
    for among, style, house in (
        (marked, lambda one: one.time.mark, ":"),
        (told, lambda one: one.time.clock, _house_clock(context)),
        (halved, lambda one: one.half, "pm"),
    ):
        odd, usual = _odd_ones(among, style, house)
        if odd and usual:
            finding = _mixed(context, odd, usual)
            is_vague = bool(usual.time.half) and all(map(_may_be_of_either_half, odd))
            yield finding.model_copy(update={"severity": Severity.NOTE}) if is_vague else finding
            return


def _may_be_of_either_half(told: _Told) -> bool:
    """Return whether a time only lacks its am or pm, as “10:45” beside “6 pm”: it need not be of the other clock."""
    return not told.time.half and told.time.said_hour < 13 and told.run.text[told.time.start] != "0"


def _odd_ones(among: list[_Told], style: Callable[[_Told], object], house: object) -> tuple[list[_Told], _Told | None]:
    """Return those that are not in the usual style, and one that is; nothing where all are alike."""
    counts = Counter(style(one) for one in among)
    if len(counts) < 2:
        return [], None
    most = max(counts.values())
    usual = house if counts[house] == most else next(one for one, count in counts.items() if count == most)
    odd = [one for one in among if style(one) != usual]
    alike = [one for one in among if style(one) == usual]
    return odd, next((one for one in alike if one.time.half and one.words != odd[0].words), alike[0])


def _mixed(context: LintContext, odd: list[_Told], usual: _Told) -> Finding:
    # not the “8:30” of “8:30-9:30 am”, where another shows what is odd
    first = next((one for one in odd if not one.time.half or not one.words[-1].isdigit()), odd[0])
    more = f" (and {len(odd) - 1} more like it)" if len(odd) > 1 else ""
    message = f"“{first.words}”{more} is in a different style from “{usual.words}”."
    is_noon_or_midnight = bool(first.time.half) and first.time.said_hour == 12  # often the wrong one of the two
    new = None if first.in_span or is_noon_or_midnight else _rewritten(first, usual)
    return context.in_text(MIXED_TIMES, first.run, first.time.start, first.time.end, message, new=new)


def _rewritten(odd: _Told, usual: _Told) -> str | None:
    """Return a time in the usual style, where that leaves no doubt."""
    time = odd.time
    text = odd.run.text[time.start : time.end]
    if time.clock is usual.time.clock:
        mark = usual.time.mark if time.mark and usual.time.mark else time.mark
        if time.clock is Clock.TWENTY_FOUR or time.mark != mark:
            return text.replace(time.mark, mark, 1)
        half = usual.half if time.hour >= 12 else usual.half.replace("p", "a").replace("P", "A")
        return text[: len(text) - len(time.half)] + half
    mark = time.mark or usual.time.mark or ":"
    if usual.time.clock is Clock.TWENTY_FOUR:
        return f"{time.hour:02d}{mark}{time.minute:02d}"
    if time.hour < 13:
        return None  # 11:30 may be an hour of the morning or of the evening
    minutes = f"{mark}{time.minute:02d}" if time.minute else ""
    return f"{time.hour - 12}{minutes}{usual.half}"


def _house_clock(context: LintContext) -> Clock:
    """Return the clock that the fields of the issue are shown by."""
    pattern = context.presentation.dates.time
    twelve = "a" in pattern if pattern else context.language.startswith("en")
    return Clock.TWELVE if twelve else Clock.TWENTY_FOUR


def _dates(context: LintContext, runs: Sequence[TextSpan]) -> Iterator[Finding]:
    told = [
        (run, date)
        for run in runs
        for date in dates_in(run.words, run.language)
        if date.month and not date.borrowed and date.exists
    ]
    orders = Counter(date.order for _, date in told)
    if len(orders) > 1:
        usual = max(orders, key=lambda order: (orders[order], order is Order.DAY_MONTH))
        odd = [(run, date) for run, date in told if date.order is not usual]
        yield _mixed_dates(context, odd, next(one for one in told if one[1].order is usual), None)
        return
    named = [(run, date) for run, date in told if run.language.startswith("en")]
    plain = [one for one in named if not one[1].ordinal]
    ordinal = [one for one in named if one[1].ordinal]
    if not (plain and ordinal):
        return
    if len(ordinal) > len(plain):
        yield _mixed_dates(context, plain, ordinal[0], None)
    else:
        date = ordinal[0][1]
        new = str(date.day) if len(plain) > len(ordinal) and date.order is Order.DAY_MONTH else None
        yield _mixed_dates(context, ordinal, plain[0], new)


def _mixed_dates(
    context: LintContext, odd: list[tuple[TextSpan, WrittenDate]], usual: tuple[TextSpan, WrittenDate], new: str | None
) -> Finding:
    run, date = odd[0]
    more = f" (and {len(odd) - 1} more like it)" if len(odd) > 1 else ""
    message = f"“{as_written(run, date)}”{more} is in a different style from “{as_written(*usual)}”."
    start, end = date.start, date.end
    if new is not None:
        start, end = date.day_at, date.day_at + len(new) + len(date.ordinal)
        new = new if run.text[start:end] == f"{new}{date.ordinal}" and run.words[end : end + 4] != " of " else None
    return context.in_text(MIXED_DATES, run, start, end, message, new=new)


CHECKS = (Checker("style of dates and times", (MIXED_TIMES, MIXED_DATES), check),)
