"""Brand colours with too little contrast: what is used instead, and where to change it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.errors import Place, TemplateError
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note
from newsletter.render.colour import contrast
from newsletter.render.design_tokens import AdjustedColour, adjusted_colours, fixed_colours, tokens_for
from newsletter.render.theme_files import own_colours

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
    """Yield the colours that were adjusted, at the line of the settings or of the user's own theme to change."""
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
        better = _with_lasting_shade(context, one, text, start) if found else ""
        yield context.on_place(FAINT, place, _message(one), excerpt=text, suggestion=better)
    yield from _of_theme(context)


def _of_theme(context: LintContext) -> Iterator[Finding]:
    brand, files = context.presentation.brand, context.facts.theme_files
    own = {
        name: colour
        for name, colour in own_colours(brand.theme, files).items()
        if not getattr(brand.colours, name, None)
    }
    light = tokens_for(brand, files).light
    for one in adjusted_colours({name: colour for name, (colour, _, _) in own.items()}, light):
        _, place, text = own[one.name]
        start = text.lower().index(one.given)
        better = _with_lasting_shade(context, one, text, start)
        where = Place(place.path, place.line, start + 1)
        yield context.on_place(FAINT, where, _message(one, "Your theme's"), excerpt=text, suggestion=better)


def _with_lasting_shade(context: LintContext, one: AdjustedColour, line: str, start: int) -> str:
    """Return a line with a shade that is used as it is in place of the colour that begins at `start`."""
    return f"{line[:start]}{_lasting_shade(context, one)}{line[start + len(one.given) :]}"


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


def _message(one: AdjustedColour, whose: str = "Your") -> str:
    faint = (
        f"No text can be read both on {one.given} and on the ground, {one.ground}"
        if one.name == "tint"
        else f"{one.given} on {one.ground} is too faint to read: its contrast is "
        f"{contrast(one.given, one.ground):.1f}, where text needs {one.needed:g}"
    )
    return (
        f"{whose} colour `{one.name}` is not used as it is. {faint}. "
        f"The nearest shade that can be read, {one.used}, is used for {_USE[one.name]}."
    )


CHECKS = (Checker("brand colours", (FAINT,), check),)
