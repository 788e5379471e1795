"""The look in one place: every colour, font, size, space and choice of form that the templates use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import jinja2

from newsletter.model.branding import Brand, Colours
from newsletter.render.colour import calmer, contrast, luminance, mix, on, readable, shade, share_text
from newsletter.render.theme_files import look_of
from newsletter.render.themes import Day, Footer, Form, Look, Masthead, Night

_NEAR_BLACK = "#10191c"
_BLACK = "#000000"
_WHITE = "#ffffff"
ENOUGH = 4.5
"""The contrast that text needs; that which is read for long gets more."""

_INK = 7.0
_STEPS = 20

TINT, PAGE, CHIP, CHIP_DARK = 0.08, 0.13, 0.1, 0.24
"""The share of a colour in the ground: of the brand's in the tint and the page, of the accent's behind deadlines.

In the dark, where the tint of a card is close to the ground, a deadline needs more of it to be seen as a chip.
"""

TILE = 0.16
"""The share of the links' colour behind a date in the dark, where the tint alone is too close to the ground."""

PAGE_DARK = 0.3
"""The share of black in the page around a sheet in the dark, so that the sheet is the lighter of the two, as by day."""

DEEP = 0.115
"""How light the dark shade of the brand's colour is, from 0 to 1."""

SEEN = 3.0
"""The contrast with the ground that a button's own colour has in the dark, where it is the brand's as by day."""

EDGE = 1.5
"""The contrast with the ground that covers, footers and quotes have in the dark, so that their edges are seen."""


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
    moment: str
    """Behind the quote that goes from edge to edge."""
    on_moment: str
    moment_muted: str
    foot: str
    """Behind the footer."""
    on_foot: str
    foot_link: str
    foot_line: str
    chip: str
    """Behind a deadline."""
    on_chip: str

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield each colour of text with each colour that it stands on."""
        for ground in (self.ground, self.tint):
            for text in (self.ink, self.muted, self.link, self.accent):
                yield text, ground
        if self.page in {self.ground, self.tint}:  # the first edition's footer stands on the page
            yield self.muted, self.page
        yield self.on_chip, self.chip
        yield self.on_fill, self.fill
        yield self.on_highlight, self.highlight
        yield self.on_cover, self.cover
        yield self.on_moment, self.moment
        yield self.moment_muted, self.moment
        yield self.on_foot, self.foot
        yield self.foot_link, self.foot


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


class AdjustedColour(NamedTuple):
    """A colour of the brand that could not be read where it stands, and the nearest that can."""

    name: str
    """That of the setting."""
    given: str
    used: str
    ground: str
    """What it is read worst on."""
    needed: float


@lru_cache(maxsize=32)
def _tokens(look: Look, brand: Brand) -> Tokens:
    day = _day(look.day, brand.colours)
    return Tokens(
        light=_light(day, look.form),
        dark=_dark(day, look),
        heading_font=(brand.fonts.heading or look.heading_font).replace('"', "'"),
        body_font=(brand.fonts.body or look.body_font).replace('"', "'"),
        form=look.form,
    )


def tokens_for(brand: Brand, templates: jinja2.BaseLoader | None = None) -> Tokens:
    """Return the look of a brand; a colour that cannot be read where it stands becomes the nearest shade that can.

    `templates` finds a theme of the user's own. Raises TemplateError if there is none, or it cannot be read.
    """
    return _tokens(look_of(brand.theme, templates), brand)


def fixed_colours(brand: Brand, templates: jinja2.BaseLoader | None = None) -> list[AdjustedColour]:
    """List the brand's own colours that are not used as they were given, in the order of the settings."""
    given = {name: value.lower() for name, value in brand.colours.model_dump().items() if value}
    return adjusted_colours(given, tokens_for(brand, templates).light)


def adjusted_colours(given: Mapping[str, str], light: Palette) -> list[AdjustedColour]:
    """List the colours, by their names, that a palette does not use as they were given."""
    used = {"brand": light.link, "accent": light.accent, "ink": light.ink, "muted": light.muted, "tint": light.tint}
    found = []
    for name, colour in given.items():
        if used.get(name, colour) == colour:
            continue
        if name == "tint":
            found.append(AdjustedColour(name, colour, light.tint, light.ground, ENOUGH))
        else:
            grounds = (light.ground, light.tint)
            worst = min(grounds, key=lambda ground: contrast(colour, ground))
            found.append(AdjustedColour(name, colour, used[name], worst, _INK if name == "ink" else ENOUGH))
    return found


class _Colours(NamedTuple):
    """The colours of the day, each as #rrggbb in small letters."""

    brand: str
    accent: str
    ink: str
    muted: str
    ground: str
    tint: str
    page: str
    highlight: str
    moment: str


def _day(own: Day, colours: Colours) -> _Colours:
    """Return a theme's colours with those of the brand in their places; what neither names is derived."""
    named = {name: getattr(colours, name, None) or getattr(own, name) for name in _Colours._fields}
    named = {name: value.lower() if value else None for name, value in named.items()}
    ground, brand = _resolved("ground", named), _resolved("brand", named)
    wanted = _resolved("tint", named, mix(ground, brand, TINT))
    tint = wanted
    for step in range(1, _STEPS + 1):
        if share_text(ground, tint, ENOUGH):
            break
        tint = mix(wanted, ground, step / _STEPS)
    named["tint"] = tint
    return _Colours(
        brand=brand,
        accent=_resolved("accent", named),
        ink=_resolved("ink", named),
        muted=_resolved("muted", named),
        ground=ground,
        tint=tint,
        page=_resolved("page", named, mix(ground, brand, PAGE)),
        highlight=_resolved("highlight", named, brand),
        moment=_resolved("moment", named, brand),
    )


def _resolved(name: str, named: dict[str, str | None], derived: str = "") -> str:
    """Return a colour; one that is the name of another is that other, at most as often as there are names."""
    value = named[name]
    for _ in named:
        if value is None or value.startswith("#"):
            break
        value = named[value]
    return value if value and value.startswith("#") else derived or _BLACK


def _light(day: _Colours, form: Form) -> Palette:
    grounds = (day.ground, day.tint)
    chip = mix(day.ground, day.accent, CHIP)
    if contrast(readable(day.accent, *grounds, chip), chip) < ENOUGH:
        chip = day.ground
    link = readable(day.brand, *grounds)
    cover = day.brand if form.masthead is Masthead.COVER else day.ground
    muted = readable(day.muted, *grounds)
    foot = {
        Footer.DEEP: shade(day.brand, DEEP, 0.55),
        Footer.COVER: day.brand,
        Footer.PLAIN: day.ground,
        Footer.TINT: day.tint,
    }[form.footer]
    return Palette(
        ground=day.ground,
        tint=day.tint,
        page=day.page,
        ink=readable(day.ink, *grounds, ratio=_INK),
        muted=muted,
        link=link,
        accent=readable(day.accent, *grounds),
        fill=day.brand if form.solid_buttons else day.ground,
        on_fill=_on(day.brand) if form.solid_buttons else link,
        highlight=day.highlight,
        on_highlight=link if day.highlight in grounds else _on(day.highlight),
        cover=cover,
        on_cover=_on(day.brand) if form.masthead is Masthead.COVER else muted,
        line=mix(day.tint, day.ink, 0.12),
        chip=chip,
        on_chip=readable(day.accent, *grounds, chip),
        **_around(day.moment, foot, muted if form.footer in {Footer.PLAIN, Footer.TINT} else "", link),
    )


def _around(moment: str, foot: str, muted: str, link: str) -> dict[str, str]:
    """Return the colours of what goes from edge to edge; `muted` and `link` are those of a footer on the ground."""
    on_moment, on_foot = _on(moment), _on(foot)
    return {
        "moment": moment,
        "on_moment": on_moment,
        # a program that turns colours over makes grey on a bright ground too faint
        "moment_muted": on_moment if luminance(moment) > 0.4 else readable(mix(on_moment, moment, 0.15), moment),
        "foot": foot,
        "on_foot": muted or (on_foot if luminance(foot) > 0.4 else readable(mix(on_foot, foot, 0.15), foot)),
        "foot_link": link if muted else on_foot,
        "foot_line": mix(foot, on_foot, 0.35),
    }


def _dark(day: _Colours, look: Look) -> Palette:
    night, form = _night(look.night, day.brand), look.form
    ground, tint, ink, muted, line = night
    grounds = (ground, tint)
    accent = readable(calmer(day.accent, 0.7), *grounds, ratio=6)
    chip = mix(ground, accent, CHIP_DARK)
    link = readable(calmer(day.brand), *grounds, ratio=8)
    covered = form.masthead is Masthead.COVER
    # a theme of the first edition is banded: folders with copies of its templates keep their look
    plane = _plane(day.brand, ink, ground, edge=1.0 if form.banded else EDGE)
    cover = plane if covered else ground
    own = day.highlight != day.brand
    highlight, plain = calmer(day.highlight, 0.8) if own else link, day.highlight in {day.ground, day.tint}
    if plain:
        highlight = mix(tint, link, TILE)
    page = tint if form.banded else mix(ground, _BLACK, PAGE_DARK) if day.page == day.tint else ground
    strong = link if form.banded else readable(calmer(day.brand, 0.6), *grounds, ratio=SEEN)
    fill = strong if form.solid_buttons else ground
    moment = tint if day.moment in {day.ground, day.tint} else plane
    if covered and own and day.moment == day.highlight and not form.banded:
        moment = highlight
    foot = {
        Footer.DEEP: _apart(day.brand, ground),
        Footer.COVER: cover,
        Footer.PLAIN: ground,
        Footer.TINT: page if day.page == day.tint else tint,
    }[form.footer]
    return Palette(
        ground=ground,
        tint=tint,
        page=page,
        ink=ink,
        muted=muted,
        link=link,
        accent=accent,
        fill=fill,
        on_fill=_on(fill) if form.solid_buttons else link,
        highlight=highlight,
        on_highlight=readable(link, highlight) if plain else _on(highlight),
        cover=cover,
        on_cover=ink if covered else muted,
        line=line,
        chip=chip,
        on_chip=readable(accent, *grounds, chip, ratio=6),
        **_around(moment, foot, muted if form.footer in {Footer.PLAIN, Footer.TINT} else "", link),
    )


def _night(night: Night, brand: str) -> tuple[str, str, str, str, str]:
    """Return ground, tint, ink, muted and line in the dark; what a theme does not name has the brand's hue."""
    ground = night.ground or shade(brand, 0.105, 0.22)
    tint = night.tint or shade(brand, 0.15, 0.22)
    ink = readable(night.ink or shade(brand, 0.92, 0.15), ground, tint, ratio=_INK)
    muted = readable(night.muted or shade(brand, 0.74, 0.12), ground, tint)
    return ground, tint, ink, muted, night.line or shade(brand, 0.27, 0.18)


def _apart(brand: str, ground: str) -> str:
    """Return the dark shade of the brand's colour, as much lighter as is needed to be seen on the ground at night."""
    shades = [shade(brand, DEEP * 1.1 + step / 100, 0.55) for step in range(_STEPS)]
    return next((one for one in shades if contrast(one, ground) >= EDGE), shades[-1])


def _plane(brand: str, ink: str, ground: str, *, edge: float) -> str:
    """Return the brand's colour for large planes at night: a shade with readable text and a visible edge."""
    return readable(readable(calmer(brand, 0.6), ink, ratio=_INK), ground, ratio=edge)


def _on(fill: str) -> str:
    """Return the colour of words on a fill; on a middling one only black itself is dark enough."""
    words = on(fill, _WHITE, _NEAR_BLACK)
    return words if contrast(words, fill) >= ENOUGH else on(fill, _WHITE, _BLACK)
