"""The looks: whatever the brand, all can be read, by day, by night, and where a mail program turns the colours over."""

from __future__ import annotations

import colorsys
import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.model.branding import Brand, Colours, Fonts, Theme
from newsletter.render.colour import contrast, mix, rgb
from newsletter.render.design_tokens import TINT, Palette, fixed_colours, tokens_for
from newsletter.render.theme_files import look_of

COLOURS = st.from_regex(r"#[0-9a-fA-F]{6}", fullmatch=True)
MAYBE = st.none() | COLOURS
BRANDS = st.builds(
    Brand,
    name=st.just("x"),
    address=st.just("x"),
    theme=st.sampled_from(Theme),
    colours=st.builds(
        Colours, brand=MAYBE, accent=MAYBE, highlight=MAYBE, ink=MAYBE, muted=MAYBE, ground=MAYBE, tint=MAYBE
    ),
)
SCHEMES = [(theme, scheme) for theme in Theme for scheme in ("light", "dark")]


def brand(theme: Theme = Theme.CLASSIC, **colours: str) -> Brand:
    return Brand(name="x", address="x", theme=theme, colours=Colours(**colours))


@given(BRANDS)
def test_whatever_the_brand_texts_can_be_read_in_the_light_and_in_the_dark(given_brand: Brand) -> None:
    look = tokens_for(given_brand)
    for palette in (look.light, look.dark):
        assert min(contrast(text, ground) for text, ground in palette.pairs()) >= 4.5


@given(BRANDS)
def test_a_colour_that_is_fixed_is_told_and_no_other(given_brand: Brand) -> None:
    light = tokens_for(given_brand).light
    used = {"brand": light.link, "accent": light.accent, "ink": light.ink, "muted": light.muted, "tint": light.tint}
    own = {name: value.lower() for name, value in given_brand.colours.model_dump().items() if value}
    changed = {name for name, value in own.items() if used.get(name, value) != value}
    told = fixed_colours(given_brand)
    assert {one.name for one in told} == changed
    for one in told:
        assert one.given == own[one.name]
        assert one.used == used[one.name]
        if one.name != "tint":
            assert contrast(one.given, one.ground) < one.needed


@pytest.mark.parametrize("theme", Theme)
def test_a_theme_uses_its_own_colours_as_they_are(theme: Theme) -> None:
    light, own = tokens_for(brand(theme)).light, look_of(theme).day
    assert (light.link, light.accent, light.ink, light.muted) == (own.brand, own.accent, own.ink, own.muted)
    assert (light.ground, light.tint) == (own.ground, own.tint or mix(own.ground, own.brand, TINT))


@pytest.mark.parametrize("theme", Theme)
def test_a_colour_that_can_be_read_is_used_as_it_is(theme: Theme) -> None:
    look = tokens_for(brand(theme, brand="#5B2A86", highlight="#FFE08A")).light
    assert (look.link, look.highlight) == ("#5b2a86", "#ffe08a")
    assert fixed_colours(brand(theme, brand="#5B2A86", highlight="#FFE08A")) == []


def test_a_pale_colour_is_told_with_the_shade_that_is_used_and_buttons_keep_it() -> None:
    pale = brand(brand="#ffcc00")
    (told,) = fixed_colours(pale)
    light = tokens_for(pale).light
    assert (told.name, told.given, told.used) == ("brand", "#ffcc00", light.link)
    assert told.ground == light.tint
    assert light.fill == "#ffcc00"
    assert contrast(light.on_fill, light.fill) >= 4.5


def test_a_tint_that_shares_no_text_with_the_ground_is_drawn_towards_it() -> None:
    told = fixed_colours(brand(ground="#ffffff", tint="#303030"))
    assert [one.name for one in told] == ["tint"]
    assert contrast(tokens_for(brand(ground="#ffffff", tint="#303030")).light.ink, told[0].used) >= 4.5


def test_fonts_are_the_brands_where_it_names_them() -> None:
    own = Brand(name="x", address="x", theme=Theme.LETTER, fonts=Fonts(heading='"Gill Sans", sans-serif'))
    look = tokens_for(own)
    assert look.heading_font == "'Gill Sans', sans-serif"
    assert look.body_font == look_of(Theme.LETTER).body_font


def test_a_choice_of_form_is_found_by_its_name() -> None:
    look = tokens_for(brand(Theme.BOLD))
    assert look.card == "framed"
    assert copy.copy(look) == look
    with pytest.raises(AttributeError):
        _ = look.no_such_choice


@pytest.mark.parametrize("theme", Theme)
def test_the_text_is_as_wide_as_the_gutters_leave_and_large_enough(theme: Theme) -> None:
    look = tokens_for(brand(theme))
    assert look.measure == look.width - 2 * look.gutter
    assert 500 <= look.measure <= 560
    assert look.body >= 16
    assert look.small >= 14


def turned(colour: str) -> str:
    """Return a colour with its lightness turned over, which is what Gmail on iOS and Outlook do to it."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*rgb(colour))
    return "#" + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(hue, 1 - lightness, saturation))


def is_light(colour: str) -> bool:
    return colorsys.rgb_to_hls(*rgb(colour))[1] > 0.5


def wholly(text: str, ground: str) -> tuple[str, str]:
    """Turn everything over."""
    return turned(text), turned(ground)


def in_part(text: str, ground: str) -> tuple[str, str]:
    """Turn light grounds and dark texts over, and leave what is fit for the dark already."""
    return text if is_light(text) else turned(text), turned(ground) if is_light(ground) else ground


@pytest.mark.parametrize("forced", [wholly, in_part])
@pytest.mark.parametrize("theme", Theme)
def test_the_colours_survive_a_program_that_turns_them_over(theme: Theme, forced: object) -> None:
    palette: Palette = tokens_for(brand(theme)).light
    faint = []
    for text, ground in palette.pairs():
        one, other = forced(text, ground)  # type: ignore[operator]
        if contrast(one, other) < 4.5:
            faint.append(f"{text} on {ground} becomes {one} on {other}: {contrast(one, other):.2f}")
    assert faint == []
