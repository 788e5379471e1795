"""What to say when a field is unknown or missing."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.expected_shape import field_names
from newsletter.issue_file.messages.field_names import field_list, listed, owner_name, top_name
from newsletter.issue_file.problem import LineEdit, Problem, ValueFix, replaced
from newsletter.issue_file.pydantic_errors import LocatedError
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted
from newsletter.issue_file.suggest import as_value, nearest, same_name
from newsletter.issue_file.yaml_repair.tree import Mapping, Scalar

SECRET = compile_pattern(
    r"(?:pass(?:word|phrase|wd)|secret|token|api[_ -]?key|private[_ -]?key|credential)", re.IGNORECASE
)
"""What the name of a field has in it that would hold a secret."""

SECRET_FIELD = compile_pattern(SECRET.pattern + r"[\w -]*[\"']?\s*[:=]", re.IGNORECASE)
"""A field, in the text of a file, that would hold a secret."""

_IDENTIFIER = compile_pattern(r"[a-z][a-z0-9_-]*")


HOW_TO_HIDE = (
    "Delete the line, and set the secret as an environment variable; if anyone else has seen the file, "
    "change the secret."
)
"""What to do with a secret in a file."""


def unknown_field(fault: LocatedError) -> Problem:
    """Report that there is no such field, and which one was meant."""
    key = fault.entry
    if key is None:
        return fault.complaint(Code.UNKNOWN_FIELD, f"{fault.name} has an unexpected field")
    name, parent = key.text, fault.owner
    known = field_list(parent)
    if SECRET.search(name) and not fault.top.knows("sections"):
        return _secret(key)
    if not name:
        hint = f"The available fields are {listed(known)}."
        return Problem(Code.UNKNOWN_FIELD, key.start, "a field has no name before its colon", hint)
    meant = nearest(name, known)
    sure = same_name(name, known)
    return (not sure and _misplaced(fault, key)) or _misspelt(fault, key, meant) or _not_here(fault, key)


def _misspelt(fault: LocatedError, key: Scalar, meant: str) -> Problem | None:
    if not meant:
        return None
    fix = ValueFix(fault.loc, meant, renames=True)
    return Problem(
        Code.UNKNOWN_FIELD, key.start, _no_field(fault, key), f"Did you mean `{meant}`?", replaced(key, meant), fix
    )


def _misplaced(fault: LocatedError, key: Scalar) -> Problem | None:
    hint = _elsewhere(fault, key)
    if not hint:
        return None
    return Problem(Code.UNKNOWN_FIELD, key.start, _no_field(fault, key), hint, _further_left(fault, key))


def _not_here(fault: LocatedError, key: Scalar) -> Problem:
    if fault.owner.takes_text and not _IDENTIFIER.fullmatch(key.text):
        return _line_with_colon(fault, key)
    hint = f"The available fields are {listed(field_list(fault.owner))}."
    if fault.top.model is not None and fault.top.model.__name__ == "Declaration" and len(fault.loc) > 2:
        hint = f"If this is part of a description, put quotation marks around the description. {hint}"
    return Problem(Code.UNKNOWN_FIELD, key.start, _no_field(fault, key), hint)


def _no_field(fault: LocatedError, key: Scalar) -> str:
    return f"there is no field {quoted(key.text)} in {owner_name(fault, fault.owner)}"


def _secret(key: Scalar) -> Problem:
    return Problem(
        Code.SECRET,
        key.start,
        f"a secret must not be kept in this file: {quoted(key.text)}",
        HOW_TO_HIDE,
    )


def _line_with_colon(fault: LocatedError, key: Scalar) -> Problem:
    """Report that a line of text was taken for a field because of its colon."""
    line = fault.source.line(key.start.line)
    text = line[key.start.column - 1 :].rstrip()
    single = fault.node.end.line == key.start.line
    return Problem(
        Code.COLON,
        key.start,
        f"the colon after {quoted(key.text)} turns this text into a field name",
        "Put the whole line in quotation marks.",
        LineEdit(key.start.line, key.start.column, key.start.column + len(text), as_value(text)) if single else None,
    )


def _elsewhere(fault: LocatedError, key: Scalar) -> str:
    """Return a hint where the field belongs, if it is one of a group around this one or inside it."""
    name = key.text
    outer = next((label for _, shape, label in fault.around[1:] if shape.knows(name)), "")
    if outer:
        where = f"of the whole {top_name(fault)}" if outer == "the file" else f"of {outer}"
        return f"`{name}` is a field {where}: indent its line less, to line up with those fields."
    model = fault.owner.model
    inner = [each for each in (model.model_fields if model else {}) if fault.owner.field(each).knows(name)]
    if inner:
        return f"`{name}` is a field of `{inner[0]}`: write it below `{inner[0]}:`, indented by two spaces."
    if len(fault.loc) == 1 and fault.top.knows("sections") and name in field_names(fault.top.model or BaseModel, {}):
        return f"`{name}` belongs inside a section: put it under `- kind: …` in `sections:`, indented."
    return ""


def _further_left(fault: LocatedError, key: Scalar) -> LineEdit | None:
    """Return how to move a field to the group around it that knows it."""
    outer = next((node for node, shape, _ in fault.around[1:] if shape.knows(key.text)), None)
    line = fault.source.line(key.start.line)
    if outer is None or outer.flow or line[: key.start.column - 1].strip():
        return None
    return LineEdit(key.start.line, 1, key.start.column, " " * (outer.start.column - 1))


def missing_field(fault: LocatedError) -> Problem:
    """Explain which field is needed, with an example."""
    name = fault.missing or str(fault.loc[-1])
    model = fault.owner.model
    info = model.model_fields.get(name) if model else None
    about = (info.description or "").rstrip(".") if info else ""
    example = _example(info.examples[0]) if info and info.examples else ""
    if not fault.missing:
        return fault.complaint(
            Code.EMPTY_VALUE, f"{fault.name} is empty", f"Write it after the colon{_such_as(fault, example)}."
        )
    owner = owner_name(fault, fault.owner)
    has = "have" if owner.endswith("s") else "has"
    hint = f"`{name}: {example}` ({about})." if example else f"`{name}:` ({about}) and write it below, indented."
    return fault.complaint(Code.MISSING_FIELD, f"{owner} {has} no `{name}`", f"Add {hint}")._replace(missing=name)


def issue_empty(fault: LocatedError) -> Problem:
    """Report that an issue needs sections, as one without any words needs them."""
    entry = fault.node.entries.get("sections") if isinstance(fault.node, Mapping) else None
    if entry is None:
        return missing_field(fault._replace(missing="sections", owner=fault.shape))
    here = fault._replace(missing="", node=entry.value, entry=entry.key, owner=fault.shape, loc=("sections",))
    return missing_field(here)


def _such_as(fault: LocatedError, example: str) -> str:
    return f", such as `{fault.entry.text}: {example}`" if example and fault.entry else ""


def _example(value: Any) -> str:
    text = str(value) if isinstance(value, str | int) else ""
    return as_value(text) if re.search(r": |^[^\w£€]| #", text) else text
