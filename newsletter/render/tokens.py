"""The look in one place: every colour, font, size, space and radius that the templates use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from newsletter.model.brand import Brand, Colours
from newsletter.render.colour import calmer, contrast, mix, on, readable

_NEAR_BLACK = "#10191c"
_BLACK = "#000000"
_WHITE = "#ffffff"
_ENOUGH = 4.5


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one scheme, light or dark; each text colour is read on ground and tint alike."""

    ground: str
    """Behind text."""
    tint: str
    """Behind every other section, cards and the page."""
    ink: str
    muted: str
    link: str
    accent: str
    fill: str
    """Behind the words of buttons and date boxes."""
    on_fill: str
    line: str
    """Thin rules."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the templates know as `tokens`; lengths are pixels."""

    light: Palette
    dark: Palette
    heading_font: str
    body_font: str
    width: int = 600
    gutter: int = 32
    radius: int = 8
    title: int = 34
    heading: int = 26
    subheading: int = 19
    lead: int = 19
    body: int = 17
    meta: int = 15
    small: int = 14

    @property
    def measure(self) -> int:
        """Return the width of the text."""
        return self.width - 2 * self.gutter


@lru_cache(maxsize=16)
def tokens_for(brand: Brand) -> Tokens:
    """Return the look of a brand; a colour that cannot be read where it stands becomes the nearest shade that can."""
    return Tokens(
        light=_light(brand.colours),
        dark=_dark(brand.colours),
        heading_font=brand.fonts.heading.replace('"', "'"),
        body_font=brand.fonts.body.replace('"', "'"),
    )


def _light(colours: Colours) -> Palette:
    grounds = (colours.ground, colours.tint)
    return Palette(
        ground=colours.ground,
        tint=colours.tint,
        ink=readable(colours.ink, *grounds, ratio=7),
        muted=readable(colours.muted, *grounds),
        link=readable(colours.brand, *grounds),
        accent=readable(colours.accent, *grounds),
        fill=colours.brand,
        on_fill=_on(colours.brand),
        line=mix(colours.tint, colours.ink, 0.12),
    )


def _dark(colours: Colours) -> Palette:
    ground, tint = "#172226", "#1f2d32"
    grounds = (ground, tint)
    link = readable(calmer(colours.brand), *grounds, ratio=8)
    return Palette(
        ground=ground,
        tint=tint,
        ink="#e6edee",
        muted="#afbec4",
        link=link,
        accent=readable(calmer(colours.accent, 0.7), *grounds, ratio=6),
        fill=link,
        on_fill=_on(link),
        line="#3a4a50",
    )


def _on(fill: str) -> str:
    """Return the colour of words on a fill; on a middling one only black itself is dark enough."""
    words = on(fill, _WHITE, _NEAR_BLACK)
    return words if contrast(words, fill) >= _ENOUGH else on(fill, _WHITE, _BLACK)
