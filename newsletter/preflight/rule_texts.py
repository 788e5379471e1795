"""The texts and examples of the built-in rules: one file a rule, `data/rules/NL401.toml`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from newsletter.preflight.data_files import data_error, read_toml
from newsletter.preflight.rule import Example, RuleTexts


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Example(_Strict):
    issue: str
    past: str = ""
    settings: str = ""
    file: str = ""
    says: str = ""
    templates: dict[str, str] = {}
    facts: dict[str, Any] | None = None
    picture: dict[str, int] | None = None


class _Texts(_Strict):
    title: str
    why: str
    fix: str
    wrong: _Example
    right: _Example


def load_texts(code: str) -> RuleTexts:
    """Return the texts and examples of a built-in rule; raise UsageError if its file is missing or wrong."""
    name = f"rules/{code}.toml"
    try:
        texts = _Texts.model_validate(read_toml(name))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise data_error(name, f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}") from error
    wrong, right = (Example(**dict(example)) for example in (texts.wrong, texts.right))
    return RuleTexts(texts.title, texts.why, texts.fix, wrong, right)
