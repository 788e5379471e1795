"""Sections that show rather than tell: figures, a gallery, a video, a table, the logos of sponsors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from newsletter.model.fields import FrozenModel, Language, Link, Markdown, PlainText, SingleLine, one_line
from newsletter.model.pictures import Crop, GalleryPicture, Pictured, Sponsor
from newsletter.model.section_fields import HEADING, HEADLINE, LANGUAGE, ONLY, TEXT, HeadedSection, NewerSection
from newsletter.model.targeting import Only


class Figure(FrozenModel):
    """A number and what it counts."""

    value: SingleLine = Field(description="The number, as readers see it.", examples=["214", "£1.2m"])
    label: SingleLine = Field(description="What it counts, in a few words.", examples=["lanterns made"])
    link: Link | None = Field(None, description="The page about it.", examples=["https://example.org/report"])


class Figures(HeadedSection):
    """A few big numbers side by side."""

    kind: Literal["figures"] = Field(description="What kind of section this is.", examples=["figures"])
    items: tuple[Figure, ...] = Field(
        min_length=1,
        description="The numbers; three fit beside each other.",
        examples=[[{"value": "214", "label": "lanterns made"}]],
    )


class Gallery(HeadedSection):
    """Pictures, two beside each other."""

    kind: Literal["gallery"] = Field(description="What kind of section this is.", examples=["gallery"])
    crop: Crop = Field(
        Crop.LANDSCAPE,
        title="Crop to",
        description="The shape that all pictures are cropped to, so that they line up: 16:9, 3:2 or 1:1.",
        examples=["1:1"],
    )
    items: tuple[GalleryPicture, ...] = Field(
        min_length=1,
        description="The pictures.",
        examples=[[{"image": "images/lantern.jpg", "alt": "A child lights a paper lantern"}]],
    )


class Video(NewerSection, Pictured):
    """A still picture with a play mark, which leads to a video."""

    kind: Literal["video"] = Field(description="What kind of section this is.", examples=["video"])
    heading: SingleLine | None = HEADING
    headline: SingleLine | None = HEADLINE
    language: Language | None = LANGUAGE
    only: Only | None = ONLY
    text: Markdown | None = TEXT
    link: Link = Field(description="The page with the video.", examples=["https://video.example.org/lantern-walk"])
    image: SingleLine = Field(
        title="Still picture",
        description="A still picture of the video: a file beside the issue, or an https link. A play mark is added "
        "to a file.",
        examples=["images/lantern-walk.jpg"],
    )
    length: SingleLine | None = Field(None, description="How long the video is.", examples=["3 minutes"])


def _cell(value: Any) -> Any:
    return "" if value is None else value


Cell = Annotated[PlainText, one_line(), BeforeValidator(_cell)]
"""What stands in a cell of a table: one line, which may be empty."""


class Table(HeadedSection):
    """A table with a row of column headings."""

    kind: Literal["table"] = Field(description="What kind of section this is.", examples=["table"])
    columns: tuple[Cell, ...] = Field(
        min_length=1, description="The headings of the columns.", examples=[["Day", "Opens", "Closes"]]
    )
    rows: tuple[tuple[Cell, ...], ...] = Field(
        min_length=1,
        description="The rows, each a list with a cell for every column. The first cell names the row.",
        examples=[[["Monday", "9am", "5pm"], ["Saturday", "10am", "1pm"]]],
    )
    caption: SingleLine | None = Field(
        None, description="A line below the table; links are allowed.", examples=["Closed on bank holidays"]
    )

    @field_validator("rows")
    @classmethod
    def _rows_fit_columns(cls, rows: tuple[tuple[str, ...], ...], info: ValidationInfo) -> tuple[tuple[str, ...], ...]:
        columns = info.data.get("columns")
        for number, row in enumerate(rows, 1):
            if columns is not None and len(row) != len(columns):
                counts = {"row": number, "cells": len(row), "columns": len(columns)}
                raise PydanticCustomError("table_row", "a row has too few cells, or too many", counts)
        if not any(cell for row in rows for cell in row):
            raise PydanticCustomError("table_empty", "the table has only empty cells")
        return rows


class Sponsors(HeadedSection):
    """The logos of those who support the work."""

    kind: Literal["sponsors"] = Field(description="What kind of section this is.", examples=["sponsors"])
    items: tuple[Sponsor, ...] = Field(
        min_length=1,
        description="The sponsors.",
        examples=[[{"name": "Sampletown Community Fund", "image": "images/fund.png"}]],
    )
