"""What each section of an issue lies on: the ground, the tint, or the colour of the cover."""

from __future__ import annotations

from collections.abc import Sequence

import jinja2

from newsletter.compiled_patterns import compile_pattern
from newsletter.render.design_tokens import Tokens
from newsletter.render.templates import names_variable
from newsletter.render.themes import Ground, Masthead

_STYLE, _FRAME = "parts/style.mjml.j2", "issue.mjml.j2"
_GROUND = compile_pattern(r'background-color=|class="pane\b')
_TEXT = compile_pattern(r"<mj-text\b(?![^<>]* color=)")


def section_grounds(
    kinds: Sequence[str], tokens: Tokens, environment: jinja2.Environment, *, has_contents: bool, is_signed: bool
) -> list[Ground]:
    """Return the ground of each section, by their kinds.

    In a banded theme the first one lies on the tint, as the opening before it is plain. A section of events is not on
    the colour of the cover where it would touch the cover, which ends with the contents, or the footer. Copies of older
    styles and frames have no colours for such sections: they lie on the tint there, or on the ground.
    """
    # a style that does not name `tints` has no colours for a single section on the tint
    tints = tokens.coming_up != Ground.GROUND and names_variable(environment, _STYLE, "tints")
    covers = tints and _has_covers(tokens, environment)
    apart = range(0 if has_contents else 1, len(kinds) if is_signed else len(kinds) - 1)
    grounds = []
    for number, kind in enumerate(kinds):
        if covers and kind == "coming_up" and number in apart:
            grounds.append(Ground.COVER)
        elif (tokens.banded and number % 2 == 0) or (tints and kind == "coming_up"):
            grounds.append(Ground.TINT)
        else:
            grounds.append(Ground.GROUND)
    return grounds


def _has_covers(tokens: Tokens, environment: jinja2.Environment) -> bool:
    wanted = tokens.coming_up == Ground.COVER and tokens.masthead == Masthead.COVER
    return wanted and all(names_variable(environment, name, "covered") for name in (_STYLE, _FRAME))


def has_own_ground(mjml: str) -> bool:
    """Return whether part of a section, as a user's own template may make it, has a ground that texts are read on."""
    return bool(_GROUND.search(mjml))


def coloured(mjml: str, colour: str) -> str:
    """Return the MJML of a section with a colour for its texts; one that has its own keeps it."""
    return _TEXT.sub(rf'\g<0> color="{colour}"', mjml)
