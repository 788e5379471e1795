"""Find last days that are written without the name of a month: “until the 24th”, “bis 24.10.”, “closes 24/10”."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from itertools import chain

from newsletter.importing.moments import Moment
from newsletter.importing.vocabulary import Vocabulary
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.preflight.text.dates.times import Clock, times_in

_NUMERIC = re.compile(r"(?<![\w./])(?P<first>\d{1,2})(?P<mark>[./])(?P<second>\d{1,2})(?![\d/])\.?(?!\d)")
_BESIDE = 12
"""How far from a day its time may be."""


def short_dates_in(words: str, vocabulary: Vocabulary, issue: dt.date) -> list[Moment]:
    """Return the days without a month's name that are the last ones of something, each the next from the issue on."""
    return [
        _with_time(Moment(start, end, day), words, vocabulary.language)
        for start, end, day in chain(_days(words, vocabulary, issue), _numeric(words, vocabulary.language, issue))
    ]


def _days(words: str, vocabulary: Vocabulary, issue: dt.date) -> Iterator[tuple[int, int, dt.date]]:
    for match in vocabulary.pattern("last_day").finditer(words):
        day_number, following = int(match["day"]), issue.month % 12 + 1
        next_month = (issue.year + (following == 1), following, day_number)
        days = [(issue.year, issue.month, day_number), next_month]
        if day := _first_from(issue, days):
            yield match.start("day"), match.end(), day


def _numeric(words: str, language: str, issue: dt.date) -> Iterator[tuple[int, int, dt.date]]:
    grammar = grammar_for(language)
    if grammar is None:
        return
    for match in _NUMERIC.finditer(words):
        if match["mark"] == "." and not (language.startswith("de") and match[0].endswith(".")):
            continue  # a time or a number
        one, two = int(match["first"]), int(match["second"])
        day_first = match["mark"] == "." or (grammar.day_first if one <= 12 and two <= 12 else one > 12)
        if day_first is None:
            continue
        day, month = (one, two) if day_first else (two, one)
        if found := _first_from(issue, [(issue.year, month, day), (issue.year + 1, month, day)]):
            yield match.start(), match.end(), found


def _first_from(issue: dt.date, parts: Sequence[tuple[int, int, int]]) -> dt.date | None:
    for year, month, day in parts:
        try:
            found = dt.date(year, month, day)
        except ValueError:
            continue
        if found >= issue:
            return found
    return None


def _with_time(moment: Moment, words: str, language: str) -> Moment:
    """Return the moment with the time that stands beside it; one that may be of the morning is left out."""
    for time in times_in(words, language):
        gap = max(moment.start - time.end, time.start - moment.end)
        if 0 <= gap <= _BESIDE and time.exists and time.clock is not Clock.BARE:
            start, end = min(moment.start, time.start), max(moment.end, time.end)
            return Moment(start, end, moment.day, dt.time(time.hour % 24, time.minute))
    return moment
