"""What to say when a section does not tell its kind, or tells one that there is not."""

from __future__ import annotations

from newsletter.issue_file.messages.field_names import listed, nothing_after_dash
from newsletter.issue_file.problem import LineEdit, Problem, ValueFix, replaced
from newsletter.issue_file.pydantic_errors import LocatedError
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted
from newsletter.issue_file.suggest import nearest
from newsletter.issue_file.yaml_repair.tree import Mapping, Scalar

_COMMON = frozenset({"items", "groups", "text", "heading", "title", "link", "image"})


def unknown_kind(fault: LocatedError) -> Problem:
    """Report that there is no such kind of section, and which was meant."""
    kinds = str(fault.values.get("known", "")).split(", ")
    node = fault.node
    entry = node.entries.get("kind") if isinstance(node, Mapping) else None
    if entry is None or not isinstance(entry.value, Scalar):
        return fault.complaint(
            Code.UNKNOWN_KIND, "the section's `kind` is not a single word", f"The kinds are {listed(kinds)}."
        )
    value = entry.value
    meant = nearest(value.text, kinds)
    hint = f"Did you mean `{meant}`?" if meant else f"The kinds are {listed(kinds)}."
    return Problem(
        Code.UNKNOWN_KIND,
        value.start,
        f"there is no section kind {quoted(value.text)}",
        f"{hint} A kind of your own needs a template of the same name in templates/sections.",
        replaced(value, meant) if meant else None,
        ValueFix((*fault.loc, "kind"), meant) if meant else None,
    )


def missing_kind(fault: LocatedError) -> Problem:
    """Report that a section does not tell what it is."""
    kinds = str(fault.values.get("known", "")).split(", ")
    node = fault.node
    if isinstance(node, Scalar) and node.is_empty:
        return nothing_after_dash(fault)
    if not isinstance(node, Mapping):
        return fault.complaint(
            Code.FIELDS_EXPECTED,
            f"a section needs fields, but this one is {quoted(fault.text) if fault.text else 'a list'}",
            "Begin each section with `- kind: …` and write its other fields below, indented by two more spaces.",
        )
    named = next((entry.key for name, entry in node.entries.items() if name in kinds), None)
    if named is not None:
        return Problem(
            Code.MISSING_KIND,
            named.start,
            f"{quoted(named.text)} is a section kind, but is used as a field name here",
            f"Write `- kind: {named.text}`, and the section's fields below it, lined up with `kind`.",
            as_kind(fault, named),
        )
    empty = node.entries.get("kind")
    if empty is not None:
        return Problem(
            Code.EMPTY_VALUE, empty.key.start, "the section's `kind` is empty", f"The kinds are {listed(kinds)}."
        )
    misspelt = next((e.key for n, e in node.entries.items() if n not in _COMMON and nearest(n, ["kind"])), None)
    if misspelt is not None:
        return Problem(
            Code.UNKNOWN_FIELD,
            misspelt.start,
            f"there is no field {quoted(misspelt.text)} in a section",
            "Did you mean `kind`?",
            replaced(misspelt, "kind"),
            ValueFix((*fault.loc, misspelt.text), "kind", renames=True),
        )
    return fault.complaint(Code.MISSING_KIND, "the section has no `kind`", f"Add `kind:` and one of {listed(kinds)}.")


def as_kind(fault: LocatedError, key: Scalar, dash: str = "") -> LineEdit:
    """Return how to write a kind that was written as the name of a field."""
    end = len(fault.source.line(key.start.line).rstrip()) + 1
    return LineEdit(key.start.line, key.start.column, end, f"{dash}kind: {key.text}")
