"""What each section lies on; folders with copies of older templates keep what these have colours for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import jinja2
import pytest

from newsletter.model.branding import Brand, Theme
from newsletter.render.design_tokens import tokens_for
from newsletter.render.section_grounds import coloured, section_grounds
from newsletter.render.templates import environment_for, template_loader

from .conftest import TEMPLATES, Render, make_house

KINDS = ("news", "coming_up", "news")


def grounds(
    theme: Theme, loader: jinja2.BaseLoader, kinds: Sequence[str] = KINDS, *, signed: bool = False
) -> list[str]:
    tokens = tokens_for(Brand(name="x", address="x", theme=theme), loader)
    found = section_grounds(kinds, tokens, environment_for(loader), has_contents=False, is_signed=signed)
    return [str(one) for one in found]


def test_events_lie_on_the_colour_of_the_cover_unless_they_touch_it(loader: jinja2.BaseLoader) -> None:
    assert grounds(Theme.BOLD, loader) == ["ground", "cover", "ground"]
    assert grounds(Theme.BOLD, loader, ["coming_up", "news", "coming_up"]) == ["tint", "ground", "tint"]
    assert grounds(Theme.BOLD, loader, ["news", "coming_up"], signed=True) == ["ground", "cover"]
    assert grounds(Theme.CLASSIC, loader) == ["ground", "ground", "ground"]


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("issue.mjml.j2", ["tints"], "tint"),
        ("parts/style.mjml.j2", ["tints"], "tint"),
        ("parts/style.mjml.j2", [], "ground"),
    ],
)
def test_copies_of_older_templates_know_no_colours_for_it(
    name: str, known: list[str], expected: str, tmp_path: Path
) -> None:
    copy = tmp_path / name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_text(" ".join(["{# an older one #}", *known]), encoding="utf-8")
    assert grounds(Theme.BOLD, template_loader([tmp_path, TEMPLATES]))[1] == expected


OWN = """\
{% call parts.block() %}{{ parts.heading(heading) }}{% endcall %}
{% call parts.card(tinted) %}<mj-text>In a card</mj-text>{% endcall %}
"""


@pytest.mark.parametrize(("own", "ground"), [("", "c"), (OWN, "t"), ("{{ parts.cards(section.items, true) }}", "t")])
def test_an_own_template_with_cards_is_not_on_the_colour_of_the_cover(
    own: str, ground: str, rendered: Render, tmp_path: Path
) -> None:
    if own:
        (tmp_path / "sections").mkdir()
        (tmp_path / "sections" / "coming_up.mjml.j2").write_text(own, encoding="utf-8")
    house = make_house(brand={"theme": "bold"})
    news = {"kind": "news", "items": [{"title": "News", "text": "It rained."}]}
    walks = {"kind": "coming_up", "items": [{"title": "A walk", "text": "Bring a coat."}]}
    page = rendered(news, walks, news, house=house, templates=template_loader([tmp_path, TEMPLATES])).html
    assert re.findall(r'<div class="[sw] ([ct])\b', page) == [ground]


def test_a_text_with_a_colour_keeps_it() -> None:
    given = '<mj-text>a</mj-text><mj-text color="red" align="left">b</mj-text><mj-text align="left">c</mj-text>'
    assert coloured(given, "#fff") == (
        '<mj-text color="#fff">a</mj-text><mj-text color="red" align="left">b</mj-text>'
        '<mj-text color="#fff" align="left">c</mj-text>'
    )
