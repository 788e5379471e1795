"""From an issue to a message: templates, MJML, HTML with its styles inlined, and the plain text."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup

from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import ContentError, Place, TemplateError
from newsletter.model.branding import Presentation
from newsletter.model.campaign import Message, Variant
from newsletter.model.findings import Finding, Severity
from newsletter.model.issue import Issue
from newsletter.model.targeting import MOST, for_readers, named_segments, variants
from newsletter.render.budget import limited
from newsletter.render.calendar_files import calendar_file, calendar_files
from newsletter.render.context import RenderContext, anchor, preheader_of
from newsletter.render.events import structured
from newsletter.render.image_heights import with_heights
from newsletter.render.image_store import ImageCollector
from newsletter.render.images import EmailImage
from newsletter.render.images import prepare as prepare_picture
from newsletter.render.inline import inline_css
from newsletter.render.link_tags import encode_in_html
from newsletter.render.markdown_to_text import plain
from newsletter.render.mjml import MjmlError, compile_mjml, joined_texts, line_of
from newsletter.render.multilingual import language_mark, turned, with_languages
from newsletter.render.parts import PART, Parts
from newsletter.render.plaintext import compose
from newsletter.render.section_grounds import coloured, has_own_ground, section_grounds
from newsletter.render.templates import environment_for, names_variable, render_template
from newsletter.render.themes import Ground, QuoteStyle

FRAME = "issue.mjml.j2"
SECTION = "sections/{kind}.mjml.j2"

MOST_ELEMENTS = 8_000
"""Of an email's HTML: four times those of an issue with 300 stories; the inliner's time grows with their square."""

MOST_CHARACTERS = 2_000_000
"""Of an email's HTML, before its styles are written into it."""

_BLEEDS = '<mj-section css-class="bleed'
"""What a section begins with that goes from edge to edge: the frame puts nothing around it."""

_FIRST_CLASS = compile_pattern('(?<=css-class=")[^"]*')

_HEADLINE = compile_pattern(r"<h2(?=[\s>])(?![^>]*\sid=)")

_START_TAG = compile_pattern("<[a-zA-Z]")


class RenderedSection(NamedTuple):
    """A section ready for the frame: its MJML, and whether it lies on the tinted ground."""

    kind: str
    heading: str | None
    tinted: bool
    mjml: Markup
    mark: str = ""
    """A class that says which language it is in; empty where it is the issue's."""
    direction: str = "ltr"
    inner: str = ""
    """What is inside of the `mj-section`, where the section is one without attributes; empty where it is not."""
    bleeds: bool = False
    """Whether it goes from edge to edge, on a ground of its own."""
    covered: bool = False
    """Whether it lies on the colour of the cover."""

    @property
    def template(self) -> str:
        """Return the name of the template that it came from."""
        return SECTION.format(kind=self.kind)


class Composition(NamedTuple):
    """An issue as MJML, with the sections that it was put together from."""

    mjml: str
    bands: tuple[RenderedSection, ...]


def render(
    issue: Issue,
    presentation: Presentation,
    *,
    key: str,
    templates: jinja2.BaseLoader,
    assets: Callable[[str], bytes],
    prepare: Callable[..., EmailImage] = prepare_picture,
) -> Message:
    """Return the message of an issue, always the same for the same input.

    `key` is the issue's name, which a template may show. `assets` reads a picture by its name; its OSError goes
    through. `prepare` makes a picture fit for email. Raises TemplateError where a template is broken.
    """
    names = named_segments(issue)
    if len(names) > MOST:
        raise _too_many(names)
    album = ImageCollector(assets, prepare)
    everybody = for_readers(issue, ()) if names else issue
    html, text, calendar = _told(everybody, presentation, templates, key, album)
    return Message(
        title=plain(issue.title),
        subject=plain(issue.subject_line),
        preheader=preheader_of(issue),
        html=html,
        text=text,
        sender=presentation.sender,
        reply_to=presentation.reply_to,
        language=issue.language or presentation.language,
        variants=tuple(
            Variant(segments=group, html=own[0], text=own[1], calendar=own[2])
            for group in variants(names)
            for own in [_told(for_readers(issue, group), presentation, templates, key, album)]
        ),
        images=tuple(album.images.values()),
        calendar=calendar,
    )


def _told(
    issue: Issue, presentation: Presentation, templates: jinja2.BaseLoader, key: str, album: ImageCollector
) -> tuple[str, str, str]:
    """Return the HTML, the text and the calendar file of an issue as one group of readers gets it."""
    setting, environment = RenderContext.of(issue, presentation, templates, key), environment_for(templates)
    context: dict[str, Any] = {**setting.context(album), "key": key}
    with limited():
        composition, text = _composed(setting, environment, context), compose(setting, environment, context)
    markup = encode_in_html(inline_css(_of_bounded_size(_compiled(composition, environment))))
    markup = with_heights(markup, album)
    spoken = f'aria-roledescription="{escape(setting.words.email)}"'
    markup = markup.replace('aria-roledescription="email"', spoken, 1)
    markup = markup.replace("</head>", f"{_structured(setting)}</head>", 1)
    return markup, text, _attached(setting)


def _of_bounded_size(markup: str) -> str:
    """Return HTML as it is; raise TemplateError where there is so much that writing its styles would take minutes."""
    elements = sum(1 for _ in _START_TAG.finditer(markup))
    if elements <= MOST_ELEMENTS and len(markup) <= MOST_CHARACTERS:
        return markup
    raise TemplateError(
        f"The email is too large: it has {len(markup):,} characters of HTML in {elements:,} elements, but the "
        f"maximum is {MOST_CHARACTERS:,} in {MOST_ELEMENTS:,}.",
        hint=(
            "Gmail cuts off emails after about 100,000 characters. Check the templates for a loop that writes too much."
        ),
        place=Place(FRAME),
    )


def _too_many(names: tuple[str, ...]) -> ContentError:
    message = f"Parts of the issue are for {len(names)} segments ({', '.join(names)}), but the maximum is {MOST}."
    hint = "Each segment doubles the number of emails to check. Combine some of these segments."
    finding = Finding(code="NL326", severity=Severity.ERROR, message=message, place=Place("the issue"), hint=hint)
    return ContentError(message, [finding], hint=hint)


def _structured(setting: RenderContext) -> str:
    """Return the events as JSON-LD in an element of the head, which nothing in it can end; empty where none is wanted.

    It is put into the HTML at the end, as the MJML engine takes no script.
    """
    events = structured(setting.diary.notes, setting.presentation.brand.name)
    if not (setting.presentation.calendar.structured_data and events):
        return ""
    data = json.dumps(events, ensure_ascii=False, indent=0).replace("<", "\\u003c")
    return f'<script type="application/ld+json">{data}</script>'


def _attached(setting: RenderContext) -> str:
    diary = setting.diary
    if not (setting.presentation.calendar.attach and diary.notes):
        return ""
    return calendar_file(diary.notes, setting.issue.date).decode()


def calendars(
    issue: Issue,
    presentation: Presentation,
    *,
    key: str,
    templates: jinja2.BaseLoader,
    published: dt.datetime | None = None,
) -> dict[str, bytes]:
    """Return the calendar files of an issue by name: one for each event and deadline, and one with all.

    `published` is the moment from which they replace in calendars what was published before.
    """
    return calendar_files(RenderContext.of(issue, presentation, templates, key).diary, issue.date, published)


def to_mjml(
    issue: Issue,
    presentation: Presentation,
    *,
    key: str,
    templates: jinja2.BaseLoader,
    assets: Callable[[str], bytes],
    prepare: Callable[..., EmailImage] = prepare_picture,
) -> str:
    """Return the MJML of an issue, from which `render` makes its HTML; the arguments are those of `render`."""
    setting = RenderContext.of(issue, presentation, templates, key)
    context: dict[str, Any] = {**setting.context(ImageCollector(assets, prepare)), "key": key}
    with limited():
        return _composed(setting, environment_for(templates), context).mjml


def _composed(setting: RenderContext, environment: jinja2.Environment, context: dict[str, Any]) -> Composition:
    """Return an issue as MJML; raise TemplateError where a template is broken."""
    context = {**context, "parts": Parts(environment, context)}
    bands = tuple(_bands(setting, environment, context))
    return Composition(render_template(environment, FRAME, {**context, "bands": bands}), bands)


def _bands(setting: RenderContext, environment: jinja2.Environment, context: dict[str, Any]) -> list[RenderedSection]:
    """Render each section on its ground."""
    bands = []
    quotes = [number for number, section in enumerate(setting.issue.sections) if section.kind == "quote"]
    first_quote = quotes[0] if quotes and context["tokens"].quotes == QuoteStyle.BLEED else -1
    # an opening that does not name `inside_links` does not lead to the sections by their ids
    linked = setting.has_contents and names_variable(environment, PART.format(name="opening"), "inside_links")
    grounds = section_grounds(
        [section.kind for section in setting.issue.sections],
        context["tokens"],
        environment,
        has_contents=setting.has_contents,
        is_signed=bool(setting.issue.sign_off or setting.issue.signature),
    )
    sections = zip(setting.issue.sections, setting.headings, setting.parts, grounds, strict=True)
    for number, (section, heading, speech, ground) in enumerate(sections):
        name = SECTION.format(kind=section.kind)
        given = {
            **context,
            "section": context["issue"].sections[number],
            "heading": heading,
            "tinted": ground != Ground.GROUND,
            "number": sum(1 for at, one in enumerate(setting.headings[: number + 1]) if one and at != first_quote),
            "stands_out": number == first_quote,
        }
        language, direction = context["language"], context["direction"]
        if speech.calendar.language != language:
            given |= speech.context
            given["parts"] = Parts(environment, given)
            language, direction = given["language"], given["direction"]
        mjml = joined_texts(render_template(environment, name, given).strip())
        if heading and linked:
            mjml = _HEADLINE.sub(f'<h2 id="{anchor(number)}"', mjml, count=1)
        bleeds = mjml.startswith(_BLEEDS)
        mark = language_mark(language, direction) if language != context["language"] else ""
        if bleeds and mark:  # the frame puts nothing around it that could be marked
            mjml = _FIRST_CLASS.sub(rf"\g<0> {mark}", mjml, count=1)
        if direction != context["direction"]:
            mjml = turned(mjml, direction)
        covered = ground == Ground.COVER and not has_own_ground(mjml)
        if covered:
            mjml = coloured(mjml, context["tokens"].light.on_cover)
        made, inner = Markup(mjml), Markup(_inside(mjml))  # noqa: S704  what templates have made
        tinted = ground != Ground.GROUND and not covered
        bands.append(RenderedSection(section.kind, heading, tinted, made, mark, direction, inner, bleeds, covered))
    return bands


def _inside(mjml: str) -> str:
    """Return what is inside of a section's only `mj-section`, where that has no attributes; nothing otherwise.

    The frame then needs no wrapper around it, which costs a kilobyte of HTML.
    """
    start, end = "<mj-section>", "</mj-section>"
    if mjml.count("<mj-section") == 1 and mjml.startswith(start) and mjml.endswith(end):
        return mjml[len(start) : -len(end)]
    return ""


def _compiled(composition: Composition, environment: jinja2.Environment) -> str:
    """Return the HTML of a composition; raise TemplateError, placed in the template, where its MJML is broken."""
    try:
        return with_languages(compile_mjml(composition.mjml))
    except MjmlError as error:
        template, words = _origin(composition, error)
        raise TemplateError(
            f"The template produces invalid MJML: {error.message}.{words}",
            hint=error.hint,
            place=_place(environment, template, composition.mjml, error),
        ) from error


def _origin(composition: Composition, error: MjmlError) -> tuple[str, str]:
    """Return the template that the MJML at fault came from, and that MJML in words."""
    if error.offset is None:
        return FRAME, ""
    line = composition.mjml.splitlines()[line_of(composition.mjml, error.offset) - 1].strip()
    words = f" The MJML is: {line[:120]}" if line else ""
    end = 0
    for band in composition.bands:
        shown = next((one for one in (band.mjml, band.inner) if one and one in composition.mjml[end:]), None)
        if shown is None:  # a frame of the user's own may leave sections out
            continue
        start = composition.mjml.find(shown, end)
        end = start + len(shown)
        if start <= error.offset < end:
            return band.template, words
    return FRAME, words


def _place(environment: jinja2.Environment, template: str, mjml: str, error: MjmlError) -> Place:
    """Return the place in the template of the tag at fault: the first line that has that tag, if any has."""
    loader = environment.loader
    assert loader is not None  # noqa: S101  every environment of ours has one
    source, path, _ = loader.get_source(environment, template)
    if error.offset is None:
        return Place(path or template)
    at_fault = mjml[error.offset : error.offset + 200].partition(">")[0]
    for words in (at_fault, at_fault.split()[0] if at_fault.split() else ""):
        at = source.find(words) if words else -1
        if at >= 0:
            return Place(path or template, line_of(source, at))
    return Place(path or template)
