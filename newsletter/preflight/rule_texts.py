"""The texts and examples of the built-in rules: one file a rule, `data/rules/NL401.toml`."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from newsletter.preflight.data_files import DataModel, read_model
from newsletter.preflight.rule import Example, RuleTexts


class _Example(DataModel):
    issue: str
    past: str = ""
    settings: str = ""
    file: str = ""
    says: str = ""
    templates: dict[str, str] = Field({})
    facts: dict[str, Any] | None = None
    picture: dict[str, int] | None = None


class _Texts(DataModel):
    title: str
    why: str
    fix: str
    wrong: _Example
    right: _Example


def load_texts(code: str) -> RuleTexts:
    """Return the texts and examples of a built-in rule; raise UsageError if its file is missing or wrong."""
    texts = read_model(f"rules/{code}.toml", _Texts)
    wrong, right = (Example(**dict(example)) for example in (texts.wrong, texts.right))
    return RuleTexts(texts.title, texts.why, texts.fix, wrong, right)
