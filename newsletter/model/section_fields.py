"""The fields that all built-in sections share, and how a user's own kind takes the place of a newer built-in one."""

from __future__ import annotations

from typing import Any, Self

from pydantic import Field, ModelWrapValidatorHandler, ValidationInfo, model_validator

from newsletter.model.fields import FrozenModel, Language, Markdown, SingleLine
from newsletter.model.targeting import Only

HEADING: Any = Field(
    None, description="The section's heading; fitting words where left out.", examples=["What we got up to in January"]
)
HEADLINE: Any = Field(
    None,
    description="A headline of your own; the section's heading is then shown above it in small type.",
    examples=["All free, all step-free"],
)
LANGUAGE: Any = Field(
    None, description="The language of this section, where it is not the issue's.", examples=["cy", "en-GB"]
)
ONLY: Any = Field(
    None, description="The segments this section is for, if not for everyone.", examples=[{"segment": "members"}]
)
TEXT: Any = Field(None, description="A text before the rest.", examples=["It has been a busy month."])


class NewerSection(FrozenModel):
    """Base of the kinds that were added later: where a user had declared a kind of that name, theirs is meant.

    In a class with other bases this one comes first, as its validator must go around theirs.
    The validation context hands in the declared kinds as for `CustomSection`.
    """

    @model_validator(mode="wrap")
    @classmethod
    def _own_kind_first(cls, value: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Any:
        kinds = info.context.get("kinds", {}) if isinstance(info.context, dict) else {}
        kind = value.get("kind") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in kinds:
            return kinds[kind].model_validate(value, context=info.context)
        return handler(value)


class HeadedSection(NewerSection):
    """Base of the newer kinds: a heading, a headline, a language, who it is for, and a text before the rest."""

    heading: SingleLine | None = HEADING
    headline: SingleLine | None = HEADLINE
    language: Language | None = LANGUAGE
    only: Only | None = ONLY
    text: Markdown | None = TEXT
