"""Fields and where they are: the path of a place in the file, the words for a field, the path as it is written."""

from __future__ import annotations

from typing import Any

from newsletter.issue_file.editing.edit import Path
from newsletter.issue_file.yaml_repair.tree import Mapping, Mark, Node, Sequence

_LABELS = {
    "alt": "Alt text",
    "because": "Reason",
    "cta": "Button",
    "ends": "End",
    "intro": "Introduction",
    "link": "Link",
    "preheader": "Preview text",
    "sign_off": "Closing words",
    "when": "Date",
    "where": "Place",
    "who": "Name",
}


def path_of_line(root: Node | None, line: int, column: int) -> Path | None:
    """Return the path of the innermost field at a place of the file; None if there is none."""
    if root is None or not line:
        return None
    path: Path = ()
    node: Node | None = root
    while node is not None:
        below = [(key, value) for key, start, value in _children(node) if start <= (line, column or 10_000)]
        if not below:
            break
        key, node = below[-1]
        path = (*path, key)
    return path or None


def _children(node: Node) -> list[tuple[str | int, Mark, Node]]:
    if isinstance(node, Mapping):
        entries = sorted(node.entries.values(), key=lambda entry: entry.key.start)
        return [(entry.key.text, entry.key.start, entry.value) for entry in entries]
    if isinstance(node, Sequence):
        return [(position, item.start, item) for position, item in enumerate(node.items)]
    return []


def written_path(data: Any, path: Path) -> Path:
    """Return the path of a field in the file: a plain line that stands for a group of fields is the field itself."""
    for length, part in enumerate(path):
        if isinstance(data, str):
            return path[:length]
        if isinstance(data, dict) and isinstance(part, str):
            data = data.get(part)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            data = None
    return path


def label_of(path: Path | None) -> str:
    """Return a field's name in words."""
    name = next((part for part in reversed(path or ()) if isinstance(part, str)), "")
    return _LABELS.get(name) or name.replace("_", " ").capitalize()
