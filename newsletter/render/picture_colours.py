"""Suggest a brand's colours from its logo."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

_SIDE = 120
_PALETTE = 16
_MOST = 4
_LEAST_SHARE = 0.01
_NEAREST = 60.0
"""How far apart two colours are at least: further than shades of one colour that a picture's edges mix."""
_CLEAR = 128
_SHADE = 0.55
_PALE, _BLACK = 235, 12


@dataclass(frozen=True, slots=True)
class PictureColour:
    """A colour of a picture as `#rrggbb`, and which share of the picture it covers."""

    hex: str
    share: float


def picture_colours(data: bytes) -> list[PictureColour]:
    """Return up to four clearly different colours of a picture that was made fit for email, the largest first.

    White and black are left out. A picture of one colour has a dark shade of it as the second.
    """
    from PIL import Image  # noqa: PLC0415 - only for this

    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "GIF")) as opened:
        image = opened.convert("RGBA")
    image.thumbnail((_SIDE, _SIDE))
    pixels = [tuple(image.getpixel((x, y))) for x in range(image.width) for y in range(image.height)]  # type: ignore[arg-type]
    seen = [pixel[:3] for pixel in pixels if pixel[3] >= _CLEAR]
    vivid = [pixel for pixel in seen if min(pixel) < _PALE and max(pixel) > _BLACK]
    if not vivid:
        return []
    strip = Image.new("RGB", (len(vivid), 1))
    strip.putdata(vivid)
    few = strip.quantize(_PALETTE, method=Image.Quantize.MEDIANCUT)
    palette = few.getpalette() or []
    counts = sorted(few.getcolors() or [], key=lambda one: -one[0])
    found: list[PictureColour] = []
    for count, index in counts:
        if not isinstance(index, int):
            continue
        red, green, blue = palette[3 * index : 3 * index + 3]
        colour, share = f"#{red:02x}{green:02x}{blue:02x}", round(count / len(seen), 3)
        if share >= _LEAST_SHARE and all(_distance(colour, one.hex) >= _NEAREST for one in found):
            found.append(PictureColour(colour, share))
    if len(found) == 1:
        shade = "#" + "".join(f"{round(part * _SHADE):02x}" for part in _parts(found[0].hex))
        if _distance(shade, found[0].hex) >= _NEAREST / 2:
            found.append(PictureColour(shade, 0.0))
    return found[:_MOST]


def _parts(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def _distance(one: str, other: str) -> float:
    """Return how different two colours look: the weighted distance of red, green and blue (“redmean”)."""
    (red, green, blue), (red2, green2, blue2) = _parts(one), _parts(other)
    mean = (red + red2) / 2
    squares = (
        (2 + mean / 256) * (red - red2) ** 2
        + 4 * (green - green2) ** 2
        + (2 + (255 - mean) / 256) * (blue - blue2) ** 2
    )
    return math.sqrt(squares)
