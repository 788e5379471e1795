"""The page on themes tells the colours that each has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsletter.model.branding import Colours, Theme
from newsletter.render.themes import LOOKS

PAGE = (Path(__file__).parents[2] / "docs" / "themes.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE))


def test_every_colour_has_a_row() -> None:
    assert set(ROWS) == set(Colours.model_fields)


@pytest.mark.parametrize("name", Colours.model_fields)
def test_each_row_tells_each_theme(name: str) -> None:
    told = [cell.strip("`\"' ") for cell in ROWS[name].split(" | ")]
    assert told == [getattr(LOOKS[theme].day, name) or "as `brand" for theme in Theme]


@pytest.mark.parametrize("theme", Theme)
def test_each_theme_is_shown(theme: Theme) -> None:
    assert f"**`{theme}`**" in PAGE
    assert f"](pictures/theme-{theme}.jpg)" in PAGE
