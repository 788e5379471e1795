"""The sample's pictures are those that the script draws, and no picture is heavy."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "issues" / "images"
DRAW = runpy.run_path(str(ROOT / "tools" / "draw_pictures.py"))


def kept_difference(name: str, drawn: Image.Image, size: tuple[int, int]) -> float:
    """Return how far a kept picture is from what the script draws, as the largest mean of a colour (0 to 255)."""
    with Image.open(IMAGES / name) as kept:
        assert kept.size == size
        difference = ImageChops.difference(kept.convert("RGB"), drawn.resize(size, Image.Resampling.LANCZOS))
    return max(ImageStat.Stat(difference).mean)


@pytest.mark.parametrize("name", ["hearts", "spring", "cuppas", "croydon"])
def test_a_picture_is_what_the_script_draws(name: str) -> None:
    assert kept_difference(f"{name}.jpg", DRAW[name](), (1200, 800)) < 2


@pytest.mark.parametrize("name", ["organiser.jpg", "apprentice.jpg", "coordinator.jpg"])
def test_a_portrait_is_what_the_script_draws(name: str) -> None:
    assert kept_difference(name, DRAW["portrait"](DRAW["SITTERS"][name]), (600, 600)) < 2


def test_pictures_of_the_sample_weigh_little() -> None:
    sizes = {path.name: path.stat().st_size for path in IMAGES.iterdir()}
    assert len(sizes) == 7
    assert max(sizes.values()) <= 90_000


def test_pictures_of_the_pages_weigh_little() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}
    assert len(sizes) >= 9
    assert max(sizes.values()) <= 250_000
    assert sum(sizes.values()) <= 2_250_000
