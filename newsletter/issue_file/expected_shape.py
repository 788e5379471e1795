"""What the models expect at each place of a file: fields, a list, or a single value."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, Discriminator, Tag

from newsletter.model.section import CustomSection

Kinds = Mapping[str, type[CustomSection]]
"""The user's own section kinds, by name."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at a place."""

    model: type[BaseModel] | None = None
    """A group of fields."""
    item: Shape | None = None
    """A list of these."""
    entries: Shape | None = None
    """Fields of any name, each one of these."""
    takes_text: bool = False
    """A plain text will do, whatever else may stand there."""
    choices: Mapping[str, Shape] | None = None
    """One of several groups of fields, told apart by `choose`; pydantic's locations then hold the choice's name."""
    choose: Callable[[Any], Any] | None = None

    def chosen(self, data: Any, kinds: Kinds) -> Shape:
        """Return the group of fields that this data is meant to be; the shape itself where there is no choice."""
        if self.choices is None or self.choose is None:
            return self
        kind = data.get("kind") if isinstance(data, dict) else None
        own = kinds.get(kind) if isinstance(kind, str) else None
        return Shape(model=own) if own else self.choices.get(self.choose(data), LEAF)

    def field(self, name: object) -> Shape:
        """Return what may stand in a field; anything where the field is unknown."""
        if self.model is None or not isinstance(name, str):
            return self.entries or ANYTHING
        return _fields(self.model).get(name, ANYTHING)

    def knows(self, name: str) -> bool:
        """Return whether this is a group of fields that has this one."""
        return self.model is not None and name in self.model.model_fields


LEAF = Shape(takes_text=True)
ANYTHING = Shape()


@lru_cache(maxsize=256)
def shape_of(model: type[BaseModel]) -> Shape:
    """Return the shape of a whole file."""
    return Shape(model=model)


@lru_cache(maxsize=256)
def _fields(model: type[BaseModel]) -> dict[str, Shape]:
    return {name: _shape(info.annotation, info.metadata) for name, info in model.model_fields.items()}


def _shape(annotation: Any, metadata: list[Any]) -> Shape:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _shape(inner, [*metadata, *more])
    if origin in {Union, types.UnionType}:
        return _union(annotation, metadata)
    takes_text = any(isinstance(entry, BeforeValidator) for entry in metadata)
    if origin is dict:
        return Shape(entries=_shape(get_args(annotation)[1], []))
    if origin is tuple:
        return Shape(item=_shape(get_args(annotation)[0], []), takes_text=takes_text)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape(model=annotation, takes_text=takes_text)
    return LEAF


def _union(annotation: Any, metadata: list[Any]) -> Shape:
    members = [member for member in get_args(annotation) if member is not types.NoneType]
    choose = next((entry.discriminator for entry in metadata if isinstance(entry, Discriminator)), None)
    if callable(choose):
        return Shape(choices={_tag(member): _shape(member, []) for member in members}, choose=choose)
    return _shape(members[0], metadata) if len(members) == 1 else LEAF


def _tag(member: Any) -> str:
    return next(entry.tag for entry in get_args(member) if isinstance(entry, Tag))


def field_names(model: type[BaseModel], kinds: Kinds) -> frozenset[str]:
    """Return the names of all fields that a file of this model can have, at any level."""
    names = _names(model)
    for kind in kinds.values():
        names |= _names(kind)
    return names


@lru_cache(maxsize=256)
def _names(model: type[BaseModel]) -> frozenset[str]:
    names: set[str] = set()
    seen: set[type[BaseModel]] = set()
    waiting = [shape_of(model)]
    while waiting:
        shape = waiting.pop()
        waiting += [below for below in (shape.item, shape.entries) if below]
        waiting += (shape.choices or {}).values()
        if shape.model is not None and shape.model not in seen:
            seen.add(shape.model)
            names |= set(shape.model.model_fields)
            waiting += _fields(shape.model).values()
    return frozenset(names)
