"""Write the draft of an issue as YAML, with comments above what the author must check."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from newsletter.issue_file.editing.draft import Draft
from newsletter.issue_file.editing.yaml_values import Written, is_plain, plain_text, write_key, write_text
from newsletter.issue_file.yaml_repair.tree import Mapping, Node, Sequence, Style
from newsletter.preflight.draft_marks import mark_line
from newsletter.scaffold.starter import PLACEHOLDER
from newsletter.workflow.next_issue.carried import Marked
from newsletter.workflow.next_issue.draft_sections import DraftSection

WIDTH = 120
_LONG = 140
"""Characters of a text that was not in the last issue, up to which it is written on one line."""


class DraftWriter:
    """Writes values, each text as it was written in the last issue."""

    def __init__(self, text: str, root: Node | None) -> None:
        self._written = dict(_written(Draft(text, root), root)) if root else {}

    def field(self, name: str, value: Any, indent: int = 0) -> list[str]:
        """Return the lines of a field, its mark above it."""
        if isinstance(value, Marked):
            return [mark_line(value.mark, indent), *self.field(name, value.value, indent)]
        head, lines = self._value(value, indent + 2, in_list=False)
        return [f"{' ' * indent}{write_key(name)}:{' ' if head else ''}{head}", *lines]

    def section(self, section: DraftSection) -> Iterator[str]:
        """Yield the lines of a section, as an entry of the list of sections."""
        if section.comment:
            yield from comment(section.comment, 2)
        if section.mark:
            yield mark_line(section.mark, 2)
        for number, (name, value) in enumerate(section.fields.items()):
            yield from self._dashed(self.field(name, value, 4), 2) if number == 0 else self.field(name, value, 4)
        if section.groups:
            yield "    groups:"
        for fields, items in section.groups:
            lines = [line for name, value in fields.items() for line in self.field(name, value, 8)]
            yield from self._dashed(lines, 6)
            yield from self._items(items, 8)
        if section.items:
            yield from self._items(section.items, 4)

    def _items(self, items: list[Marked], indent: int) -> Iterator[str]:
        yield f"{' ' * indent}items:"
        for item in items:
            if item.mark:
                yield mark_line(item.mark, indent + 2)
            yield from self._entry(item.value, indent + 2)

    def _entry(self, value: Any, indent: int) -> list[str]:
        head, lines = self._value(value, indent + 2, in_list=True)
        return [f"{' ' * indent}- {head}".rstrip(), *lines]

    def _value(self, value: Any, indent: int, *, in_list: bool) -> tuple[str, list[str]]:
        """Return what stands on the line of a value's name or dash, and the lines below it."""
        if isinstance(value, list):
            lines = [line for one in value for line in self._entry(one, indent)]
            return ("", lines) if lines else ("[]", [])
        if isinstance(value, dict):
            lines = [line for name, one in value.items() for line in self.field(name, one, indent)]
            return (lines[0].strip(), lines[1:]) if in_list and lines else ("", lines)
        known = self._written.get(value)
        if known is not None:
            return known.head, [f"{' ' * indent}{line}" if line else "" for line in known.lines]
        is_short = "\n" not in value and len(value) <= _LONG
        if is_short and is_plain(value.removeprefix(f"{PLACEHOLDER} ")):
            return value, []
        written = write_text(value, indent, Style.PLAIN if is_short else Style.FOLDED)
        return written.head, list(written.lines)

    @staticmethod
    def _dashed(lines: list[str], indent: int) -> list[str]:
        return [f"{' ' * indent}- {lines[0].strip()}", *lines[1:]]


def comment(words: str, indent: int = 0) -> list[str]:
    """Return words as lines of a comment."""
    pad = f"{' ' * indent}# "
    return textwrap.wrap(
        words, WIDTH, initial_indent=pad, subsequent_indent=pad, break_long_words=False, break_on_hyphens=False
    )


def _written(draft: Draft, node: Node) -> Iterator[tuple[str, Written]]:
    """Yield each text below a node as it is written, its lines without their indent; none of several plain lines."""
    if isinstance(node, Mapping):
        for entry in node.entries.values():
            yield from _written(draft, entry.value)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _written(draft, item)
    elif node.style in {Style.LITERAL, Style.FOLDED}:
        first = node.start.line
        lines = [draft.line(number) for number in range(first + 1, draft.last_line(node, first) + 1)]
        head = draft.line(first)[node.start.column - 1 :]
        if head in {"|", ">"}:  # others state their indent, or how they end
            yield plain_text(node), Written(head, tuple(textwrap.dedent("\n".join(lines)).split("\n")))
    elif node.start.line == node.end.line and node.text and node.style is not Style.BROKEN:
        yield node.text, Written(draft.text[draft.offset(node.start) : draft.offset(node.end)])
