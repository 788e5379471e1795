"""How to call the parts of a file in what is said about them."""

from __future__ import annotations

from newsletter.issue_file.expected_shape import Shape
from newsletter.issue_file.problem import Problem
from newsletter.issue_file.pydantic_errors import LocatedError
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import quoted
from newsletter.issue_file.to_plain import kind_of
from newsletter.issue_file.yaml_repair.tree import Mapping, Scalar


def owner_name(fault: LocatedError, shape: Shape) -> str:
    """Return how to call a group of fields."""
    path = fault.loc if fault.missing or fault.shape is shape else fault.loc[:-1]
    if not path:
        return f"the {top_name(fault)}"
    if shape.model is not None and "kind" in shape.model.model_fields:
        kind = _section_kind(fault, shape)
        return f"the section {quoted(kind)}" if kind else "the section"
    if isinstance(path[-1], str):
        return f"`{path[-1]}`"
    names = [part for part in path if isinstance(part, str)]
    return f"this entry of `{names[-1]}`" if names else f"the {top_name(fault)}"


def _section_kind(fault: LocatedError, shape: Shape) -> str:
    if fault.shape is shape and isinstance(fault.node, Mapping):
        return kind_of(fault.node) or ""
    kind = shape.model.model_fields["kind"] if shape.model else None
    arguments = getattr(kind.annotation, "__args__", ()) if kind else ()
    return str(arguments[0]) if arguments else ""


def top_name(fault: LocatedError) -> str:
    """Return how to call the whole file."""
    model = fault.top.model
    return model.__name__.casefold() if model else "file"


def field_list(shape: Shape) -> list[str]:
    """Return the names of the fields of a group."""
    return list(shape.model.model_fields) if shape.model else []


def listed(names: list[str]) -> str:
    """Return names as a person would list them."""
    marked = [f"`{name}`" for name in names if name]
    return " and ".join([", ".join(marked[:-1]), marked[-1]]) if len(marked) > 1 else "".join(marked)


def nothing_after_dash(fault: LocatedError) -> Problem:
    """Report that an entry of a list holds nothing."""
    return fault.complaint(
        Code.EMPTY_VALUE,
        f"{fault.name} is empty",
        "Write a value after the dash, or delete the line.",
    )


def at_field(fault: LocatedError, name: str, code: Code, message: str, hint: str) -> Problem:
    """Return a complaint about one field of the group at fault."""
    node = fault.node
    entry = node.entries.get(name) if isinstance(node, Mapping) else None
    mark = fault.mark if entry is None else entry.value.start
    return Problem(code, mark, message, hint)


def field_text(fault: LocatedError, name: str) -> str:
    """Return the text of one field of the group at fault; empty where it has none."""
    node = fault.node
    entry = node.entries.get(name) if isinstance(node, Mapping) else None
    return entry.value.text if entry and isinstance(entry.value, Scalar) else ""
