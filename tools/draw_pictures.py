"""Draw the sample issues' pictures, always the same; they are free for any use (CC0 1.0).

Run it from the project's folder: `.venv/bin/python tools/draw_pictures.py`. It writes three files of 1200 by 800 pixels
to `issues/images/`. What is drawn is wider and larger; its middle is scaled down, so that edges are smooth.
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


def middle(picture: Image.Image) -> Image.Image:
    """Return the middle of a drawing, three wide and two high."""
    aside = (WIDTH - HEIGHT * 3 // 2) // 2
    return picture.crop((aside, 0, WIDTH - aside, HEIGHT))


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
    return middle(glow(picture, cores, 3))


def _wave(x: float) -> float:
    """Return the height of the line along which the hearts gather."""
    return 310 - 105 * math.sin((x - 80) / 1200 * 2 * math.pi)


def spring() -> Image.Image:
    """Draw crocuses on a hill, and more hills in the mist of an early morning."""
    dice = random.Random(3)
    picture = sky([(0, (150, 205, 222)), (0.35, (236, 226, 205)), (0.58, (255, 214, 170)), (1, (255, 214, 170))])
    picture = glow(picture, [(disc(860, 268, 120), (90, 74, 34))], 70)
    draw = ImageDraw.Draw(picture)
    draw.polygon(disc(860, 268, 54), fill=(255, 248, 224))
    hills = (
        (300, 34, 1.1, 0.4, (205, 214, 196)),
        (352, 42, 0.8, 2.2, (160, 194, 172)),
        (408, 36, 1.3, 4.1, (112, 168, 138)),
        (462, 30, 0.9, 5.6, (68, 138, 106)),
    )
    for base, rise, bends, start, colour in hills:
        picture = _hill(picture, colour, base=base, rise=rise, bends=bends, start=start)
    places: list[Point] = []
    while len(places) < 40:
        x, y = dice.uniform(20, 1180), dice.uniform(508, 580)
        if all(math.hypot(x - other_x, (y - other_y) * 1.6) > 24 for other_x, other_y in places):
            places.append((x, y))
    draw = ImageDraw.Draw(picture)
    for x, y in sorted(places, key=lambda place: place[1]):
        crocus(draw, x, y, 15 + (y - 500) * 0.22, dice)
    return middle(picture)


def _hill(picture: Image.Image, colour: Colour, *, base: float, rise: float, bends: float, start: float) -> Image.Image:
    """Lay a hill over the picture, with mist at its foot."""
    ridge = []
    for x in range(-10, 1211, 6):
        turn = start + bends * 2 * math.pi * x / 1200
        ridge.append((x * SCALE, (base - rise * math.sin(turn) - rise * 0.35 * math.sin(2.3 * turn)) * SCALE))
    shape = Image.new("L", picture.size)
    ImageDraw.Draw(shape).polygon([*ridge, (1210 * SCALE, HEIGHT), (-10 * SCALE, HEIGHT)], fill=255)
    mist = mix(colour, (255, 236, 208), 0.45)
    top, foot = (base - rise * 1.4) / 600, min(1.0, (base + 150) / 600)
    return Image.composite(
        sky([(0, colour), (top, colour), (foot, mist if base < 450 else mix(colour, (20, 80, 60), 0.5))]),
        picture,
        shape,
    )


def crocus(draw: ImageDraw.ImageDraw, x: float, y: float, size: float, dice: random.Random) -> None:
    """Draw one flower that stands on (x, y)."""
    petal = dice.choice(((126, 87, 194), (149, 117, 205), (255, 193, 58), (250, 246, 255), (126, 87, 194)))
    lean = dice.gauss(0, 0.08)
    for bend in (-0.5, 0.45, -0.22):
        blade = [(x, y), (x + size * bend * 1.2, y - size * 0.9), (x + size * bend * 0.4 + size * 0.12, y)]
        draw.polygon([(px * SCALE, py * SCALE) for px, py in blade], fill=(34, 98, 66))
    top = y - size * 1.15
    stem = [
        (x - size * 0.06, y),
        (x - size * 0.06 + lean * size, top),
        (x + size * 0.06 + lean * size, top),
        (x + size * 0.06, y),
    ]
    draw.polygon([(px * SCALE, py * SCALE) for px, py in stem], fill=(196, 216, 170))
    for turn, shade in ((-0.62, 0.0), (0.62, 0.0), (-0.32, 0.16), (0.32, 0.16), (0.0, 0.32)):
        draw.polygon(_petal(x + lean * size, top, size, turn + lean), fill=mix(petal, (255, 255, 255), shade))


def _petal(x: float, y: float, size: float, tilt: float) -> list[Point]:
    points = []
    for step in range(40):
        t = 2 * math.pi * step / 40
        across, along = size * 0.27 * math.sin(t), size * 0.62 * (1 - math.cos(t))
        points.append(
            (
                (x + across * math.cos(tilt) + along * math.sin(tilt)) * SCALE,
                (y + across * math.sin(tilt) - along * math.cos(tilt)) * SCALE,
            )
        )
    return points


def cuppas() -> Image.Image:
    """Draw three steaming mugs on a table by a window."""
    wall = sky([(0, (24, 84, 92)), (0.72, (36, 110, 114)), (0.721, (196, 122, 62)), (1, (150, 84, 40))])
    picture = glow(wall, [(disc(300, 130, 210), (60, 70, 50)), (disc(930, 160, 190), (46, 44, 26))], 80)
    table = ImageDraw.Draw(picture)
    table.rectangle((0, 432 * SCALE, WIDTH, 438 * SCALE), fill=(222, 152, 88))
    mugs = (
        (330, 1.0, (245, 238, 226), (179, 57, 31)),
        (600, 1.14, (255, 196, 110), (11, 79, 92)),
        (878, 1.0, (226, 104, 84), (255, 240, 220)),
    )
    shadows = Image.new("L", picture.size)
    for x, scale, _, _ in mugs:
        box = ((x - 118 * scale) * SCALE, 478 * SCALE, (x + 140 * scale) * SCALE, 530 * SCALE)
        ImageDraw.Draw(shadows).ellipse(box, fill=120)
    picture.paste((70, 34, 12), mask=shadows.filter(ImageFilter.GaussianBlur(12 * SCALE)))
    for x, scale, colour, mark in mugs:
        _mug(ImageDraw.Draw(picture), x, scale, colour, mark)
    return middle(
        glow(
            picture,
            [
                (_steam(x + dx, 285 - 60 * (s - 1), 150, s), (105, 105, 100))
                for x, s, _, _ in mugs
                for dx in (-34, 4, 38)
            ],
            8,
        )
    )


def _mug(draw: ImageDraw.ImageDraw, x: float, scale: float, colour: Colour, mark: Colour) -> None:
    def box(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        foot = 508
        return (
            (x + left * scale) * SCALE,
            (foot + top * scale) * SCALE,
            (x + right * scale) * SCALE,
            (foot + bottom * scale) * SCALE,
        )

    dark, light = mix(colour, (40, 10, 0), 0.22), mix(colour, (255, 255, 255), 0.35)
    draw.arc(box(52, -156, 150, -50), start=-90, end=90, fill=dark, width=round(22 * scale * SCALE))
    draw.arc(box(52, -156, 150, -50), start=90, end=270, fill=dark, width=round(22 * scale * SCALE))
    draw.rounded_rectangle(box(-96, -196, 96, 0), radius=40 * scale * SCALE, fill=colour)
    draw.rectangle(box(-96, -190, 96, -80), fill=colour)
    draw.rounded_rectangle(box(56, -180, 96, -4), radius=34 * scale * SCALE, fill=dark)
    draw.rounded_rectangle(box(34, -182, 82, 0), radius=30 * scale * SCALE, fill=colour)
    draw.rounded_rectangle(box(-80, -160, -66, -50), radius=7 * scale * SCALE, fill=light)
    draw.ellipse(box(-96, -214, 96, -172), fill=light)
    draw.ellipse(box(-86, -208, 86, -176), fill=(92, 46, 22))
    draw.polygon(heart(x - 6 * scale, 508 - 92 * scale, 30 * scale), fill=mark)


def _steam(x: float, foot: float, height: float, phase: float) -> list[Point]:
    left, right = [], []
    for step in range(41):
        share = step / 40
        middle = x + 13 * math.sin(share * 5.5 + phase)
        half = 8 * math.sin(math.pi * share) ** 0.8
        y = (foot - height * share) * SCALE
        left.append(((middle - half) * SCALE, y))
        right.append(((middle + half) * SCALE, y))
    return left + right[::-1]


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, drawn in (("hearts.jpg", hearts()), ("spring.jpg", spring()), ("cuppas.jpg", cuppas())):
        finished = drawn.resize((1200, 800), Image.Resampling.LANCZOS)
        finished.save(FOLDER / name, quality=84, optimize=True, progressive=True)


if __name__ == "__main__":
    main()
