"""The themes: what each says of type, space, colour and the few choices of form; all use the same templates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from newsletter.model.branding import Theme


class Card(StrEnum):
    """How a card stands out from its band."""

    FILLED = "filled"
    RULED = "ruled"
    """By a rule at its start."""
    FRAMED = "framed"


class Heading(StrEnum):
    """What stands above a section's heading."""

    BAR = "bar"
    HAIRLINE = "hairline"
    RULE = "rule"


class Masthead(StrEnum):
    """How the issue begins."""

    PLAIN = "plain"
    """The name under a bar, then the picture in full width, then the title."""
    LETTERHEAD = "letterhead"
    """The name in the middle; the picture comes after the first words, no wider than the text."""
    COVER = "cover"
    """Name, title and first words on the brand's colour, the picture below them."""


@dataclass(frozen=True, slots=True)
class Day:
    """A theme's own colours, each used where the brand names none."""

    brand: str
    accent: str
    ink: str
    muted: str
    ground: str
    tint: str
    highlight: str | None = None
    """Behind dates; the brand's colour where there is none."""


@dataclass(frozen=True, slots=True)
class Night:
    """What lies behind the text in the dark, and the text; the brand's colours are made to fit."""

    ground: str
    tint: str
    ink: str
    muted: str
    line: str


@dataclass(frozen=True, slots=True)
class Form:
    """Sizes in pixels, and choices of form."""

    width: int = 600
    gutter: int = 32
    space: int = 36
    """Above a section."""
    radius: int = 8
    title: int = 34
    title_weight: int = 700
    title_small: int = 28
    """The title on a phone."""
    heading: int = 26
    subheading: int = 19
    lead: int = 19
    body: int = 17
    meta: int = 15
    small: int = 14
    leading: str = "1.55"
    weight: int = 700
    """Of headings."""
    button_padding: str = "14px 24px"
    quote: int = 24
    date: int = 30
    """The day in a date box."""
    banded: bool = True
    """Whether every other section lies on the tint."""
    boxed_dates: bool = True
    """Whether an event's date stands in a box."""
    solid_buttons: bool = True
    card: Card = Card.FILLED
    masthead: Masthead = Masthead.PLAIN
    heading_mark: Heading = Heading.BAR


@dataclass(frozen=True, slots=True)
class Look:
    """One theme whole."""

    day: Day
    night: Night
    form: Form
    heading_font: str
    body_font: str


# without spaces, as they stand in the message some fifty times
_GEORGIA = "Georgia,'Times New Roman',serif"
_SEGOE = "'Segoe UI',Helvetica,Arial,sans-serif"
_HELVETICA = "Helvetica,Arial,sans-serif"

LOOKS = {
    Theme.CLASSIC: Look(
        day=Day(brand="#0b4f5c", accent="#b3391f", ink="#1d2b33", muted="#51626c", ground="#ffffff", tint="#eef4f4"),
        night=Night(ground="#172226", tint="#1f2d32", ink="#e6edee", muted="#afbec4", line="#3a4a50"),
        form=Form(),
        heading_font=_GEORGIA,
        body_font=_SEGOE,
    ),
    Theme.LETTER: Look(
        day=Day(brand="#8c2f1b", accent="#8c2f1b", ink="#2b2622", muted="#665d54", ground="#fdfbf7", tint="#f6f1e8"),
        night=Night(ground="#1d1a17", tint="#27231f", ink="#ece6dc", muted="#bdb3a6", line="#4a433b"),
        form=Form(
            width=560,
            gutter=24,
            space=28,
            radius=3,
            title=32,
            title_weight=400,
            title_small=28,
            heading=24,
            subheading=18,
            lead=18,
            body=18,
            meta=16,
            small=15,
            leading="1.65",
            button_padding="12px 22px",
            quote=22,
            banded=False,
            boxed_dates=False,
            solid_buttons=False,
            card=Card.RULED,
            masthead=Masthead.LETTERHEAD,
            heading_mark=Heading.HAIRLINE,
        ),
        heading_font=_GEORGIA,
        body_font=_GEORGIA,
    ),
    Theme.BOLD: Look(
        day=Day(
            brand="#2a1a6e",
            accent="#b8174f",
            ink="#16131f",
            muted="#544f63",
            ground="#ffffff",
            tint="#f3f0fa",
            highlight="#ffce70",
        ),
        night=Night(ground="#15121f", tint="#1f1b2d", ink="#efedf6", muted="#bcb6cd", line="#4b4563"),
        form=Form(
            space=40,
            radius=0,
            title=42,
            title_weight=800,
            title_small=34,
            heading=32,
            subheading=21,
            lead=20,
            weight=800,
            button_padding="16px 28px",
            quote=28,
            date=34,
            card=Card.FRAMED,
            masthead=Masthead.COVER,
            heading_mark=Heading.RULE,
        ),
        heading_font=_HELVETICA,
        body_font=_HELVETICA,
    ),
}
