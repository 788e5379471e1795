"""What the user tells the checks: the words that are right here, and the findings that are not to be shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from newsletter.model.fields import FrozenModel, Names, PlainText, SingleLine

Code = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,6}\d{3}$")]
"""The code of a finding, such as `NL401`."""


class IgnoreRule(FrozenModel):
    """A finding that is known, and is not to be shown."""

    code: Code = Field(description="The code of the finding, as `newsletter check` shows it.", examples=["NL503"])
    because: SingleLine = Field(
        description="Why it is right as it is: for whoever comes after you.",
        examples=["The five dates are on our website"],
    )


class LintSettings(FrozenModel):
    """What `newsletter check` should know of this newsletter."""

    words: Names = Field(
        (),
        description="Words and names that are spelt right, though no dictionary has them.",
        examples=[["Cuppa", "Co-Pro"]],
    )
    abbreviations: Names = Field(
        (),
        description="Abbreviations that every reader knows.",
        examples=[["UCL", "NHS"]],
    )
    jargon: dict[str, PlainText] = Field(
        {},
        description='Words that you would rather not read here, each with what to write instead; with "" a word of the '
        "built-in list is left alone.",
        examples=[{"stakeholders": "the people concerned"}],
    )
    inclusive: dict[str, PlainText] = Field(
        {},
        description='Words that leave people out, each with what to write instead; with "" a word of the built-in list '
        "is left alone.",
        examples=[{"guys": "everyone", "chairman": ""}],
    )
    local_links: bool = Field(
        default=False,
        description="Whether links into your own network are looked at too.",
        examples=[True],
    )
    ignore: tuple[IgnoreRule, ...] = Field(
        (),
        description="Findings that are not to be shown for any issue, each with the reason.",
        examples=[[{"code": "NL705", "because": "Our readers are all in the trade"}]],
    )
