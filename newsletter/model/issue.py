"""The issue: what the author's YAML file says."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.datetimes import Day
from newsletter.model.fields import FrozenModel, Language, Link, Markdown, SingleLine
from newsletter.model.item import Button
from newsletter.model.lint_settings import IgnoreRule
from newsletter.model.pictures import Hero, Signature
from newsletter.model.section import Section

MONTH = compile_pattern(r"\d{4}-(?:0[1-9]|1[0-2])")
"""How a month names an issue: `2024-02`."""


class Issue(FrozenModel):
    """One month's newsletter, as its author wrote it."""

    title: SingleLine = Field(
        description="The headline of the issue.", examples=["February Team Update: Sharing our love for co-production"]
    )
    date: Day = Field(description="The day the issue goes out.", examples=["2024-02-12"])
    language: Language | None = Field(
        None,
        description="The language it is written in; that of the settings where left out.",
        examples=["cy", "en-GB"],
    )
    subject: SingleLine | None = Field(
        None,
        description="The email's subject line; the title where left out. Merge tags are allowed.",
        examples=["What we did in January, and five ways to join in"],
    )
    preheader: SingleLine | None = Field(
        None,
        description="The words an inbox shows after the subject; 40 to 110 characters do best.",
        examples=["Workshops in Sunderland and Croydon, our next Cuppas, and a chance to shape our Impact Report"],
    )
    hero: Hero | None = Field(
        None,
        description="The picture at the top.",
        examples=[{"image": "images/hearts.jpg", "alt": "Small bright hearts against a blurred dark background"}],
    )
    intro: Markdown | None = Field(
        None, description="The first words, in Markdown.", examples=["Hello {first_name|there}, spring is on its way."]
    )
    button: Button | None = Field(
        None,
        description="The first thing to do, right after the first words.",
        examples=[{"label": "See the six dates", "link": "https://example.org/dates"}],
    )
    link: Link | None = Field(
        None,
        description="Where a click on the title and on the picture at the top leads.",
        examples=["https://example.org/newsletter/february"],
    )
    sections: tuple[Section, ...] = Field(
        (),
        min_length=1,
        description="What the issue tells, in order; a letter of `intro` and `sign_off` alone needs none.",
        examples=[[{"kind": "coming_up", "items": ["A Co-Pro Cuppa"]}]],
    )
    sign_off: Markdown | None = Field(
        None, description="The last words, in Markdown.", examples=["See you next month!"]
    )
    signature: Signature | None = Field(
        None,
        description="A picture after the last words, such as a signature by hand.",
        examples=[{"image": "images/signature.png", "alt": "Amira"}],
    )
    ignore: tuple[IgnoreRule, ...] = Field(
        (),
        description="Rules of `newsletter check` whose findings are not shown for this issue, each with the reason.",
        examples=[[{"rule": "unconfirmed-detail", "because": "We won’t know the venue before April"}]],
    )

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if not (self.sections or self.intro):
            raise PydanticCustomError("issue_empty", "the issue has no `sections` and no `intro`")
        return self

    @property
    def month(self) -> str:
        """Return the month that names the issue, such as `2024-02`."""
        return f"{self.date:%Y-%m}"

    @property
    def subject_line(self) -> str:
        """Return the words of the email's subject: the author's own, or the title."""
        return self.subject or self.title
