"""The style sheet of the website: its rules, and the brand's colours, fonts and forms as variables."""

from __future__ import annotations

from dataclasses import fields
from html import escape
from importlib import resources
from typing import TYPE_CHECKING

from newsletter.render.themes import Card, Masthead

if TYPE_CHECKING:
    from newsletter.render.design_tokens import Palette, Tokens

_RULES = "site.css"


def stylesheet(tokens: Tokens) -> str:
    """Return the style sheet for the tokens of a brand."""
    rules = (resources.files("newsletter.archive") / "assets" / _RULES).read_text(encoding="utf-8")
    return (
        f":root{{color-scheme:light dark;{_colours(tokens.light)}{_forms(tokens)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{_colours(tokens.dark)}}}}}\n"
        # paper is white, whatever the screen is
        f"@media print{{:root{{{_colours(tokens.light)}}}}}\n{rules}"
    )


def icon(tokens: Tokens, letter: str) -> str:
    """Return the website's icon as SVG: a letter on the brand's colour."""
    ground, ink = tokens.light.link, tokens.light.ground
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="{min(tokens.form.radius, 14)}" fill="{ground}"/>'
        f'<text x="32" y="45" text-anchor="middle" font-family="{escape(tokens.heading_font)}" font-size="38" '
        f'font-weight="700" fill="{ink}">{escape(letter)}</text></svg>\n'
    )


def _colours(palette: Palette) -> str:
    return "".join(f"--{one.name.replace('_', '-')}:{getattr(palette, one.name)};" for one in fields(palette))


def _forms(tokens: Tokens) -> str:
    form = tokens.form
    sizes = {
        "title": form.title,
        "title-small": form.title_small,
        "heading": form.heading,
        "subheading": form.subheading,
        "lead": form.lead,
        "body": form.body,
        "quote": form.quote,
    }
    shapes = {"radius": form.radius, "picture-radius": form.picture_radius, "button-radius": form.button_radius}
    told = {name: f"{value / 16:g}rem" for name, value in sizes.items()}
    told |= {name: f"{value}px" for name, value in shapes.items()}
    told |= {
        "title-weight": str(form.title_weight),
        "weight": str(form.weight),
        "leading": form.leading,
        "heading-font": tokens.heading_font,
        "body-font": tokens.body_font,
        "card-border": "var(--ink)" if form.card is Card.FRAMED else "var(--line)",
        "tile": "var(--on-cover)" if form.masthead is Masthead.COVER else "var(--link)",
        "on-tile": "var(--cover)" if form.masthead is Masthead.COVER else "var(--ground)",
        "header-line": "transparent" if form.masthead is Masthead.COVER else "var(--line)",
    }
    return "".join(f"--{name}:{value};" for name, value in told.items())
