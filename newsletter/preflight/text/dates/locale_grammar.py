"""What a language calls months and weekdays (by Unicode's data, and as people shorten them), and how it joins them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.language_data import Grammar, language_data
from newsletter.render.dates import locale_of

if TYPE_CHECKING:
    from babel import Locale

SPACE = r"(?:[^\S\n]+\n?[^\S\n]*|\n[^\S\n]*)"
"""Space between two words of a date, over the end of one line at most."""

_YEAR = r"(?:1[89]\d\d|20\d\d)"

_SHORT = frozenset({"sep", "sept", "tues", "weds", "thur", "thurs"})
"""Abbreviations that people use beside Unicode's."""


@dataclass(frozen=True, slots=True, eq=False)
class LocaleGrammar:
    """The names of a language, and the patterns that find dates in it."""

    primary: str
    grammar: Grammar
    months: Mapping[str, int]
    """Each name of a month in small letters, and its number from 1."""
    weekdays: Mapping[str, int]
    """Each name of a weekday in small letters, and its number: Monday is 0."""
    month_names: tuple[str, ...]
    """The full names, January first, as the tool writes them."""
    weekday_names: tuple[str, ...]
    """The full names, Monday first."""
    short: frozenset[str]
    """Those of the names that are abbreviations."""
    day_first: bool | None
    """Whether 1/3/2024 is the first of March; None where nobody can tell."""
    month: re.Pattern[str]
    weekday: re.Pattern[str]
    day_month: re.Pattern[str]
    month_day: re.Pattern[str]
    numbers: re.Pattern[str]
    weekday_day: re.Pattern[str]

    def month_of(self, name: str) -> int:
        """Return the number of a month."""
        return self.months[_key(name)]

    def weekday_of(self, name: str) -> int:
        """Return the number of a weekday."""
        return self.weekdays[_key(name)]

    def format_date(self, day: dt.date, *, weekday: bool = True, year: bool = False) -> str:
        """Return a day as it is written in this language."""
        name = f"{self.weekday_names[day.weekday()]} " if weekday else ""
        month = self.month_names[day.month - 1]
        return f"{name}{day.day} {self.grammar.of_said}{month}" + (f" {self.grammar.of_said}{day.year}" if year else "")

    def is_short(self, name: str) -> bool:
        """Return whether a name is an abbreviation."""
        return _key(name) in self.short


@lru_cache(maxsize=32)
def grammar_for(language: str) -> LocaleGrammar | None:
    """Return what is known of a language; None where Unicode has no names for it."""
    locale = locale_of(language)
    if locale is None:
        return None
    primary = language.partition("-")[0]
    grammar = language_data(primary).dates
    months, short_months = _names(locale, "months", 1, grammar.months)
    weekdays, short_days = _names(locale, "days", 0, grammar.weekdays)
    month, weekday = _any_of(months), _any_of(weekdays)
    after = rf"(?:{grammar.after_weekday}){SPACE}" if grammar.after_weekday else ""
    named_day = rf"(?P<weekday>{weekday})\.?[,،]?{SPACE}\(?(?:{after})?"
    the = rf"(?:(?:the|{grammar.after_weekday or 'the'}){SPACE})?"
    ordinal = rf"(?P<ordinal>{grammar.ordinal})?"
    link = rf"(?:(?:{grammar.before_year}){SPACE})?" if grammar.before_year else ""
    year = rf"(?:,?{SPACE}{link}(?P<year>{_YEAR})(?![\d:/]|[.]\d|{SPACE}?h))?"
    behind = rf"(?:{SPACE}?\((?P<behind>{weekday})\.?\))?"
    before = r"(?<![\w/.:£$€#])"
    return LocaleGrammar(
        primary,
        grammar,
        months,
        weekdays,
        tuple(str(locale.months["format"]["wide"][number]) for number in range(1, 13)),
        tuple(str(locale.days["format"]["wide"][number]) for number in range(7)),
        short_months | short_days,
        None if language == "en" else _day_first(locale),
        compile_pattern(rf"(?<!\w)(?P<name>{month})(?!\w)", re.IGNORECASE),
        compile_pattern(rf"(?<!\w)(?P<name>{weekday})(?P<many>s?)(?!\w)", re.IGNORECASE),
        compile_pattern(
            rf"{before}(?:{named_day})?(?P<day>\d{{1,2}}){ordinal}(?:{SPACE}(?:{grammar.of}))?{SPACE}"
            rf"(?P<month>{month})(?!\w)\.?{year}{behind}",
            re.IGNORECASE,
        ),
        compile_pattern(
            rf"{before}(?:{named_day})?(?P<month>{month})\.?{SPACE}{the}(?P<day>\d{{1,2}}){ordinal}"
            rf"(?![\w%£$€/]|[:.,]\d|{SPACE}?(?:am|pm|noon|[ap]\.m)\b){year}{behind}",
            re.IGNORECASE,
        ),
        compile_pattern(
            rf"(?<![\w/.:-])(?:{named_day})?(?P<one>\d{{1,2}})(?P<mark>[/.-])(?P<two>\d{{1,2}})"
            rf"(?:(?P=mark)(?P<year>{_YEAR}|\d\d))?(?![\w/]|[.-]\d)",
            re.IGNORECASE,
        ),
        compile_pattern(
            rf"(?<!\w){named_day}(?P<day>\d{{1,2}})(?P<ordinal>{grammar.ordinal})(?!\w)",
            re.IGNORECASE,
        ),
    )


def _names(locale: Locale, what: str, first: int, more: Mapping[str, int]) -> tuple[dict[str, int], frozenset[str]]:
    """Return the names of months or weekdays, and which of them are short."""
    known = getattr(locale, what)
    wide: dict[str, int] = {}
    short: dict[str, int] = {}
    for form in ("format", "stand-alone"):
        for number in range(first, first + len(known[form]["wide"])):
            wide[_key(known[form]["wide"][number])] = number
            short[_key(known[form]["abbreviated"][number])] = number
    shorter = {name for name in short if name not in wide} | _SHORT
    wide |= {_key(name): number for name, number in more.items()}
    return {**short, **wide}, frozenset(shorter)


def _day_first(locale: Locale) -> bool | None:
    pattern = str(locale.date_formats["short"].pattern)
    if pattern.startswith("y"):
        return None
    return pattern.find("d") < pattern.find("M")


def _any_of(names: Iterable[str]) -> str:
    return "|".join(re.escape(name).replace(r"\ ", SPACE) for name in sorted(names, key=len, reverse=True))


def _key(name: str) -> str:
    return " ".join(name.casefold().rstrip(".").split())
