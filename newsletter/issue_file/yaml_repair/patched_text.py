"""The lines of a file while syntax errors are repaired in memory, line by line, so that parsing can continue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from newsletter.issue_file.yaml_repair.tree import Mark


class _Shift(NamedTuple):
    """From this column on, a changed line is longer by `by` than the line in the file."""

    column: int
    by: int


class PatchedText:
    """Lines that may differ from the file's; marks in them can be brought back to the file."""

    def __init__(self, lines: Sequence[str], shifts: Mapping[int, tuple[_Shift, ...]] | None = None) -> None:
        self.lines = list(lines)
        self._shifts = dict(shifts or {})

    @property
    def text(self) -> str:
        """Return the lines as one text."""
        return "\n".join(self.lines)

    @property
    def is_shifted(self) -> bool:
        """Return whether a place in the text may be another one in the file."""
        return bool(self._shifts)

    def line(self, number: int) -> str:
        """Return a line by its number, counting from 1; empty outside the text."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def change(self, number: int, new: str) -> None:
        """Put another line in place of one."""
        old = self.lines[number - 1]
        if old == new:
            return
        self.lines[number - 1] = new
        by = len(new) - len(old)
        if by == 0:
            return
        tail = _common(old[::-1], new[::-1])
        head = min(_common(old, new), min(len(old), len(new)) - tail)
        self._shifts[number] = (*self._shifts.get(number, ()), _Shift(max(head, len(new) - tail) + 1, by))

    def changed(self, lines: Mapping[int, str]) -> PatchedText:
        """Return another draft, with other lines in place of these."""
        draft = PatchedText(self.lines, self._shifts)
        for number, line in lines.items():
            draft.change(number, line)
        return draft

    def original(self, mark: Mark) -> Mark:
        """Return where a mark of this draft stands in the file."""
        column = mark.column
        for shift in reversed(self._shifts.get(mark.line, ())):
            if column >= shift.column:
                column -= shift.by
        return Mark(mark.line, max(column, 1)) if column != mark.column else mark


def _common(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))
