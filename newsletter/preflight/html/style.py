"""What a style sets, worked out for one element from that of the element around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.html.css_color import BLACK, WHITE, Paint, over, paint


class Style(NamedTuple):
    """How an element looks, in one scheme; sizes in pixels."""

    colour: Paint
    ground: Paint | None
    """The colour behind it; None over a picture, where it cannot be known."""
    own_ground: bool
    size: float
    weight: int
    ratio: float
    """The height of its lines, as a multiple of the size; 0 where `height` says it."""
    height: float
    align: str
    italic: bool
    underlined: bool
    hidden: bool
    cover: float
    """How much of it is seen, from 0 to 1."""

    @property
    def leading(self) -> float:
        """Return the height of its lines as a multiple of the size."""
        return self.ratio or (self.height / self.size if self.size else 0.0)

    @property
    def is_large(self) -> bool:
        """Return whether its letters are large enough for the lower contrast."""
        return self.size >= 24 or (self.size >= 18.66 and self.weight >= 700)


@lru_cache(maxsize=2)
def canvas(*, dark: bool) -> Style:
    """Return how a page looks that says nothing of its looks."""
    ground: Paint = (18, 18, 18, 1.0) if dark else WHITE
    return Style(
        colour=WHITE if dark else BLACK,
        ground=ground,
        own_ground=False,
        size=16.0,
        weight=400,
        ratio=_NORMAL,
        height=0.0,
        align="start",
        italic=False,
        underlined=False,
        hidden=False,
        cover=1.0,
    )


_NORMAL = 1.2
_KEYWORDS = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0,
}  # fmt: skip
_UNITS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "": 1.0}
_LENGTH = compile_pattern(r"(-?[\d.]+)\s*(px|pt|pc|in|cm|mm|em|rem|ex|ch|%|)", re.IGNORECASE)
_FONT = compile_pattern(
    r"(?P<size>[\d.]+(?:px|pt|em|rem|%))(?:\s*/\s*(?P<line>[\d.]+(?:px|pt|em|%)?))?\s", re.IGNORECASE
)
_LAYER = compile_pattern(r"#[0-9a-fA-F]{3,8}\b|rgba?\([^()]*\)|hsla?\([^()]*\)|\b[a-zA-Z]{3,20}\b(?!\()")
_PICTURE = compile_pattern(r"url\(|gradient\(", re.IGNORECASE)


def length(value: str, size: float) -> float | None:
    """Return a length in pixels, `size` being that of the letters; None where it is none."""
    match = _LENGTH.match(value.strip())
    if match is None:
        return None
    try:
        number = float(match[1])
    except ValueError:
        return None
    unit = match[2].lower()
    if unit in {"em", "%"}:
        return number * size / (100 if unit == "%" else 1)
    if unit in {"ex", "ch"}:
        return number * size / 2
    return number * (16.0 if unit == "rem" else _UNITS[unit])


def applied(parent: Style, declarations: Iterable[tuple[str, str]]) -> Style:
    """Return the style of an element that sets these, in order, within one that looks like `parent`."""
    style = parent._replace(own_ground=False) if parent.own_ground else parent
    clipped = 0
    for name, value in declarations:
        setter = _SETTERS.get(name)
        if setter is not None:
            style = setter(style, parent, value)
        elif name in {"max-height", "height", "overflow", "mso-hide"}:
            clipped += value.lower().startswith(("0", "hidden", "all"))
    if clipped >= 2:
        style = style._replace(hidden=True)
    return style


def _colour(style: Style, parent: Style, value: str) -> Style:
    if value.lower() in {"inherit", "unset", "currentcolor"}:
        return style._replace(colour=parent.colour)
    found = paint(value)
    return style if found is None else style._replace(colour=found)


def _ground(style: Style, parent: Style, value: str) -> Style:
    found = paint(value)
    return style if found is None else _laid(style, parent, found)


def _laid(style: Style, parent: Style, found: Paint) -> Style:
    if found[3] >= 1:
        return style._replace(ground=found, own_ground=True)
    if found[3] <= 0 or parent.ground is None:
        return style._replace(ground=parent.ground, own_ground=False)
    return style._replace(ground=over(found, parent.ground), own_ground=True)


def _background(style: Style, parent: Style, value: str) -> Style:
    colour = _layer(value)
    style = _laid(style, parent, colour or (0, 0, 0, 0.0))
    return _under_picture(style, value)


@lru_cache(maxsize=256)
def _layer(value: str) -> Paint | None:
    bare = re.sub(r"(?:url|[\w-]*gradient)\((?:[^()]|\([^()]*\))*\)", " ", value)
    for match in _LAYER.finditer(bare):
        if match[0].lower() not in {"none", "repeat", "center", "top", "left", "right", "bottom", "cover", "contain"}:
            found = paint(match[0])
            if found is not None:
                return found
    return None


def _background_image(style: Style, _parent: Style, value: str) -> Style:
    return _under_picture(style, value)


def _under_picture(style: Style, value: str) -> Style:
    """Return a style whose ground is a picture: words are read on its own colour where the picture is not shown."""
    return style._replace(ground=None) if _PICTURE.search(value) and not style.own_ground else style


def _size(style: Style, parent: Style, value: str) -> Style:
    word = value.lower()
    if word in {"inherit", "unset"}:
        return style._replace(size=parent.size)
    if word in {"smaller", "larger"}:
        return style._replace(size=parent.size * (5 / 6 if word == "smaller" else 1.2))
    found = _KEYWORDS.get(word) or length(word, parent.size)
    return style if found is None else style._replace(size=found)


def _weight(style: Style, parent: Style, value: str) -> Style:
    word = value.lower()
    named = {"bold": 700, "bolder": max(700, parent.weight), "normal": 400, "lighter": 400, "inherit": parent.weight}
    found = named.get(word) or (int(word) if word.isdigit() else 0)
    return style._replace(weight=found) if found else style


def _height(style: Style, _parent: Style, value: str) -> Style:
    word = value.lower()
    if word == "normal":
        return style._replace(ratio=_NORMAL, height=0.0)
    if re.fullmatch(r"[\d.]+", word) and word.count(".") <= 1 and word != ".":
        return style._replace(ratio=float(word), height=0.0) if float(word) else style._replace(ratio=0.0, height=0.0)
    found = length(word, style.size)
    return style if found is None else style._replace(ratio=0.0, height=found)


def _font(style: Style, parent: Style, value: str) -> Style:
    match = _FONT.search(f"{value} ")
    if match is None:
        return style
    style = _size(style, parent, match["size"])
    style = _height(style, parent, match["line"] or "normal")
    words = value[: match.start()].lower()
    return style._replace(weight=700 if "bold" in words else 400, italic="italic" in words)


def _align(style: Style, _parent: Style, value: str) -> Style:
    return style._replace(align=value.lower())


def _slant(style: Style, _parent: Style, value: str) -> Style:
    return style._replace(italic=value.lower() in {"italic", "oblique"})


def _line(style: Style, _parent: Style, value: str) -> Style:
    return style._replace(underlined="underline" in value.lower())


def _display(style: Style, parent: Style, value: str) -> Style:
    return style._replace(hidden=True) if value.lower() == "none" else style._replace(hidden=parent.hidden)


def _visibility(style: Style, _parent: Style, value: str) -> Style:
    return style._replace(hidden=True) if value.lower() in {"hidden", "collapse"} else style


def _opacity(style: Style, parent: Style, value: str) -> Style:
    try:
        share = float(value.rstrip("%")) / (100 if value.endswith("%") else 1)
    except ValueError:
        return style
    return style._replace(cover=parent.cover * max(0.0, min(1.0, share)))


_SETTERS: dict[str, Callable[[Style, Style, str], Style]] = {
    "color": _colour,
    "background": _background,
    "background-color": _ground,
    "background-image": _background_image,
    "font": _font,
    "font-size": _size,
    "font-weight": _weight,
    "font-style": _slant,
    "line-height": _height,
    "text-align": _align,
    "text-decoration": _line,
    "text-decoration-line": _line,
    "display": _display,
    "visibility": _visibility,
    "opacity": _opacity,
}
