"""An edit of a document, and what it makes of the document's data."""

from __future__ import annotations

import copy
from enum import StrEnum
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from newsletter.compiled_patterns import compile_pattern

_BREAKS = compile_pattern(r"\r\n?")

Path = tuple[str | int, ...]
"""The way to a value: names of fields and positions in lists."""

SHORTHANDS = {"items": "text", "events": "when", "joiners": "name", "leavers": "name", "thanks": "name"}
"""Lists whose entries may be a plain line, each with the field that the line then is."""


class EditError(ValueError):
    """An edit that cannot be made; the message says why, in a sentence."""


class Operation(StrEnum):
    """What an edit does."""

    SET = "set"
    INSERT = "insert"
    REMOVE = "remove"
    MOVE = "move"
    DUPLICATE = "duplicate"


class Edit(BaseModel):
    """One edit of a document.

    `set` gives a field a value (none removes it) and makes the groups of fields on the way to it; `insert` puts an
    entry into a list, before the one at that position; `move` takes an entry to `to`, a position in the same list or
    the path that it has afterwards; `duplicate` puts a copy behind an entry. What a removal leaves empty is removed
    with it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    op: Operation
    path: Path = Field(min_length=1)
    value: Any = None
    to: int | Path | None = None


def find_value(data: Any, path: Path) -> Any:
    """Return the value at a path; raise EditError if there is none."""
    for part in path:
        data = _below(data, part)
    return data


def has_value(data: Any, path: Path) -> bool:
    """Return whether there is a value at a path."""
    try:
        find_value(data, path)
    except EditError:
        return False
    return True


def _below(data: Any, part: str | int) -> Any:
    if isinstance(data, dict) and isinstance(part, str) and part in data:
        return data[part]
    if isinstance(data, list) and isinstance(part, int) and 0 <= part < len(data):
        return data[part]
    raise EditError("There is no such field in the issue.")


def pruned_path(data: Any, path: Path) -> Path:
    """Return what is to be removed in place of a value: the outermost group or list that it alone fills."""
    while len(path) > 1 and len(find_value(data, path[:-1])) == 1:
        path = path[:-1]
    return path


def target_of_move(path: Path, to: int | Path | None) -> Path:
    """Return the path that a moved entry has afterwards."""
    if to is None:
        raise EditError("A move needs the position to move to.")
    return (*path[:-1], to) if isinstance(to, int) else to


def check_value(value: Any, depth: int = 0) -> None:
    """Raise EditError for what cannot be written: anything but texts, lists and groups of fields."""
    if depth > 12:
        raise EditError("This is nested too deeply.")
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise EditError("There is a broken character in the text: type it again.") from None
    elif isinstance(value, dict):
        for name, one in value.items():
            if not isinstance(name, str) or not name:
                raise EditError("A field needs a name.")
            check_value(name)
            check_value(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            check_value(one, depth + 1)
    elif value is not None:
        raise EditError("A value is a text, a list or a group of fields.")


def without_empties(value: Any) -> Any:
    """Return a value to write: fields that have none are left out, and texts end with their last word's line."""
    if isinstance(value, str):
        return _BREAKS.sub("\n", value).rstrip("\n")
    if isinstance(value, dict):
        return {name: without_empties(one) for name, one in value.items() if one is not None and one not in ({}, [])}
    return [without_empties(one) for one in value if one is not None] if isinstance(value, list) else value


def edited_data(data: Any, edit: Edit) -> Any:
    """Return a document's data as an edit leaves it; raise EditError where it cannot be made."""
    check_value(edit.value)
    data = copy.deepcopy(data)
    value = without_empties(copy.deepcopy(edit.value))
    match edit.op:
        case Operation.SET if value is None or value in ({}, []):
            if has_value(data, edit.path):
                _pop(data, pruned_path(data, edit.path))
        case Operation.SET:
            _set(data, edit.path, value)
        case Operation.INSERT:
            _insert(data, edit.path, value)
        case Operation.REMOVE:
            find_value(data, edit.path)
            _pop(data, pruned_path(data, edit.path))
        case Operation.MOVE:
            _move(data, edit)
        case Operation.DUPLICATE:
            entry = copy.deepcopy(find_value(data, edit.path))
            _insert(data, (*edit.path[:-1], _position(edit.path) + 1), entry)
    return data


def _position(path: Path) -> int:
    last = path[-1]
    if not isinstance(last, int):
        raise EditError("This is no entry of a list.")
    return last


def _pop(data: Any, path: Path) -> Any:
    return find_value(data, path[:-1]).pop(path[-1])


def _move(data: Any, edit: Edit) -> None:
    _position(edit.path)
    entry = find_value(data, edit.path)
    to = target_of_move(edit.path, edit.to)
    if to[:-1] == edit.path[:-1]:
        _pop(data, edit.path)
    else:
        _pop(data, pruned_path(data, edit.path))
    _insert(data, to, entry)


def _set(data: Any, path: Path, value: Any) -> None:
    """Give a field its value; groups of fields and lists on the way to it are made where they are missing."""
    for length, (part, following) in enumerate(pairwise(path), 1):
        if not has_value(data, (part,)) or _below(data, part) is None:
            empty: Any = [] if isinstance(following, int) else {}
            _put(data, part, empty)
        elif isinstance(_below(data, part), str) and isinstance(following, str):
            name = _shorthand_name(path[:length])
            _put(data, part, {name: _below(data, part)})
        data = _below(data, part)
    _put(data, path[-1], value)


def _shorthand_name(path: Path) -> str:
    """Return the field that an entry's plain line is."""
    name = next((part for part in reversed(path) if isinstance(part, str)), "")
    if not isinstance(path[-1], int) or name not in SHORTHANDS:
        raise EditError("There is a text in place of a group of fields.")
    return SHORTHANDS[name]


def _put(data: Any, part: str | int, value: Any) -> None:
    if isinstance(data, dict) and isinstance(part, str):
        data[part] = value
    elif isinstance(data, list) and isinstance(part, int) and 0 <= part <= len(data):
        data[part : part + 1] = [value]
    else:
        raise EditError("There is no such field in the issue.")


def _insert(data: Any, path: Path, value: Any) -> None:
    position = _position(path)
    if value is None:
        raise EditError("An entry needs a value.")
    if not has_value(data, path[:-1]) or find_value(data, path[:-1]) is None:
        _set(data, path[:-1], [value])
        return
    found = find_value(data, path[:-1])
    if not isinstance(found, list) or not 0 <= position <= len(found):
        raise EditError("There is no such position in the list.")
    found.insert(position, value)
