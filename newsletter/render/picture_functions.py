"""The functions by which templates show pictures: a file by its name, the picture of an item, the logo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jinja2

from newsletter.model.branding import Brand
from newsletter.render.budget import current
from newsletter.render.design_tokens import Tokens
from newsletter.render.field_marks import MarkedText, number_of
from newsletter.render.image_edits import ImageEdit, edit_for
from newsletter.render.image_store import ImageCollector, Picture
from newsletter.render.logos import LogoGround, logo_for


class PictureFunctions:
    """What templates call to show a picture; the time that it takes does not count against their limit."""

    def __init__(self, album: ImageCollector, brand: Brand, tokens: Tokens) -> None:
        self._album = album
        self._brand = brand
        self._tokens = tokens

    def picture(
        self,
        name: str,
        crop: str | None = None,
        focus: str | None = None,
        *,
        tallest: str | None = None,
        play: bool = False,
    ) -> Picture:
        """Return a picture by the name of its file, or by its link.

        `crop` is a shape such as 3:2; `tallest` is one that only a taller picture is cropped to; `focus` is the part
        that a crop keeps, as in an issue; `play` draws a play mark. A picture on the web is shown as it is.
        """
        return self._shown(name, _edit(crop, focus, tallest=tallest, play=play))

    def picture_of(
        self, holder: Any, crop: str | None = None, *, tallest: str | None = None, play: bool = False
    ) -> Picture:
        """Return the picture of a part of the issue, cropped as its author asks, else to `crop` if it is given."""
        shape = getattr(holder, "crop", None) or crop
        return self._shown(holder.image, _edit(shape, getattr(holder, "focus", None), tallest=tallest, play=play))

    def logo(self, on: str = "ground") -> Picture | None:
        """Return the logo for a background: `ground`, `dark` or `brand`; None where there is no logo."""
        try:
            ground = LogoGround(on)
        except ValueError:
            choices = ", ".join(one.value for one in LogoGround)
            raise jinja2.TemplateRuntimeError(f"logo() takes one of {choices}, not {on!r}") from None
        with current().paused():
            version = logo_for(self._brand, self._tokens, self._album.read, ground)
            return self._album.picture(version.name, version.edit) if version else None

    def _shown(self, name: str, edit: ImageEdit) -> Picture:
        with current().paused():
            shown = self._album.picture(str(name), edit)
        number = number_of(name)  # in a preview, the name knows its field
        return shown if number is None else shown._replace(src=MarkedText.of(shown.src, number))


def _edit(crop: str | None, focus: str | None, *, tallest: str | None, play: bool) -> ImageEdit:
    try:
        edit = edit_for(str(crop) if crop else None, str(focus) if focus else None, tallest=tallest, play=play)
    except ValueError as error:
        raise jinja2.TemplateRuntimeError(f"a picture cannot be cropped so: {error}") from None
    # without a crop the focus changes nothing, and must not make another file of the same picture
    return edit if edit.ratio or edit.tallest else replace(edit, focus=ImageEdit().focus)
