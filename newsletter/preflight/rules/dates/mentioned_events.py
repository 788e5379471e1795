"""Compare what all texts say of dates with the events: another day, another half of the day, a day that is over."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.model.item import Item
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import MentionedDate, day_of, format_date, readings
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.dates.dates import dates_in
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.preflight.text.dates.resolve import nearest
from newsletter.preflight.text.dates.tense import is_last_day, sentence_around
from newsletter.preflight.text.sentences import essence_of, language_of
from newsletter.preflight.text_spans import TextSpan

OTHER_DAY = warning("NL439", name="mentioned-event-date")
NOT_YET = warning("NL440", name="past-tense-future-date")
MONTH_OVER = warning("NL441", name="past-month-announced")
FAR = warning("NL444", name="far-date-in-subject")

_STEM = 7
"""Letters by which words of titles and sentences are compared: `Sportfest` and `Sportfests`."""
_NEAR = 62
"""Days between an event and another date that may be meant for it."""
_NO_EVENT = compile_pattern(
    r"\b(?:set(?:ting)?[ -]?up|before|rehears\w*|deadlines?|until|till|by|from|since|tickets?|book\w*|regist\w*|"
    r"rain\w*|cloud\w*|weather|snow\w*|again|reserve|fallback|Regen|Wetter|Ausweich\w*|Ersatz\w*|lluvia|llueve|"
    r"mal tiempo|glaw|tywydd|"
    r"alternative|following|previous|last|then|after|repeat\w*|moved|instead|postponed|originally|closed?|closes|"
    r"recei\w*|arriv\w*|deliver\w*|born|apply|applications?|sign up|open\w*|next|also|"
    r"Aufbau|Abbau|Anmeld\w*|bis|ab|seit|vor|nach|verschoben|statt|geschlossen|Vorverkauf|Probe|"
    r"hasta|desde|inscri\w*|antes|después|plazo|cerrad\w*|siguiente|ensayo|"
    r"erbyn|tan|cyn|ar ôl|ers|cau|archeb\w*|cofrestr\w*)\b|حتى|قبل|بعد|منذ",
    re.IGNORECASE,
)
_TOOK_PLACE = {
    "en": r"(?:was|were|took place|happened|was held|were held|met|gathered|celebrated|came together|died|married)",
    "de": r"(?:fand|fanden|war|waren|trafen|kamen|feierten?|traf|kam|gewann|gewannen|starb|wurden?)",
    "es": r"(?:fue|fueron|tuvo lugar|se celebró|celebramos|hubo|vinieron|falleció|ganó|ganaron)",
    "cy": r"(?:cynhaliwyd|daeth|bu|oedd|agorodd|enillodd|cafwyd)",
}
_ON = {"en": r"(?:on|in)", "de": r"(?:am|im)", "es": r"(?:el|en)", "cy": r"(?:ar)"}
_PAST = {
    language: compile_pattern(
        rf"(?<!\bbe\s)\b{verbs}(?:\s+(?!for\b|to\b|until\b|till\b|by\b|für\b|bis\b|para\b|hasta\b|will\b|verschoben|auf\b)[^\s.,;:]+){{0,4}}?"
        rf"\s+{_ON[language]}\s+(?:the\s+|ddydd\s+|dydd\s+)?$",
        re.IGNORECASE,
    )
    for language, verbs in _TOOK_PLACE.items()
}
_WILL = compile_pattern(
    r"\b(?:will|'ll|’ll|going to|wird|werden|será|serán|habrá|haremos|bydd|byddwn|cynhelir)\b[^.!?\n]{0,60}?"
    r"\b(?:in|im|en|ym|yn|mis|ab|from)\s+(?:mis\s+|early\s+|late\s+|mid-|Anfang\s+|Ende\s+)?$",
    re.IGNORECASE,
)
_CLOSING = compile_pattern(
    r"\b(?:that['’]s (?:all|it)|all for now|das war['’]?s|das war (?:es|alles)|eso es todo|hasta aquí|dyna(?: ni)?)\b"
    r"[^.!?\n]{0,20}$",
    re.IGNORECASE,
)
_WHOLE_ISSUE = frozenset({"title", "subject", "preheader", "intro", "sign_off"})
_FAR = 150
"""Days from the issue to a date that the subject would hardly name."""


class _Event(NamedTuple):
    loc: FieldPath
    title: str
    words: frozenset[str]
    days: tuple[tuple[dt.date, dt.date], ...]
    deadline: dt.date | None

    def covers(self, day: dt.date) -> bool:
        return any(first <= day <= last for first, last in self.days) or day == self.deadline

    def distance(self, day: dt.date) -> int:
        firsts = [first for first, _ in self.days] or [one for one in (self.deadline,) if one]
        return min((abs((first - day).days) for first in firsts), default=_NEAR + 1)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what does not fit, in the order of the texts."""
    events = _events(context)
    every = {day for event in events for days in event.days for day in days} | {event.deadline for event in events}
    for reading in readings(context):
        yield from _tense(context, reading)
        if reading.day is None or reading.date.month is None:
            continue
        yield from _far(context, reading)
        if not reading.looks_back and reading.day not in every:
            yield from _other_day(context, reading, reading.day, events)
    for run in context.runs:
        yield from _month_over(context, run)


def _events(context: LintContext) -> tuple[_Event, ...]:
    found = []
    for loc, model in context.models:
        if not isinstance(model, Item) or model.repeats:
            continue
        days = [(model.when, model.ends or model.when)] if model.when else []
        days += [(event.when, event.ends or event.when) for event in model.events]
        if days or model.deadline:
            title = model.title or ""
            deadline = day_of(model.deadline) if model.deadline else None
            spans = tuple((day_of(first), day_of(last)) for first, last in days)
            found.append(_Event(loc, title, _stems(title), spans, deadline))
    return tuple(found)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in essence_of(text) if len(word) > 3 and word.isalpha())


def _other_day(
    context: LintContext, reading: MentionedDate, day: dt.date, events: tuple[_Event, ...]
) -> Iterator[Finding]:
    """Yield a date beside the name of an event, or in its own text, that is not the event’s."""
    run = reading.run
    first, last = sentence_around(run.words, reading.date.start, reading.date.end)
    sentence = run.words[first:last]
    before = run.words[first : reading.date.start]
    own = [event for event in events if run.loc[: len(event.loc)] == event.loc]
    if own:
        fitting = own if run.field in {"title", "text"} and not _NO_EVENT.search(before) else []
        fitting = [event for event in fitting if len(event.days) == 1 and _is_slip(event, day)]
        fitting = (
            []
            if any(event.covers(other) for event in fitting for other in _others(context, run, first, last))
            else fitting
        )
    else:
        named = _stems(sentence)
        # the name of the event that most of the sentence's words are of
        wanted = [event for event in events if event.deadline] if is_last_day(before) else []
        wanted = wanted or [event for event in events if event.days]
        shared = {event: len(event.words & named) for event in wanted if event.words & named}
        most = max(shared.values(), default=0)
        fitting = [event for event, count in shared.items() if count == most and _is_clear(event, count, run)]
        if len(fitting) != 1 or (_NO_EVENT.search(before) and not is_last_day(before)):
            return
        if any(fitting[0].covers(other) for other in _others(context, run, first, last)):
            return
    if len(fitting) == 1 and not fitting[0].covers(day) and fitting[0].distance(day) <= _NEAR:
        event = fitting[0]
        due = event.deadline if event.deadline and (is_last_day(before) or not event.days) else event.days[0][0]
        if is_last_day(before) and not event.deadline and day <= event.days[-1][1]:
            return
        message = f"The text says “{reading.written}”, but “{event.title or 'the event'}” has {format_date(due)}."
        yield context.in_text(OTHER_DAY, run, reading.date.start, reading.date.end, message)


def _others(context: LintContext, run: TextSpan, first: int, last: int) -> list[dt.date]:
    """Return the days that a sentence names."""
    found = [
        nearest(date, context.issue.date) for date in dates_in(run.words, run.language) if first <= date.start < last
    ]
    return [day for day in found if day]


def _is_clear(event: _Event, count: int, run: TextSpan) -> bool:
    """Return whether a text names an event rather than has a word in common with it."""
    return count >= min(2, len(event.words)) or run.field in _WHOLE_ISSUE


def _is_slip(event: _Event, day: dt.date) -> bool:
    """Return whether a day is what a slip makes of the event’s: a day or a week off, or another month."""
    (start, _), *_rest = event.days
    return (
        abs((day - start).days) in {1, 2, 7, 14}
        or day.day == start.day
        or (day.month, day.day % 10) == (start.month, start.day % 10)
    )


def _tense(context: LintContext, reading: MentionedDate) -> Iterator[Finding]:
    """Yield a date to come after a verb of the past: “the funeral was on 2 April”."""
    run, date, issue = reading.run, reading.date, context.issue.date
    pattern = _PAST.get(language_of(run))
    if date.month is None or pattern is None or not date.exists:
        return
    day = (
        dt.date(date.year or issue.year, date.month, date.day)
        if _is_day(date.year or issue.year, date.month, date.day)
        else None
    )
    if day and 0 < (day - issue).days <= 100 and pattern.search(run.words, max(0, date.start - 90), date.start):
        sent = format_date(issue)
        message = f"“{reading.written}” is after the issue is sent, on {sent}, and the text says that it is over."
        yield context.in_text(NOT_YET, run, date.start, date.end, message)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year, month, day)
    except ValueError:
        return False
    return True


def _far(context: LintContext, reading: MentionedDate) -> Iterator[Finding]:
    run, day, issue = reading.run, reading.day, context.issue.date
    if run.field not in {"subject", "preheader"} or run.section is not None or day is None or reading.date.year:
        return
    if not -7 <= (day - issue).days <= _FAR and not reading.looks_back:
        message = (
            f"“{reading.written}” is far from the day of sending, {format_date(issue)}: was it left from another issue?"
        )
        yield context.in_text(FAR, run, reading.date.start, reading.date.end, message)


def _month_over(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    """Yield “the results will be public in April” in May, and “that’s all for March”."""
    grammar = grammar_for(run.language)
    if grammar is None:
        return
    issue = context.issue.date
    for match in grammar.month.finditer(run.words):
        name = match["name"]
        if grammar.is_short(name) or (grammar.grammar.cased and not name[0].isupper()):
            continue
        after = run.words[match.end() : match.end() + 12]
        before = run.words[max(0, match.start() - 90) : match.start()]
        if re.match(r"\s+(?:(?:de|del)\s+)?(?:19|20)\d\d|\s+\d{1,2}(?!\d)", after) or re.search(
            r"\d(?:st|nd|rd|th|\.)?\s+(?:of\s+|de\s+|o\s+)?$", before
        ):
            continue
        distance = (grammar.month_of(name) - issue.month + 6) % 12 - 6
        if -5 <= distance <= -1 and _WILL.search(before) and not _names_when(before):
            message = f"“{name}” is over when the issue is sent, on {format_date(issue)}."
        elif distance not in {0, 1} and not (distance == -1 and issue.day <= 2) and _CLOSING.search(before):
            message = f"The text says “{name}”, but the issue is sent on {format_date(issue)}."
        else:
            continue
        yield context.in_text(MONTH_OVER, run, *match.span("name"), message)


def _names_when(before: str) -> bool:
    """Return whether a year or “next” stands before a month, so that it may be one to come."""
    return (
        re.search(r"\b(?:next|following|nächsten|kommenden|próximo|nesaf|20\d\d)\b", before[-40:], re.IGNORECASE)
        is not None
    )


CHECKS = (Checker("dates of events in other texts", (OTHER_DAY, NOT_YET, MONTH_OVER, FAR), check),)
