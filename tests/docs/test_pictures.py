"""The sample's pictures are those that the script draws, and no picture is heavy."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "issues" / "images"
DRAW = runpy.run_path(str(ROOT / "tools" / "draw_pictures.py"))


@pytest.mark.parametrize("name", ["hearts", "spring", "cuppas"])
def test_a_picture_is_what_the_script_draws(name: str) -> None:
    drawn = DRAW[name]()
    with Image.open(IMAGES / f"{name}.jpg") as kept:
        assert kept.size == (1200, 800)
        difference = ImageChops.difference(kept.convert("RGB"), drawn.resize(kept.size, Image.Resampling.LANCZOS))
    assert max(ImageStat.Stat(difference).mean) < 2


def test_pictures_of_the_sample_weigh_little() -> None:
    sizes = {path.name: path.stat().st_size for path in IMAGES.iterdir()}
    assert len(sizes) == 3
    assert max(sizes.values()) <= 90_000


def test_pictures_of_the_pages_weigh_little() -> None:
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs" / "pictures").iterdir()}
    assert len(sizes) >= 9
    assert max(sizes.values()) <= 250_000
    assert sum(sizes.values()) <= 2_250_000
