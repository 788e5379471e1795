"""Brand colours with too little contrast: what is used instead, and where to change it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.errors import Place, TemplateError
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note
from newsletter.render.colour import contrast
from newsletter.render.design_tokens import AdjustedColour, fixed_colours

FAINT = note("NL310", name="adjusted-brand-colour")

_USE = {
    "brand": "links; buttons keep your colour",
    "accent": "small headings and deadlines",
    "ink": "text",
    "muted": "less important text",
    "tint": "the ground of cards and of every other section",
}

_TRIES = 8


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the brand colours that were adjusted, at the line of the settings to change."""
    lines = context.facts.settings.splitlines()
    try:
        adjusted = fixed_colours(context.presentation.brand, context.facts.theme_files)
    except TemplateError:
        return  # rendering reports a theme that cannot be read
    for one in adjusted:
        pattern = re.compile(rf"\b{one.name}[ ]*:[ ]*[\"']?(?P<colour>{one.given})", re.IGNORECASE)
        found = next(((number, match) for number, line in enumerate(lines, 1) if (match := pattern.search(line))), None)
        line, start = (found[0], found[1].start("colour")) if found else (0, 0)
        text = lines[line - 1] if found else ""
        place = Place(context.facts.settings_path, line, start + 1 if found else 0)
        better = f"{text[:start]}{_lasting_shade(context, one)}{text[start + len(one.given) :]}" if found else ""
        yield context.on_place(FAINT, place, _message(one), excerpt=text, suggestion=better)


def _lasting_shade(context: LintContext, one: AdjustedColour) -> str:
    """Return the shade that is used as it is once the settings name it: the ground is derived from it and moves too."""
    brand, shade = context.presentation.brand, one.used
    for _ in range(_TRIES):
        colours = brand.colours.model_copy(update={one.name: shade})
        adjusted = fixed_colours(brand.model_copy(update={"colours": colours}), context.facts.theme_files)
        again = next((other.used for other in adjusted if other.name == one.name), shade)
        if again == shade:
            break
        shade = again
    return shade


def _message(one: AdjustedColour) -> str:
    faint = (
        f"No text can be read both on {one.given} and on the ground, {one.ground}"
        if one.name == "tint"
        else f"{one.given} on {one.ground} is too faint to read: its contrast is "
        f"{contrast(one.given, one.ground):.1f}, where text needs {one.needed:g}"
    )
    return (
        f"Your colour `{one.name}` is not used as it is. {faint}. "
        f"The nearest shade that can be read, {one.used}, is used for {_USE[one.name]}."
    )


CHECKS = (Checker("brand colours", (FAINT,), check),)
