"""Settings of the checks: accepted words, rule severities and ignored rules."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from newsletter.model.fields import FrozenModel, Names, PlainText, SingleLine

_CODE = r"^[A-Z]{2,6}\d{3}$"
_RULE = r"^[A-Za-z][A-Za-z0-9 _-]*$"


def _matching(pattern: str) -> AfterValidator:
    def check(text: str) -> str:
        if re.match(pattern, text) is None:
            raise PydanticCustomError("rule_form", "this is not the name of a rule")
        return text

    return AfterValidator(check)


Code = Annotated[str, _matching(_CODE), WithJsonSchema({"type": "string", "pattern": _CODE})]
"""The code of a rule, such as `NL401`."""

RuleReference = Annotated[str, _matching(_RULE), WithJsonSchema({"type": "string", "pattern": _RULE})]
"""A rule by its name or code, or a group of rules, such as `weekday-mismatch`, `NL401` or `dates`."""


class RuleLevel(StrEnum):
    """The severity that a rule is given in the settings, or `off`."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    OFF = "off"


class IgnoreRule(FrozenModel):
    """A rule whose findings are not shown, and the reason."""

    code: Code | None = Field(
        None, description="The code of the rule, as `newsletter check` shows it.", examples=["NL503"]
    )
    rule: RuleReference | None = Field(
        None,
        description="The rule: its name, its code, or a group of rules.",
        examples=["filler-text"],
    )
    because: SingleLine = Field(
        description="Why the text is right as it is, for the people you work with.",
        examples=["The five dates are on our website"],
    )

    @model_validator(mode="after")
    def _name_one_rule(self) -> Self:
        if (self.code is None) == (self.rule is None):
            raise PydanticCustomError("ignore_form", "an entry of `ignore` names one rule")
        return self

    @property
    def field(self) -> str:
        """Return the name of the field that names the rule."""
        return "code" if self.rule is None else "rule"

    @property
    def reference(self) -> str:
        """Return the name, code or group that is ignored."""
        return self.rule or self.code or ""


class LintSettings(FrozenModel):
    """How `newsletter check` checks this newsletter."""

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
    severity: dict[RuleReference, RuleLevel] = Field(
        {},
        description="How severe rules are: `error`, `warning`, `note` or `off`, each by the name or code of a rule, or "
        "by a group of rules.",
        examples=[{"readability": "off", "weekday-mismatch": "warning"}],
    )
    ignore: tuple[IgnoreRule, ...] = Field(
        (),
        description="Rules whose findings are not shown for any issue, each with the reason.",
        examples=[[{"code": "NL705", "because": "Our readers are all in the trade"}]],
    )
