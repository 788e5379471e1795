"""Suggest a brand's colours from its logo."""

from __future__ import annotations

import io
from dataclasses import dataclass

_SIDE = 120
_MOST = 8
_CLEAR = 128
_PALE, _BLACK = 235, 12


@dataclass(frozen=True, slots=True)
class PictureColour:
    """A colour of a picture as `#rrggbb`, and which share of the picture it covers."""

    hex: str
    share: float


def picture_colours(data: bytes) -> list[PictureColour]:
    """Return the main colours of a picture that was made fit for email, the largest first, without white and black."""
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
    few = strip.quantize(_MOST, method=Image.Quantize.MEDIANCUT)
    palette = few.getpalette() or []
    counts = sorted(few.getcolors() or [], key=lambda one: -one[0])
    found = []
    for count, index in counts:
        if not isinstance(index, int):
            continue
        red, green, blue = palette[3 * index : 3 * index + 3]
        found.append(PictureColour(f"#{red:02x}{green:02x}{blue:02x}", round(count / len(seen), 3)))
    return found
