"""Templates that people copied or wrote before look the same: with models and plain Jinja as they had, and as now.

`tests/data/templates-2026-11` are the templates that came with the tool then. What they make here is compared with what
Jinja alone makes of them from the models themselves, as it did then.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jinja2
import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from newsletter.issue_file.load_issue import load_issue
from newsletter.issue_file.section_types import declared_kinds
from newsletter.model.branding import Presentation
from newsletter.model.issue import Issue
from newsletter.render import dates, markdown, markdown_to_text, plaintext
from newsletter.render.calls import contact_link
from newsletter.render.context import RenderContext, markdown_filter, preheader_padding, runs
from newsletter.render.image_store import ImageCollector
from newsletter.render.images import prepare
from newsletter.render.markdown_to_text import plain
from newsletter.render.mjml import joined_texts
from newsletter.render.multilingual import language_mark, turned
from newsletter.render.parts import PART
from newsletter.render.pipeline import FRAME, SECTION, RenderedSection, render, to_mjml
from newsletter.render.templates import template_loader
from tests.gallery import stories

from .conftest import make_house, make_issue, png

THEN = Path(__file__).parents[2] / "data" / "templates-2026-11"

OWN = """\
{# fields:
     serves: {type: line, required: true}
     about: {type: markdown}
     ingredients: {type: lines}
     page: {type: link}
     until: {type: date}
     photo: {type: image}
     others: {type: items}
#}
{% from "parts/card.mjml.j2" import card as box %}
{% import "parts/heading.mjml.j2" as headings with context %}
{% set ns = namespace(count=0, names=[]) %}
{% macro cell(value, extra="") -%}
<td data-more="{{ varargs|length }}" data-set="{{ kwargs|dictsort|map('first')|join(' ') }}">{{ value }}{{ extra }}</td>
{%- endmacro %}
{% call parts.block() %}
{{ headings.heading(heading or "Recipe") }}
<mj-text>
<p>{{ section.serves|inline }} {{ section["serves"]|upper }} {{ section|attr("serves")|length }}</p>
{% for one in section.ingredients|sort %}{% set ns.count = ns.count + 1 %}{% set ns.names = ns.names + [one] %}
<p class="{{ loop.cycle('odd', 'even') }}">{{ loop.index }}/{{ loop.length }} {{ one|plain|title }}\
{% if not loop.last %}, {% endif %}{{ loop.previtem|default("first") }} {{ loop.changed(one) }}</p>
{% else %}<p>none</p>{% endfor %}
<p>{{ ns.count }} {{ ns.names|join(" · ") }} {{ ns.names[:2]|reverse|list }} {{ "%s of %d" % (ns.count, 7) }}</p>
<p>{{ "{} and {n!r:>10}".format(section.serves, n=ns.count) }} {{ "x" * 3 ~ 4 }} {{ 7 // 2 }} {{ 2 ** 10 }}</p>
<p>{{ {"a": 1, "b": [2, 3]}.items()|list }} {{ {"a": 1}.get("b", "no") }} {{ dict(a=1).a }} {{ range(3)|list }}</p>
<table>{{ cell("a") }}{{ cell("b", "c", "d", e="f") }}</table>
{% if section.page %}<p><a href="{{ section.page|urlencode }}">{{ section.page.split("/")[2] }}</a></p>{% endif %}
{% if section.until %}<p>{{ moment(section.until)|unbroken }} {{ section.until.strftime("%d/%m/%y") }}\
 {{ section.until.year }} {{ section.until.isoformat() }} {{ day(section.until, year=true) }}</p>{% endif %}
{% if section.photo %}{% set shown = picture(section.photo) %}<p>{{ shown.width }}x{{ shown.height }}\
 {{ shown.fit(100, 20) }} {{ shown.transparent }}</p>{% endif %}
{% for item in section.others %}{{ item.title or item.text }} {{ item.is_line }} {{ item == section.others[0] }}\
 {{ item.when is none }} {{ contact_link(item.contact or "") }}
{% if item.when %}{{ when(item) }} {{ date_box(item).month }}\
 {{ add_to_calendar(item)|map(attribute="name")|join }}{% endif %}
{% endfor %}
{% for kind, sections in issue.sections|groupby("kind") %}<p>{{ kind }}: {{ sections|length }}</p>{% endfor %}
{% for name, value in section if value is string %}<i>{{ name }}={{ value|e }}</i>{% endfor %}
<p>{{ issue.sections|selectattr("kind", "eq", "quote")|map(attribute="text")|list|length }} {{ issue.month }}\
 {{ issue.subject_line }} {{ issue.date.strftime("%B") }} {{ issue.hero is none }} {{ issue.sections|length }}</p>
<p>{{ tokens.masthead }} {{ tokens.masthead.value }} {{ tokens.card == "filled" }} {{ tokens.measure }}\
 {{ tokens.light.ink }} {{ tokens.form.width }} {{ brand.theme }} {{ brand.theme.name }} {{ brand.colours.brand }}</p>
<p>{{ words.deadline }} {{ words.heading("people") }} {{ words.listed(["Tu", "Rosie"]) }} {{ names(["A", "B"]) }}\
 {{ words.last_month.format(month="May") }} {{ links.unsubscribe }} {{ brand.social|length }} {{ direction }}</p>
{% filter upper %}{{ key }} & {{ title }}{% endfilter %}
{% set block %}{{ preheader }}<b>x</b>{% endset %}{{ block }}{{ block|striptags }} {{ "a<b"|e }} {{ "a<br>b"|safe }}
{% with x = 3 %}{{ x|round(1) }}{% endwith %} {{ 12345|filesizeformat }} {{ "a b c"|wordcount }} {{ [3, 1, 2]|max }}
{{ "one two three four"|truncate(9) }} {{ "one two"|wordwrap(3) }} {{ "x\\ny"|indent(2) }} {{ "y"|center(9) }}
{{ [1, 2, 3, 4]|batch(2)|list }} {{ [1, 2, 3]|slice(2)|list }} {{ [1, 2]|sum }} {{ "https://example.org"|urlize }}
{{ {"b": 1}|xmlattr }} {{ [1, {"a": 2}]|tojson }} {{ 3.7|int }} {{ "4"|float }} {{ section.nothing is defined }}
{{ loop is defined }} {{ joiner(",")() }} {{ cycler("a", "b").next() }} {{ "  x "|trim }} {{ "a" in "abc" }}
</mj-text>
{% endcall %}
"""
OWN_TEXT = """\
{{ heading|plain }}
{{ "=" * heading|plain|length }}
{% for one in section.ingredients %}
- {{ one|plain }} <&>
{% endfor %}
{{ "%-10s|" % section.serves }}{{ section.serves.ljust(12) }}|{{ section.serves.replace("o", "0") }}
"""
RECIPE = {
    "kind": "recipe",
    "heading": "A recipe",
    "serves": "Four, or *two* <hungry>",
    "about": "It *warms*.\n\n- a\n- b",
    "ingredients": ["Leeks", "Potatoes", "A **good** stock"],
    "page": "https://example.org/soup?a=b&c=d",
    "until": "2024-02-20 13:00",
    "photo": "photo.png",
    "others": ["A line", {"title": "A walk", "when": "2024-02-21 14:00", "contact": "team@example.org"}],
}


class LiveParts:
    """The parts as they were: with whatever they are given."""

    def __init__(self, environment: jinja2.Environment, context: dict[str, Any]) -> None:
        self._environment, self._context = environment, {**context, "parts": self}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        template = self._environment.get_template(PART.format(name=name))
        return getattr(template.make_module(self._context), name)


def live_environment(loader: jinja2.BaseLoader) -> jinja2.Environment:
    """Return Jinja's own sandbox, with our filters, and no limits."""
    environment = ImmutableSandboxedEnvironment(
        loader=loader,
        autoescape=lambda name: not (name or "").endswith(".txt.j2"),
        undefined=jinja2.StrictUndefined,
        finalize=lambda value: "" if value is None else value,  # the one thing that is meant to differ
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["markdown"] = markdown_filter
    environment.filters["inline"] = lambda text: Markup(markdown.bound(markdown.inline(str(text))))
    environment.filters["heading"] = lambda text, *, large=False: Markup(markdown.unbroken(str(text), large=large))
    environment.filters["unbroken"] = dates.unbroken
    environment.filters["plain"] = markdown_to_text.plain
    return environment


def live_context(setting: RenderContext, album: ImageCollector) -> dict[str, Any]:
    """Return what templates were given: the models themselves, and methods of ours."""
    issue, presentation = setting.issue, setting.presentation
    return {
        "issue": issue,
        "title": plain(issue.title),
        "preheader": plain(issue.preheader or ""),
        "preheader_padding": preheader_padding(plain(issue.preheader or "")),
        "contents": setting.contents if setting.has_contents else [],
        "brand": presentation.brand,
        "links": presentation.links,
        "tokens": setting.tokens,
        "add_to_calendar": setting.diary.links,
        "all_dates": setting.diary.all_link,
        "picture": album.picture,
        "runs": runs,
        "contact_link": contact_link,
        "key": "2024-02",
        **speech(setting.calendar),
    }


def speech(calendar: dates.Calendar) -> dict[str, Any]:
    return {
        "language": calendar.language,
        "direction": dates.direction(calendar.language),
        "words": calendar.words,
        "when": calendar.event,
        "date_box": calendar.box_of,
        "moment": calendar.moment,
        "day": calendar.day,
        "names": calendar.words.listed,
    }


def live_mjml(issue: Issue, house: Presentation, loader: jinja2.BaseLoader) -> tuple[str, list[str]]:
    """Return the MJML and the texts of own sections, made from live models by Jinja alone."""
    setting, environment = RenderContext.of(issue, house, loader, "2024-02"), live_environment(loader)
    context = live_context(setting, ImageCollector(lambda _: png(300, 200), prepare))
    context["parts"] = LiveParts(environment, context)
    bands, texts = [], []
    for number, (section, heading, part) in enumerate(
        zip(issue.sections, setting.headings, setting.parts, strict=True)
    ):
        tinted = context["tokens"].banded and number % 2 == 0
        given = {**context, "section": section, "heading": heading, "tinted": tinted}
        language, direction = context["language"], context["direction"]
        if part.calendar.language != language:
            given |= speech(part.calendar)
            given["parts"] = LiveParts(environment, given)
            language, direction = given["language"], given["direction"]
        made = joined_texts(environment.get_template(SECTION.format(kind=section.kind)).render(given).strip())
        made = turned(made, direction) if direction != context["direction"] else made
        mark = language_mark(language, direction) if language != context["language"] else ""
        bands.append(RenderedSection(section.kind, heading, tinted, Markup(made), mark, direction))
        name = plaintext.SECTION.format(kind=section.kind)
        if name in loader.list_templates():
            texts.append(environment.get_template(name).render(given).strip("\n"))
    return environment.get_template(FRAME).render({**context, "bands": bands}), texts


def own_mjml(issue: Issue, house: Presentation, loader: jinja2.BaseLoader) -> str:
    return to_mjml(issue, house, key="2024-02", templates=loader, assets=lambda _: png(300, 200))


def issues() -> list[Issue]:
    """Return an issue with every kind of section, one from right to left with parts in other languages, a long one."""
    golden = Path(__file__).parents[2] / "golden"
    zone = make_house().zone
    return [load_issue(golden / name, zone=zone).issue for name in ("every-kind.yaml", "arabic.yaml")] + [stories(25)]


@pytest.mark.parametrize("theme", ["classic", "letter", "bold"])
def test_copied_templates_make_the_same(theme: str) -> None:
    loader = template_loader([THEN])
    for story in issues():
        house = make_house(
            brand={
                "theme": theme,
                "logo": "logo.png",
                "website": "https://example.org",
                "privacy": "https://example.org/privacy",
                "charity_number": "Registered charity 1",
                "social": [{"name": "Mastodon", "link": "https://social.example.org/@us"}],
            },
            links={"view_online": "https://example.org/{month}", "preferences": "https://example.org/me"},
        )
        assert own_mjml(story, house, loader) == live_mjml(story, house, loader)[0]


def test_templates_of_ones_own_make_the_same(tmp_path: Path) -> None:
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / "recipe.mjml.j2").write_text(OWN, encoding="utf-8")
    (tmp_path / "sections" / "recipe.txt.j2").write_text(OWN_TEXT, encoding="utf-8")
    kinds = declared_kinds([tmp_path])
    raw = make_issue({"kind": "quote", "text": "Said"}).model_dump()
    issue = Issue.model_validate(
        {**raw, "sections": [RECIPE, *raw["sections"], {**RECIPE, "language": "cy", "until": "2024-02-22"}]},
        context={"kinds": kinds},
    )
    house = make_house(brand={"theme": "bold"}, links={"unsubscribe": "https://example.org/leave"})
    loader = template_loader([tmp_path, THEN])
    made, texts = live_mjml(issue, house, loader)
    assert own_mjml(issue, house, loader) == made
    message = render(issue, house, key="2024-02", templates=loader, assets=lambda _: png(300, 200))
    assert texts
    for text in texts:
        assert "\n".join(line.rstrip() for line in text.split("\n")).strip() in message.text


def test_the_issues_of_the_sample_make_the_same() -> None:
    loader = template_loader([THEN])
    for name in ("2024-02", "2024-03"):
        issue = load_issue(Path(__file__).parents[3] / "issues" / f"{name}.yaml", zone=make_house().zone).issue
        assert own_mjml(issue, make_house(), loader) == live_mjml(issue, make_house(), loader)[0]
