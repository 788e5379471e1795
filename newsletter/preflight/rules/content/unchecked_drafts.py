"""Entries that `newsletter new` drafted from the last issue, and nobody has changed since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel

from newsletter.model.findings import Finding
from newsletter.model.item import Item
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_tree import value_at
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.past_tense import past_tense
from newsletter.preflight.text_spans import models_of

UNCHECKED = warning("NL309", name="unchecked-draft")

_WORDS = frozenset({"title", "text"})


def check(context: LintContext) -> Iterator[Finding]:
    """Yield each mark above something that is still as it was drafted."""
    if not context.marks:
        return
    past = [model for one in context.past for _, model in models_of(one.issue)]
    words = {getattr(model, name) for model in past for name in _WORDS if getattr(model, name, None)}
    for path, (_, told) in context.marks.items():
        part = value_at(context.issue, path)
        is_drafted = part in words if isinstance(part, str) else _is_among(part, past)
        if is_drafted or not past:  # without the issue that it came from, it may be as it was drafted
            yield context.on_key(UNCHECKED, path, f"This was drafted from an earlier issue. {told}")


def _is_among(part: object, past: Sequence[BaseModel]) -> bool:
    """Return whether a part is as a past issue has it, or as it was drafted from that."""
    return part in past or (
        isinstance(part, Item) and any(isinstance(old, Item) and _is_drafted(part, old) for old in past)
    )


def _is_drafted(item: Item, old: Item) -> bool:
    """Return whether an item is another one in the past tense, or without what was over."""
    if not item.model_fields_set <= old.model_fields_set:
        return False
    for name in item.model_fields_set:
        new, before = getattr(item, name), getattr(old, name)
        if name in _WORDS and before:
            if new not in {before, past_tense(before)}:
                return False
        elif name == "events":
            if not set(new) <= set(before):
                return False
        elif new != before:
            return False
    return True


CHECKS = (Checker("drafts from the last issue", (UNCHECKED,), check),)
