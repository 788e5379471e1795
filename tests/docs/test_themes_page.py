"""The page on themes tells the colours that each has."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from newsletter.model.branding import Brand, Colours, Theme
from newsletter.render.design_tokens import tokens_for
from newsletter.render.templates import template_loader
from newsletter.render.theme_files import look_of
from newsletter.render.themes import FORM_GROUPS, Day, Night

PAGE = (Path(__file__).parents[2] / "docs" / "themes.md").read_text(encoding="utf-8")
COLOURS, TOKENS = PAGE.split("## A theme of your own")
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", COLOURS, re.MULTILINE))
TOLD = re.findall(r"^\| `(\w+)` \|", TOKENS, re.MULTILINE)


def test_every_colour_has_a_row() -> None:
    assert set(ROWS) == set(Colours.model_fields)


@pytest.mark.parametrize("name", Colours.model_fields)
def test_each_row_tells_each_theme(name: str) -> None:
    told = [cell.removeprefix("as ").strip("`\"' ") for cell in ROWS[name].split(" | ")]
    assert told == [getattr(look_of(theme).day, name) or "derived" for theme in Theme]


@pytest.mark.parametrize("theme", Theme)
def test_each_theme_is_shown(theme: Theme) -> None:
    assert f"**`{theme}`**" in PAGE
    assert f"](pictures/theme-{theme}.jpg)" in PAGE


def test_every_token_of_a_theme_has_a_row() -> None:
    form = [name for tokens in FORM_GROUPS.values() for name in tokens]
    colours = [part.name for kind in (Day, Night) for part in fields(kind)]
    assert sorted(set(TOLD)) == sorted({*form, *colours, "heading", "body"})


def test_the_theme_of_the_page_works(tmp_path: Path) -> None:
    """It is written into a folder as the page says, and its colours and sizes are those of the email."""
    [theme] = re.findall(r"^```yaml\n(# templates/themes/mine.yaml\n.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "mine.yaml").write_text(theme, encoding="utf-8")
    look = tokens_for(Brand(name="x", address="x", theme="mine"), template_loader([tmp_path]))
    assert (look.light.link, look.light.ground) == ("#5b2a86", "#ffffff")
    assert (look.title, look.heading, look.card) == (46, look_of("classic").form.heading, "framed")
