"""The themes: what each says of type, space, colour and the few choices of form; all use the same templates.

A theme is a file of tokens, `themes/NAME.yaml` among the templates: see `newsletter.render.theme_files`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Card(StrEnum):
    """How a card stands out from its section."""

    FILLED = "filled"
    """The first one on the tint, the others in a thin frame."""
    RULED = "ruled"
    """By a rule at its start."""
    FRAMED = "framed"
    """The first one on the tint, each in a frame in the colour of the text."""
    OPEN = "open"
    """The first one on the tint, the others by no more than a thin line before them, and by space alone in a letter."""


class Heading(StrEnum):
    """What stands above a section's heading in the first edition of the templates."""

    BAR = "bar"
    HAIRLINE = "hairline"
    RULE = "rule"


class Ornament(StrEnum):
    """What stands above a section's heading."""

    NONE = "none"
    BAR = "bar"
    HAIRLINE = "hairline"
    RULE = "rule"
    NUMERAL = "numeral"
    """The section's number, on the highlight."""


class Masthead(StrEnum):
    """How the issue begins."""

    PLAIN = "plain"
    """The name and the day, then the picture in full width, then the title."""
    LETTERHEAD = "letterhead"
    """A letter: the name and the title; the picture comes after the first words, no wider than the text."""
    COVER = "cover"
    """Name, title, first words and picture on the brand's colour."""


class Separator(StrEnum):
    """What lies between sections."""

    LINE = "line"
    INSET = "inset"
    """A line as wide as the text."""
    SPACE = "space"
    RULE = "rule"
    """A thick line in the colour of the text."""


class QuoteStyle(StrEnum):
    """How the first quote of an issue stands out; the others stand in the column."""

    BLEED = "bleed"
    """On a colour, from edge to edge."""
    INLINE = "inline"


class Footer(StrEnum):
    """What the footer lies on."""

    DEEP = "deep"
    """A dark shade of the brand's colour."""
    COVER = "cover"
    """The brand's colour."""
    PLAIN = "plain"
    """The ground, under a thin line."""
    TINT = "tint"
    """The tint."""


class Ground(StrEnum):
    """What a section of coming events lies on."""

    GROUND = "ground"
    TINT = "tint"
    """The tint, from edge to edge."""
    COVER = "cover"
    """The brand's colour, from edge to edge, below a masthead on it; the tint where the cover or the footer is next."""


class Calls(StrEnum):
    """Which buttons are filled; the others have an outline."""

    FIRST = "first"
    """The first one of an issue, and that of the first call to action in a section."""
    EACH = "each"
    """As FIRST, and the first one of every item."""
    ALL = "all"
    NONE = "none"


class Chips(StrEnum):
    """How a deadline and a payment stand out."""

    PILL = "pill"
    """On a ground of their own."""
    WORDS = "words"
    """In strong letters, within a line."""


class Secondary(StrEnum):
    """What a button is that is not filled."""

    OUTLINED = "outlined"
    LINK = "link"
    """A link in strong letters, as high as a button."""


ROLES = ("brand", "accent", "ink", "muted", "ground", "tint", "page", "highlight", "moment")
"""The colours that a theme may name."""


@dataclass(frozen=True, slots=True)
class Day:
    """A theme's own colours, each used where the brand names none; one that is None is derived from the others."""

    brand: str
    accent: str
    ink: str
    muted: str
    ground: str
    tint: str | None = None
    page: str | None = None
    """Around the email."""
    highlight: str | None = None
    """Behind dates."""
    moment: str | None = None
    """Behind the quote that goes from edge to edge."""


@dataclass(frozen=True, slots=True)
class Night:
    """What lies behind the text in the dark, and the text; a colour that is None is derived from the brand's."""

    ground: str | None = None
    tint: str | None = None
    ink: str | None = None
    muted: str | None = None
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """Sizes in pixels, and choices of form. Each belongs to a group of the theme's file."""

    title: int = 42
    title_small: int = 33
    """The title on a phone."""
    title_weight: int = 700
    heading: int = 30
    heading_small: int = 26
    weight: int = 700
    """Of headings."""
    subheading: int = 20
    lead: int = 20
    body: int = 17
    meta: int = 15
    small: int = 14
    leading: str = "1.55"
    quote: int = 32
    quote_small: int = 26
    date: int = 26
    """The day in a date box."""

    width: int = 640
    gutter: int = 44
    gutter_small: int = 22
    """The margin on a phone."""
    space: int = 48
    """Above and below a section."""

    radius: int = 14
    """Of cards and date boxes."""
    picture_radius: int = 12
    button_radius: int = 24
    button_padding: str = "14px 26px"

    masthead: Masthead = Masthead.PLAIN
    ornament: Ornament = Ornament.NONE
    separator: Separator = Separator.LINE
    card: Card = Card.FILLED
    quotes: QuoteStyle = QuoteStyle.BLEED
    footer: Footer = Footer.DEEP
    coming_up: Ground = Ground.GROUND
    calls: Calls = Calls.FIRST
    secondary: Secondary = Secondary.OUTLINED
    chips: Chips = Chips.PILL
    contents_from: int = 3
    """Sections from which on the opening says what is inside."""
    banded: bool = False
    """Whether every other section lies on the tint."""
    boxed_dates: bool = True
    """Whether an event's date stands in a box."""
    heading_mark: Heading = Heading.BAR
    solid_buttons: bool = True
    """Whether a filled button has the brand's colour; otherwise it has the ground's."""


Limits = tuple[float, float] | None
"""The least and the most of a number; None for what is no number."""

FORM_GROUPS: Mapping[str, Mapping[str, Limits]] = {
    "type": {
        "title": (14, 96),
        "title_small": (14, 96),
        "title_weight": (100, 900),
        "heading": (14, 96),
        "heading_small": (14, 96),
        "weight": (100, 900),
        "subheading": (14, 96),
        "lead": (14, 96),
        "body": (16, 40),
        "meta": (14, 96),
        "small": (14, 96),
        "leading": (1.2, 2.2),
        "quote": (14, 96),
        "quote_small": (14, 96),
        "date": (14, 96),
    },
    "space": {
        "width": (480, 680),
        "gutter": (16, 96),
        "gutter_small": (12, 48),
        "space": (16, 120),
    },
    "shape": {
        "radius": (0, 40),
        "picture_radius": (0, 40),
        "button_radius": (0, 40),
        "button_padding": None,
    },
    "variants": {
        "masthead": None,
        "ornament": None,
        "separator": None,
        "card": None,
        "quotes": None,
        "footer": None,
        "coming_up": None,
        "calls": None,
        "secondary": None,
        "chips": None,
        "contents_from": (2, 50),
        "banded": None,
        "boxed_dates": None,
        "heading_mark": None,
        "solid_buttons": None,
    },
}
"""The tokens of a theme's file by their group: all fields of Form, in its order."""


@dataclass(frozen=True, slots=True)
class Look:
    """One theme whole."""

    day: Day
    night: Night
    form: Form
    heading_font: str
    body_font: str
