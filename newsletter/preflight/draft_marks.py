"""Marks in the draft of an issue: comments above what was carried over or drafted, and must be checked."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.positions import FieldPath
from newsletter.issue_file.yaml_repair.tree import Mapping, Node, Sequence
from newsletter.scaffold.starter import PLACEHOLDER

_START = f"# {PLACEHOLDER} "
_BREAK = compile_pattern(r"\r\n?|\n")


def mark_line(words: str, indent: int) -> str:
    """Return the line that marks what is below it."""
    return f"{' ' * indent}{_START}{words}"


def marks(source: str, root: Node | None) -> Iterator[tuple[int, str, FieldPath]]:
    """Yield the line of each mark, its words, and the path of what it marks: the field or entry below it."""
    places = dict(_first_lines(root, ())) if root is not None else {}
    lines = _BREAK.split(source)
    for number, line in enumerate(lines, 1):
        if not line.lstrip().startswith(_START):
            continue
        following = number + 1
        while following <= len(lines) and lines[following - 1].lstrip().startswith("#"):
            following += 1
        if following in places and _indent(lines[following - 1]) == _indent(line):
            yield number, line.strip().removeprefix(_START), places[following]


def _first_lines(node: Node, path: FieldPath) -> Iterator[tuple[int, FieldPath]]:
    """Yield the line on which each field and each entry begins, the outermost last where several share one."""
    if isinstance(node, Mapping) and not node.flow:
        for name, entry in node.entries.items():
            yield from _first_lines(entry.value, (*path, name))
            yield entry.key.start.line, (*path, name)
    elif isinstance(node, Sequence) and not node.flow:
        for number, item in enumerate(node.items):
            yield from _first_lines(item, (*path, number))
            yield item.start.line, (*path, number)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
