"""What templates are given: plain values that cannot be changed, and functions made for them.

No model, no object with methods of ours, nothing that a template could call to reach beyond its text.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from jinja2 import Undefined
from markupsafe import Markup
from pydantic import BaseModel

from newsletter.render.field_marks import MarkedText

_VALUES = (bool, int, float, dt.date, dt.time, dt.timedelta, type(None), Undefined)


class Function:
    """A function that a template may call; it has no attribute that a template could read."""

    __slots__ = ("_call", "name")

    def __init__(self, call: Callable[..., Any], name: str = "") -> None:
        self._call = call
        self.name = name or getattr(call, "__name__", "function")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call it, and return plain data."""
        return self._call(*args, **kwargs)

    def __repr__(self) -> str:
        """Return its name."""
        return f"<function {self.name}>"


class Opaque:
    """Base of what is handed to templates as it is: the environment knows what may be read of it."""

    __slots__ = ()


class Choice(str):
    """A value of a setting that has several, such as a theme: a text with the `value` and `name` that it had."""

    __slots__ = ("name",)
    name: str

    @property
    def value(self) -> str:
        """Return the text alone."""
        return str(self)


class Record:
    """Named values: an issue, a section, an item. Equal where the kind and all values are."""

    __slots__ = ("_extra", "_kind", "_shown")

    def __init__(self, kind: str, shown: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> None:
        object.__setattr__(self, "_kind", kind)
        object.__setattr__(self, "_shown", dict(shown))
        object.__setattr__(self, "_extra", dict(extra or {}))

    def __getattr__(self, name: str) -> Any:
        values = found_in(self) if not name.startswith("_") else {}
        if name not in values:
            raise AttributeError(name)
        return values[name]

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name} cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name} cannot be removed")

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield names and values, as the models do."""
        return iter([*object.__getattribute__(self, "_shown").items()])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and _essence(self) == _essence(other)

    def __hash__(self) -> int:
        return hash(_essence(self))

    def __repr__(self) -> str:
        """Return what it is, without its values."""
        return f"<{kind_of(self)}>"


def kind_of(record: Record) -> str:
    """Return what a record is, in a word or two."""
    return str(object.__getattribute__(record, "_kind"))


def found_in(record: Record) -> dict[str, Any]:
    """Return all that a record has by name: its fields, and what is worked out from them."""
    shown: dict[str, Any] = object.__getattribute__(record, "_shown")
    return {**object.__getattribute__(record, "_extra"), **shown}


def _essence(record: Record) -> tuple[str, tuple[tuple[str, Any], ...]]:
    return kind_of(record), tuple(object.__getattribute__(record, "_shown").items())


_WORKED_OUT: dict[str, tuple[str, ...]] = {
    "Item": ("is_line",),
    "Issue": ("month", "subject_line"),
    "Picture": ("is_tall",),
    "Tokens": ("measure",),
    "RenderedSection": ("template",),
}
"""Properties that templates may read beside the fields, by the class that has them."""

_METHODS: dict[str, tuple[str, ...]] = {
    "UiStrings": ("heading", "listed"),
    "Plural": ("of",),
    "Picture": ("fit", "height_for"),
}
"""Methods that templates may call: none of them reads or changes anything but the values of its own object."""


_SHOWN_AS = {"UiStrings": "set of fixed texts", "RenderedSection": "section", "LocaleContext": "language"}
"""What error messages call a value whose class has a name that says little to the author of a template."""


class PlainData:
    """Turns models and functions into plain data; the same model always gives the same record."""

    def __init__(self) -> None:
        self._records: dict[int, tuple[Any, Record]] = {}
        self._models: dict[int, Any] = {}

    def of(self, value: Any) -> Any:  # noqa: PLR0911  one for each kind of value
        """Return a value as templates see it."""
        if isinstance(value, Enum):
            choice = Choice(value.value)
            choice.name = value.name
            return choice
        if isinstance(value, str):
            return value if type(value) in (str, Markup, Choice, MarkedText) else str(value)
        if isinstance(value, (*_VALUES, Record, Function, Opaque)):
            return value
        if isinstance(value, Mapping):
            return {self.of(name): self.of(one) for name, one in value.items()}
        if isinstance(value, BaseModel) or _is_record(value):
            return self._record(value)
        if isinstance(value, list | tuple):
            made = [self.of(one) for one in value]
            return made if isinstance(value, list) else tuple(made)
        if callable(value):
            return self.function(value)
        raise TypeError(f"templates cannot be given a {type(value).__name__}")

    def function(self, call: Callable[..., Any], name: str = "") -> Function:
        """Return a function for templates: what it returns becomes plain data too."""
        return Function(lambda *args, **kwargs: self.of(call(*args, **kwargs)), name or getattr(call, "__name__", ""))

    def model_of(self, record: Any) -> Any:
        """Return the model that a record was made from; the value itself where it is no such record."""
        return self._models.get(id(record), record) if isinstance(record, Record) else record

    def _record(self, value: Any) -> Record:
        known = self._records.get(id(value))
        if known is not None:
            return known[1]
        name = type(value).__name__
        shown = {one: self.of(getattr(value, one)) for one in _field_names(value)}
        extra = {one: self.of(getattr(value, one)) for one in _WORKED_OUT.get(name, ())}
        extra |= {one: self.function(getattr(value, one), one) for one in _METHODS.get(name, ())}
        if name == "Tokens":
            extra |= found_in(shown["form"])
        record = Record(_SHOWN_AS.get(name) or _in_words(name), shown, extra)
        self._records[id(value)] = value, record
        self._models[id(record)] = value
        return record


def _is_record(value: Any) -> bool:
    """Return whether a value is a data class or a named tuple."""
    return not isinstance(value, type) and (is_dataclass(value) or _is_named_tuple(value))


def _is_named_tuple(value: Any) -> bool:
    return isinstance(value, tuple) and hasattr(value, "_fields")


def _field_names(value: Any) -> Iterable[str]:
    """Return the names of the fields of a model, a data class or a named tuple."""
    if isinstance(value, BaseModel):
        return type(value).model_fields
    names: Iterable[str] = value._fields if _is_named_tuple(value) else [one.name for one in fields(value)]
    return names


def plain_context(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return names and values as templates see them."""
    plain = PlainData()
    return {name: plain.of(value) for name, value in context.items()}


def _in_words(name: str) -> str:
    """Return the name of a class as words: LinkEntry becomes link entry."""
    return "".join(f" {one.lower()}" if one.isupper() else one for one in name).strip()
