"""Read how something repeats as people write it: “every Thursday until 2024-06-27”, “first Tuesday monthly”."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from newsletter.compiled_patterns import compile_pattern

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {"tues": 1, "thur": 3, "thurs": 3, "weds": 2} | {name[:3]: number for number, name in enumerate(_WEEKDAYS)}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5, "5th": 5,
    "last": -1,
}  # fmt: skip
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "other": 2, "second": 2, "third": 3, "fourth": 4}
_ALONE = {
    "daily": ("DAILY", 1), "weekly": ("WEEKLY", 1), "fortnightly": ("WEEKLY", 2), "monthly": ("MONTHLY", 1),
    "quarterly": ("MONTHLY", 3), "yearly": ("YEARLY", 1), "annually": ("YEARLY", 1),
}  # fmt: skip
_UNITS = {
    "day": ("DAILY", 1),
    "week": ("WEEKLY", 1),
    "fortnight": ("WEEKLY", 2),
    "month": ("MONTHLY", 1),
    "year": ("YEARLY", 1),
}

_TAIL = compile_pattern(r"[,\s]+(?:until|till|through)\s+(?P<until>.+)$|[,\s]+(?:for\s+)?(?P<count>\d{1,3})\s+times$")
_DAY = compile_pattern(
    r"(?:[a-z]+,?\s+)?(?:(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)?\s+(?P<name>[a-z]{3,9})\.?\s+(?P<year2>\d{4}))"
)
_EVERY = compile_pattern(r"every\s+(?:(?P<number>\d{1,2}|[a-z]+)\s+)?(?P<unit>day|week|fortnight|month|year)s?")
_EVERY_DAY = compile_pattern(r"(?:every|on|each)\s+(?P<other>other\s+)?(?P<days>.+)|(?P<plain>.+)")
_MONTHLY = compile_pattern(
    r"\s+(?:monthly|of\s+(?:the|each|every)\s+month|(?:each|every)\s+month|a\s+month|in\s+the\s+month)$"
)
_MONTH_DAY = compile_pattern(
    r"(?:(?:every\s+month|monthly)\s+on\s+)?(?:the\s+|on\s+the\s+)?(?P<number>\d{1,2})(?:st|nd|rd|th)"
)
_AND = compile_pattern(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*")


def read_words(text: str) -> dict[str, Any]:
    """Return the fields of a rule that is written in words; raise ValueError with the reason if it cannot be read."""
    words = " ".join(text.casefold().split())
    found: dict[str, Any] = {}
    if tail := _TAIL.search(words):
        words = words[: tail.start()]
        found = {"until": _day(tail["until"])} if tail["until"] else {"count": _count(tail["count"])}
    return _rule(words) | found


def _rule(words: str) -> dict[str, Any]:
    if words in _ALONE:
        frequency, interval = _ALONE[words]
        return {"frequency": frequency, "interval": interval}
    if match := _EVERY.fullmatch(words):
        frequency, interval = _UNITS[match["unit"]]
        return {"frequency": frequency, "interval": interval * _number(match["number"])}
    is_monthly = _MONTHLY.search(words)
    bare = _MONTHLY.sub("", words)
    if (day := _MONTH_DAY.fullmatch(bare)) and (is_monthly or "month" in bare):
        return {"frequency": "MONTHLY", "by_month_day": (_month_day(day["number"]),)}
    match = _EVERY_DAY.fullmatch(bare)
    days = (match["days"] or match["plain"]).removeprefix("the ") if match else bare
    if numbered := _numbered_days(days):
        if not is_monthly and re.fullmatch(r"(?:every|each)\s+second\s+\w+", words):
            name = days.split()[-1].capitalize()
            raise ValueError(f"write `every other {name}`, or `second {name} monthly`")
        return {"frequency": "MONTHLY", "by_day": numbered}
    if is_monthly:
        raise ValueError(f"`{words}` does not say which weekday of the month")
    if days in {"weekday", "weekdays", "working day", "working days"}:
        return {"frequency": "WEEKLY", "by_day": tuple((0, number) for number in range(5))}
    interval = 2 if match and match["other"] else 1
    return {
        "frequency": "WEEKLY",
        "interval": interval,
        "by_day": tuple((0, _weekday(day)) for day in _AND.split(days)),
    }


def _numbered_days(days: str) -> tuple[tuple[int, int], ...]:
    """Return weekdays of a month in “first and third Tuesday”; nothing where one has no number."""
    found: list[tuple[int, int]] = []
    waiting: list[int] = []
    for part in _AND.split(days):
        words = part.removeprefix("the ").split()
        if not words or words[0] not in _ORDINALS:
            return ()
        waiting.append(_ORDINALS[words[0]])
        if len(words) == 2:
            found += [(which, _weekday(words[1])) for which in waiting]
            waiting = []
        elif len(words) > 2:
            return ()
    return () if waiting else tuple(found)


def _weekday(word: str) -> int:
    bare = word.strip().rstrip(".")
    singular = bare.removesuffix("s") if bare not in _SHORT else bare
    if singular in _WEEKDAYS:
        return _WEEKDAYS.index(singular)
    if bare in _SHORT:
        return _SHORT[bare]
    raise ValueError(f"`{word}` is not a weekday")


def _number(word: str | None) -> int:
    if word is None:
        return 1
    number = int(word) if word.isdecimal() else _NUMBERS.get(word, 0)
    if not number:
        raise ValueError(f"`{word}` is not a number")
    return number


def _count(text: str) -> int:
    if not int(text):
        raise ValueError("it cannot take place 0 times")
    return int(text)


def _month_day(text: str) -> int:
    if not 1 <= int(text) <= 31:
        raise ValueError(f"no month has a day {text}")
    return int(text)


def _day(text: str) -> dt.date:
    match = _DAY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"`{text}` is not a day: write it as 2024-06-27")
    if match["year"]:
        year, month, day = int(match["year"]), int(match["month"]), int(match["day"])
    else:
        year, day = int(match["year2"]), int(match["day2"])
        month = next((number for number, name in enumerate(_MONTHS, 1) if match["name"].startswith(name)), 0)
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise ValueError(f"there is no day `{text}`") from None
