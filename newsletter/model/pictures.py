"""Pictures of an issue: the file, its alt text, how it is cropped, and what stands below it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.fields import FrozenModel, Link, PlainText, SingleLine


class Crop(StrEnum):
    """The shape that a picture is cropped to, as width to height."""

    WIDE = "16:9"
    LANDSCAPE = "3:2"
    SQUARE = "1:1"

    @property
    def ratio(self) -> float:
        """Return width divided by height."""
        width, _, height = self.value.partition(":")
        return int(width) / int(height)


_NAMED_POINTS: dict[str, tuple[float, float]] = {
    "top": (0.5, 0.0),
    "bottom": (0.5, 1.0),
    "left": (0.0, 0.5),
    "right": (1.0, 0.5),
    "centre": (0.5, 0.5),
    "center": (0.5, 0.5),
    "top left": (0.0, 0.0),
    "top right": (1.0, 0.0),
    "bottom left": (0.0, 1.0),
    "bottom right": (1.0, 1.0),
}
_POINT = compile_pattern(r"(\d{1,3})\s*%?\s*,\s*(\d{1,3})\s*%?")


def focus_point(focus: str | None) -> tuple[float, float]:
    """Return the point that a crop keeps, as shares (0 to 1) of the width from the left and the height from the top.

    Without a focus this is the middle. Raises ValueError for anything that is not a focus.
    """
    if focus is None:
        return _NAMED_POINTS["centre"]
    name = " ".join(focus.casefold().replace("-", " ").split())
    if name in _NAMED_POINTS:
        return _NAMED_POINTS[name]
    found = _POINT.fullmatch(focus.strip())
    point = (int(found[1]) / 100, int(found[2]) / 100) if found else None
    if point is None or max(point) > 1:
        raise ValueError(focus)
    return point


def _focus(text: str) -> str:
    try:
        focus_point(text)
    except ValueError:
        raise PydanticCustomError("focus_form", "this is not a part of a picture") from None
    return text


Focus = Annotated[
    SingleLine,
    AfterValidator(_focus),
    WithJsonSchema(
        {
            "type": "string",
            "anyOf": [{"enum": [*_NAMED_POINTS]}, {"pattern": r"^\s*\d{1,3}\s*%?\s*,\s*\d{1,3}\s*%?\s*$"}],
        }
    ),
]
"""The part of a picture that a crop keeps: a side, a corner, or a point in percent from the left and from the top."""


class Pictured(FrozenModel):
    """Base of what may carry a picture; a picture needs `alt` (an empty one marks decoration)."""

    image: SingleLine | None = Field(
        None, description="A picture: a file beside the issue, or an https link.", examples=["images/hearts.jpg"]
    )
    alt: PlainText | None = Field(
        None,
        description='What the picture shows, for those who cannot see it; "" for mere decoration.',
        examples=["Small bright hearts against a blurred dark background"],
    )
    caption: SingleLine | None = Field(
        None, description="A line below the picture; links are allowed.", examples=["Before the doors opened"]
    )
    credit: SingleLine | None = Field(
        None,
        description="Who made the picture; links are allowed.",
        examples=["Photo by [@freestock](https://unsplash.com/@freestock) on Unsplash"],
    )
    crop: Crop | None = Field(
        None,
        title="Crop to",
        description="The shape to crop the picture to: 16:9, 3:2 or 1:1. Uncropped where left out.",
        examples=["3:2"],
    )
    focus: Focus | None = Field(
        None,
        title="Focus of the crop",
        description="The part that a crop keeps: top, bottom, left, right, a corner such as top left, or a point in "
        "percent from the left and from the top. The middle where left out.",
        examples=["top", "30,60"],
    )

    @model_validator(mode="after")
    def _alt_goes_with_image(self) -> Self:
        if self.image is not None and self.alt is None:
            raise PydanticCustomError("alt_missing", "the picture has no `alt`")
        about = (self.alt, self.credit, self.caption, self.crop, self.focus)
        if self.image is None and any(value is not None for value in about):
            raise PydanticCustomError("image_missing", "the picture is described, and there is no `image`")
        return self


class Hero(Pictured):
    """The picture at the top of the issue."""

    image: SingleLine = Field(
        description="The picture at the top: a file beside the issue, or an https link.", examples=["images/hearts.jpg"]
    )
    link: Link | None = Field(
        None,
        description="Where a click on the picture leads; to the issue's own `link` where left out.",
        examples=["https://example.org/appeal"],
    )


class Signature(Pictured):
    """A picture after the last words: a signature by hand."""

    image: SingleLine = Field(
        description="The signature: a file beside the issue, or an https link.", examples=["images/signature.png"]
    )


class GalleryPicture(Pictured):
    """One picture of a gallery."""

    image: SingleLine = Field(
        description="The picture: a file beside the issue, or an https link.", examples=["images/lantern.jpg"]
    )
    link: Link | None = Field(
        None, description="Where a click on the picture leads.", examples=["https://example.org/lanterns"]
    )


class Sponsor(FrozenModel):
    """An organisation that supports the newsletter's work, shown by its logo; by its name where it has none."""

    name: SingleLine = Field(description="The organisation's name.", examples=["Sampletown Community Fund"])
    image: SingleLine | None = Field(
        None,
        title="Logo",
        description="Its logo: a file beside the issue, or an https link.",
        examples=["images/fund.png"],
    )
    alt: PlainText | None = Field(
        None,
        description="What the logo says, where that is not the organisation's name.",
        examples=["Sampletown Community Fund, since 1952"],
    )
    link: Link | None = Field(None, description="Its website.", examples=["https://fund.example.org"])

    @model_validator(mode="after")
    def _alt_goes_with_logo(self) -> Self:
        if self.image is None and self.alt is not None:
            raise PydanticCustomError("image_missing", "the picture is described, and there is no `image`")
        return self
