"""Draw the sample issues' pictures, always the same; they are free for any use (CC0 1.0).

Run it from the project's folder: `.venv/bin/python tools/draw_pictures.py`. It writes to `issues/images/` four files
of 1200 by 800 pixels and three portraits of 600 by 600. What is drawn is wider and larger; its middle is scaled down,
so that edges are smooth.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

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


def croydon() -> Image.Image:
    """Draw a town centre in the evening: towers, a row of houses, trees, and a tram."""
    dice = random.Random(5)
    picture = sky([(0, (88, 116, 158)), (0.45, (226, 170, 150)), (0.7, (255, 214, 160)), (1, (255, 214, 160))])
    picture = glow(picture, [(disc(430, 330, 170), (70, 46, 20))], 80)
    draw = ImageDraw.Draw(picture)
    far, near, lamp = (122, 128, 158), (74, 88, 124), (255, 222, 150)
    for x, top, across in (
        (140, 250, 90),
        (250, 190, 76),
        (345, 285, 96),
        (520, 225, 70),
        (610, 150, 84),
        (720, 260, 100),
        (850, 205, 74),
        (945, 290, 110),
    ):
        _tower(draw, (x, top, across), far, mix(far, lamp, 0.55), dice)
    for x, top, across in ((190, 300, 84), (440, 262, 92), (675, 232, 88), (800, 330, 90), (1000, 250, 90)):
        _tower(draw, (x, top, across), near, lamp, dice)
    fronts = (
        (214, 112, 84),
        (245, 226, 196),
        (64, 128, 122),
        (236, 178, 96),
        (168, 84, 92),
        (120, 156, 140),
        (226, 140, 104),
    )
    for number, colour in enumerate(fronts):
        _shop(draw, 120 + number * 140, 356 - 14 * (number % 3), colour, fronts[(number + 2) % len(fronts)])
    draw.rectangle((0, 512 * SCALE, WIDTH, HEIGHT), fill=(86, 84, 98))
    draw.rectangle((0, 512 * SCALE, WIDTH, 524 * SCALE), fill=(196, 182, 168))
    for y in (566, 584):
        draw.rectangle((0, y * SCALE, WIDTH, (y + 3) * SCALE), fill=(142, 138, 148))
    for x in (196, 476, 1012):
        _tree(draw, x, 520)
    _tram(draw, 560, 452)
    return middle(picture)


def _tower(
    draw: ImageDraw.ImageDraw, place: tuple[int, int, int], wall: Colour, lit: Colour, dice: random.Random
) -> None:
    """Draw a tall building with its windows, some of which are lit; `place` is its left, top and width."""
    left, top, across = place
    _rounded(draw, (left, top, left + across, 520), 3, wall)
    for row in range(top + 14, 480, 20):
        for x in range(left + 10, left + across - 14, 17):
            if dice.random() < 0.45:
                _rounded(draw, (x, row, x + 8, row + 10), 1, lit)


def _shop(draw: ImageDraw.ImageDraw, left: int, top: int, wall: Colour, awning: Colour) -> None:
    """Draw a house with a shop: a gable, windows above, and an awning over its glass and its door."""
    roof, glass = mix(wall, (52, 38, 52), 0.5), (255, 232, 178)
    corners = [(left - 4, top + 2), (left + 70, top - 44), (left + 144, top + 2)]
    draw.polygon([(x * SCALE, y * SCALE) for x, y in corners], fill=roof)
    _rounded(draw, (left, top, left + 140, 514), 0, wall)
    for x in (left + 22, left + 82):
        _rounded(draw, (x, top + 20, x + 36, top + 64), 3, mix(wall, (255, 255, 255), 0.6))
        _rounded(draw, (x + 4, top + 24, x + 32, top + 60), 2, glass if x == left + 22 else (96, 116, 140))
    _rounded(draw, (left + 12, 442, left + 88, 512), 2, glass)
    _rounded(draw, (left + 98, 446, left + 128, 514), 2, mix(roof, (20, 20, 30), 0.3))
    for stripe in range(8):
        x = left + 6 + stripe * 16
        colour = awning if stripe % 2 == 0 else (252, 244, 230)
        draw.polygon(
            [(a * SCALE, b * SCALE) for a, b in ((x + 4, 424), (x + 20, 424), (x + 16, 446), (x, 446))], fill=colour
        )
        draw.ellipse((x * SCALE, 440 * SCALE, (x + 16) * SCALE, 452 * SCALE), fill=colour)


def _tree(draw: ImageDraw.ImageDraw, x: int, foot: int) -> None:
    """Draw a tree of three crowns."""
    _rounded(draw, (x - 5, foot - 80, x + 5, foot), 3, (92, 62, 48))
    for dx, dy, radius, colour in (
        (-20, -84, 30, (58, 106, 84)),
        (20, -88, 32, (66, 120, 92)),
        (0, -116, 36, (84, 140, 104)),
    ):
        draw.polygon(disc(x + dx, foot + dy, radius), fill=colour)


def _tram(draw: ImageDraw.ImageDraw, left: int, top: int) -> None:
    """Draw a tram of two cars on its rails."""
    body, band, glass = (244, 246, 240), (88, 160, 72), (58, 76, 98)
    draw.line([(0, (top - 34) * SCALE), (WIDTH, (top - 34) * SCALE)], fill=(70, 70, 88), width=2 * SCALE)
    draw.line(
        [(p * SCALE, q * SCALE) for p, q in ((left + 190, top), (left + 170, top - 16), (left + 196, top - 34))],
        fill=(60, 60, 76),
        width=3 * SCALE,
    )
    for car in (left, left + 186):
        _rounded(draw, (car, top, car + 180, top + 122), 18, body)
        _rounded(draw, (car, top + 76, car + 180, top + 122), 14, band)
        draw.rectangle((car * SCALE, (top + 76) * SCALE, (car + 180) * SCALE, (top + 92) * SCALE), fill=band)
        for window in range(4):
            _rounded(draw, (car + 12 + window * 41, top + 20, car + 46 + window * 41, top + 62), 5, glass)
        for wheel in (car + 40, car + 140):
            draw.polygon(disc(wheel, top + 124, 12), fill=(48, 46, 58))
    _rounded(draw, (left + 178, top + 8, left + 188, top + 116), 0, (70, 70, 84))


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


class Sitter(NamedTuple):
    """What one portrait shows: colours, and the details that tell people apart."""

    ground: tuple[Colour, Colour]
    light: Colour
    skin: Colour
    hair: Colour
    clothes: Colour
    collar: Colour
    cut: str
    """`long`, `curls` or `short`."""
    glasses: Colour | None = None
    beard: bool = False
    earrings: Colour | None = None


SITTERS = {
    "organiser.jpg": Sitter(
        ground=((24, 84, 92), (64, 138, 134)),
        light=(70, 74, 52),
        skin=(141, 88, 58),
        hair=(38, 24, 24),
        clothes=(255, 190, 96),
        collar=(250, 236, 214),
        cut="curls",
        earrings=(250, 236, 214),
    ),
    "apprentice.jpg": Sitter(
        ground=((186, 84, 62), (238, 150, 104)),
        light=(60, 46, 34),
        skin=(232, 184, 148),
        hair=(78, 46, 30),
        clothes=(24, 84, 92),
        collar=(196, 216, 206),
        cut="short",
        glasses=(48, 34, 30),
        beard=True,
    ),
    "coordinator.jpg": Sitter(
        ground=((92, 66, 132), (164, 132, 190)),
        light=(62, 50, 60),
        skin=(244, 206, 178),
        hair=(208, 206, 208),
        clothes=(179, 57, 71),
        collar=(255, 226, 200),
        cut="long",
    ),
}


def portrait(sitter: Sitter) -> Image.Image:
    """Draw the head and shoulders of somebody before a soft ground, in a square."""
    picture = sky([(0, sitter.ground[0]), (1, sitter.ground[1])])
    picture = glow(picture, [(disc(470, 150, 190), sitter.light), (disc(760, 420, 150), sitter.light)], 80)
    draw = ImageDraw.Draw(picture)
    shade, blush = mix(sitter.skin, (70, 10, 10), 0.2), mix(sitter.skin, (226, 92, 84), 0.3)
    _hair_behind(draw, sitter)
    _shoulders(draw, sitter)
    # the neck, and the shadow of the chin on it
    _rounded(draw, (556, 330, 644, 470), 40, shade)
    draw.polygon(_oval(600, 448, 66, 36), fill=sitter.skin)
    for side in () if sitter.cut == "long" else (-1, 1):
        draw.polygon(_oval(600 + side * 122, 268, 20, 30), fill=shade)
        if sitter.earrings:
            draw.polygon(disc(600 + side * 126, 312, 11), fill=sitter.earrings)
    draw.polygon(_face(600, 258, 122, 150), fill=sitter.skin)
    cheeks = Image.new("L", picture.size)
    for side in (-1, 1):
        ImageDraw.Draw(cheeks).polygon(_oval(600 + side * 70, 306, 30, 22), fill=150)
    picture.paste(blush, mask=cheeks.filter(ImageFilter.GaussianBlur(9 * SCALE)))
    draw = ImageDraw.Draw(picture)
    if sitter.beard:
        _beard(draw, sitter)
    _features(draw, sitter, shade)
    _hair_before(draw, sitter)
    middle_square = (WIDTH - HEIGHT) // 2
    return picture.crop((middle_square, 0, WIDTH - middle_square, HEIGHT))


def _oval(x: float, y: float, across: float, up: float) -> list[Point]:
    turns = (2 * math.pi * step / 90 for step in range(90))
    return [((x + across * math.cos(t)) * SCALE, (y + up * math.sin(t)) * SCALE) for t in turns]


def _face(x: float, y: float, across: float, up: float) -> list[Point]:
    """Return a head's outline: an oval that is narrower towards the chin."""
    points = []
    for step in range(120):
        t = 2 * math.pi * step / 120
        narrow = 1 - 0.16 * max(0.0, math.sin(t)) ** 2
        points.append(((x + across * narrow * math.cos(t)) * SCALE, (y + up * math.sin(t)) * SCALE))
    return points


def _rounded(draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], radius: float, colour: Colour) -> None:
    left, top, right, bottom = (side * SCALE for side in box)
    draw.rounded_rectangle((left, top, right, bottom), radius=radius * SCALE, fill=colour)


def _shoulders(draw: ImageDraw.ImageDraw, sitter: Sitter) -> None:
    dark = mix(sitter.clothes, (30, 10, 30), 0.22)
    draw.polygon(_oval(600, 640, 236, 208), fill=sitter.clothes)
    for side in (-1, 1):
        seam = [(600 + side * 150, 520), (600 + side * 160, 600), (600 + side * 148, 600)]
        draw.polygon([(x * SCALE, y * SCALE) for x, y in seam], fill=dark)
    draw.polygon(_oval(600, 446, 86, 52), fill=sitter.collar)


def _features(draw: ImageDraw.ImageDraw, sitter: Sitter, shade: Colour) -> None:
    """Draw eyes, brows, nose and a smile, with glasses if there are any."""
    ink = mix(sitter.hair, (30, 18, 20), 0.75)
    brow = mix(sitter.hair, (60, 40, 40), 0.45)
    for side in (-1, 1):
        x = 600 + side * 48
        draw.polygon(_oval(x, 262, 9, 11), fill=ink)
        draw.polygon(disc(x + 3, 258, 3), fill=(255, 255, 255))
        box = tuple(edge * SCALE for edge in (x - 26, 222, x + 26, 262))
        draw.arc(box, start=212, end=328, fill=brow, width=8 * SCALE)
        if sitter.glasses:
            _ring(draw, x, 264, 37, sitter.glasses)
    if sitter.glasses:
        draw.arc(tuple(edge * SCALE for edge in (586, 250, 614, 274)), 190, 350, fill=sitter.glasses, width=6 * SCALE)
    draw.arc(tuple(edge * SCALE for edge in (584, 276, 616, 306)), start=25, end=155, fill=shade, width=6 * SCALE)
    # the smile: a filled arc, with the teeth as its upper edge
    mouth = [
        ((600 + 36 * math.cos(t)) * SCALE, (328 + 27 * math.sin(t)) * SCALE)
        for t in (math.pi * step / 40 for step in range(41))
    ]
    draw.polygon(mouth, fill=mix(shade, (120, 20, 30), 0.65))
    teeth = [(x, min(y, 337 * SCALE)) for x, y in mouth]
    draw.polygon(teeth, fill=(255, 250, 244))


def _ring(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: Colour) -> None:
    box = tuple(edge * SCALE for edge in (x - radius, y - radius, x + radius, y + radius))
    draw.ellipse(box, outline=colour, width=6 * SCALE)


def _beard(draw: ImageDraw.ImageDraw, sitter: Sitter) -> None:
    """Draw a short beard: the lower part of the face, with the mouth's place left free."""
    cheek = ((478, 262), (488, 330), (530, 388), (600, 416), (670, 388), (712, 330), (722, 262))
    inner = ((700, 300), (664, 322), (634, 310), (600, 308), (566, 310), (536, 322), (500, 300))
    draw.polygon(_curve((*cheek, *inner)), fill=sitter.hair)


def _hair_behind(draw: ImageDraw.ImageDraw, sitter: Sitter) -> None:
    if sitter.cut == "long":
        draw.polygon(_oval(600, 250, 160, 176), fill=sitter.hair)
        _rounded(draw, (440, 240, 760, 452), 74, sitter.hair)
    elif sitter.cut == "curls":
        for x, y, radius in CURLS_BEHIND:
            draw.polygon(disc(x, y, radius), fill=sitter.hair)


def _hair_before(draw: ImageDraw.ImageDraw, sitter: Sitter) -> None:
    shine = mix(sitter.hair, (255, 255, 255), 0.14)
    if sitter.cut == "curls":
        for x, y, radius in CURLS_BEFORE:
            draw.polygon(disc(x, y, radius), fill=sitter.hair)
        for x, y in ((540, 116), (600, 92), (664, 120)):
            box = tuple(edge * SCALE for edge in (x - 26, y - 24, x + 26, y + 24))
            draw.arc(box, start=200, end=310, fill=shine, width=6 * SCALE)
    elif sitter.cut == "short":
        draw.polygon(
            _curve(
                (
                    (474, 262),
                    (478, 190),
                    (520, 118),
                    (600, 84),
                    (684, 112),
                    (724, 186),
                    (726, 262),
                    (706, 214),
                    (664, 176),
                    (590, 182),
                    (524, 168),
                    (496, 212),
                )
            ),
            fill=sitter.hair,
        )
    else:
        draw.polygon(
            _curve(
                (
                    (470, 300),
                    (466, 190),
                    (520, 108),
                    (604, 84),
                    (690, 112),
                    (736, 192),
                    (730, 300),
                    (712, 226),
                    (652, 168),
                    (604, 140),
                    (560, 192),
                    (496, 232),
                )
            ),
            fill=sitter.hair,
        )


def _curve(corners: Sequence[Point]) -> list[Point]:
    """Return a closed curve through the corners (Catmull-Rom)."""
    points: list[Point] = []
    count = len(corners)
    for i in range(count):
        before, here, after, further = (corners[(i + step) % count] for step in (-1, 0, 1, 2))
        for step in range(12):
            t = step / 12
            points.append(
                tuple(  # type: ignore[arg-type]  # two numbers
                    SCALE
                    * 0.5
                    * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
                    for a, b, c, d in zip(before, here, after, further, strict=True)
                )
            )
    return points


CURLS_BEHIND = [
    (600 + 150 * math.cos(t), 236 + 150 * math.sin(t), 62)
    for t in (math.pi * (0.86 + step * 0.128) for step in range(11))
]
CURLS_BEFORE = [
    (600 + 112 * math.cos(t), 214 + 112 * math.sin(t), 44)
    for t in (math.pi * (1.04 + step * 0.115) for step in range(9))
]


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    pictures = (("hearts.jpg", hearts), ("spring.jpg", spring), ("cuppas.jpg", cuppas), ("croydon.jpg", croydon))
    for name, draw in pictures:
        finished = draw().resize((1200, 800), Image.Resampling.LANCZOS)
        finished.save(FOLDER / name, quality=84, optimize=True, progressive=True)
    for name, sitter in SITTERS.items():
        finished = portrait(sitter).resize((600, 600), Image.Resampling.LANCZOS)
        finished.save(FOLDER / name, quality=84, optimize=True, progressive=True)


if __name__ == "__main__":
    main()
