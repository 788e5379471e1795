"""Find the times of day in a text: “13.00”, “1pm”, “11:30”, “noon”, “half past one”, “1-2.30pm”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.dates.locale_grammar import SPACE


class Clock(Enum):
    """How a time is written."""

    TWENTY_FOUR = "13:00"
    TWELVE = "1pm"
    WORDS = "noon"
    BARE = "at 3"


class WrittenTime(NamedTuple):
    """A time of day in a text; `hour` and `minute` are those of the 24-hour clock, and may be none of it."""

    start: int
    end: int
    hour: int
    minute: int
    clock: Clock
    mark: str = ""
    """What stands between hour and minutes: a dot or a colon."""
    half: str = ""
    """What says am or pm, as it is written, with the space before it."""
    said_hour: int = 0
    """The hour as it is written."""

    @property
    def exists(self) -> bool:
        """Return whether the clock has it."""
        whole = self.said_hour <= 12 and self.said_hour >= 1 if self.half else self.hour < 24
        return whole and self.minute < 60

    @property
    def minutes(self) -> int:
        """Return the minutes since midnight."""
        return self.hour * 60 + self.minute


_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_HOUR = "|".join(_NUMBERS)
_NOON = {
    "en": ("midday|noon", "midnight"),
    "es": ("mediodía", "medianoche"),
    "cy": ("canol dydd|hanner dydd", "canol nos|hanner nos"),
    "ar": ("منتصف النهار", "منتصف الليل"),
}
_BEFORE = r"(?<![\w£$€#.,:/])(?<![£$€]\s)"
_HALF = {"en": r"[ap]m\b|[ap]\.m\.?", "es": r"[ap]\.\s?m\.|[ap]m\b", "cy": r"[ap]m\b|y[bph]\b"}

_TWELVE = {
    language: compile_pattern(
        rf"{_BEFORE}(?P<hour>\d{{1,2}})(?:(?P<mark>[:.])(?P<minute>\d\d))?(?P<half>{SPACE}?(?:{half}))(?!\w)",
        re.IGNORECASE,
    )
    for language, half in _HALF.items()
}
_UHR = compile_pattern(rf"{_BEFORE}(?P<hour>\d{{1,2}})(?:(?P<mark>[:.])(?P<minute>\d\d))?(?={SPACE}Uhr(?!\w))")
_TWENTY_FOUR = compile_pattern(rf"{_BEFORE}(?P<hour>\d{{1,2}})(?P<mark>[:.])(?P<minute>\d\d)(?![\w%]|[:.,/]\d)")
_BIBLE = compile_pattern(
    r"\b(?:Genesis|Exodus|Leviticus|Numbers|Deuteronomy|Joshua|Judges|Ruth|Samuel|Kings|Psalms?|Proverbs|Isaiah|Jeremiah|"
    r"Matthew|Mark|Luke|John|Acts|Romans|Corinthians|Galatians|Ephesians|Philippians|Hebrews|James|Peter|Revelation|"
    r"score|ratio|odds|verse|surah?|sura)\s+$",
    re.IGNORECASE,
)
_LEADS_TO_TIME = compile_pattern(
    r"(?:\b(?:at|from|until|till|by|between|around|about|before|after|noon|midday|am|pm|starts?|times?|doors|a las|"
    r"am|o|tan|i|الساعة)[:,]?|[–—]|\d-|\d\s-)\s*(?:the\s+)?$",
    re.IGNORECASE,
)
_FOLLOWS_TIME = compile_pattern(
    rf"{SPACE}?(?:[–—-]{SPACE}?\d{{1,2}}[:.]\d\d(?!\d)|(?:hrs|hours|h)\b|(?:to|until|till|on){SPACE}(?:\d{{1,2}}[:.]\d\d|the|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\d{1,2}(?:st|nd|rd|th)?\s+[A-Z]))"
)
_WORDS = compile_pattern(
    rf"(?<!\w)(?:(?P<part>half|quarter|five|ten|twenty|twenty-five)(?:{SPACE}(?P<way>past|to))(?:{SPACE}"
    rf"(?P<past>{_HOUR}|\d{{1,2}}))|(?P<whole>{_HOUR}|\d{{1,2}}){SPACE}?o['’]clock)(?!\w)",
    re.IGNORECASE,
)
_BARE = compile_pattern(
    rf"(?<!\w)(?:at|from|by){SPACE}(?P<hour>1[0-2]|[1-9])(?!\w|[:.,/%–-]\d)"
    rf"(?=\s*(?:$|[,.;!?)–—]|\n\s*\n)|{SPACE}(?:on|for|with|to|until|till|sharp|please)\b)"
)
_FIRST = compile_pattern(
    rf"(?<![\w£$€#.,:/])(?P<hour>\d{{1,2}})(?:(?P<mark>[:.])(?P<minute>\d\d))?"
    rf"(?:{SPACE}?[–—-]{SPACE}?|{SPACE}(?:to|until|till){SPACE})$"
)
_MINUTES = {"half": 30, "quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}
_MAYBE = compile_pattern(
    r"\d|noon|midday|midnight|mediod|mediano|dydd|nos|clock|past|quarter|half|منتصف", re.IGNORECASE
)


@lru_cache(maxsize=2048)
def times_in(words: str, language: str) -> tuple[WrittenTime, ...]:
    """Return the times of a text in their order; none overlaps another.

    A bare “at 3” is among them: it may be anything, so look what stands beside it.
    """
    if not _MAYBE.search(words):
        return ()
    primary = language.partition("-")[0]
    found: list[WrittenTime] = []
    for time in _all(words, primary):
        if not any(time.start < other.end and other.start < time.end for other in found):
            found.append(time)
    return tuple(sorted(found, key=lambda time: time.start))


def _all(words: str, primary: str) -> Iterator[WrittenTime]:
    for match in _TWELVE.get(primary, _TWELVE["en"]).finditer(words):
        last = _twelve(match)
        yield last
        yield from _first_of(words, last)
    if primary == "de":
        for found in _UHR.finditer(words):
            hour, minute = int(found["hour"]), int(found["minute"] or 0)
            yield WrittenTime(*found.span(), hour, minute, Clock.TWENTY_FOUR, found["mark"] or "", said_hour=hour)
    yield from _twenty_four(words)
    yield from _named(words, primary)
    if primary == "en":
        yield from _in_words(words)
        for match in _BARE.finditer(words):
            hour = int(match["hour"])
            yield WrittenTime(match.start("hour"), match.end(), hour, 0, Clock.BARE, said_hour=hour)


def _twelve(match: re.Match[str]) -> WrittenTime:
    hour, half = int(match["hour"]), match["half"]
    later = half.strip()[0].lower() == "p" or half.strip().lower() in {"yp", "yh"}
    told = hour % 12 + (12 if later else 0) if hour <= 12 else hour
    minute = int(match["minute"] or 0)
    return WrittenTime(*match.span(), told, minute, Clock.TWELVE, match["mark"] or "", half, hour)


def _first_of(words: str, last: WrittenTime) -> Iterator[WrittenTime]:
    """Yield the first time of “1-2.30pm”, in the half of the day that lets it come before the last."""
    match = _FIRST.search(words, max(0, last.start - 14), last.start)
    if match is None or int(match["hour"]) > 12 or not last.exists:
        return
    hour, minute = int(match["hour"]) % 12, int(match["minute"] or 0)
    fitting = [hour + half for half in (12, 0) if (hour + half) * 60 + minute < last.minutes]
    end = match.end("minute") if match["minute"] else match.end("hour")
    told = fitting[0] if fitting else hour + 12
    time = WrittenTime(match.start(), end, told, minute, Clock.TWELVE, match["mark"] or "", "", int(match["hour"]))
    yield time._replace(half=last.half) if int(match["hour"]) else time


def _twenty_four(words: str) -> Iterator[WrittenTime]:
    for match in _TWENTY_FOUR.finditer(words):
        before = words[max(0, match.start() - 20) : match.start()]
        if _BIBLE.search(before):
            continue
        led = _LEADS_TO_TIME.search(before) is not None or _FOLLOWS_TIME.match(words, match.end()) is not None
        hour, minute = int(match["hour"]), int(match["minute"])
        if match["mark"] == "." and not (led and hour < 24 and minute < 60):
            continue
        if (hour > 24 or minute > 59) and not led:
            continue
        yield WrittenTime(*match.span(), hour, minute, Clock.TWENTY_FOUR, match["mark"], said_hour=hour)


def _named(words: str, primary: str) -> Iterator[WrittenTime]:
    names = _NOON.get(primary)
    for hour, name in zip((12, 0), names or (), strict=False):
        for match in re.finditer(rf"(?<!\w)(?:12 )?(?:{name})(?!\w)", words, re.IGNORECASE):
            yield WrittenTime(*match.span(), hour, 0, Clock.WORDS, said_hour=12)


def _in_words(words: str) -> Iterator[WrittenTime]:
    for match in _WORDS.finditer(words):
        hour = _number(match["past"] or match["whole"])
        if not 1 <= hour <= 12:
            continue
        minute = _MINUTES[match["part"].lower()] if match["part"] else 0
        if match["way"] and match["way"].lower() == "to":
            hour, minute = (hour - 1) or 12, 60 - minute
        yield WrittenTime(*match.span(), hour, minute, Clock.WORDS, said_hour=hour)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS.index(word.lower()) + 1
