"""The content of an issue's page: HTML made for the web, from the issue itself."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from newsletter.archive.public_issue import public_record
from newsletter.archive.records import EventRecord, IssueRecord, PictureRecord, SectionRecord
from newsletter.archive.search_texts import section_record, words_of
from newsletter.model.branding import Presentation
from newsletter.model.item import Event, Group, Item
from newsletter.model.section import CustomSection
from newsletter.model.targeting import for_readers
from newsletter.render import markdown
from newsletter.render.calls import contact_link
from newsletter.render.context import (
    LocaleContext,
    RenderContext,
    anchor,
    declared_fields,
    first_sentence,
    runs,
)
from newsletter.render.dates import direction, unbroken
from newsletter.render.image_edits import edit_for
from newsletter.render.image_store import ImageCollector, is_remote
from newsletter.render.markdown_to_text import plain

if TYPE_CHECKING:
    from newsletter.model.issue import Issue
    from newsletter.render.images import EmailImage

MEDIA = "media"
"""The folder of the pictures on the website."""

_REMOTE = re.compile(r"""(<a\b[^>]*>)?<img\b(?=[^>]*\ssrc="(https?://[^"]*)")(?:(?=[^>]*\salt="([^"]*)"))?[^>]*>""")

SHORTEST_SUMMARY, LONGEST_SUMMARY = 60, 220
_PICTURES = (".jpg", ".jpeg", ".png", ".gif")


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture in a page; one that is elsewhere on the web has only its address, and is linked to."""

    src: str
    width: int
    height: int
    alt: str
    is_remote: bool = False


@dataclass(slots=True)
class _Pictures:
    """Shows the pictures of one issue."""

    album: ImageCollector
    remote: set[str] = field(default_factory=set)

    def of(self, holder: Any, crop: str | None = None, tallest: str | None = None, *, play: bool = False) -> Any:
        """Return the picture of a part of the issue, cropped as its author asks; None where it has none."""
        name = getattr(holder, "image", None)
        if not name:
            return None
        return self.named(name, getattr(holder, "alt", None) or "", holder, crop, tallest=tallest, play=play)

    def named(
        self,
        name: str,
        alt: str = "",
        holder: Any = None,
        crop: str | None = None,
        *,
        tallest: str | None = None,
        play: bool = False,
    ) -> ShownPicture:
        """Return a picture by its name."""
        words = plain(alt)
        if is_remote(name):
            self.remote.add(name)
            return ShownPicture(name, 0, 0, words, is_remote=True)
        shape = getattr(holder, "crop", None) or crop
        focus = getattr(holder, "focus", None) if shape or tallest else None
        edit = edit_for(str(shape) if shape else None, focus, tallest=tallest, play=play)
        found = self.album.picture(name, edit)
        return ShownPicture(found.src, found.width, found.height, words)

    def in_text(self, name: str) -> Any:
        """Return a picture of a Markdown text."""
        if is_remote(name):
            self.remote.add(name)
        return self.album.picture(name)


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return the environment of the website's own templates."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("newsletter.archive"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "line": lambda text: Markup(markdown.inline(str(text))),  # noqa: S704  cleaned by nh3
        "plain": lambda text: plain(str(text)),
        "unbroken": unbroken,
    }
    return made


def issue_record(
    issue: Issue,
    presentation: Presentation,
    *,
    name: str,
    page: str,
    templates: jinja2.BaseLoader,
    assets: Callable[[str], bytes],
    prepare: Callable[..., EmailImage],
) -> tuple[IssueRecord, dict[str, bytes]]:
    """Return what the archive knows of an issue, and its pictures by their path in the website's folder.

    `page` is the address of the issue's page, `assets` and `prepare` read and prepare a picture. An OSError of a
    picture's file goes through.
    """
    public = for_readers(issue, ())
    setting = RenderContext.of(public, presentation, templates, name)
    pictures = _Pictures(ImageCollector(assets, prepare))
    hero = pictures.of(public.hero) if public.hero else None
    sections, anchors = _sections(setting)
    body = environment().get_template("issue.html.j2").render(_context(setting, pictures, hero, sections, anchors))
    files = {one.cid: f"{MEDIA}/{one.published_name}" for one in pictures.album.images.values()}
    language = setting.calendar.language
    record = IssueRecord(
        name=name,
        title=plain(public.title),
        title_html=markdown.inline(public.title),
        date=public.date,
        day=setting.calendar.day(public.date, year=True, weekday=False),
        language=language,
        direction=direction(language),
        summary=summary_of(public),
        picture=_record_of(hero, files) if hero and not hero.is_remote else None,
        body_html=_without_remote(body),
        pictures=files,
        sections=tuple(sections),
        events=tuple(_events(setting, anchors)),
        remote_pictures=len(pictures.remote),
    )
    record = public_record(record, page=page, write_to=presentation.reply_to or presentation.sender.email)
    return record, {files[one.cid]: one.data for one in pictures.album.images.values()}


def summary_of(issue: Issue) -> str:
    """Return an issue in a sentence or two: its preheader, or the beginning of its first words."""
    told = words_of(issue.preheader) if issue.preheader else ""
    if told:
        return told
    whole = words_of(issue.intro) if issue.intro else ""
    first = first_sentence(issue.intro or "")
    return whole if SHORTEST_SUMMARY <= len(whole) <= LONGEST_SUMMARY else first


def _sections(setting: RenderContext) -> tuple[list[SectionRecord], dict[int, str]]:
    records: list[SectionRecord] = []
    anchors: dict[int, str] = {}
    for number, (section, heading) in enumerate(zip(setting.issue.sections, setting.headings, strict=True)):
        headline = getattr(section, "headline", None)
        record, found = section_record(section, plain(headline or heading or ""), anchor(number))
        records.append(record)
        anchors |= found
    return records, anchors


def _context(
    setting: RenderContext,
    pictures: _Pictures,
    hero: ShownPicture | None,
    sections: Sequence[SectionRecord],
    anchors: dict[int, str],
) -> dict[str, Any]:
    def prose(text: str, below: int = 2) -> Markup:
        made = markdown.block(text, below=below, picture=pictures.in_text, width=setting.tokens.measure)
        return Markup(made)  # noqa: S704  cleaned by nh3

    issue = setting.issue
    return {
        "issue": issue,
        "hero": hero,
        "parts": [
            {"section": section, "heading": heading, "speech": speech, "id": record.anchor, **_of_part(setting, speech)}
            for section, heading, speech, record in zip(
                issue.sections, setting.headings, setting.parts, sections, strict=True
            )
        ],
        "contents": setting.inside if setting.has_contents else [],
        "words": setting.words,
        "prose": prose,
        "picture": pictures.of,
        "picture_named": pictures.named,
        "is_picture": lambda text: " " not in text and text.lower().endswith(_PICTURES),
        "is_link": lambda text: text.startswith(("https://", "http://", "mailto:", "tel:")),
        "is_date": lambda value: isinstance(value, dt.date),
        "is_custom": lambda section: isinstance(section, CustomSection),
        "is_item": lambda value: isinstance(value, Item),
        "declared": declared_fields,
        "runs": runs,
        "contact_link": contact_link,
        "anchor_of": lambda thing: anchors.get(id(thing), ""),
        "iso": lambda when: when.isoformat() if isinstance(when, dt.date) else "",
    }


def _of_part(setting: RenderContext, speech: LocaleContext) -> dict[str, Any]:
    language = speech.calendar.language
    return {
        "lang": "" if language == setting.calendar.language else language,
        "dir": direction(language),
        "words": speech.words,
        "calendar": speech.calendar,
    }


def _events(setting: RenderContext, anchors: dict[int, str]) -> list[EventRecord]:
    """Return the events of an issue, and its deadlines where the settings want these in calendars."""
    items, calendar = _items_of(setting), setting.calendar
    things: dict[int, Event | Item] = {id(item): item for item in items}
    things |= {id(event): event for item in items for event in item.events}
    owners = {id(event): id(item) for item in items for event in item.events}
    found = []
    for (thing, deadline), entry in setting.diary.of.items():
        if deadline and not setting.presentation.calendar.deadlines:
            continue
        event = None if deadline else things.get(thing)
        when = calendar.event(event) if event else calendar.moment(entry.start)
        box = calendar.box_of(event) if event else calendar.box(entry.start)
        place = anchors.get(owners.get(thing, thing), "")
        found.append(EventRecord.of(entry, when=when, month=box.month, day=box.day, anchor=place))
    return found


def _items_of(setting: RenderContext) -> list[Item]:
    """List the items of all sections and groups, those of the user's own kinds too."""
    found: list[Any] = []
    for section in setting.issue.sections:
        for name in type(section).model_fields:
            value = getattr(section, name)
            for one in value if isinstance(value, tuple) else ():
                found += one.items if isinstance(one, Group) else [one]
    return [one for one in found if isinstance(one, Item)]


def _record_of(shown: ShownPicture, files: dict[str, str]) -> PictureRecord:
    path = files[shown.src.removeprefix("cid:")]
    return PictureRecord(path=path, width=shown.width, height=shown.height, alt=shown.alt)


def _without_remote(body: str) -> str:
    """Return HTML that loads no picture from elsewhere: one of a Markdown text becomes a link to it."""
    return _REMOTE.sub(_linked, body) if "<img" in body else body


def _linked(found: re.Match[str]) -> str:
    opening, address, alt = found.groups()
    words = alt or address
    return f"{opening}{words}" if opening else f'<a href="{address}">{words}</a>'
