"""The logo of the website: on its header and its footer, in light and dark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.archive.issue_page import MEDIA
from newsletter.model.branding import Brand
from newsletter.render.design_tokens import Tokens
from newsletter.render.image_store import ImageCollector, is_remote
from newsletter.render.logos import LogoGround, logo_for

if TYPE_CHECKING:
    from newsletter.render.images import EmailImage


@dataclass(frozen=True, slots=True)
class SiteLogo:
    """The files of the logo, by their path in the website's folder; sizes as it is shown, in pixels."""

    light: str
    dark: str
    width: int
    height: int


def site_logo(
    brand: Brand, tokens: Tokens, assets: Callable[[str], bytes], prepare: Callable[..., EmailImage]
) -> tuple[SiteLogo | None, dict[str, bytes]]:
    """Return the logo for the header, and its files; none where the brand has none, or it is elsewhere on the web."""
    if brand.logo is None or is_remote(brand.logo):
        return None, {}
    album = ImageCollector(assets, prepare)
    covered = tokens.light.cover != tokens.light.ground
    grounds = (LogoGround.BRAND, LogoGround.BRAND) if covered else (LogoGround.GROUND, LogoGround.DARK)
    found = []
    for ground in grounds:
        version = logo_for(brand, tokens, assets, ground)
        if version is None or is_remote(version.name):
            return None, {}
        found.append(album.picture(version.name, version.edit))
    files = {f"cid:{cid}": f"{MEDIA}/{one.published_name}" for cid, one in album.images.items()}
    light, dark = found
    width = min(brand.logo_width, light.width or brand.logo_width)
    logo = SiteLogo(files[light.src], files[dark.src], width, light.height_for(width))
    return logo, {f"{MEDIA}/{one.published_name}": one.data for one in album.images.values()}
