"""What pydantic found, brought back to the place in the file that it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence as AbstractSequence
from typing import Any, NamedTuple

from pydantic import BaseModel

from newsletter.issue_file.expected_shape import ANYTHING, Kinds, Shape
from newsletter.issue_file.positions import FieldPath
from newsletter.issue_file.problem import LineEdit, Problem, ValueFix, replaced
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import Source
from newsletter.issue_file.to_plain import kind_of
from newsletter.issue_file.yaml_repair.tree import Mapping, Mark, Node, Scalar, Sequence, Style


class LocatedError(NamedTuple):
    """One error of pydantic's, with all that is known about the place."""

    kind: str
    """pydantic's name of the error."""
    values: AbstractMapping[str, Any]
    """What pydantic filled its words with."""
    loc: FieldPath
    """The way through the file, without pydantic's additions."""
    missing: str
    """The name of the field that the file does not have; empty where the node is what is at fault."""
    node: Node
    shape: Shape
    """What should stand here."""
    owner: Shape
    """The group of fields that this is in."""
    entry: Scalar | None
    """The key, where the node is the value of a field."""
    top: Shape
    """What the whole file should be."""
    around: tuple[tuple[Mapping, Shape, str], ...]
    """The groups of fields that this is in, innermost first, each with its shape and what to call it."""
    source: Source
    year: int | None
    """The year that dates without one are taken to be in."""

    @property
    def name(self) -> str:
        """Return how to call what is at fault: `deadline`, or the entry of a list."""
        if self.missing:
            return f"`{self.missing}`"
        if self.entry is not None:
            return f"`{self.entry.text}`"
        return _entry_name(self.loc)

    @property
    def text(self) -> str:
        """Return the value as it is written; empty where it is not a single one."""
        return self.node.text.strip() if isinstance(self.node, Scalar) else ""

    @property
    def mark(self) -> Mark:
        """Return where the fault stands."""
        if isinstance(self.node, Scalar) and self.node.is_empty and self.entry is not None:
            return self.entry.start
        return self.node.start

    def with_value(self, value: str) -> LineEdit | None:
        """Return how to put the value right; None where it is unknown, or not on one line."""
        return replaced(self.node, value) if value else None

    def complaint(
        self, code: Code, message: str, hint: str = "", edit: LineEdit | None = None, fix: ValueFix | None = None
    ) -> Problem:
        """Return what to say, at the place of the fault."""
        return Problem(code, self.mark, message, hint, edit, fix)

    def corrected(self, code: Code, message: str, hint: str, value: str) -> Problem:
        """Return what to say where the right value may be known; empty where it is not."""
        fix = ValueFix(self.loc, value) if value else None
        return self.complaint(code, message, hint, self.with_value(value), fix)


def _entry_name(loc: AbstractSequence[str | int]) -> str:
    names = [part for part in loc if isinstance(part, str)]
    return f"this entry of `{names[-1]}`" if names else "the file"


class ErrorLocator:
    """Bring pydantic's locations back to the tree of one file."""

    def __init__(self, source: Source, root: Node, model: type[BaseModel], kinds: Kinds) -> None:
        self.source = source
        self.root = root
        self.top = Shape(model=model)
        self.kinds = kinds
        self.year = _year(root)
        self._names: dict[FieldPath, str] = {}
        self._kinds: dict[FieldPath, str] = {}

    def follow(self, fix: ValueFix) -> None:
        """Take note of a correction in the data, which pydantic's next locations will be about."""
        if fix.renames:
            self._names[*fix.loc[:-1], fix.value] = str(fix.loc[-1])
        elif fix.loc and fix.loc[-1] == "kind":
            self._kinds[fix.loc[:-1]] = fix.value

    def fault(self, error: AbstractMapping[str, Any]) -> LocatedError | None:
        """Return the fault behind an error; None where the place was already complained about."""
        node, shape, owner = self.root, self.top, ANYTHING
        entry: Scalar | None = None
        loc: list[str | int] = []
        missing = ""
        around: list[tuple[Mapping, Shape, str]] = []
        parts = list(error["loc"])
        while parts:
            if shape.choices is not None:
                # the next part is the name of the choice, which is no place in the file
                parts.pop(0)
                shape = self._chosen(shape, node, loc)
                continue
            part = parts.pop(0)
            if isinstance(node, Mapping):
                around.insert(0, (node, shape, f"`{entry.text}`" if entry else _entry_name(loc)))
                found = node.entries.get(str(part)) or node.entries.get(self._names.get((*loc, part), ""))
                if found is None:
                    missing = str(part)
                    break
                owner, shape = shape, shape.field(part)
                node, entry = found.value, found.key
            elif isinstance(node, Sequence) and isinstance(part, int) and part < len(node.items):
                node, shape, entry = node.items[part], shape.item or ANYTHING, None
            else:
                # a text that stands for a group of fields, or for a list of one
                break
            loc.append(part)
        if isinstance(node, Scalar) and node.style is Style.BROKEN and error["type"] != "extra_forbidden":
            return None
        shape = self._chosen(shape, node, loc)
        return LocatedError(
            kind=str(error["type"]),
            values=error.get("ctx", {}),
            loc=tuple(loc),
            missing=missing,
            node=node,
            shape=shape,
            owner=shape if missing else owner,
            entry=entry,
            top=self.top,
            around=tuple(around),
            source=self.source,
            year=self.year,
        )

    def _chosen(self, shape: Shape, node: Node, loc: list[str | int]) -> Shape:
        if shape.choices is None:
            return shape
        kind = self._kinds.get(tuple(loc)) or kind_of(node, self._names.get((*loc, "kind"), "kind"))
        return shape.chosen({"kind": kind}, self.kinds)


def _year(root: Node) -> int | None:
    """Return the year that the file's own date is in."""
    entry = root.entries.get("date") if isinstance(root, Mapping) else None
    found = re.search(r"\b20\d\d\b", entry.value.text) if entry and isinstance(entry.value, Scalar) else None
    return int(found[0]) if found else None
