"""Cropping, the play mark, and logos on backgrounds that they would vanish on."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from newsletter.model.branding import Brand
from newsletter.render.design_tokens import tokens_for
from newsletter.render.image_edits import ImageEdit, crop_box, edit_for, vanishes
from newsletter.render.images import prepare
from newsletter.render.logos import LogoFault, LogoGround, logo_for


def logo_file(colour: str, background: str | None = None) -> bytes:
    image = Image.new("RGBA", (320, 96), background or (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((20, 20, 300, 76), fill=colour)
    data = io.BytesIO()
    image.save(data, "PNG")
    return data.getvalue()


def photo(width: int, height: int) -> bytes:
    data = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(data, "JPEG")
    return data.getvalue()


@pytest.mark.parametrize(
    ("crop", "focus", "box"),
    [
        ("1:1", None, (200, 0, 600, 400)),
        ("1:1", "left", (0, 0, 400, 400)),
        ("1:1", "right", (400, 0, 800, 400)),
        ("1:1", "75,50", (400, 0, 800, 400)),
        ("16:9", "top", (44, 0, 755, 400)),
        (None, "top", (0, 0, 800, 400)),
    ],
)
def test_a_crop_keeps_the_part_that_the_focus_names(
    crop: str | None, focus: str | None, box: tuple[int, int, int, int]
) -> None:
    assert crop_box(800, 400, edit_for(crop, focus)) == box


def test_only_a_picture_that_is_taller_is_cropped_to_the_tallest() -> None:
    edit = edit_for(tallest="3:2")
    assert crop_box(800, 400, edit) == (0, 0, 800, 400)
    assert crop_box(600, 900, edit) == (0, 250, 600, 650)


def test_a_crop_makes_the_picture_that_size_and_leaves_others_alone() -> None:
    made = prepare(photo(900, 600), edit_for("1:1"))
    assert (made.width, made.height) == (600, 600)
    assert (prepare(photo(900, 600)).width, prepare(photo(900, 600)).height) == (900, 600)


def test_the_play_mark_is_in_the_middle() -> None:
    plain, marked = (
        Image.open(io.BytesIO(prepare(photo(900, 600), edit).data)).convert("L")
        for edit in (ImageEdit(), ImageEdit(play=True))
    )
    assert marked.crop((446, 296, 456, 304)).getextrema()[0] > 230
    assert plain.size == marked.size


def test_a_logo_vanishes_on_its_own_colour_only_if_it_is_transparent() -> None:
    assert vanishes(logo_file("#111111"), "#172226")
    assert not vanishes(logo_file("#111111"), "#ffffff")
    assert vanishes(logo_file("#ffffff"), "#ffffff")
    assert not vanishes(logo_file("#111111", "#ffffff"), "#172226")


@pytest.mark.parametrize(
    ("colour", "ground", "fault", "kept"),
    [
        ("#111111", LogoGround.GROUND, LogoFault.LOST_ON_DARK, "outline"),
        ("#ffffff", LogoGround.GROUND, LogoFault.LOST_ON_LIGHT, "plate"),
        ("#0b4f5c", LogoGround.BRAND, LogoFault.LOST_ON_BRAND, "plate"),
        ("#0d2b31", LogoGround.FOOTER, LogoFault.LOST_ON_BRAND, "plate"),
        ("#dd8833", LogoGround.GROUND, None, ""),
    ],
)
def test_a_logo_that_would_vanish_gets_an_outline_or_a_plate(
    colour: str, ground: LogoGround, fault: LogoFault | None, kept: str
) -> None:
    brand = Brand(name="Us", address="Here", logo="logo.png")
    version = logo_for(brand, tokens_for(brand), lambda _: logo_file(colour), ground)
    assert version is not None
    assert version.fault == fault
    assert bool(version.edit.outline) == (kept == "outline")
    assert bool(version.edit.plate) == (kept == "plate")


def test_variants_of_the_logo_are_used_on_their_backgrounds() -> None:
    brand = Brand(name="Us", address="Here", logo="a.png", logo_dark="b.png", logo_on_brand="c.png")
    colours = {"a.png": "#111111", "b.png": "#eeeeee", "c.png": "#ffffff"}
    names = []
    for ground in LogoGround:
        version = logo_for(brand, tokens_for(brand), lambda name: logo_file(colours[name]), ground)
        assert version is not None
        assert version.fault is None
        names.append(version.name)
    assert names == ["a.png", "b.png", "c.png", "c.png"]
