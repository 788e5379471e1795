"""The plain text of an issue, composed from its sections: 72 columns, nothing of the HTML missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jinja2

from newsletter.model.media_sections import Figures, Gallery, Sponsors, Table, Video
from newsletter.model.merge_tags import BuiltInTag, MergeTag
from newsletter.model.section import ComingUp, CustomSection, GetInvolved, LastMonth, Links, News, People, Quote, Story
from newsletter.render import plaintext_media as media
from newsletter.render.context import RenderContext
from newsletter.render.link_tags import encode_in_text
from newsletter.render.markdown_to_text import INLINE, line
from newsletter.render.plaintext_declared import declared, numbered_fields
from newsletter.render.plaintext_sections import Blocks, PlainTextSections, bullet
from newsletter.render.templates import render_template
from newsletter.render.text_lines import COLUMNS, spaced, underlined, wrapped

SECTION = "sections/{kind}.txt.j2"
"""A template of the user's own for the text of a kind of section; none is needed."""


def compose(setting: RenderContext, environment: jinja2.Environment, context: Mapping[str, Any]) -> str:
    """Return the plain text of an issue, with merge tags in it; `context` is for templates of the user's own."""
    telling = PlainTextSections.of(setting)
    blocks: Blocks = [*_opening(setting, telling)]
    for number, section in enumerate(setting.issue.sections):
        heading, speech = setting.headings[number], setting.parts[number]
        given = {**context, **speech.context, "section": context["issue"].sections[number], "heading": heading}
        own = _own(section.kind, environment, given)
        numbered = numbered_fields(environment, section.kind) if isinstance(section, CustomSection) else frozenset()
        told = [own] if own is not None else _section(section, heading, telling.in_speech(speech), numbered)
        if told:  # one more empty line before a section than between paragraphs
            blocks += [["", *told[0]], *told[1:]]
    issue = setting.issue
    signed = telling.picture(issue.signature) if issue.signature else []
    blocks += [["* * *"], *telling.prose(issue.sign_off), *signed] if issue.sign_off or signed else []
    footer = [*_footer(setting, telling)]
    if telling.far.listed:
        blocks += [["", *underlined(setting.words.link_list, "=")], telling.far.listed]
    blocks += [["-" * COLUMNS], *footer]
    return encode_in_text("\n".join(one.rstrip() for one in spaced(blocks)) + "\n")


def _opening(setting: RenderContext, telling: PlainTextSections) -> Iterator[list[str]]:
    issue, brand, words = setting.issue, setting.presentation.brand, setting.words
    of = [brand.newsletter, setting.calendar.day(issue.date, year=True)]
    yield [
        *wrapped(telling.targets.after(brand.name, brand.website or "")),
        *wrapped(" · ".join(name for name in of if name)),
    ]
    if setting.presentation.links.view_online:
        yield wrapped(INLINE.after(words.view_online, _tag(BuiltInTag.VIEW_URL)))
    yield underlined(telling.said(issue.title), "=")
    yield from telling.more(issue.link)
    if issue.hero:
        yield from telling.picture(issue.hero)
        yield from telling.more(issue.hero.link if issue.hero.link != issue.link else None)
    yield from telling.prose(issue.intro)
    yield from telling.button(issue.button)
    if setting.has_contents:
        yield [f"{words.inside}:", *(one for entry in setting.inside for one in bullet(telling.said(entry.name)))]


def _footer(setting: RenderContext, telling: PlainTextSections) -> Iterator[list[str]]:
    """Yield the footer's paragraphs; its links are told where they stand, for whoever wants to leave at once."""
    brand, links, words = setting.presentation.brand, setting.presentation.links, setting.words
    yield wrapped(brand.name)
    if all_dates := setting.diary.all_link:
        yield wrapped(INLINE.after(all_dates.name, all_dates.link))
    for other in setting.diary.other_calendars:
        dates = [line for one in other.links for line in bullet(telling.far.after(one.name, one.link))]
        yield [words.add_to.format(calendar=other.name), *dates]
    yield wrapped(line(brand.why or words.why))
    ways = [INLINE.after(words.unsubscribe, _tag(BuiltInTag.UNSUBSCRIBE_URL))]
    if links.preferences:
        ways.append(INLINE.after(words.preferences, _tag(BuiltInTag.PREFERENCES_URL)))
    if brand.privacy:
        ways.append(INLINE.after(words.privacy, brand.privacy))
    yield [one for way in ways for one in wrapped(way)]
    if brand.social:
        places = [INLINE.after(place.name, place.link) for place in brand.social]
        yield [f"{words.visit}:", *(one for place in places for one in bullet(place))]
    yield [*wrapped(brand.address), *(wrapped(brand.charity_number) if brand.charity_number else [])]


def _tag(name: BuiltInTag) -> str:
    return str(MergeTag(name=name.value))


def _own(kind: str, environment: jinja2.Environment, context: Mapping[str, Any]) -> list[str] | None:
    """Return what the user's own template says of a section; None if there is none."""
    name = SECTION.format(kind=kind)
    try:
        environment.get_template(name)
    except jinja2.TemplateNotFound:
        return None
    except jinja2.TemplateError:
        pass  # told below, with its place
    text = render_template(environment, name, context)
    return text.strip("\n").split("\n")


def _section(section: Any, heading: str | None, telling: PlainTextSections, numbered: frozenset[str]) -> Blocks:
    headline = getattr(section, "headline", None) if not isinstance(section, CustomSection) else None
    named = [one for one in (heading, headline) if one]
    head: Blocks = [underlined(telling.said(": ".join(named)), "=")] if named else []
    return [block for block in [*head, *_body(section, telling, numbered)] if block]


def _body(section: Any, telling: PlainTextSections, numbered: frozenset[str]) -> Blocks:  # noqa: C901, PLR0911  one for each kind
    match section:
        case LastMonth() | ComingUp() | GetInvolved() | News():
            return [
                *telling.prose(section.text),
                *telling.items(section.items),
                *telling.groups(section.groups),
            ]
        case Story():
            where = section.link if section.link != (section.button.link if section.button else None) else None
            more = [wrapped(telling.targets.after(telling.words.more, where))] if where else []
            return [*telling.picture(section), *telling.prose(section.text), *more, *telling.button(section.button)]
        case People():
            words = telling.words
            parts = ((words.joiners, section.joiners), (words.leavers, section.leavers), (words.thanks, section.thanks))
            return [*telling.prose(section.text), *telling.people(parts)]
        case Quote():
            return _quote(section, telling)
        case Links():
            return [*telling.prose(section.text), *(telling.entry(entry) for entry in section.items)]
        case Figures():
            return media.figures(section, telling)
        case Gallery():
            return media.gallery(section, telling)
        case Video():
            return media.video(section, telling)
        case Table():
            return media.table(section, telling)
        case Sponsors():
            return media.sponsors(section, telling)
        case _:
            return declared(section, telling, numbered)


def _quote(section: Quote, telling: PlainTextSections) -> Blocks:
    """Tell someone's words in quotation marks, set in, with their name below."""
    words = telling.words
    marked = f"{words.opening_quote}{section.text}{words.closing_quote}"
    said = [f"  {one}".rstrip() for block in telling.prose(marked) for one in block]
    by = telling.with_role(telling.said(section.who or ""), telling.said(section.role or ""))
    return [said, wrapped(f"– {by}", first="  ")] if by else [said]
