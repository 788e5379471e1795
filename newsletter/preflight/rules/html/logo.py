"""A logo that would vanish on a light or a dark background: what is shown instead, and how to choose."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import Place
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note
from newsletter.render.logos import LogoFault

VANISHES = note("NL311", name="vanishing-logo")

_MESSAGES = {
    LogoFault.LOST_ON_DARK: "Your logo cannot be seen on a dark background, so a light outline is put around it.",
    LogoFault.LOST_ON_LIGHT: "Your logo cannot be seen on the light background, so a plate in your brand's colour "
    "is put behind it.",
    LogoFault.LOST_ON_BRAND: "Your logo cannot be seen on your brand's colour, so a plate is put behind it there.",
}
_LOGO = compile_pattern(r"\blogo[ ]*:[ ]*")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the backgrounds that the logo would vanish on, at the line of the settings that names it."""
    lines = context.facts.settings.splitlines()
    named = ((number, match.start() + 1) for number, line in enumerate(lines, 1) if (match := _LOGO.search(line)))
    line, column = next(named, (0, 0))
    place = Place(context.facts.settings_path, line, column)
    for fault in context.facts.logo_faults:
        yield context.on_place(VANISHES, place, _MESSAGES[fault], excerpt=lines[line - 1] if line else "")


CHECKS = (Checker("logo", (VANISHES,), check),)
