"""Compare hours, weekdays and seasons that texts name by themselves with the events and the issue."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.model.item import Item
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import day_of, format_date
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.dates.dates import dates_in
from newsletter.preflight.text.dates.locale_grammar import LocaleGrammar, grammar_for
from newsletter.preflight.text.dates.spans import shares_date, time_spans
from newsletter.preflight.text.dates.tense import sentence_around
from newsletter.preflight.text.dates.times import Clock, WrittenTime, times_in
from newsletter.preflight.text.sentences import language_of
from newsletter.preflight.text_spans import TextSpan

HOUR = warning("NL445", name="time-outside-event")
WEEKDAY = warning("NL446", name="weekday-outside-event")
DAY_ALONE = warning("NL447", name="day-outside-events")
SEASON = warning("NL448", name="season-mismatch")
SCHOOL_YEAR = warning("NL449", name="past-double-year")

_TEXTS = frozenset({"title", "text"})
_EVERY = compile_pattern(
    r"(?:\b(?:every|each|on|this|next|jeden|jeweils|am|immer|cada|todos los|los|el|bob|ar|pob)|كل|يوم)\s+"
    r"(?:nos\s+|bore\s+|prynhawn\s+)?$",
    re.IGNORECASE,
)
_NAMED_DAY = compile_pattern(
    r"\b(?:Black|Good|Giving|Blue|Super|Shrove|Ash|Easter|Palm|Maundy|Cyber|Big|Rosen|Oster)\s+$"
)
_SERIES = compile_pattern(r"\b(?:until|till|from|starting|first|bis|ab|hasta|desde|tan|o)\b", re.IGNORECASE)
"""What makes “every Tuesday” the time of the event itself, not that of a group beside it."""
_REGULAR = compile_pattern(r"every|each|jeden|jeweils|cada|todos|bob|pob", re.IGNORECASE)
_OTHER_TIME = compile_pattern(
    r"\b(?:until|till|before|by|deadline|office|call|phone|ring|open(?:s|ing)?|close[sd]?|set[ -]?up|arriv\w*|doors|"
    r"parking|"
    r"train|bus|coach|minibus|return\w*|last|rain|also|rehears\w*|bis|vor|Büro|Aufbau|Abfahrt|Treffpunkt|Einlass|Probe|"
    r"hasta|antes|oficina|salida|ensayo|tan|cyn|swyddfa|drysau)\b",
    re.IGNORECASE,
)
_LED = compile_pattern(
    r"(?:\b(?:at|from|starts?|begins?|um|ab|a las?|desde las|am|o)|الساعة)\s+(?:about\s+|circa\s+)?$", re.IGNORECASE
)
_EARLIER = 150
"""Minutes before an event from which on a time in its text is hardly that of the doors or the tea."""
_ALONE = compile_pattern(
    r"\b(?:see you|join us|meet|welcome|come(?: along)?|hope to see you|until|wir sehen uns|bis|nos vemos|os esperamos|"
    r"welwn ni chi)\b[^.!?\n]{0,30}?\b(?:on the|am|el(?: día)?|ar y)\s+(\d{1,2})(?:st|nd|rd|th|\.|ain|fed|eg|af)?"
    r"(?=\s*(?:[.!?,;]|$|\n|and\b|with\b|at\b|in\b))",
    re.IGNORECASE,
)
_SEASONS = {
    "en": ("winter", "spring", "summer", "autumn|fall"),
    "de": ("Winter", "Frühjahr|Frühling|Frühlings", "Sommer", "Herbst"),
    "es": ("invierno", "primavera", "verano", "otoño"),
    "cy": ("gaeaf", "gwanwyn", "haf", "hydref"),
    "ar": ("الشتاء", "الربيع", "الصيف", "الخريف"),
}
_HEAD = frozenset({"title", "subject", "preheader"})
_YEARS = compile_pattern(r"(?<![\d/–-])(20\d\d)\s?[–/-]\s?(?:20)?(\d\d)(?![\d–/-])")
_LOOKS_BACK = compile_pattern(
    r"\b(?:accounts|report\w*|results?|review\w*|back to|roots|was|were|had|raised|spent|last|previous|"
    r"since|history|archive|minutes|"
    r"winners?|Bericht\w*|Rechnung\w*|Abschluss|Ergebnis\w*|waren?|"
    r"memoria|cuentas|pasado|adroddiad\w*|cyfrifon)\b",
    re.IGNORECASE,
)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what does not fit the events, item by item, then what does not fit the issue."""
    moments: set[dt.date] = set()
    for loc, model in context.models:
        if isinstance(model, Item):
            whens = [when for when in (model.when, *(event.when for event in model.events)) if when]
            moments.update(day_of(one) for one in (*whens, *(one for one in (model.deadline, model.ends) if one)))
            if whens and not model.repeats:
                for run in context.runs:
                    if run.loc[: len(loc)] == loc and run.field in _TEXTS:
                        yield from _hours(context, run, model)
                        yield from _weekday(context, run, model, loc)
    yield from _alone(context, moments)
    yield from _season(context)
    yield from _years(context)


def _hours(context: LintContext, run: TextSpan, item: Item) -> Iterator[Finding]:
    starts = [when for when in (item.when, *(event.when for event in item.events)) if isinstance(when, dt.datetime)]
    if not starts or item.zone or len({(one.hour, one.minute) for one in starts}) != 1:
        return
    start = starts[0].hour * 60 + starts[0].minute
    end = item.ends.hour * 60 + item.ends.minute if isinstance(item.ends, dt.datetime) else None
    if end is not None and end <= start:
        return
    times = [time for time in times_in(run.words, run.language) if time.exists and time.clock is not Clock.BARE]
    dated = [date.start for date in dates_in(run.words, run.language)]
    grammar = grammar_for(run.language)
    for time in times:
        first, last = sentence_around(run.words, time.start, time.end)
        sentence = run.words[first:last]
        names_day = any(first <= at < last for at in dated) or (grammar and grammar.weekday.search(sentence))
        if names_day or _OTHER_TIME.search(sentence) or (item.events and len(times) > 1):
            continue
        is_half = abs(time.minutes - start) == 720
        is_twin = time.clock is Clock.TWELVE and is_half
        is_late = end is not None and time.minutes >= end + 15 and not _ends_span(run, time)
        is_early = (
            not is_half
            and start - time.minutes > _EARLIER
            and len(times) == 1
            and _LED.search(run.words, 0, time.start)
        )
        if is_twin or is_late or (is_early and time.clock is not Clock.WORDS):
            written = " ".join(run.text[time.start : time.end].split())
            message = f"“{written}” does not fit the event, which is at {start // 60}:{start % 60:02}."
            yield context.in_text(HOUR, run, time.start, time.end, message)
            return


def _ends_span(run: TextSpan, time: WrittenTime) -> bool:
    return any(span.last.start == time.start for span in time_spans(run.words, run.language))


def _weekday(context: LintContext, run: TextSpan, item: Item, _loc: FieldPath) -> Iterator[Finding]:
    grammar = grammar_for(run.language)
    if grammar is None or language_of(run) == "ar":
        return
    days = _days_of(item)
    taken = [(date.start, date.end) for date in dates_in(run.words, run.language)]
    named = [
        (match, grammar.weekday_of(match["name"] if "name" in match.groupdict() else match[0]))
        for match in grammar.weekday.finditer(run.words)
        if not any(start < match.end() and match.start() < end for start, end in taken)
        and not shares_date(run.words, match.end(), taken)
    ]
    if not named or {number for _, number in named} & days or len({number for _, number in named}) != 1:
        return
    match = named[0][0]
    first, last = sentence_around(run.words, *match.span())
    led = _EVERY.search(run.words, max(0, match.start() - 24), match.start())
    is_regular = led is not None and _REGULAR.search(led[0]) is not None
    if _NAMED_DAY.search(run.words, 0, match.start()) or (is_regular and not _SERIES.search(run.words[first:last])):
        return
    is_other = not is_regular and _OTHER_TIME.search(run.words[first:last])
    if (led or run.field == "title") and not is_other and len(days) == 1:
        written = " ".join(match[0].split())
        message = f"The text says “{written}”, but the event is on a {grammar_name(grammar, days)}."
        yield context.in_text(WEEKDAY, run, *match.span(), message)


def grammar_name(grammar: LocaleGrammar, days: set[int]) -> str:
    """Return the name of the only weekday of several days."""
    return grammar.weekday_names[min(days)]


def _days_of(item: Item) -> set[int]:
    days = {day_of(event.when).weekday() for event in item.events}
    if item.when:
        start, end = day_of(item.when), day_of(item.ends or item.when)
        days |= {(start.weekday() + number) % 7 for number in range(min((end - start).days, 6) + 1)}
    return days


def _alone(context: LintContext, moments: set[dt.date]) -> Iterator[Finding]:
    """Yield “See you on the 26th”, where nothing is on a 26th."""
    numbers = {day.day for day in moments}
    for run in context.runs:
        if not numbers or run.field not in {"intro", "sign_off", "text", "preheader", "subject"}:
            continue
        named = {date.day for date in dates_in(run.words, run.language)}
        for match in _ALONE.finditer(run.words):
            number = int(match[1])
            beside = {number - 1, number + 1} & numbers
            if number not in numbers | named and 1 <= number <= 31 and (beside or run.field == "sign_off"):
                message = (
                    f"Nothing in this issue is on the {number}th."
                    if 3 < number < 21
                    else f"Nothing is on day {number}."
                )
                yield context.in_text(DAY_ALONE, run, *match.span(1), message)


def _season(context: LintContext) -> Iterator[Finding]:
    """Yield a season in the subject or a title that no text of the issue has, while they have another one."""
    language = context.language.partition("-")[0]
    seasons = [re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE) for names in _SEASONS.get(language, ())]
    heads = [run for run in context.runs if run.field in _HEAD and run.section is None]
    body = " ".join(run.words for run in context.runs if run.section is not None)
    if not seasons or language == "cy":
        return
    present = {number for number, season in enumerate(seasons) if season.search(body)}
    now = context.issue.date.month % 12 // 3
    for run in heads:
        for number, season in enumerate(seasons):
            match = season.search(run.words)
            if match and number not in present and present and number not in {now, (now + 1) % 4}:
                message = f"“{match[0]}” is not the season of this issue, {format_date(context.issue.date)}."
                yield context.in_text(SEASON, run, *match.span(), message)


def _years(context: LintContext) -> Iterator[Finding]:
    """Yield a school or financial year that is over, where the text looks ahead."""
    issue = context.issue.date
    for run in context.runs:
        for match in _YEARS.finditer(run.words):
            first, second = int(match[1]), int(match[2])
            if (first + 1) % 100 != second or dt.date(first + 1, 8, 31) >= issue:
                continue
            start, end = sentence_around(run.words, *match.span())
            others = [int(other[1]) for other in _YEARS.finditer(run.words, start, end)]
            if issue.year - first <= 4 and max(others) == first and not _LOOKS_BACK.search(run.words[start:end]):
                message = f"{match[0]} is over when the issue is sent, on {format_date(issue)}."
                yield context.in_text(SCHOOL_YEAR, run, *match.span(), message)


CHECKS = (Checker("hours, weekdays and seasons", (HOUR, WEEKDAY, DAY_ALONE, SEASON, SCHOOL_YEAR), check),)
