"""How a request's JSON must be made: a strict check that refuses what the provider's description does not name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any


class SchemaProblem(Enum):
    """In which way a field is wrong."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One field that is not as it must be; `field` is its path, such as `settings.title`."""

    field: str
    lack: SchemaProblem
    words: str


Shape = Any
"""What a value must be, in the fewest words.

A type (`str`, `int`, `float`, `bool`, `dict`; `object` for anything), None, a literal text, a tuple of such (any one of
them), a list of one (an array of these), or a dict (an object with these fields and no others; a name that ends with
`!` must be there).
"""


def misfits(value: Any, shape: Shape, field: str = "") -> Iterator[SchemaError]:
    """Yield all that is wrong with a value, by the shape it must have."""
    if isinstance(shape, dict):
        yield from _in_object(value, shape, field)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield SchemaError(field, SchemaProblem.WRONG, "is not an array")
            return
        for number, item in enumerate(value):
            yield from misfits(item, shape[0], f"{field}.{number}")
    elif isinstance(shape, tuple):
        if all(next(misfits(value, one), None) for one in shape):
            yield SchemaError(field, SchemaProblem.WRONG, f"is none of {', '.join(_name(one) for one in shape)}")
    elif not _is(value, shape):
        yield SchemaError(field, SchemaProblem.WRONG, f"is not {_name(shape)}")


def _in_object(value: Any, shape: dict[str, Shape], field: str) -> Iterator[SchemaError]:
    if not isinstance(value, dict):
        yield SchemaError(field, SchemaProblem.WRONG, "is not an object")
        return
    lead = f"{field}." if field else ""
    fields = {name.rstrip("!"): one for name, one in shape.items()}
    for name in shape:
        if name.endswith("!") and name[:-1] not in value:
            yield SchemaError(lead + name[:-1], SchemaProblem.MISSING, "is required")
    for name, item in value.items():
        if name in fields:
            yield from misfits(item, fields[name], lead + name)
        else:
            yield SchemaError(lead + name, SchemaProblem.UNKNOWN, "is not a field of this")


def _is(value: Any, shape: Shape) -> bool:
    if shape is object:
        return True
    if isinstance(shape, type):
        if isinstance(value, bool):
            return shape is bool
        return isinstance(value, (int, float) if shape is float else shape)
    return bool(value == shape and type(value) is type(shape))


def _name(shape: Shape) -> str:
    if isinstance(shape, type):
        return {str: "a string", int: "an integer", float: "a number", bool: "a boolean", dict: "an object"}[shape]
    if isinstance(shape, list):
        return "an array"
    return "null" if shape is None else repr(shape)
