"""What to say when fields are unknown, missing, empty, or hold another thing than they should."""

from __future__ import annotations

import re
from typing import Any

from newsletter.loading.code import Code
from newsletter.loading.correction import as_value, nearest
from newsletter.loading.fault import Complaint, Edit, Fault, Mend, replaced
from newsletter.loading.plain import kind_of
from newsletter.loading.shape import Shape
from newsletter.loading.source import quoted
from newsletter.loading.tree import Mapping, Node, Scalar, Sequence

_SECRET = re.compile(r"pass(?:word|phrase|wd)|secret|token|api[_ -]?key|private[_ -]?key|credential", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]*")


def unknown_field(fault: Fault) -> Complaint:
    """Say that there is no such field, and which one was meant."""
    key = fault.entry
    name = str(fault.loc[-1]) if fault.loc else ""
    parent = fault.owner
    if key is None:
        return fault.complaint(Code.UNKNOWN_FIELD, f"there is no field {quoted(name)}")
    if _SECRET.search(name):
        return Complaint(
            Code.SECRET,
            key.start,
            f"a secret has no place in this file: {quoted(name)}",
            "Delete the line, and set the secret as an environment variable; if anyone else has seen the file, "
            "change the secret.",
            secret=True,
        )
    known = _fields(parent)
    if not name:
        return Complaint(
            Code.UNKNOWN_FIELD, key.start, "a field has no name before its colon", f"The fields are {_listed(known)}."
        )
    meant = nearest(name, known)
    if not meant and parent.takes_text and not _IDENTIFIER.fullmatch(name):
        return _line_with_colon(fault, key)
    message = f"there is no field {quoted(name)} in {owner_name(fault, parent)}"
    if meant:
        edit = replaced(key, meant)
        return Complaint(
            Code.UNKNOWN_FIELD,
            key.start,
            message,
            f"Did you mean `{meant}`?",
            edit,
            Mend(fault.loc, meant, renames=True),
        )
    return Complaint(Code.UNKNOWN_FIELD, key.start, message, _elsewhere(fault, name, known))


def _line_with_colon(fault: Fault, key: Scalar) -> Complaint:
    """Say that a line of text was taken for a field because of its colon."""
    line = fault.source.line(key.start.line)
    text = line[key.start.column - 1 :].rstrip()
    single = fault.node.end.line == key.start.line
    return Complaint(
        Code.COLON,
        key.start,
        f"the colon after {quoted(key.text)} makes these words the name of a field",
        "Put the whole line in quotation marks.",
        Edit(key.start.line, key.start.column, key.start.column + len(text), as_value(text)) if single else None,
    )


def _elsewhere(fault: Fault, name: str, known: list[str]) -> str:
    """Return a hint where the field belongs, if it is one of a level around this one or below it."""
    if len(fault.loc) > 1 and fault.top.knows(name):
        return f"`{name}` is a field of the whole {_top_name(fault)}: begin its line at the left margin."
    if len(fault.loc) == 1 and name in {"items", "groups", "kind", "text"}:
        return f"`{name}` belongs inside a section: indent it under `- kind:` in `sections:`."
    return f"The fields here are {_listed(known)}."


def missing_field(fault: Fault) -> Complaint:
    """Say which field is needed, with an example."""
    name = fault.missing or str(fault.loc[-1])
    model = fault.owner.model
    info = model.model_fields.get(name) if model else None
    about = (info.description or "").rstrip(".") if info else ""
    example = _example(info.examples[0]) if info and info.examples else ""
    if not fault.missing:
        return fault.complaint(
            Code.EMPTY_VALUE, f"{fault.name} is empty", f"Write it after the colon{_such_as(fault, example)}."
        )
    if not example:
        return fault.complaint(
            Code.MISSING_FIELD,
            f"{owner_name(fault, fault.owner)} has no `{name}`",
            f"Add `{name}:` ({about}) and write it below, indented.",
        )
    return fault.complaint(
        Code.MISSING_FIELD, f"{owner_name(fault, fault.owner)} has no `{name}`", f"Add `{name}: {example}` ({about})."
    )


def _such_as(fault: Fault, example: str) -> str:
    return f", such as `{fault.entry.text}: {example}`" if example and fault.entry else ""


def _example(value: Any) -> str:
    text = str(value) if isinstance(value, str | int) else ""
    return as_value(text) if re.search(r": |^[^\w£€]| #", text) else text


def empty_text(fault: Fault) -> Complaint:
    """Say that a text has no words in it."""
    return fault.complaint(Code.EMPTY_VALUE, f"{fault.name} is empty", "Write its words, or delete the line.")


def text_expected(fault: Fault) -> Complaint:
    """Say that a text is needed where there are fields, a list, or nothing."""
    node = fault.node
    if isinstance(node, Scalar):
        return _nothing_after_dash(fault)
    raw = _raw(fault, node)
    if raw and node.start.line == node.end.line:
        sign = raw[0]
        value = as_value(raw)
        return fault.complaint(
            Code.TEXT_EXPECTED,
            f"{fault.name} needs a text, and {sign} at its beginning means something else",
            "Put the text in quotation marks.",
            fault.with_value(value),
            Mend(fault.loc, raw),
        )
    what = "a list" if isinstance(node, Sequence) else "fields"
    name = fault.entry.text if fault.entry else ""
    hint = "Write the words after the colon"
    if name:
        hint += f"; for several lines begin with `{name}: |` and indent the lines below it"
    return fault.complaint(Code.TEXT_EXPECTED, f"{fault.name} needs a text, and holds {what}", f"{hint}.")


def _raw(fault: Fault, node: Node) -> str:
    """Return a collection in brackets as it is written, empty for one without."""
    if not isinstance(node, Scalar) and node.flow:
        line = fault.source.line(node.start.line)
        return line[node.start.column - 1 : node.end.column - 1]
    return ""


def _nothing_after_dash(fault: Fault) -> Complaint:
    return fault.complaint(
        Code.EMPTY_VALUE,
        f"{fault.name} is empty",
        "Write something after the dash, or delete the line.",
    )


def list_expected(fault: Fault) -> Complaint:
    """Say that a list is needed."""
    node = fault.node
    message = f"{fault.name} needs a list"
    if isinstance(node, Mapping):
        if node.flow:
            return fault.complaint(
                Code.LIST_EXPECTED,
                f"{message}, and holds fields",
                "Put square brackets around it.",
                fault.with_value(f"[{_raw(fault, node)}]") if node.start.line == node.end.line else None,
            )
        return fault.complaint(
            Code.LIST_EXPECTED,
            f"{message}, and holds fields without a dash",
            "Put a dash and a space before the first field of each entry, and indent its other fields by two more.",
            Edit(node.start.line, node.start.column, node.start.column, "- "),
        )
    text = fault.text
    simple = text and "\n" not in text and len(text) < 80
    edit = fault.with_value(f"[{_flow_value(text)}]") if simple else None
    return fault.complaint(
        Code.LIST_EXPECTED,
        f"{message}, and holds {quoted(text)}",
        "Write each entry on a line of its own that begins with a dash and a space.",
        edit,
    )


def _flow_value(text: str) -> str:
    return text if re.fullmatch(r"[\w £€.-]*\w[\w .]*", text) else as_value(text)


def fields_expected(fault: Fault) -> Complaint:
    """Say that fields are needed."""
    node = fault.node
    names = _fields(fault.shape)
    shown = _listed(names[:4])
    if isinstance(node, Scalar) and node.is_empty:
        if fault.entry is None and fault.loc:
            return _nothing_after_dash(fault)
        return fault.complaint(Code.EMPTY_VALUE, f"{fault.name} is empty", f"Write its fields: {shown}.")
    if isinstance(node, Sequence):
        what = "the whole file" if not fault.loc else fault.name
        return fault.complaint(
            Code.FIELDS_EXPECTED,
            f"{what} is a list, and fields such as {shown} are needed",
            "Delete the dash before the first field, and let the fields begin at the same column.",
        )
    if not fault.loc:
        return fault.complaint(
            Code.FIELDS_EXPECTED,
            "the file holds text, and no fields",
            f"Each field needs a name and a colon: {shown}. `newsletter new` makes a file with all of them.",
        )
    return fault.complaint(
        Code.FIELDS_EXPECTED,
        f"{fault.name} needs fields of its own, and holds {quoted(fault.text)}",
        f"Write its fields on the lines below, indented by two spaces: {shown}.",
    )


def too_short(fault: Fault) -> Complaint:
    """Say that a list needs at least one entry."""
    return fault.complaint(
        Code.EMPTY_VALUE, f"{fault.name} has no entries", "Add at least one, on a line that begins with a dash."
    )


def nothing_inside(fault: Fault) -> Complaint:
    """Say that a section or an item holds nothing for the reader."""
    names = [
        name for name in ("title", "text", "items", "groups", "joiners", "leavers", "thanks") if fault.shape.knows(name)
    ]
    what = owner_name(fault, fault.shape)
    return fault.complaint(
        Code.NOTHING_INSIDE, f"{what} says nothing to the reader", f"Give it one of {_listed(names)}, or delete it."
    )


def unknown_kind(fault: Fault) -> Complaint:
    """Say that there is no such kind of section, and which was meant."""
    kinds = str(fault.values.get("known", "")).split(", ")
    node = fault.node
    entry = node.entries.get("kind") if isinstance(node, Mapping) else None
    if entry is None or not isinstance(entry.value, Scalar):
        return fault.complaint(
            Code.UNKNOWN_KIND, "the section's `kind` is not a single word", f"The kinds are {_listed(kinds)}."
        )
    value = entry.value
    meant = nearest(value.text, kinds)
    hint = f"Did you mean `{meant}`?" if meant else f"The kinds are {_listed(kinds)}."
    return Complaint(
        Code.UNKNOWN_KIND,
        value.start,
        f"there is no kind of section called {quoted(value.text)}",
        f"{hint} A kind of your own needs a template of its name in templates/sections.",
        replaced(value, meant) if meant else None,
        Mend((*fault.loc, "kind"), meant) if meant else None,
    )


def missing_kind(fault: Fault) -> Complaint:
    """Say that a section does not tell what it is."""
    kinds = str(fault.values.get("known", "")).split(", ")
    node = fault.node
    if isinstance(node, Scalar) and node.is_empty:
        return _nothing_after_dash(fault)
    if not isinstance(node, Mapping):
        return fault.complaint(
            Code.FIELDS_EXPECTED,
            f"a section needs fields, and this one is {quoted(fault.text) if fault.text else 'a list'}",
            "Begin each section with `- kind: …` and write its other fields below, indented by two spaces more.",
        )
    empty = node.entries.get("kind")
    if empty is not None:
        return Complaint(
            Code.EMPTY_VALUE, empty.key.start, "the section's `kind` is empty", f"The kinds are {_listed(kinds)}."
        )
    misspelt = next((e.key for n, e in node.entries.items() if n not in _COMMON and nearest(n, ["kind"])), None)
    if misspelt is not None:
        return Complaint(
            Code.UNKNOWN_FIELD,
            misspelt.start,
            f"there is no field {quoted(misspelt.text)} in a section",
            "Did you mean `kind`?",
            replaced(misspelt, "kind"),
            Mend((*fault.loc, misspelt.text), "kind", renames=True),
        )
    return fault.complaint(
        Code.MISSING_KIND, "the section does not say its `kind`", f"Add `kind:` and one of {_listed(kinds)}."
    )


_COMMON = frozenset({"items", "groups", "text", "heading", "title", "link", "image"})


def owner_name(fault: Fault, shape: Shape) -> str:
    """Return how to call a group of fields."""
    path = fault.loc if fault.missing or fault.shape is shape else fault.loc[:-1]
    if not path:
        return f"the {_top_name(fault)}"
    if shape.model is not None and "kind" in shape.model.model_fields:
        return f"the section {quoted(_section_kind(fault, shape))}"
    if isinstance(path[-1], str):
        return f"`{path[-1]}`"
    names = [part for part in path if isinstance(part, str)]
    return f"this entry of `{names[-1]}`" if names else f"the {_top_name(fault)}"


def _section_kind(fault: Fault, shape: Shape) -> str:
    if fault.shape is shape and isinstance(fault.node, Mapping):
        return kind_of(fault.node) or "section"
    kind = shape.model.model_fields["kind"] if shape.model else None
    arguments = getattr(kind.annotation, "__args__", ()) if kind else ()
    return str(arguments[0]) if arguments else "section"


def _top_name(fault: Fault) -> str:
    model = fault.top.model
    return model.__name__.casefold() if model else "file"


def _fields(shape: Shape) -> list[str]:
    return list(shape.model.model_fields) if shape.model else []


def _listed(names: list[str]) -> str:
    """Return names as a person would list them."""
    marked = [f"`{name}`" for name in names if name]
    return " and ".join([", ".join(marked[:-1]), marked[-1]]) if len(marked) > 1 else "".join(marked)
