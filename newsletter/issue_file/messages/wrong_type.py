"""What to say when a place holds another thing than it should: text, a list, fields, or nothing."""

from __future__ import annotations

import re

from newsletter.issue_file.messages.field_names import field_list, listed, nothing_after_dash, owner_name
from newsletter.issue_file.messages.section_kind import as_kind
from newsletter.issue_file.problem import LineEdit, Problem, ValueFix
from newsletter.issue_file.pydantic_errors import LocatedError
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted
from newsletter.issue_file.suggest import as_value, moment
from newsletter.issue_file.yaml_repair.tree import Mapping, Node, Scalar, Sequence
from newsletter.model.section import BUILT_IN_KINDS


def empty_text(fault: LocatedError) -> Problem:
    """Report that a text has no words in it."""
    return fault.complaint(Code.EMPTY_VALUE, f"{fault.name} is empty", "Write its text, or delete the line.")


def text_expected(fault: LocatedError) -> Problem:
    """Report that a text is needed where there are fields, a list, or nothing."""
    node = fault.node
    if isinstance(node, Scalar):
        return nothing_after_dash(fault)
    raw = _raw(fault, node)
    if raw and node.start.line == node.end.line:
        sign = raw[0]
        value = as_value(raw)
        return fault.complaint(
            Code.TEXT_EXPECTED,
            f"{fault.name} must be text, but {sign} at the beginning has a special meaning",
            "Put the text in quotation marks.",
            fault.with_value(value),
            ValueFix(fault.loc, raw),
        )
    what = "a list" if isinstance(node, Sequence) else "fields"
    name = fault.entry.text if fault.entry else ""
    hint = "Write the text after the colon"
    if name:
        hint += f"; for several lines, begin with `{name}: |` and indent the lines below it"
    return fault.complaint(Code.TEXT_EXPECTED, f"{fault.name} must be text, but contains {what}", f"{hint}.")


def _raw(fault: LocatedError, node: Node) -> str:
    """Return a collection in brackets as it is written, empty for one without."""
    if not isinstance(node, Scalar) and node.flow:
        line = fault.source.line(node.start.line)
        return line[node.start.column - 1 : node.end.column - 1]
    return ""


def list_expected(fault: LocatedError) -> Problem:
    """Report that a list is needed."""
    node = fault.node
    message = f"{fault.name} must be a list"
    if isinstance(node, Mapping):
        if node.flow:
            return fault.complaint(
                Code.LIST_EXPECTED,
                f"{message}, but contains fields",
                "Put square brackets around it.",
                fault.with_value(f"[{_raw(fault, node)}]") if node.start.line == node.end.line else None,
            )
        first = next(iter(node.entries.values())).key if node.entries else None
        if first is not None and first.text in BUILT_IN_KINDS:
            return fault.complaint(
                Code.LIST_EXPECTED,
                f"{message} of sections, but {quoted(first.text)} has no dash and `kind:`",
                f"Write `- kind: {first.text}`, and the section's fields below it, lined up with `kind`.",
                as_kind(fault, first, "- "),
            )
        return fault.complaint(
            Code.LIST_EXPECTED,
            f"{message}, but contains fields without a dash",
            "Put a dash and a space before the first field of each entry, and indent its other fields by two "
            "more spaces.",
            LineEdit(node.start.line, node.start.column, node.start.column, "- "),
        )
    text = fault.text
    parts = _moments(text) or ([text] if text and "\n" not in text and len(text) < 80 else [])
    edit = fault.with_value(f"[{', '.join(map(_flow_value, parts))}]") if parts else None
    return fault.complaint(
        Code.LIST_EXPECTED,
        f"{message}, but contains {quoted(text)}",
        "Write each entry on a separate line that begins with a dash and a space.",
        edit,
    )


def _moments(text: str) -> list[str]:
    """Return the dates of a text that holds several and nothing else."""
    found = [moment(part) for part in re.split(r"\s*(?:,|;|\band\b|&)\s*", text)]
    return found if len(found) > 1 and all(found) else []


def _flow_value(text: str) -> str:
    return text if re.fullmatch(r"[\w £€.-]*\w[\w .]*|\d{4}-\d\d-\d\d \d\d:\d\d", text) else as_value(text)


def fields_expected(fault: LocatedError) -> Problem:
    """Report that fields are needed."""
    node = fault.node
    names = field_list(fault.shape)
    shown = listed(names[:4])
    if isinstance(node, Scalar) and node.is_empty:
        if fault.entry is None and fault.loc:
            return nothing_after_dash(fault)
        return fault.complaint(Code.EMPTY_VALUE, f"{fault.name} is empty", f"Write its fields: {shown}.")
    if isinstance(node, Sequence):
        what = "the whole file" if not fault.loc else fault.name
        return fault.complaint(
            Code.FIELDS_EXPECTED,
            f"{what} is a list, but it must have fields such as {shown}",
            "Delete the dash before the first field, and line up the fields.",
        )
    if not fault.loc:
        return fault.complaint(
            Code.FIELDS_EXPECTED,
            "the file contains text without fields",
            f"Each field needs a name and a colon: {shown}. `newsletter new` creates a file with all of them.",
        )
    return fault.complaint(
        Code.FIELDS_EXPECTED,
        f"{fault.name} must have fields of its own, but contains {quoted(fault.text)}",
        f"Write its fields on the lines below, indented by two spaces: {shown}.",
    )


def too_short(fault: LocatedError) -> Problem:
    """Report that a list needs at least one entry."""
    return fault.complaint(
        Code.EMPTY_VALUE, f"{fault.name} has no entries", "Add at least one, on a line that begins with a dash."
    )


def nothing_inside(fault: LocatedError) -> Problem:
    """Report that a section or an item holds nothing for the reader."""
    names = [
        name for name in ("title", "text", "items", "groups", "joiners", "leavers", "thanks") if fault.shape.knows(name)
    ]
    what = owner_name(fault, fault.shape)
    return fault.complaint(
        Code.NOTHING_INSIDE, f"{what} has nothing to show to readers", f"Add one of {listed(names)}, or delete it."
    )
