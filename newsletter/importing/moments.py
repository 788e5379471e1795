"""Find when something takes place in a text: days, times, and from when to when."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.preflight.text.dates.dates import WrittenDate, dates_in
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.preflight.text.dates.resolve import days_of, nearest
from newsletter.preflight.text.dates.spans import date_spans, times_of
from newsletter.preflight.text.dates.times import Clock, WrittenTime, times_in

_SEPARATOR = r"[\s,.;:|•·()\[\]–—/@*-]"
_JOINING_WORDS = """
on at from and to or the between until till starting starts start gmt bst am um uhr von bis el la las a de y i ar o tan
hrs date time when doors
"""
_JOINING = re.compile(rf"(?:\b(?:{'|'.join(_JOINING_WORDS.split())}|uk time|local time)\b|&|\+)", re.IGNORECASE)
_ZONE = re.compile(r"^[\s(]*(?P<zone>E[SD]T|C[SD]T|P[SD]T|M[SD]T|ET|PT|CES?T|UTC|GMT|BST|AES?T|IST|EES?T)\b")
_MIDNIGHT = dt.time(23, 59)


@dataclass(frozen=True, slots=True)
class Moment:
    """When something takes place, and where in the text that is said."""

    start: int
    end: int
    day: dt.date
    time: dt.time | None = None
    last_day: dt.date | None = None
    last_time: dt.time | None = None
    doubt: str = ""
    """Why it may be wrong, in a sentence; empty where it is plain."""
    zone: str = ""
    """The short name of a time zone that stands behind the time."""

    @property
    def when(self) -> str:
        """Return when it starts, as the issue writes it."""
        return written(self.day, self.time)

    @property
    def ends(self) -> str:
        """Return when it ends, as the issue writes it; empty where that is not said."""
        if self.last_day and self.last_day > self.day:
            return written(self.last_day, self.last_time if self.time else None)
        if self.time and self.last_time and self.last_time > self.time:
            return f"{self.last_time:%H:%M}"
        return ""


def written(day: dt.date, time: dt.time | None = None) -> str:
    """Return a day, or a day and time, as the issue writes it."""
    return f"{day.isoformat()} {time:%H:%M}" if time else day.isoformat()


def moments_in(words: str, language: str, issue: dt.date, *, looks_back: bool = False) -> list[Moment]:
    """Return when something takes place, in the order of the text; a date without a year is near the issue's."""
    return list(_moments(words, language, issue, looks_back=looks_back))


def _moments(words: str, language: str, issue: dt.date, *, looks_back: bool) -> Iterator[Moment]:
    lasts = {span.first.start: span.last for span in date_spans(words, language)}
    taken = -1
    for date in dates_in(words, language):
        if date.start < taken or not date.exists:
            continue
        last = lasts.get(date.start)
        moment = _moment(words, language, issue, date, last, looks_back=looks_back)
        if moment is not None:
            taken = moment.end
            yield moment


def _moment(
    words: str, language: str, issue: dt.date, date: WrittenDate, last: WrittenDate | None, *, looks_back: bool
) -> Moment | None:
    day = nearest(date, issue, looks_back=looks_back) or next(iter(days_of(date, issue)), None)
    if day is None:
        return None
    last_day = nearest(last, day, looks_back=False) if last is not None and last.exists else None
    if last_day is not None and last_day <= day:
        last, last_day = None, None
    beside = [*times_of(date, words, language), *(times_of(last, words, language) if last is not None else [])]
    times = sorted({time.start: time for time in beside if time.exists}.values(), key=lambda time: time.start)
    start = min([date.start, *(time.start for time in times)])
    end = max([date.end, last.end if last is not None else 0, *(time.end for time in times)])
    doubt = _doubt(date, day, language)
    if any(time.clock is Clock.BARE for time in times):
        doubt = doubt or f"“{words[start:end]}” does not say whether it is morning or afternoon."
    zone = _ZONE.match(words[end : end + 12])
    clocks = [_clock(time) for time in times]
    return Moment(
        start,
        zone.end() + end if zone else end,
        day,
        clocks[0] if clocks else None,
        last_day,
        clocks[1] if len(clocks) > 1 else None,
        doubt,
        zone["zone"] if zone else "",
    )


def _clock(time: WrittenTime) -> dt.time:
    if time.clock is Clock.BARE and time.said_hour < 8:
        return dt.time(time.hour + 12, time.minute)
    return dt.time(time.hour % 24, time.minute)


def _doubt(date: WrittenDate, day: dt.date, language: str) -> str:
    grammar = grammar_for(language)
    if date.weekday is None or date.weekday == day.weekday() or grammar is None:
        return ""
    said, real = grammar.weekday_names[date.weekday], grammar.weekday_names[day.weekday()]
    return f"the text says {said}, and {day.isoformat()} is a {real}."


def last_moment(moment: Moment) -> str:
    """Return a moment as the end of a time to answer: midnight is the end of its day."""
    day, time = moment.last_day or moment.day, moment.last_time if moment.last_day else moment.time
    if time == dt.time(0, 0):
        time = _MIDNIGHT
    return written(day, time)


def is_only_dates(words: str, language: str, issue: dt.date) -> bool:
    """Return whether a line holds nothing but when something takes place."""
    moments = moments_in(words, language, issue)
    if not moments:
        return False
    rest, at = [], 0
    for moment in moments:
        rest.append(words[at : moment.start])
        at = moment.end
    rest.append(words[at:])
    left = _JOINING.sub(" ", " ".join(rest))
    return not re.sub(_SEPARATOR, "", left)


def lone_date(words: str, language: str, near: dt.date) -> dt.date | None:
    """Return the day that a line names which holds a date and hardly anything else, as under a page's title."""
    if len(words) > 80 or not is_only_dates(
        re.sub(r"^(?:posted|published|date|sent|updated|issue)(?: on)?:?\s+", "", words, flags=re.IGNORECASE),
        language,
        near,
    ):
        return None
    dates = [date for date in dates_in(words, language) if date.month]
    if len(dates) != 1 or (times_in(words, language) and not dates[0].year):
        return None
    if dates[0].year is None:
        return nearest(dates[0], near, looks_back=True)
    return next(iter(days_of(dates[0], near)), None)


def month_named(words: str, language: str, near: dt.date) -> tuple[dt.date, bool] | None:
    """Return the first day of the month that a title names, and whether it names the year too."""
    grammar = grammar_for(language)
    match = grammar.month.search(words) if grammar else None
    if grammar is None or match is None:
        return None
    number = grammar.month_of(match["name"])
    year = re.search(r"\b(20\d\d)\b", words)
    if year:
        return dt.date(int(year[1]), number, 1), True
    ahead = (number - near.month + 6) % 12 - 6
    index = near.year * 12 + near.month - 1 + ahead
    return dt.date(index // 12, index % 12 + 1, 1), False


def date_in_name(name: str, language: str) -> dt.date | None:
    """Return the day, or the first day of the month, in a file's name: `2021-03-08`, `march-2021`, `Jan2024`."""
    found = re.search(r"(?<!\d)(20\d\d)[-_. ]?(0[1-9]|1[0-2])(?:[-_. ]?(0[1-9]|[12]\d|3[01]))?(?!\d)", name)
    if found:
        try:
            return dt.date(int(found[1]), int(found[2]), int(found[3] or 1))
        except ValueError:
            return None
    grammar = grammar_for(language)
    words = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])|[_.-]+", " ", name)
    month, year = grammar.month.search(words) if grammar else None, re.search(r"\b(20\d\d)\b", words)
    if grammar is None or month is None or year is None:
        return None
    return dt.date(int(year[1]), grammar.month_of(month["name"]), 1)


def usual_date(words: str, language: str) -> dt.date | None:
    """Return the first day of the month around which the dates of a text are, where some name their year."""
    known = sorted((date.year, date.month) for date in dates_in(words, language) if date.year and date.month)
    if not known:
        return None
    year, month = known[len(known) // 2]
    return dt.date(year or 1, month or 1, 1)
