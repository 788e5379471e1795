"""The tree as plain data for the models: every value is the text that the author wrote."""

from __future__ import annotations

from typing import Any

from newsletter.issue_file.expected_shape import ANYTHING, Kinds, Shape
from newsletter.issue_file.yaml_repair.tree import Mapping, Node, Scalar, Sequence


def plain(node: Node | None, shape: Shape, kinds: Kinds) -> Any:
    """Return dicts, lists and texts; a known field without a value is left out, an empty list entry is None."""
    if isinstance(node, Scalar):
        return None if node.is_empty else node.text
    if isinstance(node, Sequence):
        return [plain(item, shape.item or ANYTHING, kinds) for item in node.items]
    if isinstance(node, Mapping):
        here = shape.chosen({"kind": kind_of(node)}, kinds)
        return {
            name: plain(entry.value, here.field(name), kinds)
            for name, entry in node.entries.items()
            if not (is_empty(entry.value) and here.knows(name))
        }
    return None


def is_empty(node: Node) -> bool:
    """Return whether the author left the value out."""
    return isinstance(node, Scalar) and node.is_empty


def kind_of(node: Node, name: str = "kind") -> str | None:
    """Return the `kind` of a section, as it is written; `name` is how its field is spelt."""
    entry = node.entries.get(name) if isinstance(node, Mapping) else None
    return entry.value.text if entry and isinstance(entry.value, Scalar) and not entry.value.is_empty else None
