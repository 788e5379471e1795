"""Colours as numbers: how well one is read on another, and the nearest shade that is."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from functools import lru_cache

RGB = tuple[float, float, float]
"""Red, green and blue from 0 to 1."""

_STEPS = 100


def rgb(colour: str) -> RGB:
    """Return `#rrggbb` as numbers."""
    return (int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255)


def _hex(colour: RGB) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def luminance(colour: str) -> float:
    """Return how bright a colour is, from 0 to 1, as WCAG 2 defines it."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as WCAG 2 defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=256)
def readable(colour: str, *grounds: str, ratio: float = 4.5) -> str:
    """Return the nearest shade of a colour that has the contrast on every ground; black or white where none has.

    The hue is kept; on dark grounds the shade gets lighter, on light ones darker.
    """
    if all(contrast(colour, ground) >= ratio for ground in grounds):
        return colour
    lighter = _worst("#ffffff", grounds) > _worst("#000000", grounds)
    hue, lightness, saturation = colorsys.rgb_to_hls(*rgb(colour))
    goal = 1.0 if lighter else 0.0
    for step in range(1, _STEPS):
        shade = _hex(colorsys.hls_to_rgb(hue, lightness + (goal - lightness) * step / _STEPS, saturation))
        if all(contrast(shade, ground) >= ratio for ground in grounds):
            return shade
    return "#ffffff" if lighter else "#000000"


def _worst(colour: str, grounds: Sequence[str]) -> float:
    return min(contrast(colour, ground) for ground in grounds)


def share_text(one: str, other: str, ratio: float) -> bool:
    """Return whether there is a colour of text that has the contrast on both grounds."""
    return max(_worst("#ffffff", (one, other)), _worst("#000000", (one, other))) >= ratio


@lru_cache(maxsize=256)
def calmer(colour: str, saturation: float = 0.5) -> str:
    """Return a colour with at most so much saturation (0 to 1): bright colours glare on dark grounds."""
    hue, lightness, vividness = colorsys.rgb_to_hls(*rgb(colour))
    return _hex(colorsys.hls_to_rgb(hue, lightness, min(vividness, saturation)))


def on(ground: str, light: str, dark: str) -> str:
    """Return whichever of a light and a dark colour is read better on a ground."""
    return max(light, dark, key=lambda colour: contrast(colour, ground))


@lru_cache(maxsize=256)
def mix(one: str, other: str, share: float) -> str:
    """Return the first colour with a share (0 to 1) of the other in it."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    red, green, blue = (a + (b - a) * share for a, b in pairs)
    return _hex((red, green, blue))


@lru_cache(maxsize=256)
def shade(colour: str, lightness: float, saturation: float) -> str:
    """Return the hue of a colour at a lightness (0 to 1), with at most so much saturation (0 to 1)."""
    hue, _, vividness = colorsys.rgb_to_hls(*rgb(colour))
    return _hex(colorsys.hls_to_rgb(hue, lightness, min(vividness, saturation)))
