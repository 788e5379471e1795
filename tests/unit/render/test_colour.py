from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.render.colour import calmer, contrast, luminance, mix, on, readable, rgb, share_text

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#0b4f5c", "#ffffff", 9.2),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.05)
    assert contrast(one, other) == contrast(other, one)


def test_luminance_of_dark_parts_is_linear() -> None:
    assert luminance("#0a0a0a") == pytest.approx(10 / 255 / 12.92)


@given(COLOURS, COLOURS)
def test_two_grounds_share_a_text_or_they_do_not(one: str, other: str) -> None:
    shade = readable("#808080", one, other)
    assert share_text(one, other, 4.5) is (min(contrast(shade, one), contrast(shade, other)) >= 4.5)


@given(COLOURS, COLOURS)
def test_a_readable_shade_is_read_on_its_ground_where_any_is(colour: str, ground: str) -> None:
    assert contrast(readable(colour, ground), ground) >= 4.5


def test_a_colour_that_is_read_stays() -> None:
    assert readable("#0b4f5c", "#ffffff") == "#0b4f5c"


def test_a_pale_colour_becomes_the_nearest_darker_shade_of_its_hue() -> None:
    shade = readable("#ffcc00", "#ffffff")
    red, green, blue = rgb(shade)
    assert red > green > blue
    assert 4.5 <= contrast(shade, "#ffffff") < 4.8


def test_where_no_shade_is_read_it_is_black_or_white() -> None:
    assert readable("#808080", "#eeeeee", ratio=20) == "#000000"
    assert readable("#808080", "#303030", ratio=20) == "#ffffff"


def test_the_better_of_two_is_taken() -> None:
    assert on("#0b4f5c", "#ffffff", "#000000") == "#ffffff"
    assert on("#ffdd00", "#ffffff", "#000000") == "#000000"


def test_colours_are_mixed_and_calmed() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
    assert calmer("#ff0000", 0.5) == "#bf4040"
    assert calmer("#808080") == "#808080"
