"""Find the dates of a text: each with its place, and with as much of day, month, year and weekday as is said."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.dates import false_friends
from newsletter.preflight.text.dates.locale_grammar import SPACE, LocaleGrammar, grammar_for
from newsletter.preflight.text.dates.worded import MAYBE, worded_days


class Order(Enum):
    """In which order, and by what, a date is written."""

    DAY_MONTH = "5 March"
    MONTH_DAY = "March 5"
    NUMBERS = "05/03/2024"
    ISO = "2024-03-05"


class WrittenDate(NamedTuple):
    """A date in a text; `month` is None in “Friday 8th”, and what is not said otherwise is None too."""

    start: int
    end: int
    day: int
    month: int | None
    year: int | None = None
    weekday: int | None = None
    """Monday is 0."""
    order: Order = Order.DAY_MONTH
    ordinal: str = ""
    """What follows the day's number in “1st”."""
    short: bool = False
    """Whether the month is abbreviated."""
    borrowed: bool = False
    """Whether its month is that of the date after or before it, as in “1–8 March”."""
    day_at: int = -1
    """Where the day's number begins."""
    year_at: int = -1
    """Where the year begins; -1 if there is none."""

    @property
    def exists(self) -> bool:
        """Return whether there is such a day in some year, or in the one that is said."""
        if not 1 <= self.day <= 31:
            return False
        if self.month is None:
            return True
        return self.day <= calendar.monthrange(self.year or 2024, self.month)[1]


_ISO = compile_pattern(r"(?<![\w/-])(?P<year>(?:199|20\d)\d)-(?P<month>0?[1-9]|1[0-2])-(?P<day>\d{1,2})(?![\w-])")
_SAID = compile_pattern(r"\d")


@lru_cache(maxsize=2048)
def dates_in(words: str, language: str) -> tuple[WrittenDate, ...]:
    """Return the dates of a text in their order; none overlaps another."""
    if not _SAID.search(words) and not MAYBE.search(words):
        return ()
    locale_grammar = grammar_for(language)
    found: list[WrittenDate] = []
    taken: set[int] = set()
    for date in _iso(words):
        _keep(found, taken, date)
    if locale_grammar is None:
        return tuple(found)
    for reader in _readers(locale_grammar, words):
        for date in reader(words, locale_grammar):
            _keep(found, taken, date)
    for one in worded_days(words, locale_grammar):
        _keep(found, taken, WrittenDate(one.start, one.end, one.day, one.month, weekday=one.weekday, day_at=one.day_at))
    found.sort(key=lambda date: date.start)
    return tuple(_with_borrowed(words, found, locale_grammar))


def _readers(
    locale_grammar: LocaleGrammar, words: str
) -> Iterator[Callable[[str, LocaleGrammar], Iterator[WrittenDate]]]:
    if locale_grammar.month.search(words):
        yield _day_month
        yield _month_day
    yield _numbers
    yield _weekday_day


def _keep(found: list[WrittenDate], taken: set[int], date: WrittenDate) -> None:
    """Keep a date where none of its characters is part of another."""
    places = range(date.start, date.end)
    if taken.isdisjoint(places):
        taken.update(places)
        found.append(date)


def _iso(words: str) -> Iterator[WrittenDate]:
    for match in _ISO.finditer(words):
        yield WrittenDate(
            *match.span(),
            int(match["day"]),
            int(match["month"]),
            int(match["year"]),
            order=Order.ISO,
            day_at=match.start("day"),
            year_at=match.start("year"),
        )


def _day_month(words: str, locale_grammar: LocaleGrammar) -> Iterator[WrittenDate]:
    for match in locale_grammar.day_month.finditer(words):
        if false_friends.is_day_month(match, locale_grammar):
            yield _named(match, locale_grammar, Order.DAY_MONTH)


def _month_day(words: str, locale_grammar: LocaleGrammar) -> Iterator[WrittenDate]:
    for match in locale_grammar.month_day.finditer(words):
        if false_friends.is_month_day(match, locale_grammar):
            yield _named(match, locale_grammar, Order.MONTH_DAY)


def _named(match: re.Match[str], locale_grammar: LocaleGrammar, order: Order) -> WrittenDate:
    weekday = false_friends.named_weekday(match, locale_grammar)
    start = (
        match.start()
        if match["weekday"] is None or weekday is not None
        else match.start("day" if order is Order.DAY_MONTH else "month")
    )
    if weekday is None and match["behind"]:
        weekday = locale_grammar.weekday_of(match["behind"])
    sentence_ends = match[0].endswith(".") and not locale_grammar.is_short(match["month"])
    return WrittenDate(
        start,
        match.end() - sentence_ends,
        int(match["day"]),
        locale_grammar.month_of(match["month"]),
        int(match["year"]) if match["year"] else None,
        weekday,
        order,
        match["ordinal"] or "",
        locale_grammar.is_short(match["month"]),
        day_at=match.start("day"),
        year_at=match.start("year"),
    )


def _numbers(words: str, locale_grammar: LocaleGrammar) -> Iterator[WrittenDate]:
    for match in locale_grammar.numbers.finditer(words):
        year = match["year"]
        if not false_friends.are_numbers_of_a_date(match, locale_grammar):
            continue
        one, two = int(match["one"]), int(match["two"])
        day_first = locale_grammar.day_first if one <= 12 and two <= 12 else one > 12
        if day_first is None:
            continue
        day, month = (one, two) if day_first else (two, one)
        if not (1 <= month <= 12 and 1 <= day <= 31):
            continue
        yield WrittenDate(
            *match.span(),
            day,
            month,
            int(year) + (2000 if len(year) == 2 else 0) if year else None,
            false_friends.named_weekday(match, locale_grammar),
            Order.NUMBERS,
            day_at=match.start("one" if day_first else "two"),
            year_at=match.start("year"),
        )


def _weekday_day(words: str, locale_grammar: LocaleGrammar) -> Iterator[WrittenDate]:
    for match in locale_grammar.weekday_day.finditer(words):
        weekday = false_friends.named_weekday(match, locale_grammar)
        if weekday is not None and false_friends.stands_alone(match):
            yield WrittenDate(
                *match.span(),
                int(match["day"]),
                None,
                weekday=weekday,
                ordinal=match["ordinal"],
                day_at=match.start("day"),
            )


def _with_borrowed(words: str, found: list[WrittenDate], locale_grammar: LocaleGrammar) -> Iterator[WrittenDate]:
    """Yield the dates, and before or after each the days that share its month: “1–8 March”, “March 1–8”."""
    before, after = _borrowing(locale_grammar)
    taken = 0
    for index, date in enumerate(found):
        if date.month is None and index + 1 < len(found) and (lender := _lender(words, found, index, locale_grammar)):
            date = date._replace(month=lender.month, year=lender.year, borrowed=True)  # noqa: PLW2901  the same date, told whole
        if index + 1 < len(found):
            date = _with_year(words, date, found[index + 1], locale_grammar)  # noqa: PLW2901  as above
        yield from reversed(list(_days_before(words, date, taken, before, locale_grammar)))
        yield date
        taken = date.end
        if date.order is Order.MONTH_DAY and (match := after.match(words, date.end)):
            yield date._replace(
                start=match.start("day"),
                end=match.end(),
                day=int(match["day"]),
                weekday=None,
                borrowed=True,
                day_at=match.start("day"),
            )
            taken = match.end()


def _with_year(words: str, date: WrittenDate, following: WrittenDate, locale_grammar: LocaleGrammar) -> WrittenDate:
    """Return a date with the year of the one that it is joined to: “30 March to 10 April 2026”."""
    if date.year or not date.month or not following.year or not following.month:
        return date
    if not re.fullmatch(_joint(locale_grammar), words[date.end : following.start], re.IGNORECASE):
        return date
    turns = (date.month, date.day) > (following.month, following.day)
    return date._replace(year=following.year - turns)


def _lender(words: str, found: list[WrittenDate], index: int, locale_grammar: LocaleGrammar) -> WrittenDate | None:
    """Return the date whose month is that of “Friday 8th” too, as in “Friday 8th and Saturday 9th March”."""
    date, following = found[index], found[index + 1]
    gap = words[date.end : following.start]
    if (
        following.month
        and following.order is Order.DAY_MONTH
        and re.fullmatch(_joint(locale_grammar), gap, re.IGNORECASE)
    ):
        return following
    return None


def _days_before(
    words: str, date: WrittenDate, taken: int, before: re.Pattern[str], locale_grammar: LocaleGrammar
) -> Iterator[WrittenDate]:
    if date.order is not Order.DAY_MONTH or date.borrowed:
        return
    while match := before.search(words, taken, date.start):
        weekday = false_friends.named_weekday(match, locale_grammar)
        if match.end() != date.start or not false_friends.borrows(match, locale_grammar, named=weekday is not None):
            return
        date = date._replace(
            start=match.start("weekday") if weekday is not None else match.start("day"),
            end=match.end("ordinal") if match["ordinal"] else match.end("day"),
            day=int(match["day"]),
            weekday=weekday,
            ordinal=match["ordinal"] or "",
            borrowed=True,
            day_at=match.start("day"),
            year_at=-1,
        )
        yield date


def _joint(locale_grammar: LocaleGrammar) -> str:
    grammar = locale_grammar.grammar
    return (
        rf"(?:{SPACE}?[–—-]{SPACE}?|{SPACE}?[,،&/]{SPACE}?|{SPACE}(?:{grammar.until}|{grammar.and_}|or|&)(?:{SPACE}|[–—-])"
        rf"|{SPACE}و)(?:(?:the|on|el){SPACE})?"
    )


@lru_cache(maxsize=32)
def _borrowing(locale_grammar: LocaleGrammar) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds a day right before a whole date (to its start), and one right after “March 1”."""
    weekday = locale_grammar.weekday.pattern.replace("(?P<many>s?)", "").replace("(?P<name>", "(?P<weekday>")
    after = rf"(?:{locale_grammar.grammar.after_weekday}){SPACE}" if locale_grammar.grammar.after_weekday else ""
    ordinal = rf"(?P<ordinal>{locale_grammar.grammar.ordinal})?"
    return (
        compile_pattern(
            rf"(?:(?:{weekday})\.?[,،]?{SPACE}(?:{after})?)?(?<![\w.:/£$€#])(?P<day>\d{{1,2}}){ordinal}(?P<joint>{_joint(locale_grammar)})$",
            re.IGNORECASE,
        ),
        compile_pattern(
            rf"(?:{SPACE}?[–—-]{SPACE}?|{SPACE}(?:{locale_grammar.grammar.until}|{locale_grammar.grammar.and_}|&){SPACE})"
            rf"(?P<day>\d{{1,2}}){ordinal}(?![\w%/]|[:.]\d|{SPACE}?(?:[ap]\.?m\b)|{SPACE}[a-z]+s\b|{SPACE}?\w*{locale_grammar.month.pattern})",
            re.IGNORECASE,
        ),
    )
