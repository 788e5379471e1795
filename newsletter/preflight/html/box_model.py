"""How much room an element takes above and below its words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.preflight.html.page import Page, block_of
from newsletter.preflight.html.style import length
from newsletter.preflight.html.stylesheets import declared

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def around(element: Element, *names: str) -> float:
    """Return what its style gives above and below for `padding`, `margin` or both, in pixels."""
    total = 0.0
    for name in names:
        above = below = 0.0
        for prop, value in declared(element.get("style") or ""):
            sides = [length(one, 16) or 0.0 for one in value.split()]
            if prop == name and sides:
                above, below = sides[0], sides[2] if len(sides) > 2 else sides[0]
            elif prop == f"{name}-top" and sides:
                above = sides[0]
            elif prop == f"{name}-bottom" and sides:
                below = sides[0]
        total += above + below
    return total


def line_height(page: Page, element: Element) -> float:
    """Return how high a line of its words is, in pixels."""
    style = page.looks(element).day
    return style.height or style.ratio * style.size


def height(page: Page, element: Element) -> float:
    """Return how high an element with one line of words in it is, in pixels."""
    least = [
        length(value, 16) or 0.0
        for name, value in declared(element.get("style") or "")
        if name in {"height", "min-height"} and value != "auto"
    ]
    return max([line_height(page, element) + around(element, "padding"), *least])


def pitch(page: Page, element: Element) -> float:
    """Return how far it is from a line of its block to the same line of the block below it, in pixels."""
    block = block_of(element)
    return line_height(page, block) + around(block, "padding", "margin")
