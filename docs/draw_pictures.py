"""Draw the sample issues' pictures, always the same; they are free for any use (CC0 1.0).

Run it from the project's folder: `.venv/bin/python docs/draw_pictures.py`. It writes three files of 1200 by 600 pixels
to `issues/images/`. Everything is drawn at twice that size and scaled down, so that edges are smooth.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

FOLDER = Path(__file__).parent.parent / "issues" / "images"
SCALE = 2
WIDTH, HEIGHT = 1200 * SCALE, 600 * SCALE
Colour = tuple[int, int, int]
Point = tuple[float, float]


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour that lies `share` (0 to 1) of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def sky(stops: Sequence[tuple[float, Colour]]) -> Image.Image:
    """Return a ground whose colour runs from top to bottom through the stops (0 is the top, 1 the bottom)."""
    column = Image.new("RGB", (1, HEIGHT))
    for row in range(HEIGHT):
        place = row / (HEIGHT - 1)
        above = max(i for i, (at, _) in enumerate(stops) if at <= place)
        below = min(above + 1, len(stops) - 1)
        (start, first), (end, second) = stops[above], stops[below]
        column.putpixel((0, row), mix(first, second, (place - start) / (end - start) if end > start else 0))
    return column.resize((WIDTH, HEIGHT))


def glow(picture: Image.Image, shapes: Sequence[tuple[Sequence[Point], Colour]], blur: float) -> Image.Image:
    """Add light in the form of the shapes, blurred by so many pixels of the finished picture."""
    light = Image.new("RGB", picture.size)
    for points, colour in shapes:
        layer = Image.new("RGB", picture.size)
        ImageDraw.Draw(layer).polygon(list(points), fill=colour)
        light = ImageChops.screen(light, layer)
    return ImageChops.screen(picture, light.filter(ImageFilter.GaussianBlur(blur * SCALE)))


def disc(x: float, y: float, radius: float) -> list[Point]:
    """Return a circle's outline; all lengths are in pixels of the finished picture."""
    turns = (2 * math.pi * step / 72 for step in range(72))
    return [((x + radius * math.cos(t)) * SCALE, (y + radius * math.sin(t)) * SCALE) for t in turns]


def heart(x: float, y: float, size: float, tilt: float = 0.0) -> list[Point]:
    """Return a heart's outline around its middle; `size` is half its width, `tilt` in radians."""
    outline = []
    for step in range(120):
        t = 2 * math.pi * step / 120
        across = 16 * math.sin(t) ** 3
        up = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        dx, dy = across * size / 16, -(up + 2.5) * size / 16
        turned = (dx * math.cos(tilt) - dy * math.sin(tilt), dx * math.sin(tilt) + dy * math.cos(tilt))
        outline.append(((x + turned[0]) * SCALE, (y + turned[1]) * SCALE))
    return outline


def hearts() -> Image.Image:
    """Draw bright small hearts before a dark ground that is out of focus."""
    dice = random.Random(14)
    rose, coral, gold, blush = (236, 72, 112), (255, 122, 92), (255, 196, 110), (255, 214, 220)
    amber = (255, 138, 48)
    picture = sky([(0, (16, 10, 30)), (0.55, (38, 14, 44)), (1, (14, 8, 22))])
    far = [
        (disc(dice.uniform(0, 1200), dice.gauss(330, 120), dice.uniform(60, 150)), mix((0, 0, 0), colour, 0.22))
        for colour in (rose, coral, gold, (120, 60, 170), rose, coral)
    ]
    picture = glow(picture, far, 60)
    for count, sizes, blur, share, spread in ((14, (44, 74), 15, 0.30, 190), (18, (24, 40), 7, 0.42, 150)):
        shapes = []
        for _ in range(count):
            colour = mix((0, 0, 0), dice.choice((rose, coral, amber, rose)), share * dice.uniform(0.6, 1))
            x = dice.uniform(-20, 1220)
            shapes.append(
                (heart(x, _wave(x) + dice.gauss(0, spread), dice.uniform(*sizes), dice.gauss(0, 0.3)), colour)
            )
        picture = glow(picture, shapes, blur)
    near: list[tuple[float, float, float, float, Colour]] = []
    while len(near) < 34:
        x, size = dice.uniform(30, 1170), dice.uniform(9, 21)
        y = _wave(x) + dice.gauss(0, 78)
        if 30 < y < 570 and all(math.hypot(x - other[0], y - other[1]) > 2.3 * (size + other[2]) for other in near):
            near.append((x, y, size, dice.gauss(0, 0.28), dice.choice((rose, coral, gold, blush))))
    picture = glow(
        picture, [(heart(x, y, size * 1.5, tilt), mix((0, 0, 0), c, 0.65)) for x, y, size, tilt, c in near], 13
    )
    draw = ImageDraw.Draw(picture)
    for x, y, size, tilt, colour in near:
        draw.polygon(heart(x, y, size, tilt), fill=mix(colour, (255, 255, 255), 0.18))
    cores = [
        (heart(x, y - size * 0.1, size * 0.5, tilt), mix((0, 0, 0), (255, 245, 235), 0.75))
        for x, y, size, tilt, _ in near
    ]
    return glow(picture, cores, 3)


def _wave(x: float) -> float:
    """Return the height of the line along which the hearts gather."""
    return 310 - 105 * math.sin((x - 80) / 1200 * 2 * math.pi)


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, drawn in (("hearts.jpg", hearts()),):
        finished = drawn.resize((WIDTH // SCALE, HEIGHT // SCALE), Image.Resampling.LANCZOS)
        finished.save(FOLDER / name, quality=84, optimize=True, progressive=True)


if __name__ == "__main__":
    main()
