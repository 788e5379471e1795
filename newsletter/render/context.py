"""What the templates see: the issue, the house, the look, the words, and a few functions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup
from pydantic import BaseModel

from newsletter.compiled_patterns import compile_pattern
from newsletter.model import merge_tags
from newsletter.model.branding import DateStyle, Presentation
from newsletter.model.issue import Issue
from newsletter.model.item import Button, Item
from newsletter.render import markdown
from newsletter.render.calls import OwnCall, contact_link, own_call, split_title
from newsletter.render.dates import Calendar, direction, month_before
from newsletter.render.design_tokens import Tokens, tokens_for
from newsletter.render.events import CalendarEvents, CalendarLink, OtherCalendar, diary_of
from newsletter.render.field_marks import between_marks, following, number_of
from newsletter.render.further_calendars import further_calendars
from newsletter.render.image_store import ImageCollector
from newsletter.render.markdown_to_text import plain
from newsletter.render.picture_functions import PictureFunctions
from newsletter.render.plain_data import PlainData, plain_context
from newsletter.render.translations import catalogue_for
from newsletter.render.ui_strings import UiStrings

INBOX_LINE = 110
"""Characters of a message that an inbox shows after the subject."""

_INVISIBLE = "\u034f\u200c\u00a0"
"""A combining grapheme joiner, a zero-width non-joiner and a no-break space, which takes the room."""


class Run(NamedTuple):
    """Items that stand together: one item, or several that are only a line each."""

    lines: bool
    items: tuple[Item, ...]


def runs(items: Sequence[Item]) -> list[Run]:
    """Return the items in order, with those together that are only a line."""
    found: list[Run] = []
    for lines, together in groupby(items, key=lambda item: item.is_line):
        if lines:
            found.append(Run(lines=True, items=tuple(together)))
        else:
            found += [Run(lines=False, items=(item,)) for item in together]
    return found


def heading_of(section: Any, calendar: Calendar, issue: Issue) -> str | None:
    """Return a section's heading: the author's own, or the fitting words of its kind."""
    if section.heading:
        return section.heading if number_of(section.heading) is not None else str(section.heading)
    return usual_heading(section.kind, calendar, issue.date)


def usual_heading(kind: str, calendar: Calendar, issued: dt.date) -> str | None:
    """Return the heading of a kind of section in an issue of a day; None for a kind that has none of its own."""
    pattern = calendar.words.heading(kind)
    if pattern is None:
        return None
    return pattern.format(month=calendar.month(month_before(issued) if kind == "last_month" else issued))


class ContentsEntry(NamedTuple):
    """A section in the line that says what is inside."""

    name: str
    """In Markdown."""
    link: str


def anchor(number: int) -> str:
    """Return the id of a section's heading; sections are counted from 0."""
    return f"s{number + 1}"


class LocaleContext(NamedTuple):
    """A language with its words and its dates."""

    calendar: Calendar
    words: UiStrings

    def for_part(self, language: str | None, templates: jinja2.BaseLoader | None) -> LocaleContext:
        """Return this, or how a part in another language is told; its dates are in that language's own style."""
        if not language or language == self.calendar.language:
            return self
        words = catalogue_for(language, templates).words
        return LocaleContext(self.calendar._replace(style=DateStyle(), language=language, words=words), words)

    @property
    def context(self) -> dict[str, Any]:
        """Return what templates may name of it."""
        calendar, words = self.calendar, self.words
        given = {
            "language": calendar.language,
            "direction": direction(calendar.language),
            "words": words,
            "when": following(calendar.event),
            "date_box": calendar.box_of,
            "moment": following(calendar.moment),
            "day": following(calendar.day),
            "names": following(words.listed),
        }
        return plain_context(given)


class RenderContext(NamedTuple):
    """An issue with all that is known about how it is to be shown."""

    issue: Issue
    presentation: Presentation
    calendar: Calendar
    words: UiStrings
    headings: tuple[str | None, ...]
    """One for each section."""
    parts: tuple[LocaleContext, ...]
    """How each section is told: as the issue is, or in a language of its own."""
    diary: CalendarEvents
    tokens: Tokens

    @classmethod
    def of(
        cls, issue: Issue, presentation: Presentation, templates: jinja2.BaseLoader | None = None, key: str = "issue"
    ) -> RenderContext:
        """Return the setting of an issue; `templates` finds the user's own catalogues of words, `key` names its files.

        An issue in another language than the house's has its dates in that language's own style.
        """
        if issue.language and issue.language != presentation.language:
            presentation = presentation.model_copy(update={"language": issue.language, "dates": DateStyle()})
        words = catalogue_for(presentation.language, templates).words
        calendar = Calendar.of(presentation, words, issue.date.year, issue.date)
        main = LocaleContext(calendar, words)
        parts = tuple(main.for_part(section.language, templates) for section in issue.sections)
        headings = tuple(
            heading_of(section, part.calendar, issue) for section, part in zip(issue.sections, parts, strict=True)
        )
        domain = presentation.sender.email.rpartition("@")[2]
        all_words = [words, *(part.words for part in parts)]
        diary = diary_of(issue, presentation.calendar, all_words, presentation.zone, key=key, domain=domain)
        tokens = tokens_for(presentation.brand, templates)
        return cls(issue, presentation, calendar, words, headings, parts, diary, tokens)

    @property
    def contents(self) -> list[str]:
        """List the headings that there are; a link in one is only its words here."""
        return [_without_links(heading) for heading in self.headings if heading]

    @property
    def inside(self) -> list[ContentsEntry]:
        """List the headlines of the sections, or their headings where they have none, each with the section's id."""
        return [
            ContentsEntry(_without_links(getattr(section, "headline", None) or heading), f"#{anchor(number)}")
            for number, (section, heading) in enumerate(zip(self.issue.sections, self.headings, strict=True))
            if heading
        ]

    @property
    def has_contents(self) -> bool:
        """Return whether there is enough in the issue for a list of what is in it."""
        return len(self.contents) >= self.tokens.form.contents_from

    def context(self, album: ImageCollector) -> dict[str, Any]:
        """Return what every template may name; docs/templates.md explains each."""
        presentation, plain_data = self.presentation, PlainData()
        diary, preheader = self.diary, preheader_of(self.issue)
        kicker, headline = split_title(self.issue.title, presentation.brand.newsletter)

        def add_to_calendar(thing: Any, *, deadline: bool = False) -> tuple[CalendarLink, ...]:
            return diary.links(plain_data.model_of(thing), deadline=deadline)

        def calendar_link(thing: Any, *, deadline: bool = False) -> CalendarLink | None:
            return diary.link(plain_data.model_of(thing), deadline=deadline)

        def call_of(item: Any, words: Any) -> OwnCall | None:
            return own_call(plain_data.model_of(item), words.more, words.more_about, words.write_to)

        def calendars_of(things: Sequence[Any] | None = None) -> tuple[OtherCalendar, ...]:
            models = None if things is None else [plain_data.model_of(one) for one in things]
            return further_calendars(diary, models, self.calendar.short_day)

        pictures = PictureFunctions(album, presentation.brand, self.tokens)
        given = {
            "issue": self.issue,
            "title": plain(self.issue.title),
            "kicker": kicker,
            "headline": headline,
            "preheader": preheader,
            "preheader_padding": preheader_padding(preheader),
            "contents": self.contents if self.has_contents else [],
            "inside_links": self.inside if self.has_contents else [],
            "brand": presentation.brand,
            "links": presentation.links,
            "tokens": self.tokens,
            "first_call": first_button(self.issue),
            "add_to_calendar": add_to_calendar,
            "calendar_link": calendar_link,
            "call_of": call_of,
            "calendars_of": calendars_of,
            "other_calendars": diary.dated_calendars(self.calendar.short_day),
            "all_dates": diary.all_link,
            "picture": pictures.picture,
            "picture_of": pictures.picture_of,
            "logo": pictures.logo,
            "runs": runs,
            "contact_link": contact_link,
            **LocaleContext(self.calendar, self.words).context,
        }
        return {name: plain_data.of(value) for name, value in given.items()}


def first_button(part: Any) -> Button | None:
    """Return the first button of an issue, in the order in which its fields are declared; None where it has none."""
    if isinstance(part, Button):
        return part
    if isinstance(part, BaseModel):
        part = [getattr(part, name) for name in type(part).model_fields]
    if not isinstance(part, list | tuple):
        return None
    return next((found for one in part if (found := first_button(one)) is not None), None)


def preheader_padding(preheader: str) -> str:
    """Return invisible characters that fill an inbox's line after the preheader, so that the masthead does not follow.

    They are the ones that email builders use: the joiners keep mail programs from folding the spaces into one.
    """
    length = len(merge_tags.fill(preheader, {}))
    return _INVISIBLE * max(0, INBOX_LINE - length) if length else ""


_GREETING = compile_pattern(r"[^.!?]{0,60}[,،:]$")
"""A line such as `Hello Ada,`, which says nothing of what is inside."""

_NO_PROSE = "#>!-*+|"
"""What a heading, a quotation, a picture, a list and a table begin with."""

_SENTENCE = compile_pattern(r".{20,}?[.!?…؟](?=\s|$)")


def preheader_of(issue: Issue) -> str:
    """Return the words that an inbox shows after the subject: the author's, or the first sentence of the intro."""
    return plain(issue.preheader or "") or first_sentence(issue.intro or "")


def first_sentence(text: str) -> str:
    """Return the first sentence of a text in Markdown that says something, cut at a word to an inbox's line."""
    pieces = (one.strip() for one in re.split(r"\n[ \t]*\n", text))
    lines = (plain(one) for one in pieces if one and one[0] not in _NO_PROSE)
    first = next((one for one in lines if not _GREETING.match(one)), "")
    found = _SENTENCE.match(first)
    words = found[0] if found else first
    if len(words) <= INBOX_LINE:
        return words
    cut = words[:INBOX_LINE]
    if cut.rfind("{") > cut.rfind("}"):  # inside of a merge tag
        cut = cut[: cut.rfind("{")]
    return cut.rpartition(" ")[0].rstrip(" ,;:–-") + "…"


def _without_links(heading: str) -> str:
    """Return a heading that has no link in it, as Markdown."""
    if ("[" not in heading and "<" not in heading) or "<a " not in markdown.inline(heading):
        return heading
    words = plain(heading)
    return words if plain(words) == words else markdown.escape(words)


@jinja2.pass_context
def markdown_filter(context: jinja2.runtime.Context, text: str, below: int = 2) -> Markup:
    """Make Markdown into HTML; its headings begin one level under `below`, its pictures fit the text's width."""
    tokens = context.get("tokens")
    width = tokens.measure if tokens else 0
    made = markdown.block(text, below=below, picture=context.get("picture"), width=width)
    made = markdown.bound(made, str(context.get("language") or "en"))
    return between_marks(Markup(made), text)  # noqa: S704  cleaned by nh3


def declared_fields(section: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a section of the user's own kind that hold something, by name, in the declared order."""
    fields: Mapping[str, Any] = type(section).model_fields
    for name in fields:
        value = getattr(section, name)
        if name not in {"kind", "language", "heading"} and value not in (None, "", ()):
            yield name, value
