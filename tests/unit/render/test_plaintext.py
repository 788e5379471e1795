"""The text of each kind of section, and of kinds of the user's own."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import jinja2
import pytest

from newsletter.errors import TemplateError
from newsletter.issue_file.section_types import declared_kinds
from newsletter.model.issue import Issue
from newsletter.render.pipeline import render
from newsletter.render.templates import template_loader

from .conftest import HOUSE, Render, make_house, png

GOOGLE = "https://calendar.google.com/calendar/render?action=TEMPLATE"


def body(text: str) -> str:
    """Return what stands between the title and the footer."""
    return text.partition("=======\n")[2].partition("-" * 72)[0].partition("\n\n\nLinks\n=====")[0].strip()


def test_items_events_and_facts(rendered: Render) -> None:
    item = {
        "title": "Help *us*",
        "text": "Read it.",
        "deadline": "2024-02-23",
        "payment": "£50",
        "contact": "The *desk*",
        "button": {"label": "Take part", "link": "https://example.org/part"},
        "events": ["2024-03-05 13:00", {"title": "Again", "when": "2025-01-07", "where": "Online", "link": "https://example.org/a"}],
    }  # fmt: skip
    message = rendered({"kind": "get_involved", "items": [item, "Or only this"]})
    assert body(message.text) == textwrap.dedent("""\
        Get involved
        ============

        Help us
        -------

        Read it.

        • Tuesday 5 March, 1pm
          Add to calendar [1]
        • Again – Tuesday 7 January 2025 – Online
          <https://example.org/a>
          Add to calendar [2]

        By Friday 23 February
          Add deadline to calendar [3]
        Payment: £50
        Contact: The desk

        → Take part <https://example.org/part>

        • Or only this""")


def test_numbered_links_are_listed_at_the_end_but_for_the_footer(rendered: Render) -> None:
    item = {
        "title": "A walk",
        "when": "2024-02-20 13:00",
        "link": "https://example.org/w",
        "text": "See [the map](https://example.org/m) or [the page](https://example.org/w).",
        "button": {"label": "Come", "link": "https://example.org/c"},
    }
    house = make_house(text_links="numbered", calendar={"links": ["google"]}, brand={"website": "https://example.org"})
    text = rendered({"kind": "coming_up", "items": [item]}, house=house).text
    assert text.startswith("Example Trust [1]\n")
    assert body(text) == textwrap.dedent("""\
        Coming up in February
        =====================

        A walk
        ------
        Tuesday 20 February, 1pm
        Add to calendar [2]
        More about this [3]

        See the map [4] or the page [3].

        → Come [5]""")
    assert text.partition("Links\n=====\n\n")[2].partition("\n\n---")[0].splitlines() == [
        "[1] https://example.org",
        f"[2] {GOOGLE}&text=A%20walk&dates=20240220T130000Z/20240220T140000Z&details=https://example.org/w",
        "[3] https://example.org/w",
        "[4] https://example.org/m",
        "[5] https://example.org/c",
    ]
    assert "Unsubscribe <{unsubscribe_url}>" in text


def test_items_in_groups(rendered: Render) -> None:
    item = {
        "title": "A walk",
        "when": "2024-02-20 13:00",
        "where": "River",
        "link": "https://example.org/w",
        "people": ["Tu", "Vita"],
    }
    group = {
        "heading": "Outside",
        "text": "In boots.",
        "items": [item, {"text": "no\n\ntitle", "where": "Hall", "link": "https://example.org/n"}],
    }
    message = rendered({"kind": "last_month", "groups": [group]})
    assert body(message.text) == textwrap.dedent("""\
        What we got up to in January
        ============================

        Outside
        -------

        In boots.

        A walk
        ~~~~~~
        Tuesday 20 February, 1pm – River
        Add to calendar [1]
        Tu and Vita
        <https://example.org/w>

        Hall
        More about this <https://example.org/n>

        no

        title""")


def test_a_story_a_quote_people_and_links(rendered: Render) -> None:
    button = {"label": "Go", "link": "https://example.org/s"}
    new = {"name": "New", "role": "Officer", "text": "Hello.\n\nAgain.", "link": "https://example.org/n"}
    guide = {
        "title": "Guide",
        "link": "https://example.org/g",
        "source": "Us",
        "deadline": "2024-03-29",
        "text": "Short.",
    }
    message = rendered(
        {"kind": "story", "text": "Once.", "image": "a.png", "alt": "A cat", "credit": "By us", "button": button},
        {"kind": "quote", "text": "It works.", "who": "Someone", "role": "Somewhere"},
        {"kind": "quote", "text": "Alone."},
        {"kind": "people", "joiners": [new], "thanks": ["All"]},
        {"kind": "links", "items": [guide]},
    )
    assert body(message.text) == textwrap.dedent("""\
        [Picture: A cat]
        By us

        Once.

        → Go <https://example.org/s>


          “It works.”

          – Someone, Somewhere


          “Alone.”


        People
        ======

        Joining us
        ----------

        • New <https://example.org/n>, Officer
          Hello.

          Again.

        Thank you
        ---------

        • All


        Worth a look
        ============

        • Guide <https://example.org/g>
          Us · By Friday 29 March
          Short.""")


def test_a_picture_for_decoration_is_not_told(rendered: Render) -> None:
    assert "Picture" not in rendered(hero={"image": "a.png", "alt": ""}).text


KIND = """\
{# fields:
     serves: {type: line, required: true}
     about: {type: markdown}
     steps: {type: lines}
     page: {type: link}
     until: {type: date}
     photo: {type: image}
     alike: {type: items}
#}
{% call parts.block() %}
{{ parts.heading(heading) }}
<mj-text><p>Serves {{ section.serves|inline }}</p></mj-text>
{% endcall %}
"""
RECIPE = {
    "kind": "recipe",
    "heading": "Soup",
    "serves": "*Four*",
    "about": "Warm.\n\nGood.",
    "steps": ["Cut", "**Boil**"],
    "page": "https://example.org/soup",
    "until": "2024-02-20",
    "photo": "images/soup.jpg",
    "alike": ["Stew", {"title": "Broth", "text": "Thin."}],
}


def own_kind(folder: Path, files: dict[str, str], **changes: Any) -> str:
    sections = folder / "sections"
    sections.mkdir()
    for name, text in {"recipe.mjml.j2": KIND, **files}.items():
        (sections / name).write_text(text, encoding="utf-8")
    issue = Issue.model_validate(
        {"title": "A title", "date": "2024-02-12", "sections": [{**RECIPE, **changes}]},
        context={"kinds": declared_kinds([folder])},
    )
    message = render(issue, HOUSE, key="2024-02", templates=template_loader([folder]), assets=lambda _: png())
    assert "Serves" in message.html
    return body(message.text)


def test_a_kind_of_the_users_own_is_told_from_its_fields(tmp_path: Path) -> None:
    assert own_kind(tmp_path, {}) == textwrap.dedent("""\
        Soup
        ====

        Serves: Four

        Warm.

        Good.

        Steps:
        • Cut
        • Boil

        Page: https://example.org/soup
        Until: Tuesday 20 February

        • Stew

        Broth
        -----

        Thin.""")


def test_fields_left_out_are_not_told(tmp_path: Path) -> None:
    assert (
        own_kind(tmp_path, {}, about=None, steps=(), page=None, until=None, alike=(), photo=None, heading=None)
        == "Serves: Four"
    )


def test_the_users_own_text_of_a_kind_wins(tmp_path: Path) -> None:
    text = "{{ heading|plain }} & for {{ section.serves|plain }} ({{ day(issue.date) }})\n"
    assert own_kind(tmp_path, {"recipe.txt.j2": text}) == "Soup & for Four (Monday 12 February)"


@pytest.mark.parametrize("text", ["{{ nothing }}", "{% if %}"])
def test_a_broken_text_is_told_with_its_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(TemplateError) as told:
        own_kind(tmp_path, {"recipe.txt.j2": text})
    assert told.value.place is not None
    assert told.value.place.path.endswith("recipe.txt.j2")
    assert told.value.place.line == 1


def test_a_built_in_kind_may_have_a_text_of_the_users_own_too(loader: jinja2.BaseLoader, rendered: Render) -> None:
    both = jinja2.ChoiceLoader(
        [jinja2.DictLoader({"sections/coming_up.txt.j2": "only {{ section.items|length }}"}), loader]
    )
    assert body(rendered(templates=both).text) == "only 1"
