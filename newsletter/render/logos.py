"""The logo on each background: which variant to show, and what keeps it from vanishing there."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from newsletter.model.branding import Brand
from newsletter.render.design_tokens import Tokens
from newsletter.render.image_edits import NO_EDIT, ImageEdit, vanishes
from newsletter.render.image_store import is_remote


class LogoGround(StrEnum):
    """What a logo stands on."""

    GROUND = "ground"
    """The light ground of the text; mail programs may turn it dark."""
    DARK = "dark"
    """The dark ground, where a mail program asks for dark colours."""
    BRAND = "brand"
    """The brand's colour."""
    FOOTER = "footer"
    """The footer, on whichever colour the theme has it."""


class LogoFault(StrEnum):
    """Why a logo is not shown as it is."""

    LOST_ON_LIGHT = "lost on light"
    LOST_ON_DARK = "lost on dark"
    LOST_ON_BRAND = "lost on brand"


class LogoVersion(NamedTuple):
    """The file to show as the logo, and the edit that makes it readable; `fault` says why there is one."""

    name: str
    edit: ImageEdit = NO_EDIT
    fault: LogoFault | None = None


def logo_for(
    brand: Brand, tokens: Tokens, read: Callable[[str], bytes], ground: LogoGround = LogoGround.GROUND
) -> LogoVersion | None:
    """Return the logo for a background; None where the brand has no logo.

    A logo on the web is shown as it is. Raises OSError where a file cannot be read.
    """
    if brand.logo is None:
        return None
    name, light, dark = brand.logo, tokens.light, tokens.dark
    if ground is LogoGround.DARK and brand.logo_dark:
        return LogoVersion(brand.logo_dark)
    if ground is LogoGround.BRAND or (ground is LogoGround.FOOTER and light.foot not in {light.ground, light.tint}):
        covered = light.cover if light.cover != light.ground else light.link
        return _on_colour(brand, tokens, read, light.foot if ground is LogoGround.FOOTER else covered)
    if _is_lost(name, light.ground, read):
        plate = next((one for one in (light.link, light.ink) if not _is_lost(name, one, read)), light.ink)
        return LogoVersion(name, ImageEdit(plate=plate, shown=brand.logo_width), LogoFault.LOST_ON_LIGHT)
    if _is_lost(name, dark.ground, read):
        fault = None if brand.logo_dark else LogoFault.LOST_ON_DARK
        return LogoVersion(name, ImageEdit(outline=light.ground, shown=brand.logo_width), fault)
    return LogoVersion(name)


def _on_colour(brand: Brand, tokens: Tokens, read: Callable[[str], bytes], colour: str) -> LogoVersion:
    light = tokens.light
    name = brand.logo_on_brand or brand.logo or ""
    if not _is_lost(name, colour, read):
        return LogoVersion(name)
    plate = light.ground if not _is_lost(name, light.ground, read) else light.ink
    return LogoVersion(name, ImageEdit(plate=plate, shown=brand.logo_width), LogoFault.LOST_ON_BRAND)


def _is_lost(name: str, colour: str, read: Callable[[str], bytes]) -> bool:
    if is_remote(name):
        return False
    data = read(name)
    try:
        return vanishes(data, colour)
    except (ValueError, OSError, SyntaxError):
        return False  # what cannot be read as a picture is told where it is prepared
