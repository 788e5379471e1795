"""Edits of an older version: where they touch nothing that changed since, they are made in the newer one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from newsletter.issue_file.editing.edit import (
    Edit,
    Operation,
    Path,
    find_value,
    has_value,
    target_of_move,
    without_empties,
)


def changed_paths(before: Any, after: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of values that differ; a list that grew or shrank differs as a whole."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name in {**before, **after}:
            if name not in before or name not in after:
                yield (*path, name)
            else:
                yield from changed_paths(before[name], after[name], (*path, name))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for position, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from changed_paths(one, other, (*path, position))
    elif before != after:
        yield path


def conflict_of(edits: list[Edit], before: Any, after: Any) -> Path | None:
    """Return the path of the first field that both the edits and others changed; None if there is none.

    A field that others gave the same value is no conflict.
    """
    changed = list(changed_paths(before, after))
    for edit in edits:
        if _is_made_already(edit, after):
            continue
        for path, is_list in _touched(edit):
            hit = next((one for one in changed if _overlap(path, one) and not (is_list and len(one) > len(path))), None)
            if hit is not None:
                return max(path, hit, key=len)
    return None


def _is_made_already(edit: Edit, data: Any) -> bool:
    if edit.op is not Operation.SET or edit.value is None or not has_value(data, edit.path):
        return False
    return bool(find_value(data, edit.path) == without_empties(edit.value))


def _touched(edit: Edit) -> Iterator[tuple[Path, bool]]:
    """Yield the paths of what an edit changes, and whether only the order or number of a list's entries does."""
    if edit.op is not Operation.SET:
        yield edit.path[:-1], True
    if edit.op is not Operation.INSERT:
        yield edit.path, False
    if edit.op is Operation.MOVE:
        yield target_of_move(edit.path, edit.to)[:-1], True


def _overlap(one: Path, other: Path) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]
