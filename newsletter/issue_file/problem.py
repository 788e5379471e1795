"""A mistake in a file, and how it could be fixed."""

from __future__ import annotations

from typing import NamedTuple

from newsletter.issue_file.positions import FieldPath
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.yaml_repair.tree import Mark, Node


class ValueFix(NamedTuple):
    """A correction that can be tried in memory, to see what else is wrong: a value, or the right name of a field."""

    loc: FieldPath
    value: str
    renames: bool = False


class LineEdit(NamedTuple):
    """Other words for a part of one line; columns count from 1, the last is not included."""

    line: int
    column: int
    end: int
    text: str


class Problem(NamedTuple):
    """What to tell the author about one fault."""

    code: Code
    mark: Mark
    message: str
    hint: str = ""
    edit: LineEdit | None = None
    """The fix of the line, if it is known."""
    fix: ValueFix | None = None
    paste: str = ""
    """The line that is right, where it is known whole."""
    value: Mark | None = None
    """The value that it takes for text; what is said about that value itself weighs more."""
    missing: str = ""
    """The field that the file does not have; empty where what it has is at fault."""
    spoils: tuple[Mark, ...] = ()
    """Places about which nothing more is to be said."""


def replaced(node: Node, words: str) -> LineEdit | None:
    """Return how to put other words in place of a node; None where it is not on one line."""
    if node.start.line != node.end.line:
        return None
    return LineEdit(node.start.line, node.start.column, node.end.column, words)
