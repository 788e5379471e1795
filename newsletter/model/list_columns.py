"""What the settings say about the columns of an audience file."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from newsletter.model.fields import FrozenModel, Names


class ColumnMeaning(StrEnum):
    """What a column of an audience file holds."""

    EMAIL = "email"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    NAME = "name"
    SEGMENTS = "segments"
    STATUS = "status"
    SUBSCRIBED = "subscribed"
    """Yes: the person gets the newsletter."""
    UNSUBSCRIBED = "unsubscribed"
    """Yes, or a date: the person left."""
    OTHER = "other"
    """It does not decide who gets the newsletter."""


class ColumnUse(FrozenModel):
    """What one column means: one of the meanings, or the values whose people get the newsletter."""

    means: ColumnMeaning | None = Field(
        None, description="What the column holds.", examples=["subscribed", "unsubscribed", "other"]
    )
    subscribed: Names = Field(
        (),
        description="The values in it whose people get the newsletter; nobody else does.",
        examples=[["Express", "Implied"]],
    )

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if bool(self.means) == bool(self.subscribed):
            raise PydanticCustomError(
                "column_meaning", "a column needs a meaning, such as subscribed, or a list of the values that get it"
            )
        return self


def _meaning(value: Any) -> Any:
    return {"means": value} if isinstance(value, str) else value


ColumnEntry = Annotated[ColumnUse, BeforeValidator(_meaning, json_schema_input_type=ColumnMeaning | ColumnUse)]
"""What one column means, in one word or in full."""

Columns = dict[str, ColumnEntry]
"""What the columns of an audience file mean, by their headings."""
