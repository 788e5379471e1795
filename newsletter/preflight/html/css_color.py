"""Colours as CSS writes them, and what is seen where one lies over another."""

from __future__ import annotations

import re
from functools import lru_cache

from newsletter.compiled_patterns import compile_pattern
from newsletter.render import colour

Paint = tuple[int, int, int, float]
"""Red, green and blue from 0 to 255, and from 0 to 1 how much it covers what lies behind."""

CLEAR: Paint = (0, 0, 0, 0.0)
WHITE: Paint = (255, 255, 255, 1.0)
BLACK: Paint = (0, 0, 0, 1.0)

_HEX = compile_pattern(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})", re.IGNORECASE)
_RGB = compile_pattern(
    r"rgba?\(\s*([\d.]+)(%?)[\s,]+([\d.]+)%?[\s,]+([\d.]+)%?\s*(?:[,/]\s*([\d.]+)(%?)\s*)?\)", re.IGNORECASE
)
_NAMED = {"transparent": CLEAR, "white": WHITE, "black": BLACK}
_WORD = compile_pattern(r"[a-z]{3,20}|hsla?\([^()]*\)", re.IGNORECASE)


@lru_cache(maxsize=512)
def paint(value: str) -> Paint | None:
    """Return a colour of CSS; None where the value is none."""
    value = value.strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    if _HEX.fullmatch(value):
        return _of_hex(value[1:])
    if match := _RGB.fullmatch(value):
        scale = 2.55 if match[2] else 1.0
        red, green, blue = (min(255, round(float(match[part]) * scale)) for part in (1, 3, 4))
        cover = 1.0 if match[5] is None else float(match[5]) / (100 if match[6] else 1)
        return red, green, blue, min(1.0, cover)
    return _by_name(value) if _WORD.fullmatch(value) else None


def _of_hex(digits: str) -> Paint:
    whole = digits if len(digits) > 4 else "".join(digit * 2 for digit in digits)
    red, green, blue, cover = (int(f"{whole}ff"[at : at + 2], 16) for at in (0, 2, 4, 6))
    return red, green, blue, cover / 255


def _by_name(value: str) -> Paint | None:
    """Return one of the 140 named colours, or one told by its hue."""
    from PIL import ImageColor  # noqa: PLC0415 - has all the names, and is slow to load

    try:
        red, green, blue, *cover = ImageColor.getrgb(value)
    except ValueError:
        return None
    return red, green, blue, (cover[0] / 255 if cover else 1.0)


def over(front: Paint, behind: Paint) -> Paint:
    """Return what is seen of a colour that lies over one that covers all."""
    cover = front[3]
    if cover >= 1:
        return front
    red, green, blue = (round(front[at] * cover + behind[at] * (1 - cover)) for at in range(3))
    return red, green, blue, 1.0


@lru_cache(maxsize=1024)
def contrast(one: Paint, other: Paint) -> float:
    """Return the contrast of two colours that cover all, from 1 to 21, as WCAG 2 defines it."""
    return colour.contrast(shown(one), shown(other))


def shown(given: Paint) -> str:
    """Return a colour as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*given[:3])
