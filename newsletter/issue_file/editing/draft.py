"""A file's text with the places of its fields, as edits see it: lines are counted, and cut at offsets."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.editing.edit import EditError, Path
from newsletter.issue_file.yaml_repair.tree import Mapping, Mark, Node, Scalar, Sequence, Style

_BREAK = compile_pattern(r"\r\n?|\n")


@dataclass(frozen=True)
class Draft:
    """A text and its tree; lines and columns count from 1, as in the tree."""

    text: str
    root: Node

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _BREAK.finditer(self.text))]

    @cached_property
    def newline(self) -> str:
        """Return how lines end in this file."""
        found = _BREAK.search(self.text)
        return found[0] if found else "\n"

    @property
    def count(self) -> int:
        """Return the number of lines; what follows the last line break counts, even if it is nothing."""
        return len(self._starts)

    def line(self, number: int) -> str:
        """Return a line without its end."""
        start = self._starts[number - 1]
        end = self._starts[number] if number < self.count else len(self.text)
        return self.text[start:end].rstrip("\r\n")

    def offset(self, mark: Mark) -> int:
        """Return the offset of a place."""
        return min(self._starts[min(mark.line, self.count) - 1] + mark.column - 1, len(self.text))

    def end_of(self, number: int) -> int:
        """Return the offset of a line's end, before its line break."""
        return self._starts[number - 1] + len(self.line(number))

    def spliced(self, start: int, end: int, words: str) -> str:
        """Return the text with other words between two offsets."""
        return self.text[:start] + words + self.text[end:]

    def with_lines(self, first: int, last: int, lines: list[str]) -> str:
        """Return the text with other lines in place of those from `first` to `last` (before `first`, if that is less).

        The line breaks at both ends stay as they are; a file that ends without one still does.
        """
        inside = self.newline.join(lines)
        if last < first:  # nothing is taken away
            at = self._starts[first - 1] if first <= self.count else len(self.text)
            if first > self.count:
                return self.text + (self.newline if self.text else "") + inside
            if at == len(self.text) and self.text and not self.text.endswith(("\r", "\n")):
                return self.text + self.newline + inside
            return self.spliced(at, at, inside + self.newline) if lines else self.text
        start = self._starts[first - 1]
        if lines:
            return self.spliced(start, self.end_of(last), inside)
        if last < self.count:
            return self.spliced(start, self._starts[last], "")
        cut = self.end_of(first - 1) if first > 1 else 0
        return self.text[:cut]

    def node(self, path: Path) -> Node | None:
        """Return the node at a path; None if there is none."""
        node: Node | None = self.root
        for part in path:
            if isinstance(node, Mapping) and isinstance(part, str) and part in node.entries:
                node = node.entries[part].value
            elif isinstance(node, Sequence) and isinstance(part, int) and 0 <= part < len(node.items):
                node = node.items[part]
            else:
                return None
        return node

    def mapping(self, path: Path) -> Mapping:
        """Return the group of fields at a path."""
        node = self.node(path)
        if not isinstance(node, Mapping):
            raise EditError("There is no such group of fields in the issue.")
        return node

    def sequence(self, path: Path) -> Sequence:
        """Return the list at a path."""
        node = self.node(path)
        if not isinstance(node, Sequence):
            raise EditError("There is no such list in the issue.")
        return node

    def flow_path(self, path: Path) -> Path | None:
        """Return the path of the outermost value in brackets on the way to a path; None if there is none."""
        for length in range(len(path) + 1):
            node = self.node(path[:length])
            if isinstance(node, Mapping | Sequence) and node.flow:
                return path[:length]
        return None

    def last_line(self, node: Node, first: int) -> int:
        """Return the last line of a value's own; `first` is the line of its name or dash."""
        if isinstance(node, Mapping | Sequence) and not node.flow:
            if isinstance(node, Mapping):
                below = [(entry.value, entry.key.start.line) for entry in node.entries.values()]
            else:
                below = [(item, self.dash_line(node, position)) for position, item in enumerate(node.items)]
            return max((self.last_line(one, line) for one, line in below), default=first)
        if isinstance(node, Scalar) and node.style in {Style.LITERAL, Style.FOLDED}:
            return self._last_of_block(node)
        if isinstance(node, Scalar) and node.is_empty and not node.text:
            return first
        return node.end.line

    def _last_of_block(self, node: Scalar) -> int:
        last = node.end.line if node.end.column > 1 else node.end.line - 1
        while last > node.start.line and not self.line(last).strip():
            last -= 1
        return last

    def dash_line(self, sequence: Sequence, position: int) -> int:
        """Return the line on which an entry's dash stands."""
        column = sequence.start.column - 1
        number = min(sequence.items[position].start.line, self.count)
        while number > 1 and self.line(number)[column : column + 1] != "-":
            number -= 1
        return number

    def region(self, sequence: Sequence, position: int) -> tuple[int, int]:
        """Return the first and the last line of a list's entry, with the comments directly above it."""
        dash = self.dash_line(sequence, position)
        last = self.last_line(sequence.items[position], dash)
        above = sequence.start.line if position == 0 else self.dash_line(sequence, position - 1) + 1
        if position:
            above = max(above, self.last_line(sequence.items[position - 1], above - 1) + 1)
        first = dash
        indent = sequence.start.column - 1
        while first > above and self._is_comment(first - 1, indent):
            first -= 1
        return first, last

    def _is_comment(self, number: int, indent: int) -> bool:
        line = self.line(number)
        return line.lstrip().startswith("#") and len(line) - len(line.lstrip()) >= indent

    def is_own_line(self, mark: Mark) -> bool:
        """Return whether nothing stands before a place on its line."""
        return not self.line(mark.line)[: mark.column - 1].strip()
