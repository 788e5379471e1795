"""Parts of an issue for some segments only, and the version of the issue for each reader."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations
from typing import Any, TypeVar

from pydantic import BaseModel, Field

from newsletter.model.fields import FrozenModel, Names

MOST = 4
"""How many segments an issue may name: each one doubles the number of its variants."""


class Only(FrozenModel):
    """The segments that a part of an issue is for."""

    segment: Names = Field(
        min_length=1,
        description="The segment of your audience whose people get this part; or several.",
        examples=["members", ["members", "trustees"]],
    )


AnyModel = TypeVar("AnyModel", bound=BaseModel)


def named_segments(content: BaseModel) -> tuple[str, ...]:
    """Return the segments that parts of an issue are for, each once, in the order of the issue."""
    names: dict[str, str] = {}
    for only in _onlys(content):
        for name in only.segment:
            names.setdefault(name.casefold(), name)
    return tuple(names.values())


def variants(names: Collection[str]) -> Iterator[tuple[str, ...]]:
    """Yield each group of segments that a reader may be in, from one segment to all of them."""
    for size in range(1, len(names) + 1):
        yield from combinations(names, size)


def for_readers(content: AnyModel, segments: Collection[str]) -> AnyModel:
    """Return what the people of these segments get of an issue: what holds nothing for them is left out."""
    theirs = {name.casefold() for name in segments}
    changed: dict[str, Any] = {}
    for name in type(content).model_fields:
        value = getattr(content, name)
        if isinstance(value, tuple):
            kept = tuple(left for one in value if (left := _left(one, theirs)) is not None)
            if len(kept) != len(value) or any(left is not one for left, one in zip(kept, value, strict=True)):
                changed[name] = kept
    # a part of which nothing is left out stays the one that its author wrote, with the fields that they set
    return content.model_copy(update=changed) if changed else content


def _left(one: Any, segments: Collection[str]) -> Any:
    """Return what is left of one part; None where it is not for these readers, or nothing is left."""
    if not isinstance(one, BaseModel):
        return one
    only = getattr(one, "only", None)
    if isinstance(only, Only) and not any(name.casefold() in segments for name in only.segment):
        return None
    left = for_readers(one, segments)
    return None if _is_emptied(one, left) else left


def _is_emptied(before: BaseModel, after: BaseModel) -> bool:
    """Return whether a part lost its last item, and has no words of its own."""
    lists = [name for name in type(before).model_fields if isinstance(getattr(before, name), tuple)]
    had = [name for name in lists if getattr(before, name) and name != "people"]
    if not had or any(getattr(after, name) for name in lists):
        return False
    return not any(getattr(after, name, None) for name in ("text", "title", "image", "when"))


def _onlys(content: Any) -> Iterator[Only]:
    if isinstance(content, Only):
        yield content
    elif isinstance(content, BaseModel):
        for name in type(content).model_fields:
            yield from _onlys(getattr(content, name))
    elif isinstance(content, tuple):
        for one in content:
            yield from _onlys(one)
