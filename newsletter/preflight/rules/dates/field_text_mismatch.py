"""What an item's text says of its dates, held to its fields `when`, `events` and `deadline`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.positions import FieldPath
from newsletter.model.datetimes import When
from newsletter.model.findings import Finding
from newsletter.model.item import Item
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import MentionedDate, day_of, format_date, readings
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.dates.spans import date_spans, shares_date, times_of
from newsletter.preflight.text.dates.tense import Stance, sentence_around
from newsletter.preflight.text.dates.times import Clock, WrittenTime, times_in
from newsletter.preflight.text_spans import TextSpan

DEADLINE_AFTER = warning("NL430", name="deadline-after-event")
OTHER_DEADLINE = warning("NL431", name="field-deadline-mismatch")
OTHER_DAY = warning("NL432", name="field-day-mismatch")
OTHER_TIME = warning("NL433", name="field-time-mismatch")
OTHER_WEEKDAY = warning("NL434", name="field-weekday-mismatch")
SAME_TWICE = warning("NL435", name="duplicate-event-date")

_RULES = (DEADLINE_AFTER, OTHER_DEADLINE, OTHER_DAY, OTHER_TIME, OTHER_WEEKDAY, SAME_TWICE)

_LAST_DAY = compile_pattern(
    r"(?:(?<!\w)(?:by|before|until|till|no later than|deadline(?: is| for \w+ is)?:?|"
    r"clos(?:es?|ing)(?: date)?(?: on| at|:)?|ends?(?: on)?|antes del?|hasta el|erbyn|cyn|قبل|حتى)\s+)"
    r"(?:[\w:.]+\s+(?:on\s+)?){0,3}(?:the\s+)?$",
    re.IGNORECASE,
)
_BEFORE = compile_pattern(r"\b(?:before|cyn|antes del?)\s+\S*\s*$", re.IGNORECASE)
_ASKS = compile_pattern(
    r"\b(?:apply|applications?|let us know|tell us|book|booking|register|registration|sign(?:ing)? up|"
    r"reply|rsvp|e?-?mail\w*|send|return|respond|submit|get in touch|contact|complete|fill in|"
    r"deadline|clos(?:es?|ing)|answer|nominat\w+|"
    r"please|inscr\w+|escríb\w+|cofrestr\w+|archeb\w+|anfon\w+|سجل\w*|أرسل\w*)\b",
    re.IGNORECASE,
)
_PROMISES = compile_pattern(
    r"\b(?:we|they|panel|team)(?:['’]ll| will| hope| aim| plan| expect)\b|successful|be announced|hear back",
    re.IGNORECASE,
)
_TAKES_PLACE = compile_pattern(
    r"\b(?:join us|takes? place|taking place|(?:be|being) held|happening|meet|see you|come along|starts?|begins?|is|"
    r"are|event|workshop|session)\s+(?:\w+\s+){0,3}?on\s+(?:the\s+)?$|\bjoin us\s+$",
    re.IGNORECASE,
)
_STARTS = compile_pattern(
    r"\b(?:starts?|begins?|starting|beginning|join us|kicks? off)\s+(?:\w+\s+){0,3}?(?:at|from)\s+$|\bfrom\s+$",
    re.IGNORECASE,
)
_ON = compile_pattern(r"(?:\b(?:on|this|next|come|us)|^|[:–—-])\s*$", re.IGNORECASE)
_WEEKDAY = compile_pattern(r"(?<!\w)(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)(?!\w|['’]s)")
_NO_DAY = compile_pattern(
    r"\b(?:Black|Good|Giving|Blue|Super|Shrove|Ash|Easter|Palm|Maundy|Cyber|Big|every|each|by|before|until|from|since|the)\s+$",
    re.IGNORECASE,
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class _Case(NamedTuple):
    """An item with what its texts say."""

    context: LintContext
    item: Item
    loc: FieldPath
    readings: tuple[MentionedDate, ...]
    texts: tuple[TextSpan, ...]

    @property
    def occasions(self) -> list[tuple[When, When]]:
        """Return the start and the end of each of its events."""
        own = [(self.item.when, self.item.ends or self.item.when)] if self.item.when else []
        return [*own, *((event.when, event.ends or event.when) for event in self.item.events)]

    def takes_place_on(self, day: dt.date) -> bool:
        return any(day_of(start) <= day <= day_of(end) for start, end in self.occasions)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what does not fit together in each item, in the order of the issue."""
    found = list(readings(context))
    for loc, model in context.models:
        if isinstance(model, Item) and (model.when or model.events or model.deadline) and not _repeats(model):
            texts = tuple(run for run in context.runs if run.loc[: len(loc)] == loc and run.field in {"title", "text"})
            near = tuple(one for one in found if one.run.loc[: len(loc)] == loc)
            case = _Case(context, model, loc, near, texts)
            for part in (_late_deadline, _other_deadline, _other_day, _other_time, _other_weekday, _twice):
                yield from part(case)


def _late_deadline(case: _Case) -> Iterator[Finding]:
    deadline = case.item.deadline
    if deadline is None or not case.occasions:
        return
    start = max((start for start, _ in case.occasions), key=day_of)
    end = max((end for _, end in case.occasions), key=day_of)
    same_day = (
        day_of(deadline) == day_of(start) and isinstance(deadline, dt.datetime) and isinstance(start, dt.datetime)
    )
    if day_of(deadline) > day_of(end) or (same_day and _minutes(deadline) > _minutes(start)):
        message = f"The deadline, {format_date(day_of(deadline))}, is after the event, {format_date(day_of(start))}."
        yield case.context.on_field(DEADLINE_AFTER, (*case.loc, "deadline"), message)


def _other_deadline(case: _Case) -> Iterator[Finding]:
    deadline = case.item.deadline
    if deadline is None:
        return
    named = [one for one in case.readings if one.day and _is_deadline(one)]
    day = day_of(deadline)
    if not named:
        return
    before = [one for one in named if one.day == day + dt.timedelta(1) and _leads(one, _BEFORE)]
    fitting = [one for one in named if one.day == day] or before
    if not fitting:
        one = named[0]
        message = f"The text says “{one.written}”, but the field says {format_date(day)}."
        yield case.context.in_text(OTHER_DEADLINE, one.run, one.date.start, one.date.end, message)
    elif isinstance(deadline, dt.datetime) and not before:
        for one in fitting:
            for time in times_of(one.date, one.run.words, one.run.language)[:1]:
                if not _same_time(time, deadline):
                    message = f"The text says “{_words(one.run, time)}”, but the field says {deadline:%H:%M}."
                    yield case.context.in_text(OTHER_DEADLINE, one.run, time.start, time.end, message)
                    return


def _is_deadline(reading: MentionedDate) -> bool:
    if reading.looks_back or not _leads(reading, _LAST_DAY):
        return False
    first, last = sentence_around(reading.run.words, reading.date.start, reading.date.end)
    before = reading.run.words[first : reading.date.start]
    return bool(_ASKS.search(reading.run.words[first:last])) and not _PROMISES.search(before)


def _leads(reading: MentionedDate, pattern: re.Pattern[str]) -> bool:
    """Return whether a pattern ends where a date begins."""
    start = reading.date.start
    return pattern.search(reading.run.words, max(0, start - 48), start) is not None


def _other_day(case: _Case) -> Iterator[Finding]:
    if not case.occasions:
        return
    days = [one for one in case.readings if one.day and not one.looks_back and one.date.month]
    spans = [(span.first, span.last) for run in case.texts for span in date_spans(run.words, run.language)]
    if any(one.day and case.takes_place_on(one.day) for one in days) or spans:
        return
    for one in days:
        in_title = one.run.field == "title"
        said = one.stance is Stance.AHEAD and _leads(one, _TAKES_PLACE)
        if (in_title or said) and not _is_deadline(one):
            start = case.occasions[0][0]
            message = f"The text says “{one.written}”, but the field says {format_date(day_of(start))}."
            yield case.context.in_text(OTHER_DAY, one.run, one.date.start, one.date.end, message)
            return


def _other_time(case: _Case) -> Iterator[Finding]:
    when, item = case.item.when, case.item
    if not isinstance(when, dt.datetime) or item.events or item.zone:
        return
    known = [when, *([item.ends] if isinstance(item.ends, dt.datetime) else [])]
    beside = {
        (id(one.run), time.start): one
        for one in case.readings
        for time in times_of(one.date, one.run.words, one.run.language)[:1]
    }
    for run in case.texts:
        for time in times_in(run.words, run.language):
            reading = beside.get((id(run), time.start))
            led = _STARTS.search(run.words, max(0, time.start - 40), time.start) is not None
            on_the_day = reading is not None and reading.day == when.date() and not _is_deadline(reading)
            if time.exists and time.clock is not Clock.BARE and (on_the_day or (led and reading is None)):
                if not any(_same_time(time, one) for one in known):
                    message = f"The text says “{_words(run, time)}”, but the field says {when:%H:%M}."
                    yield case.context.in_text(OTHER_TIME, run, time.start, time.end, message)
                return


def _other_weekday(case: _Case) -> Iterator[Finding]:
    if case.item.when is None or case.item.events:
        return
    start, end = case.occasions[0]
    span = (day_of(end) - day_of(start)).days
    fitting = {_WEEKDAYS[(start.weekday() + days) % 7] for days in range(min(span, 6) + 1)}
    for run in case.texts:
        dated = [(one.date.start, one.date.end) for one in case.readings if one.run is run]
        named = [
            match
            for match in (_WEEKDAY.finditer(run.words) if run.language.startswith("en") else ())
            if not any(first < match.end() and match.start() < last for first, last in dated)
            and not shares_date(run.words, match.end(), dated)
        ]
        if len({match[1] for match in named}) != 1 or named[0][1] in fitting:
            continue
        match = named[0]
        before = run.words[max(0, match.start() - 16) : match.start()]
        in_title = run.field == "title"
        if not _NO_DAY.search(before) and (in_title or _ON.search(before)):
            message = f"The text says “{match[1]}”, but the event is on {format_date(day_of(start))}."
            yield case.context.in_text(OTHER_WEEKDAY, run, *match.span(), message)
            return


def _repeats(item: Item) -> bool:
    """Return whether something has more dates than its fields show, so that another date in the text may be right."""
    return bool(item.repeats or any(event.repeats for event in item.events))


def _twice(case: _Case) -> Iterator[Finding]:
    seen: set[tuple[When, str | None, str | None]] = set()
    for number, event in enumerate(case.item.events):
        key = (event.when, event.title, event.where)
        if key in seen:
            loc = (*case.loc, "events", number, "when")
            yield case.context.on_field(SAME_TWICE, loc, f"{format_date(day_of(event.when))} is in the list twice.")
        seen.add(key)


def _same_time(time: WrittenTime, when: dt.datetime) -> bool:
    """Return whether a time may be that of a moment; 1:30 may be 13:30."""
    if time.minutes == _minutes(when):
        return True
    vague = time.clock is not Clock.TWELVE and time.hour <= 12
    return vague and (time.minutes - _minutes(when)) % 720 == 0


def _minutes(when: When) -> int:
    return when.hour * 60 + when.minute if isinstance(when, dt.datetime) else 0


def _words(run: TextSpan, time: WrittenTime) -> str:
    return " ".join(run.text[time.start : time.end].split())


CHECKS = (Checker("dates of an item", _RULES, check),)
