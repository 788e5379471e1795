"""A look at YAML line by line, as a person reads it: for telling what was meant where the parser gives up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.yaml_repair.patched_text import PatchedText

_LINE = compile_pattern(r"(?P<indent>[ ]*)(?P<dashes>(?:-(?:[ ]+|$))*)(?P<rest>.*)", re.DOTALL)
_KEY = compile_pattern(
    r"""(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'\[\]{}#&*!|>%@`,:](?:[^:#]*?[^\s:#])?|[^\s"'\[\]{}#&*!|>%@`,:]\S*?)"""
    r"""(?P<colon>\s*:)(?P<gap>[ \t]+|$)(?P<value>.*)""",
    re.DOTALL,
)
_BLOCK_HEADER = compile_pattern(r"[|>][-+0-9]{0,2}[ \t]*(?:#.*)?$")
_COMMENT = compile_pattern(r"(?:^|(?<![ \t])[ \t]+)#.*$")


class Line(NamedTuple):
    """One line in its parts; columns count from 1."""

    number: int
    text: str
    indent: int
    """How many spaces it begins with."""
    dashes: str
    """The marks of list entries, with the spaces after each."""
    key: str
    """The name of the field with its quotation marks, empty if there is none."""
    value: str
    """What follows the key, or all that follows the dashes; without spaces at the end."""
    value_column: int

    @property
    def column(self) -> int:
        """Return the column of the key, or of the text if there is none."""
        return self.indent + len(self.dashes) + 1

    @property
    def name(self) -> str:
        """Return the name of the field without quotation marks."""
        return self.key.strip("\"' ")

    @property
    def is_blank(self) -> bool:
        """Return whether nothing, or only a comment, is on it."""
        stripped = self.text.strip()
        return not stripped or stripped.startswith("#")

    @property
    def is_structural(self) -> bool:
        """Return whether it begins a field or an entry of a list."""
        return bool(self.key or self.dashes)

    @property
    def bare_value(self) -> str:
        """Return the value without a comment after it; a value in quotation marks or brackets stays whole."""
        if self.value[:1] in {'"', "'", "[", "{"}:
            return self.value
        return _COMMENT.sub("", self.value)

    @property
    def opens_block(self) -> bool:
        """Return whether a text of several lines begins below it."""
        return _BLOCK_HEADER.fullmatch(self.value) is not None

    def with_value(self, value: str) -> str:
        """Return the line with another value; a comment after the old one stays."""
        rest = self.value[len(self.bare_value) :]
        return self.text[: self.value_column - 1] + value + rest


def line_of(number: int, text: str) -> Line:
    """Take a line apart."""
    match = _LINE.match(text)
    assert match is not None  # noqa: S101  the pattern matches any text
    indent, dashes, rest = len(match["indent"]), match["dashes"], match["rest"]
    field = _KEY.match(rest)
    if field is None:
        return Line(number, text, indent, dashes, "", rest.rstrip(), indent + len(dashes) + 1)
    start = indent + len(dashes) + field.start("value") + 1
    return Line(number, text, indent, dashes, field["key"], field["value"].rstrip(), start)


class TextBlock(NamedTuple):
    """A text of several lines: where it was begun, and its own lines as far as they are indented."""

    header: int
    first: int
    last: int
    """The last line that belongs to it; before the first if there is none."""
    indent: int
    """How many spaces its lines begin with."""


class LineScan:
    """All lines of a draft in their parts, and which of them are only text."""

    def __init__(self, draft: PatchedText, names: frozenset[str]) -> None:
        self.draft = draft
        self.names = names
        self._lines: dict[int, Line] = {}

    def line(self, number: int) -> Line:
        """Return a line in its parts; an empty one outside the text."""
        known = self._lines.get(number)
        if known is None:
            known = self._lines[number] = line_of(number, self.draft.line(number))
        return known

    @property
    def count(self) -> int:
        """Return how many lines there are."""
        return len(self.draft.lines)

    @cached_property
    def blocks(self) -> Sequence[TextBlock]:
        """Return the texts of several lines, in order."""
        blocks = []
        number = 1
        while number <= self.count:
            line = self.line(number)
            if line.opens_block and not line.is_blank:
                block = self._block(line)
                blocks.append(block)
                number = max(block.last, number)
            number += 1
        return blocks

    @cached_property
    def text_lines(self) -> frozenset[int]:
        """Return the numbers of the lines that are text, in which no character has a meaning."""
        return frozenset(number for block in self.blocks for number in range(block.first, block.last + 1))

    def _block(self, header: Line) -> TextBlock:
        parent = header.column - 1 if header.key else header.indent + max(len(header.dashes.rstrip()) - 1, 0)
        last, indent = header.number, 0
        for number in range(header.number + 1, self.count + 1):
            text = self.draft.line(number)
            if not text.strip():
                continue
            depth = len(text) - len(text.lstrip(" "))
            if depth <= parent:
                break
            indent = indent or depth
            if depth < indent:
                break
            last = number
        return TextBlock(header.number, header.number + 1, last, indent or parent + 2)

    def before(self, number: int) -> Line | None:
        """Return the nearest line above that is neither blank nor text of several lines."""
        for above in range(number - 1, 0, -1):
            line = self.line(above)
            if above not in self.text_lines and not line.is_blank:
                return line
        return None

    def is_field(self, line: Line) -> bool:
        """Return whether a line begins a field that files of this sort have."""
        return line.name in self.names

    def columns_above(self, number: int) -> list[Line]:
        """Return the lines whose fields or entries are still open at a line, innermost first."""
        found: list[Line] = []
        limit = 10_000
        for above in range(number - 1, 0, -1):
            line = self.line(above)
            if above in self.text_lines or line.is_blank or not line.is_structural:
                continue
            if line.indent < limit:
                found.append(line)
                limit = line.indent
            if limit == 0:
                break
        return found
