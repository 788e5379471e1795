"""Undo and redo: the exact bytes of a file before and after each change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

MOST_STEPS = 300
"""Changes that can be undone."""

MOST_BYTES = 50_000_000
"""Bytes that all steps hold together."""


class Step(NamedTuple):
    """One change of a file."""

    before: bytes
    after: bytes
    label: str
    group: str = ""


@dataclass
class UndoStack:
    """The changes of one file in this run of the composer."""

    _done: list[Step] = field(default_factory=list)
    _undone: list[Step] = field(default_factory=list)

    def add(self, before: bytes, after: bytes, label: str, group: str = "") -> None:
        """Add a change; what was undone before it can no longer be redone.

        Changes of the same group in a row, as the keystrokes in one field, are one step.
        """
        continues = bool(group) and not self._undone and bool(self._done) and self._done[-1].group == group
        self._undone.clear()
        if continues and self._done[-1].after == before:
            before = self._done.pop().before
        self._done.append(Step(before, after, label, group))
        while len(self._done) > MOST_STEPS or sum(len(one.before) for one in self._done) > MOST_BYTES:
            self._done.pop(0)

    def next_undo(self, current: bytes) -> Step | None:
        """Return the change that an undo reverts; None if there is none."""
        return self._done[-1] if self._done and self._done[-1].after == current else None

    def next_redo(self, current: bytes) -> Step | None:
        """Return the change that a redo makes again; None if there is none."""
        return self._undone[-1] if self._undone and self._undone[-1].before == current else None

    def mark_undone(self) -> None:
        """Record that the last change was undone."""
        self._undone.append(self._done.pop())

    def mark_redone(self) -> None:
        """Record that the last undone change was redone."""
        self._done.append(self._undone.pop())
