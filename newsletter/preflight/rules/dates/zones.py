"""Check that the abbreviation of a time zone is in use on its day, and that hours fit what is announced."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_dates import day_of
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.dates.dates import dates_in
from newsletter.preflight.text.dates.resolve import nearest
from newsletter.preflight.text.dates.tense import sentence_around
from newsletter.preflight.text.dates.times import times_in
from newsletter.preflight.text.sentences import language_of, passages, sentences
from newsletter.preflight.text_spans import TextSpan

ZONE = warning("NL427", name="wrong-zone-abbreviation")
HOUR = warning("NL428", name="unlikely-hour")

_ZONES = {
    "BST": ("Europe/London", "GMT"),
    "CEST": ("Europe/Berlin", "CET"),
    "CET": ("Europe/Berlin", "CEST"),
    "MESZ": ("Europe/Berlin", "MEZ"),
    "MEZ": ("Europe/Berlin", "MESZ"),
    "EST": ("America/New_York", "EDT"),
    "EDT": ("America/New_York", "EST"),
    "CDT": ("America/Chicago", "CST"),
    "MDT": ("America/Denver", "MST"),
    "PST": ("America/Los_Angeles", "PDT"),
    "PDT": ("America/Los_Angeles", "PST"),
}
"""Abbreviations, each with a zone that has it for half of the year, and the one of the other half.

CST and MST are left out: they are the names of other zones too, some without summer time.
"""
_REAL = {"MESZ": "CEST", "MEZ": "CET"}
_ABBREVIATION = compile_pattern(rf"(?:(?<=\d )|(?<=[ap]m )|(?<=\.m\. ))(?:{'|'.join(_ZONES)})(?!\w)")
_MEALS = {
    "en": compile_pattern(
        r"\b(?:lunch\w*|dinner|supper|afternoon|evening|pizza|barbecue|tea|cake|tours?|visit|picnic|class|rehearsals?)\b",
        re.IGNORECASE,
    ),
    "es": compile_pattern(
        r"\b(?:comida|paella|almuerzo|merienda|cena|taller|charla|paseo|visita|clase|asamblea)\b", re.IGNORECASE
    ),
    "de": compile_pattern(r"\b(?:Mittagessen|Abendessen|Kaffee|Kuchen|Grillen|Nachmittag|Training|Führung)\b"),
}
_NIGHT = compile_pattern(
    r"\b(?:night\w*|vigil|midnight|overnight|dawn|sunrise|dusk|stars?|breakfast|party|disco|flight|run|swim|walk|market|"
    r"madrugada de|noche|amanecer|verbena|Nacht\w*|Mitternacht|Morgen\w*|früh\w*)\b",
    re.IGNORECASE,
)
_ENDS = compile_pattern(r"(?:\b(?:to|until|till|a|bis|hasta las)|[–—-])\s*$", re.IGNORECASE)
"""What stands before the end of a range, which may be after midnight."""
_SMALL_HOURS = compile_pattern(r"\s+de la madrugada\b|\s+(?:Uhr\s+)?nachts\b", re.IGNORECASE)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield both kinds in the order of the texts."""
    moments = _moments(context)
    for run in context.runs:
        for match in _ABBREVIATION.finditer(run.words):
            yield from _zone(context, run, match, moments)
        pattern = _MEALS.get(language_of(run))
        if pattern:
            yield from _hours(context, run, pattern)


def _moments(context: LintContext) -> dict[tuple[object, ...], dt.date]:
    """Return the day of each item that has one, by its place."""
    return {loc: day_of(when) for loc, model in context.models if (when := getattr(model, "when", None))}


def _zone(
    context: LintContext, run: TextSpan, match: re.Match[str], moments: dict[tuple[object, ...], dt.date]
) -> Iterator[Finding]:
    first, last = sentence_around(run.words, match.start(), match.end())
    dates = [date for date in dates_in(run.words, run.language) if first <= date.start < last]
    before = [date for date in dates if date.start < match.start()] or dates
    day = nearest(before[-1], context.issue.date, looks_back=False) if before else None
    if not dates:
        day = moments.get(run.loc[:-1])
    if day is None:
        return
    zone, other = _ZONES[match[0]]
    in_use = dt.datetime.combine(day, dt.time(12), ZoneInfo(zone)).tzname()
    if in_use != _REAL.get(match[0], match[0]):
        message = f"“{match[0]}” is not in use on {day.day} {day:%B}: it is {other} then."
        yield context.in_text(ZONE, run, *match.span(), message)


def _hours(context: LintContext, run: TextSpan, meals: re.Pattern[str]) -> Iterator[Finding]:
    times = times_in(run.words, run.language)
    for part in passages(run) if times else ():
        for start, end in sentences(run.words, part):
            here = [time for time in times if start <= time.start < end]
            if not here or not meals.search(run.words, start, end):
                continue
            for time in here:
                marked = time.half.strip().lower().startswith("a") or _SMALL_HOURS.match(run.words, time.end)
                around = run.words[start : time.start] + run.words[time.end : end]
                early = time.hour < 6 or (time.hour < 8 and re.search(r"\b(?:evening|dinner|supper|pizza)\b", around))
                if not (marked and early and time.exists) or _ENDS.search(run.words, start, time.start):
                    continue
                if not _NIGHT.search(_SMALL_HOURS.sub("", around)):
                    written = run.text[time.start : time.end]
                    message = f"“{written}” is in the middle of the night, or early in the morning."
                    yield context.in_text(HOUR, run, time.start, time.end, message)


CHECKS = (Checker("time zones and hours", (ZONE, HOUR), check),)
