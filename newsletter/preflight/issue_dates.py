"""The dates of an issue, as its fields and its texts have them, each with the section that it stands in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.issue_file.positions import FieldPath
from newsletter.model.datetimes import When
from newsletter.model.item import Event, Item, LinkEntry, series_of
from newsletter.preflight.context import LintContext
from newsletter.preflight.text.dates.dates import WrittenDate, dates_in
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.preflight.text.dates.resolve import nearest
from newsletter.preflight.text.dates.tense import Stance, stance_of
from newsletter.preflight.text_spans import TextSpan, models_of

LOOKING_BACK = "last_month"


class FieldDate(NamedTuple):
    """A date that is a field: an event's (`when`, with its end) or a deadline."""

    loc: FieldPath
    start: When
    end: When
    kind: str
    """The kind of the section."""
    is_deadline: bool = False

    @property
    def first_day(self) -> dt.date:
        """Return the day on which it starts."""
        return day_of(self.start)

    @property
    def last_day(self) -> dt.date:
        """Return the day on which it ends."""
        return day_of(self.end)


class MentionedDate(NamedTuple):
    """A date in a text; `day` is the real one that it most likely means, None where there is no such day."""

    run: TextSpan
    date: WrittenDate
    day: dt.date | None
    stance: Stance
    kind: str
    """The kind of the section; empty outside of the sections."""

    @property
    def written(self) -> str:
        """Return it as it is written, on one line."""
        return as_written(self.run, self.date)

    @property
    def looks_back(self) -> bool:
        """Return whether the text around it tells of what has happened."""
        return self.kind == LOOKING_BACK or self.stance is Stance.BACK

    @property
    def announces(self) -> bool:
        """Return whether the text around it tells of what is to come."""
        if self.looks_back:
            return False
        brief = self.kind == "coming_up" and (self.run.field == "title" or len(self.run.text) < 140)
        return brief or self.stance is Stance.AHEAD


def as_written(run: TextSpan, date: WrittenDate) -> str:
    """Return a date as it stands in a text, on one line."""
    words = " ".join(run.text[date.start : date.end].split())
    return f"{words})" if words.count("(") > words.count(")") else words


def day_of(when: When) -> dt.date:
    """Return the day of a moment, where it takes place."""
    return when.date() if isinstance(when, dt.datetime) else when


def kind_of(context: LintContext, section: int | None) -> str:
    """Return the kind of a section; nothing if there is none."""
    return "" if section is None else context.issue.sections[section].kind


def readings(context: LintContext) -> Iterator[MentionedDate]:
    """Yield the dates in the texts of an issue, in their order."""
    for run in context.runs:
        for date in dates_in(run.words, run.language):
            kind = kind_of(context, run.section)
            stance = stance_of(run.words, date.start, date.end)
            back = kind == LOOKING_BACK or stance is Stance.BACK
            yield MentionedDate(run, date, nearest(date, context.issue.date, looks_back=back), stance, kind)


def field_moments(context: LintContext) -> Iterator[FieldDate]:
    """Yield the dates that are fields, in their order."""
    for number, section in enumerate(context.issue.sections):
        for loc, model in models_of(section, ("sections", number)):
            if isinstance(model, Item | Event) and model.when is not None:
                start, end = _told_time(model, model.when, context.issue.date, section.kind)
                yield FieldDate((*loc, "when"), start, end, section.kind)
            if isinstance(model, Item | LinkEntry) and model.deadline is not None:
                yield FieldDate((*loc, "deadline"), model.deadline, model.deadline, section.kind, is_deadline=True)


def _told_time(thing: Item | Event, when: When, issued: dt.date, kind: str) -> tuple[When, When]:
    """Return the time that is announced: of something that repeats, the next one after the issue, or the last one."""
    series = series_of(thing)
    if series is None or kind == LOOKING_BACK:
        return when, thing.ends or when
    following = series.next(issued + dt.timedelta(days=1)) or series.next(issued)
    last = series.last_day
    return following or (series.on(last) if last else (when, thing.ends or when))


def format_date(day: dt.date, language: str = "en-GB", *, weekday: bool = True, year: bool = False) -> str:
    """Return a day in the words of a language, in English where its words are not known."""
    locale_grammar = grammar_for(language) or grammar_for("en-GB")
    return locale_grammar.format_date(day, weekday=weekday, year=year) if locale_grammar else day.isoformat()
