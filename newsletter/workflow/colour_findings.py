"""Findings about brand colours with too little contrast: what is used instead, and where to change it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsletter.errors import Place
from newsletter.model.findings import Finding, Severity
from newsletter.settings import FILE_NAME

if TYPE_CHECKING:
    from newsletter.render.design_tokens import AdjustedColour
    from newsletter.settings import Settings

FAINT = "NL310"
"""A brand colour with too little contrast, which was adjusted."""

_USE = {
    "brand": "links; buttons keep your colour",
    "accent": "small headings and deadlines",
    "ink": "text",
    "muted": "less important text",
    "tint": "the ground of cards and of every other section",
}


def colour_findings(settings: Settings) -> list[Finding]:
    """List the brand colours that were adjusted, with the line of the settings to change."""
    from newsletter.render.design_tokens import fixed_colours

    fixed = fixed_colours(settings.brand)
    if not fixed:
        return []
    path = settings.root / FILE_NAME
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [colour_finding(one, str(path), lines) for one in fixed]


def colour_finding(one: AdjustedColour, path: str, lines: list[str]) -> Finding:
    """Return the finding for one colour, at the place in the settings that names it."""
    pattern = re.compile(rf"\b{one.name}[ ]*:[ ]*[\"']?(?P<colour>{one.given})", re.IGNORECASE)
    found = next(((number, match) for number, line in enumerate(lines, 1) if (match := pattern.search(line))), None)
    line, start = (found[0], found[1].start("colour")) if found else (0, 0)
    text = lines[line - 1] if found else ""
    faint = (
        f"No text can be read both on {one.given} and on the ground, {one.ground}"
        if one.name == "tint"
        else f"{one.given} on {one.ground} is too faint to read: its contrast is {_contrast(one)}, "
        f"where text needs {one.needed:g}"
    )
    return Finding(
        code=FAINT,
        severity=Severity.NOTE,
        message=f"Your colour `{one.name}` is not used as it is. {faint}. "
        f"The nearest shade that can be read, {one.used}, is used for {_USE[one.name]}.",
        place=Place(path, line, start + 1) if found else Place(path),
        hint="Nothing is wrong with the newsletter. Write that shade, or another, to choose for yourself.",
        excerpt=text,
        suggestion=f"{text[:start]}{one.used}{text[start + len(one.given) :]}" if found else "",
    )


def _contrast(one: AdjustedColour) -> str:
    from newsletter.render.colour import contrast

    return f"{contrast(one.given, one.ground):.1f}"
