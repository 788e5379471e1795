"""The look in one place: every colour, font, size, space and choice of form that the templates use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from newsletter.model.branding import Brand, Colours
from newsletter.render.colour import calmer, contrast, mix, on, readable, share_text
from newsletter.render.themes import LOOKS, Day, Form, Look, Masthead, Night

_NEAR_BLACK = "#10191c"
_BLACK = "#000000"
_WHITE = "#ffffff"
ENOUGH = 4.5
"""The contrast that text needs; that which is read for long gets more."""

_INK = 7.0
_STEPS = 20


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one scheme, light or dark; each text colour is read on ground and tint alike."""

    ground: str
    """Behind text."""
    tint: str
    """Behind every other section, and cards."""
    page: str
    """Around the email."""
    ink: str
    muted: str
    link: str
    accent: str
    fill: str
    """Behind the words of buttons."""
    on_fill: str
    highlight: str
    """Behind dates."""
    on_highlight: str
    cover: str
    """Behind the name and the footer: the ground, or the brand's colour."""
    on_cover: str
    line: str
    """Thin rules."""

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield each colour of text with each colour that it stands on."""
        for ground in (self.ground, self.tint):
            for text in (self.ink, self.muted, self.link, self.accent):
                yield text, ground
        yield self.muted, self.page
        yield self.on_fill, self.fill
        yield self.on_highlight, self.highlight
        yield self.on_cover, self.cover


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the templates know as `tokens`: colours, fonts, and all that a theme's Form holds, each by its name."""

    light: Palette
    dark: Palette
    heading_font: str
    body_font: str
    form: Form

    def __getattr__(self, name: str) -> Any:
        if name in type(self).__slots__:  # not set yet: asking the form for it would never end
            raise AttributeError(name)
        return getattr(self.form, name)

    @property
    def measure(self) -> int:
        """Return the width of the text."""
        return self.form.width - 2 * self.form.gutter


@dataclass(frozen=True, slots=True)
class AdjustedColour:
    """A colour of the brand that could not be read where it stands, and the nearest that can."""

    name: str
    """That of the setting."""
    given: str
    used: str
    ground: str
    """What it is read worst on."""
    needed: float


@lru_cache(maxsize=16)
def tokens_for(brand: Brand) -> Tokens:
    """Return the look of a brand; a colour that cannot be read where it stands becomes the nearest shade that can."""
    look = LOOKS[brand.theme]
    day = _day(look.day, brand.colours)
    return Tokens(
        light=_light(day, look.form),
        dark=_dark(day, look),
        heading_font=(brand.fonts.heading or look.heading_font).replace('"', "'"),
        body_font=(brand.fonts.body or look.body_font).replace('"', "'"),
        form=look.form,
    )


def fixed_colours(brand: Brand) -> list[AdjustedColour]:
    """List the brand's own colours that are not used as they were given, in the order of the settings."""
    given = {name: value.lower() for name, value in brand.colours.model_dump().items() if value}
    light = tokens_for(brand).light
    used = {"brand": light.link, "accent": light.accent, "ink": light.ink, "muted": light.muted, "tint": light.tint}
    grounds = (light.ground, light.tint)
    found = []
    for name, colour in given.items():
        if used.get(name, colour) == colour:
            continue
        if name == "tint":
            found.append(AdjustedColour(name, colour, light.tint, light.ground, ENOUGH))
        else:
            worst = min(grounds, key=lambda ground: contrast(colour, ground))
            found.append(AdjustedColour(name, colour, used[name], worst, _INK if name == "ink" else ENOUGH))
    return found


def _day(own: Day, colours: Colours) -> Day:
    """Return a theme's colours with those of the brand in their places, all as small letters."""

    def of(name: str) -> str:
        return str(getattr(colours, name) or getattr(own, name)).lower()

    ground, tint = of("ground"), of("tint")
    for step in range(1, _STEPS + 1):
        if share_text(ground, tint, ENOUGH):
            break
        tint = mix(of("tint"), ground, step / _STEPS)
    brand = of("brand")
    highlight = (colours.highlight or own.highlight or brand).lower()
    return Day(brand, of("accent"), of("ink"), of("muted"), ground, tint, highlight)


def _light(day: Day, form: Form) -> Palette:
    grounds = (day.ground, day.tint)
    muted = readable(day.muted, *grounds)
    link = readable(day.brand, *grounds)
    covered = form.masthead is Masthead.COVER
    highlight = day.highlight or day.brand
    return Palette(
        ground=day.ground,
        tint=day.tint,
        page=day.tint if form.banded else day.ground,
        ink=readable(day.ink, *grounds, ratio=_INK),
        muted=muted,
        link=link,
        accent=readable(day.accent, *grounds),
        fill=day.brand if form.solid_buttons else day.ground,
        on_fill=_on(day.brand) if form.solid_buttons else link,
        highlight=highlight,
        on_highlight=_on(highlight),
        cover=day.brand if covered else day.ground,
        on_cover=_on(day.brand) if covered else muted,
        line=mix(day.tint, day.ink, 0.12),
    )


def _dark(day: Day, look: Look) -> Palette:
    night, form = look.night, look.form
    grounds = (night.ground, night.tint)
    link = readable(calmer(day.brand), *grounds, ratio=8)
    covered = form.masthead is Masthead.COVER
    cover = _dimmed(day.brand, night) if covered else night.ground
    own = day.highlight not in {None, day.brand}
    highlight = calmer(day.highlight or day.brand, 0.8) if own else link
    return Palette(
        ground=night.ground,
        tint=night.tint,
        page=night.tint if form.banded else night.ground,
        ink=night.ink,
        muted=night.muted,
        link=link,
        accent=readable(calmer(day.accent, 0.7), *grounds, ratio=6),
        fill=link if form.solid_buttons else night.ground,
        on_fill=_on(link) if form.solid_buttons else link,
        highlight=highlight,
        on_highlight=_on(highlight),
        cover=cover,
        on_cover=night.ink if covered else night.muted,
        line=night.line,
    )


def _dimmed(colour: str, night: Night) -> str:
    """Return the shade of a colour on which the night's text is read with ease."""
    return readable(calmer(colour, 0.6), night.ink, ratio=_INK)


def _on(fill: str) -> str:
    """Return the colour of words on a fill; on a middling one only black itself is dark enough."""
    words = on(fill, _WHITE, _NEAR_BLACK)
    return words if contrast(words, fill) >= ENOUGH else on(fill, _WHITE, _BLACK)
