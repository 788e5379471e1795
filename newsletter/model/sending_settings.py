"""The settings of the outbox, of the folders, and of what is required before an issue can be sent."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from newsletter.model.fields import FrozenModel, LocalPath, SingleLine
from newsletter.model.list_columns import Columns


class OutboxSettings(FrozenModel):
    """The audience file and the message folder of the built-in outbox."""

    audience: LocalPath = Field(
        "audience.csv",
        description="The subscriber list: a CSV file with a column `email`.",
        examples=["audience.csv"],
    )
    columns: Columns = Field(
        {},
        description="What columns of that file mean, by their headings: whether “yes” means that a person is "
        "subscribed, or has unsubscribed.",
        examples=[{"GDPR": "subscribed", "Do not mail": "unsubscribed", "Team": "other"}],
    )
    folder: LocalPath = Field(
        "outbox", description="The folder that every message is written to as an .eml file.", examples=["outbox"]
    )


class Folders(FrozenModel):
    """The folders of the issues and templates."""

    issues: LocalPath = Field("issues", description="The folder of the issues.", examples=["issues"])
    templates: LocalPath = Field("templates", description="The folder of the templates.", examples=["templates"])
    outside: bool = Field(
        default=False,
        description="Whether the issues and the templates may be outside the folder of newsletter.yaml.",
        examples=[True],
    )


class BeforeSending(FrozenModel):
    """What is required before an issue can be sent."""

    test: bool = Field(default=True, description="Whether a test of exactly this content is required.", examples=[True])
    approval: bool = Field(
        default=False, description="Whether an approval of exactly this content is required.", examples=[True]
    )
    approvers: tuple[SingleLine, ...] = Field(
        (),
        description="Who may approve, by the names given to `newsletter approve --as`; by default anyone.",
        examples=[["Communications lead", "Director"]],
    )
    shared_login: bool = Field(
        default=False,
        description="Whether several people share one login, so that an approval under the sender's own login counts. "
        "The approver's name is then not verified.",
        examples=[True],
    )
    audience_change: int = Field(
        10,
        ge=0,
        le=100,
        description="The percentage of the audience that may leave or join after the test or the approval before "
        "`send` asks about it.",
        examples=[10],
    )

    @model_validator(mode="after")
    def _approvers_approve(self) -> Self:
        if self.approvers and not self.approval:
            raise PydanticCustomError("approvers_idle", "`approvers` are listed, but `approval` is not required")
        return self
