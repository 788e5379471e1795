"""Where the fields of a loaded file stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from newsletter.errors import Place
from newsletter.issue_file.source_text import Source
from newsletter.issue_file.yaml_repair.tree import Mapping, Mark, Node, Scalar, Sequence, Style

FieldPath = tuple[str | int, ...]
"""The way to a field: names of fields and positions in lists, from the top of the file."""


@dataclass(frozen=True, slots=True)
class PositionMap:
    """The places of a file's fields, for what is found out about them later."""

    source: Source
    root: Node | None
    _known: dict[Mark, _Characters] = field(default_factory=dict, compare=False, repr=False)
    """What is known of texts that were asked for, each by where it begins."""

    def of(self, loc: FieldPath) -> Place:
        """Return where a field's value begins; of the nearest field around it where the file does not have it."""
        node = self.node(loc)
        return self._place(node.start if node else Mark(1, 1))

    def key_of(self, loc: FieldPath) -> Place:
        """Return where a field's name stands; where the entry begins if it is one of a list."""
        for length in range(len(loc), 0, -1):
            parent = self._exact(loc[: length - 1])
            name = loc[length - 1]
            if isinstance(parent, Mapping) and name in parent.entries:
                return self._place(parent.entries[str(name)].key.start)
            if isinstance(parent, Sequence) and isinstance(name, int) and 0 <= name < len(parent.items):
                return self._place(parent.items[name].start)
        return self.of(())

    def within(self, loc: FieldPath, offset: int) -> Place:
        """Return where the character at `offset` of a field's text stands, in a text of any style.

        The text is the model's, so leading space may be gone from it; offsets are counted by what is not space.
        """
        node = self.node(loc)
        if not isinstance(node, Scalar):
            return self.of(loc)
        characters = self._known.get(node.start)
        if characters is None:
            characters = self._known[node.start] = _Characters.of(node, self.source)
        target = characters.count_before(offset)
        if target and characters.is_space(offset):
            # a space has no sure place of its own: point just behind the word before it
            mark = characters.mark(target - 1)
            return self._place(Mark(mark.line, mark.column + 1))
        return self._place(characters.mark(target))

    def node(self, loc: FieldPath) -> Node | None:
        """Return the nearest node on the way to a field."""
        node = self.root
        for part in loc:
            below = _below(node, part)
            if below is None:
                return node
            node = below
        return node

    def _exact(self, loc: FieldPath) -> Node | None:
        node = self.root
        for part in loc:
            node = _below(node, part)
        return node

    def _place(self, mark: Mark) -> Place:
        return self.source.place(mark.line, mark.column)


class _Characters(NamedTuple):
    """The characters of a text that are not space: how many stand before each place, and where each is in the file."""

    text: str
    start: Mark
    before: tuple[int, ...]
    marks: tuple[Mark, ...]

    @classmethod
    def of(cls, node: Scalar, source: Source) -> _Characters:
        text = node.text.strip()
        before = tuple(accumulate((not character.isspace() for character in text), initial=0))
        return cls(text, node.start, before, tuple(_marks(node, source)))

    def count_before(self, offset: int) -> int:
        return self.before[min(max(offset, 0), len(self.text))]

    def is_space(self, offset: int) -> bool:
        return self.text[offset : offset + 1].strip() == ""

    def mark(self, number: int) -> Mark:
        if not self.marks:
            return self.start
        return self.marks[min(number, len(self.marks) - 1)]


def _marks(node: Scalar, source: Source) -> Iterator[Mark]:
    """Yield where each character of a text that is not space stands."""
    line, column = node.start
    if node.style in {Style.LITERAL, Style.FOLDED}:
        line, column = line + 1, 1
    elif node.style in {Style.SINGLE, Style.DOUBLE}:
        column += 1
    is_quoted = node.style in {Style.SINGLE, Style.DOUBLE}
    while line <= node.end.line:
        text = source.line(line)
        if not is_quoted:
            rest = enumerate(text[column - 1 :], column)
            yield from [Mark(line, at) for at, character in rest if not character.isspace()]
            column = len(text) + 1
        while column <= len(text):
            width, is_space = _step(text, column - 1, node.style)
            if not is_space:
                yield Mark(line, column)
            column += width
        line, column = line + 1, 1


def _below(node: Node | None, part: str | int) -> Node | None:
    if isinstance(node, Mapping):
        entry = node.entries.get(str(part))
        return entry.value if entry else None
    if isinstance(node, Sequence) and isinstance(part, int) and 0 <= part < len(node.items):
        return node.items[part]
    return None


_ESCAPE_WIDTHS = {"x": 4, "u": 6, "U": 10}
_SPACE_ESCAPES = frozenset("ntrvfN_LP \t")


def _step(text: str, index: int, style: Style) -> tuple[int, bool]:
    """Return how many characters of the file make the next one of the value, and whether that one is space."""
    if style is Style.SINGLE and text.startswith("''", index):
        return 2, False
    if style is Style.DOUBLE and text[index] == "\\":
        escape = text[index + 1 : index + 2]
        return _ESCAPE_WIDTHS.get(escape, 2), escape in _SPACE_ESCAPES or not escape
    return 1, text[index].isspace()
