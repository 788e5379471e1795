"""The parts of an issue by their paths: which part contains a text, and the segments it is for."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from newsletter.issue_file.positions import FieldPath
from newsletter.model.issue import Issue


def value_at(issue: Issue, loc: FieldPath) -> object:
    """Return what is at a place of an issue; None if there is nothing."""
    *_, last = _on_the_way(issue, loc)
    return last


def part_of(issue: Issue, loc: FieldPath) -> BaseModel | None:
    """Return the part of an issue at a place; None where that is no part with fields."""
    last = value_at(issue, loc)
    return last if isinstance(last, BaseModel) else None


def kind_of(issue: Issue, section: int | None) -> str:
    """Return the kind of a section; empty outside of the sections."""
    return "" if section is None else str(getattr(issue.sections[section], "kind", ""))


def is_for_some(issue: Issue, loc: FieldPath) -> bool:
    """Return whether something is shown to some readers only."""
    return any(getattr(part, "only", None) is not None for part in _on_the_way(issue, loc))


def _on_the_way(issue: Issue, loc: FieldPath) -> Iterator[object]:
    value: object = issue
    yield value
    for part in loc:
        value = value[part] if isinstance(part, int) and isinstance(value, tuple) else getattr(value, str(part), None)
        yield value
