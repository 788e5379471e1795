"""Change what a picture shows: crop it to a shape, draw a play mark, put an outline or a plate behind a logo."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from newsletter.model.pictures import Crop, focus_point
from newsletter.render.colour import contrast

if TYPE_CHECKING:
    from PIL.Image import Image

_MIDDLE = (0.5, 0.5)
_SAME_SHAPE = 0.005
"""How far a picture's shape may be from the wanted one, as a share, and still count as the same."""

_MARK_SHARE = 0.22
"""The diameter of the play mark as a share of the picture's shorter side."""

_SMOOTH = 4
"""How much larger a mark is drawn before it is made smaller, which smooths its edges."""

_OUTLINE = 3
"""The width of a logo's outline, in pixels as it is shown."""

_PLATE = 12
"""The room around a logo on a plate, in pixels as it is shown."""

_VISIBLE = 128
"""The opacity (0 to 255) from which on a pixel of a logo counts."""

_SEEN = 1.5
"""The contrast with the background from which on a part of a logo is seen."""

_LOST = 0.2
"""The share of a logo's pixels that may be lost in the background; from there on the logo is changed."""


@dataclass(frozen=True, slots=True)
class ImageEdit:
    """What to change in a picture; by default nothing."""

    ratio: float | None = None
    """Width divided by height to crop to."""
    tallest: float | None = None
    """Width divided by height that a picture is cropped to if it is taller; used where there is no `ratio`."""
    focus: tuple[float, float] = _MIDDLE
    """The point that a crop keeps, as shares of width and height."""
    play: bool = False
    """Whether to draw a play mark in the middle."""
    outline: str = ""
    """The colour of a soft outline around what is not transparent."""
    plate: str = ""
    """The colour of a plate with rounded corners behind the picture."""
    shown: int = 0
    """The width in pixels that a logo is shown at, which outline and plate are measured by."""

    @property
    def key(self) -> str:
        """Return a short name of the edit, the same for the same edit; empty for none."""
        if self == ImageEdit():
            return ""
        words = "|".join(repr(getattr(self, name)) for name in self.__slots__)
        return hashlib.sha256(words.encode()).hexdigest()[:12]


NO_EDIT = ImageEdit()


def edit_for(
    crop: str | None = None, focus: str | None = None, *, tallest: str | None = None, play: bool = False
) -> ImageEdit:
    """Return the edit that an author or a template asks for: ratios as `16:9`, the focus as in an issue.

    Raises ValueError for any other shape or focus.
    """
    return ImageEdit(
        ratio=_ratio(crop) if crop else None,
        tallest=_ratio(tallest) if tallest else None,
        focus=focus_point(focus),
        play=play,
    )


def _ratio(shape: str) -> float:
    if shape in {one.value for one in Crop}:
        return Crop(shape).ratio
    width, _, height = shape.partition(":")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise ValueError(f"{shape!r} is not a shape such as 3:2")
    return int(width) / int(height)


def apply_edit(image: Image, edit: ImageEdit) -> Image:
    """Return a picture with an edit made."""
    box = crop_box(image.width, image.height, edit)
    if box != (0, 0, image.width, image.height):
        image = image.crop(box)
    if edit.play:
        image = _with_play_mark(image)
    if edit.outline or edit.plate:
        scale = image.width / edit.shown if edit.shown else 1.0
        image = _on_plate(image, edit.plate, scale) if edit.plate else _outlined(image, edit.outline, scale)
    return image


def crop_box(width: int, height: int, edit: ImageEdit) -> tuple[int, int, int, int]:
    """Return the part of a picture that an edit keeps, in pixels: left, top, right, bottom."""
    wanted, natural = edit.ratio, width / height
    if wanted is None and edit.tallest and natural < edit.tallest:
        wanted = edit.tallest
    if wanted is None or abs(natural / wanted - 1) < _SAME_SHAPE:
        return (0, 0, width, height)
    kept_width = max(1, round(height * wanted)) if natural > wanted else width
    kept_height = height if natural > wanted else max(1, round(width / wanted))
    left = _start(width, kept_width, edit.focus[0])
    top = _start(height, kept_height, edit.focus[1])
    return (left, top, left + kept_width, top + kept_height)


def _start(whole: int, part: int, focus: float) -> int:
    """Return where a part of a length begins that has the focus as near to its middle as it can."""
    return min(max(0, round(whole * focus - part / 2)), whole - part)


def _with_play_mark(image: Image) -> Image:
    """Return a picture with a white triangle on a dark disc in its middle, ringed so that it is seen on any picture."""
    from PIL import Image as Pillow  # noqa: PLC0415 - heavy, and rarely of use
    from PIL import ImageDraw  # noqa: PLC0415 - as above

    size = max(24, round(min(image.width, image.height) * _MARK_SHARE))
    large = size * _SMOOTH
    mark = Pillow.new("RGBA", (large, large), (0, 0, 0, 0))
    draw = ImageDraw.Draw(mark)
    draw.ellipse((0, 0, large - 1, large - 1), fill=(255, 255, 255, 235))
    ring = round(large * 0.06)
    draw.ellipse((ring, ring, large - 1 - ring, large - 1 - ring), fill=(16, 25, 28, 225))
    # the triangle's centre of gravity, not its box, lies in the middle
    points = [(0.40, 0.30), (0.40, 0.70), (0.735, 0.50)]
    draw.polygon([(x * large, y * large) for x, y in points], fill=(255, 255, 255, 255))
    mark = mark.resize((size, size), Pillow.Resampling.LANCZOS)
    ground = image.convert("RGBA")
    ground.alpha_composite(mark, ((image.width - size) // 2, (image.height - size) // 2))
    return ground if image.mode == "RGBA" else ground.convert("RGB")


def _outlined(image: Image, colour: str, scale: float) -> Image:
    """Return a logo with a soft outline in a colour, which is not seen on a background of that colour."""
    from PIL import Image as Pillow  # noqa: PLC0415 - as above
    from PIL import ImageFilter  # noqa: PLC0415 - as above

    width = max(1, round(_OUTLINE * scale))
    padded = _padded(image, 2 * width)
    alpha = padded.getchannel("A")
    blurred = alpha.filter(ImageFilter.GaussianBlur(width / 2)).point(lambda value: min(255, value * 4))
    around = blurred.filter(ImageFilter.GaussianBlur(width / 3))
    behind = Pillow.new("RGBA", padded.size, colour)
    behind.putalpha(around)
    behind.alpha_composite(padded)
    return behind


def _on_plate(image: Image, colour: str, scale: float) -> Image:
    from PIL import Image as Pillow  # noqa: PLC0415 - as above
    from PIL import ImageDraw  # noqa: PLC0415 - as above

    padded = _padded(image, max(2, round(_PLATE * scale)))
    mask = Pillow.new("L", (padded.width * _SMOOTH, padded.height * _SMOOTH), 0)
    radius = round(_PLATE * scale * _SMOOTH * 2 / 3)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), radius, fill=255)
    plate = Pillow.new("RGBA", padded.size, colour)
    plate.putalpha(mask.resize(padded.size, Pillow.Resampling.LANCZOS))
    plate.alpha_composite(padded)
    return plate


def _padded(image: Image, room: int) -> Image:
    from PIL import Image as Pillow  # noqa: PLC0415 - as above

    larger = Pillow.new("RGBA", (image.width + 2 * room, image.height + 2 * room), (0, 0, 0, 0))
    larger.paste(image.convert("RGBA"), (room, room))
    return larger


@lru_cache(maxsize=32)
def share_lost(data: bytes, ground: str) -> float:
    """Return the share (0 to 1) of a transparent picture that cannot be told from a background `#rrggbb`.

    A picture without transparency brings its own background: nothing of it is lost. Raises ValueError or OSError
    where the bytes are no picture.
    """
    import io  # noqa: PLC0415 - as above

    from PIL import Image as Pillow  # noqa: PLC0415 - as above

    from newsletter.render.picture_formats import READ  # noqa: PLC0415 - as above

    with Pillow.open(io.BytesIO(data), formats=READ) as opened:
        if not opened.has_transparency_data:
            return 0.0
        image = opened.convert("RGBA")
    image.thumbnail((160, 160))
    visible: dict[tuple[int, ...], int] = {}
    for count, pixel in image.getcolors(image.width * image.height) or ():
        if isinstance(pixel, tuple) and pixel[3] >= _VISIBLE:
            # near colours are judged together: a logo has few, and their edges are mixtures
            near = tuple(min(255, (part + 8) // 16 * 16) for part in pixel[:3])
            visible[near] = visible.get(near, 0) + count
    total = sum(visible.values())
    if not total or total == image.width * image.height:
        return 0.0
    lost = sum(count for colour, count in visible.items() if contrast(_hex(colour), ground) < _SEEN)
    return lost / total


def _hex(colour: tuple[int, ...]) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)


def vanishes(data: bytes, ground: str) -> bool:
    """Report whether so much of a logo is lost on a background that readers could not make it out."""
    return share_lost(data, ground) >= _LOST
