"""Find dates whose day is written as a word: “Sunday the twenty-second of March”, “by the first of May”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.dates.locale_grammar import SPACE, LocaleGrammar

_ONES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = (
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
    *("sixteenth", "seventeenth", "eighteenth", "nineteenth"),
)
_TWENTIES = ("twentieth", *(f"twenty-{one}" for one in _ONES))
_ORDINALS = (*_ONES, *_TEENS, *_TWENTIES, "thirtieth", "thirty-first")
MAYBE = compile_pattern(r"(?:st|nd|rd|th)\s+of\s", re.IGNORECASE)
"""What every such date contains, which is quick to see."""


class WordedDay(NamedTuple):
    """A day in words: where it stands, and its weekday, day and month."""

    start: int
    end: int
    day_at: int
    day: int
    month: int
    weekday: int | None


def worded_days(words: str, locale_grammar: LocaleGrammar) -> Iterator[WordedDay]:
    """Yield the days of English text that are written in words, beside a weekday or after “on the” or “by the”."""
    if locale_grammar.primary != "en" or not MAYBE.search(words):
        return
    for match in _pattern(locale_grammar).finditer(words):
        weekday = locale_grammar.weekdays[match["weekday"].casefold()] if match["weekday"] else None
        day = _ORDINALS.index(re.sub(r"\s", "-", match["day"].casefold())) + 1
        month = locale_grammar.months[match["month"].casefold()]
        start = match.start("weekday") if match["weekday"] else match.start("day")
        yield WordedDay(start, match.end(), match.start("day"), day, month, weekday)


@cache
def _pattern(locale_grammar: LocaleGrammar) -> re.Pattern[str]:
    days = "|".join(sorted((one.replace("-", "[- ]") for one in _ORDINALS), key=len, reverse=True))
    weekdays = "|".join(name for name in locale_grammar.weekdays if name.endswith("day"))
    months = "|".join(name for name in locale_grammar.months if name not in locale_grammar.short)
    return compile_pattern(
        rf"(?<!\w)(?:(?P<weekday>{weekdays}),?{SPACE}(?:the{SPACE})?|(?:on|by|until|till|before|from){SPACE}the{SPACE})"
        rf"(?P<day>{days}){SPACE}of{SPACE}(?P<month>{months})(?!\w)",
        re.IGNORECASE,
    )
