"""Make an edit in a file's text: only the lines of the edited field change."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.editing.draft import Draft
from newsletter.issue_file.editing.edit import (
    SHORTHANDS,
    Edit,
    EditError,
    Operation,
    Path,
    edited_data,
    find_value,
    has_value,
    pruned_path,
    target_of_move,
    without_empties,
)
from newsletter.issue_file.editing.yaml_values import entry_lines, field_lines, write_flow, write_value
from newsletter.issue_file.yaml_repair import tree
from newsletter.issue_file.yaml_repair.tree import Mapping, Scalar, Style

FieldOrder = Callable[[Path], Sequence[str]]
"""Returns the names of the fields that a group can have, in the order of the model; empty where it is not known."""

_HEADER = compile_pattern(r"([|>])([+-]?)\d?([+-]?)")
_ROOM = 3
"""Lines from which on entries of a list are set apart by a blank line."""


class TextEditor:
    """Makes edits of one kind of document; `order` tells where a new field belongs."""

    def __init__(self, order: FieldOrder) -> None:
        self._order = order

    def apply(self, draft: Draft, data: Any, edit: Edit) -> str:  # noqa: PLR0911  one for each operation
        """Return the text with an edit in it; `data` is that of the draft. Raise EditError where it cannot be made."""
        edited_data(data, edit)  # which refuses what cannot be made
        value = without_empties(edit.value)
        flow = draft.flow_path(edit.path[:-1])
        if flow is not None and not (edit.op is Operation.INSERT and find_value(data, flow) == []):
            return self._rewrite_flow(draft, data, edit, flow)
        match edit.op:
            case Operation.SET if value is None or value in ({}, []):
                return self._remove(draft, pruned_path(data, edit.path)) if has_value(data, edit.path) else draft.text
            case Operation.SET:
                return self._set(draft, data, edit.path, value)
            case Operation.INSERT:
                return self._insert(draft, data, edit.path, value)
            case Operation.REMOVE:
                return self._remove(draft, pruned_path(data, edit.path))
            case Operation.DUPLICATE:
                return self._duplicate(draft, edit.path)
            case Operation.MOVE:
                return self._move(draft, data, edit)

    def _rewrite_flow(self, draft: Draft, data: Any, edit: Edit, flow: Path) -> str:
        """Write a value in brackets anew, on one line; what it leaves empty is removed."""
        after = edited_data(data, edit)
        if not has_value(after, flow):
            path = flow
            while len(path) > 1 and not has_value(after, path[:-1]):
                path = path[:-1]
            return self._remove(draft, path)
        node = draft.node(flow)
        if node is None or (edit.op is Operation.MOVE and target_of_move(edit.path, edit.to)[: len(flow)] != flow):
            raise EditError("This entry can only be moved within its own list.")
        return draft.spliced(draft.offset(node.start), draft.offset(node.end), write_flow(find_value(after, flow)))

    # --- set

    def _set(self, draft: Draft, data: Any, path: Path, value: Any) -> str:
        length = len(path)
        while not has_value(data, path[:length]) or find_value(data, path[:length]) is None:
            length -= 1
        there = find_value(data, path[:length])
        if length == len(path):
            return self._replace(draft, data, path, value)
        if isinstance(there, str):  # a plain line becomes a group of fields
            name = next(part for part in reversed(path[:length]) if isinstance(part, str))
            field, rest = path[length], _nested(path[length + 1 :], value)
            return self._replace(draft, data, path[:length], {SHORTHANDS[name]: there, str(field): rest})
        rest = _nested(path[length + 1 :], value)
        if isinstance(path[length], int):
            is_there = isinstance(there, list) and int(path[length]) < len(there)
            return self._fill(draft, path[: length + 1], rest) if is_there else self._insert(
                draft, data, path[: length + 1], rest
            )  # fmt: skip
        return self._add_field(draft, path[:length], str(path[length]), rest)

    def _replace(self, draft: Draft, data: Any, path: Path, value: Any) -> str:
        node = draft.node(path)
        before = find_value(data, path)
        if node is None:
            raise EditError("There is no such field in the issue.")
        if before == value:
            return draft.text
        if isinstance(node, Mapping | tree.Sequence) and node.flow:
            return draft.spliced(draft.offset(node.start), draft.offset(node.end), write_flow(value))
        in_list = isinstance(path[-1], int)
        anchor = self._anchor(draft, path)
        if isinstance(node, Scalar):
            return _replaced_scalar(draft, node, value, anchor, in_list=in_list)
        return self._replace_block(draft, node, path, value, anchor)

    def _anchor(self, draft: Draft, path: Path) -> tuple[int, int]:
        """Return the line of a value's name or dash, and by how much that is indented."""
        parent = draft.node(path[:-1])
        if isinstance(parent, Mapping):
            key = parent.entries[str(path[-1])].key
            return key.start.line, key.start.column - 1
        assert isinstance(parent, tree.Sequence)  # noqa: S101  what else has a value below it
        return draft.dash_line(parent, int(path[-1])), parent.start.column - 1

    def _replace_block(self, draft: Draft, node: tree.Node, path: Path, value: Any, anchor: tuple[int, int]) -> str:
        line, indent = anchor
        last = draft.last_line(node, line)
        if isinstance(path[-1], int):
            return draft.with_lines(line, last, entry_lines(value, indent))
        written = write_value(value, indent + 2)
        parent = draft.mapping(path[:-1])
        colon = _after_colon(draft, parent.entries[str(path[-1])].key)
        text = draft.with_lines(line + 1, last, list(written.lines)) if last > line else draft.text
        return text[:colon] + (f" {written.head}" if written.head else "") + text[colon:]

    def _add_field(self, draft: Draft, path: Path, name: str, value: Any) -> str:
        node = draft.node(path)
        if isinstance(node, Scalar):  # nothing stands there yet
            return self._fill(draft, path, {name: value})
        mapping = draft.mapping(path)
        if name in mapping.entries:  # it has no value yet
            return self._fill(draft, (*path, name), value)
        if mapping.flow:
            raise EditError("This group of fields stands in brackets.")
        after = self._field_before(path, mapping, name)
        last = draft.last_line(after.value, after.key.start.line)
        return draft.with_lines(last + 1, last, field_lines(name, value, mapping.start.column - 1))

    def _fill(self, draft: Draft, path: Path, value: Any) -> str:
        """Give a value to a name or dash that has none."""
        node = draft.node(path)
        line, indent = self._anchor(draft, path)
        if not isinstance(node, Scalar):
            raise EditError("There is something else already.")
        if node.text:  # `null` or `~`
            return _replaced_scalar(draft, node, value, (line, indent), in_list=isinstance(path[-1], int))
        if isinstance(path[-1], int):
            at = draft.offset(tree.Mark(line, indent + 2))
        else:
            at = _after_colon(draft, draft.mapping(path[:-1]).entries[str(path[-1])].key)
        written = write_value(value, indent + 2, in_list=isinstance(path[-1], int))
        return _put_in(draft, at, at, f" {written.head}" if written.head else "", written.lines)

    def _field_before(self, path: Path, mapping: Mapping, name: str) -> tree.Entry:
        """Return the field after which a new one belongs: the nearest before it in the model's order."""
        order = list(self._order(path))
        entries = list(mapping.entries)
        if name in order:
            before = [one for one in entries if one in order and order.index(one) < order.index(name)]
            if before:
                return mapping.entries[before[-1]]
            return mapping.entries[entries[0]]
        return mapping.entries[entries[-1]]

    # --- lists

    def _insert(self, draft: Draft, data: Any, path: Path, value: Any) -> str:
        if not has_value(data, path[:-1]) or not isinstance(draft.node(path[:-1]), tree.Sequence):
            return self._set(draft, data, path[:-1], [value])
        sequence = draft.sequence(path[:-1])
        if sequence.flow and not sequence.items:
            return self._open_list(draft, path[:-1], sequence, value)
        if sequence.flow:
            entries = list(find_value(data, path[:-1]))
            entries.insert(int(path[-1]), value)
            return draft.spliced(draft.offset(sequence.start), draft.offset(sequence.end), write_flow(entries))
        return self._insert_lines(
            draft, path, lambda indent: entry_lines(value, indent), is_group=isinstance(value, dict)
        )

    def _open_list(self, draft: Draft, path: Path, sequence: tree.Sequence, value: Any) -> str:
        """Put the first entry into an empty list (`[]`)."""
        _, indent = self._anchor(draft, path)
        written = write_value([value], indent + 2)
        start = draft.offset(sequence.start)
        while start and draft.text[start - 1] == " ":
            start -= 1
        return _put_in(draft, start, draft.offset(sequence.end), "", written.lines)

    def _insert_lines(self, draft: Draft, path: Path, lines_at: Callable[[int], list[str]], *, is_group: bool) -> str:
        sequence, position = draft.sequence(path[:-1]), int(path[-1])
        lines = lines_at(sequence.start.column - 1)
        room = [""] if self._is_spaced(draft, sequence, is_group=is_group) else []
        if position < len(sequence.items):
            first, _ = draft.region(sequence, position)
            return draft.with_lines(first, first - 1, [*lines, *room])
        _, last = draft.region(sequence, len(sequence.items) - 1)
        return draft.with_lines(last + 1, last, [*room, *lines])

    def _is_spaced(self, draft: Draft, sequence: tree.Sequence, *, is_group: bool) -> bool:
        """Return whether blank lines set the entries of a list apart."""
        if len(sequence.items) > 1:
            _, last = draft.region(sequence, 0)
            first, _ = draft.region(sequence, 1)
            return any(not draft.line(number).strip() for number in range(last + 1, first))
        first, last = draft.region(sequence, 0)
        return is_group and last - first >= _ROOM

    def _duplicate(self, draft: Draft, path: Path) -> str:
        sequence, position = draft.sequence(path[:-1]), int(path[-1])
        _, last = draft.region(sequence, position)
        lines = [draft.line(number) for number in range(draft.dash_line(sequence, position), last + 1)]
        following = (*path[:-1], position + 1)
        return self._insert_lines(draft, following, lambda _: lines, is_group=len(lines) > 1)

    def _move(self, draft: Draft, data: Any, edit: Edit) -> str:
        to = target_of_move(edit.path, edit.to)
        sequence, position = draft.sequence(edit.path[:-1]), int(edit.path[-1])
        if to[:-1] == edit.path[:-1]:
            return self._reorder(draft, sequence, position, int(to[-1]))
        first, last = draft.region(sequence, position)
        lines = [draft.line(number) for number in range(first, last + 1)]
        indent = sequence.start.column - 1
        text = self._remove(draft, pruned_path(data, edit.path))
        root = tree.read_tree(text).root
        if root is None:
            raise EditError("The issue would be empty.")
        rest, moved = Draft(text, root), find_value(data, edit.path)
        target = rest.node(to[:-1])
        if not isinstance(target, tree.Sequence) or target.flow:
            remaining = edited_data(data, Edit(op=Operation.REMOVE, path=edit.path))
            return self._insert(rest, remaining, to, moved)
        return self._insert_lines(rest, to, lambda wanted: _indented(lines, wanted - indent), is_group=len(lines) > 1)

    def _reorder(self, draft: Draft, sequence: tree.Sequence, position: int, to: int) -> str:
        """Put an entry elsewhere in its list; what stands between the entries stays there."""
        regions = [draft.region(sequence, number) for number in range(len(sequence.items))]
        order = list(range(len(regions)))
        order.insert(to, order.pop(position))
        lines: list[str] = []
        for place, number in enumerate(order):
            first, last = regions[number]
            lines += [draft.line(one) for one in range(first, last + 1)]
            if place + 1 < len(regions):
                lines += [draft.line(one) for one in range(regions[place][1] + 1, regions[place + 1][0])]
        return draft.with_lines(regions[0][0], regions[-1][1], lines)

    # --- remove

    def _remove(self, draft: Draft, path: Path) -> str:
        parent = draft.node(path[:-1])
        if isinstance(parent, tree.Sequence):
            if len(parent.items) == 1:
                raise EditError("The last entry cannot be removed on its own.")
            position = int(path[-1])
            dash = draft.dash_line(parent, position)
            _, last = draft.region(parent, position)
            return _without_lines(draft, dash, last)
        mapping = draft.mapping(path[:-1])
        if len(mapping.entries) == 1:
            raise EditError("The last field of the issue cannot be removed.")
        entry = mapping.entries[str(path[-1])]
        line = entry.key.start.line
        last = draft.last_line(entry.value, line)
        if draft.is_own_line(entry.key.start):
            return _without_lines(draft, line, last)
        return self._remove_beside_dash(draft, mapping, entry, last)

    def _remove_beside_dash(self, draft: Draft, mapping: Mapping, entry: tree.Entry, last: int) -> str:
        """Remove the field that stands on the line of an entry's dash; the next one takes its place."""
        entries = list(mapping.entries.values())
        following = entries[1].key.start
        between = range(last + 1, following.line)
        start = draft.offset(entry.key.start)
        if any(draft.line(number).strip() for number in between):  # comments, which stay where they are
            before = draft.text[:start].rstrip(" ")
            return before + draft.text[draft.end_of(last) :]
        return draft.spliced(start, draft.offset(following), "")


def _nested(path: Path, value: Any) -> Any:
    """Return a value inside of the groups and lists that lead to it."""
    for part in reversed(path):
        value = [value] if isinstance(part, int) else {part: value}
    return value


def _after_colon(draft: Draft, key: Scalar) -> int:
    """Return the offset behind the colon of a field's name."""
    return draft.text.index(":", draft.offset(key.end)) + 1


def _indented(lines: list[str], by: int) -> list[str]:
    """Return lines moved to the right, or to the left as far as there is room."""
    if by >= 0:
        return [" " * by + line if line.strip() else line for line in lines]
    return [line[min(-by, len(line) - len(line.lstrip(" "))) :] for line in lines]


def _put_in(draft: Draft, start: int, end: int, head: str, lines: Sequence[str]) -> str:
    """Put words between two offsets of one line, and lines below that line; a comment behind the words stays there."""
    text = draft.spliced(start, end, head)
    if not lines:
        return text
    rest = re.compile(r"[^\r\n]*").match(text, start + len(head))
    at = rest.end() if rest else len(text)
    return text[:at] + draft.newline + draft.newline.join(lines) + text[at:]


def _replaced_scalar(draft: Draft, node: Scalar, value: Any, anchor: tuple[int, int], *, in_list: bool) -> str:
    """Put another value in place of a text."""
    line, indent = anchor
    start = draft.offset(node.start)
    if node.style not in {Style.LITERAL, Style.FOLDED}:
        written = write_value(value, indent + 2, in_list=in_list, style=node.style)
        head = written.head
        if not head:  # a group or list, whose lines are all below
            while start and draft.text[start - 1] == " ":
                start -= 1
        return _put_in(draft, start, draft.offset(node.end), head, written.lines)
    last = draft.last_line(node, line)
    content = [draft.line(number) for number in range(node.start.line + 1, last + 1)]
    depth = min((len(one) - len(one.lstrip(" ")) for one in content if one.strip()), default=indent + 2)
    written = write_value(value, max(depth, indent + 1), in_list=in_list, style=node.style)
    if isinstance(value, dict | list):
        written = write_value(value, indent + 2, in_list=in_list)
    header = _HEADER.match(draft.line(node.start.line), node.start.column - 1)
    assert header  # noqa: S101  the style says so
    head = written.head
    if head == header[1]:
        head += header[2] or header[3]
    text = draft.with_lines(node.start.line + 1, last, list(written.lines)) if content else draft.text
    stop = start + len(header[0])
    text = text[:start] + head + text[stop:]
    if not content and written.lines:
        return _put_in(Draft(text, draft.root), start, start + len(head), head, written.lines)
    return text


def _without_lines(draft: Draft, first: int, last: int) -> str:
    """Remove lines; where blank lines set them apart on both sides, one side is enough."""
    end = draft.count if draft.line(draft.count) else draft.count - 1
    after = last
    while after < end and not draft.line(after + 1).strip():
        after += 1
    if after == end:
        while first > 1 and not draft.line(first - 1).strip():
            first -= 1
    elif first > 1 and not draft.line(first - 1).strip():
        last = after
    return draft.with_lines(first, last, [])
