"""Make the facts and images of an example from the values in its data file."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from newsletter.errors import Place
from newsletter.model.merge_tags import BuiltInTag
from newsletter.preflight.context import AudienceFact, ImageFact, SendChannel
from newsletter.preflight.links.status import LinkFact, Verdict
from newsletter.render.translations import Catalogue, MissingTranslation, catalogue_for
from newsletter.render.ui_strings import ENGLISH


def make_facts(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields of ExternalFacts; values that need no conversion stay as they are."""
    return {name: _CONVERT[name](value) if name in _CONVERT else value for name, value in values.items()}


def make_image(values: Mapping[str, int]) -> Callable[[str], bytes]:
    """Return a function that draws an image for every name.

    `width` and `height` give a grey PNG, `frames` an animated GIF, and `noise` a JPEG that hardly compresses.
    """
    if "noise" in values:
        return _noisy
    if "frames" in values:
        return lambda _name: _gif(values["frames"])
    return lambda _name: grey_png(values["width"], values["height"])


@cache
def grey_png(width: int, height: int) -> bytes:
    """Return a grey PNG of a size in pixels."""
    from PIL import Image  # noqa: PLC0415 - few examples have an image

    data = io.BytesIO()
    Image.new("RGB", (width, height), "#667788").save(data, "PNG")
    return data.getvalue()


def _gif(frames: int) -> bytes:
    from PIL import Image  # noqa: PLC0415 - as above

    data = io.BytesIO()
    first, *rest = (Image.new("RGB", (900, 500), (9 * number, 99, 99)) for number in range(frames))
    first.save(data, "GIF", save_all=frames > 1, append_images=rest)
    return data.getvalue()


def _noisy(name: str) -> bytes:
    from PIL import Image  # noqa: PLC0415 - as above

    data = io.BytesIO()
    noise = Image.effect_noise((900, 1200), 200 + len(name))
    Image.merge("RGB", (noise, noise.rotate(90).resize((900, 1200)), noise.rotate(180))).save(data, "JPEG", quality=95)
    return data.getvalue()


def _links(values: Mapping[str, Mapping[str, str]]) -> dict[str, LinkFact]:
    return {
        link: LinkFact(Verdict(one["verdict"]), one.get("detail", ""), one.get("moved_to", ""))
        for link, one in values.items()
    }


def _image_fact(value: Mapping[str, Any]) -> Callable[[str], ImageFact]:
    problems = {"missing": errno.ENOENT, "denied": errno.EACCES}
    found = next((OSError(number, name) for name, number in problems.items() if name in value), None)
    fact = ImageFact(error=found) if found else ImageFact(**value)
    return lambda _name: fact


def _translations(value: Mapping[str, list[str]] | str) -> Callable[[str], Catalogue]:
    if isinstance(value, str):
        return catalogue_for
    place = Place("templates/languages/fr.po")
    untold = tuple(MissingTranslation(english, "it is missing", place) for english in value["missing"])
    return lambda _language: Catalogue(ENGLISH, found=True, untold=untold)


_CONVERT: Mapping[str, Callable[[Any], Any]] = {
    "audience": lambda value: AudienceFact(**{**value, "unfilled": frozenset(value.get("unfilled", ()))}),
    "image": _image_fact,
    "links": _links,
    "segments": lambda value: lambda: value,
    "tags": lambda value: (*BuiltInTag, *value),
    "translations": _translations,
    "unfilled": lambda value: lambda tag: value.get(tag.name, ""),
    "way": SendChannel,
}
