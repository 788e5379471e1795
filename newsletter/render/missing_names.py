"""What to say to the author of a template who uses a name that is not there, or a field that is empty."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, cast

import jinja2

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.section import BUILT_IN_KINDS
from newsletter.render.plain_data import Record, found_in

OPTIONAL = "An optional field needs `{% if … %}` around it; docs/templates.md lists all names."
_PART = compile_pattern(r"parts/(\w+)\.mjml\.j2")
_LIKELY = {"link": "link", "image": "image", "items": "items", "when": "date", "text": "markdown"}
"""The type of a field by the name under which the built-in parts ask for it; all others are a line."""


class MissingNameError(jinja2.UndefinedError):
    """A template uses a name that is not there; `advice` says what to write instead."""

    advice = OPTIONAL


def raising(advice: str) -> type[jinja2.TemplateRuntimeError]:
    """Return what an undefined value raises when it is used: an error with this advice."""
    return cast("type[jinja2.TemplateRuntimeError]", partial(_missing, advice=advice))


def _missing(message: str, *, advice: str) -> MissingNameError:
    error = MissingNameError(message)
    error.advice = advice
    return error


def advice_on_field(record: Record, name: str) -> str:
    """Return what to do about a field that a section, an item or another part of the issue does not have."""
    found = found_in(record)
    near = difflib.get_close_matches(name, found, n=1, cutoff=0.75)
    if near:
        return f"Did you mean {near[0]}?"
    kind = found.get("kind")
    if not isinstance(kind, str) or kind in BUILT_IN_KINDS:
        return OPTIONAL
    line = f"{name}: {{type: {_LIKELY.get(name, 'line')}}}"
    return (
        f"The field {name} is not declared: add `{line}` to the fields at the top of sections/{kind}.mjml.j2. "
        "It may then be left out in the issue."
    )


def advice_on_part(name: str, templates: Iterable[str]) -> str:
    """Return what to do about a part that there is not."""
    names = [match[1] for one in templates if (match := _PART.fullmatch(one))]
    near = difflib.get_close_matches(name, names, n=1)
    return f"Did you mean parts.{near[0]}?" if near else "docs/templates.md lists all parts."


def is_of_empty_field(error: Exception) -> bool:
    """Return whether an error comes from a field that the issue leaves out, used as if it were there."""
    return isinstance(error, TypeError | AttributeError) and "NoneType" in str(error)


def advice_on_empty(context: Mapping[str, Any], path: str, line: int) -> str:
    """Return what to do about a line of a template that uses a field which the issue leaves out."""
    section = context.get("section")
    empty = [name for name, value in found_in(section).items() if value is None] if isinstance(section, Record) else []
    shown = _line_of(path, line)
    names = [name for name in empty if re.search(rf"\bsection\.{name}\b", shown)]
    field = f"section.{names[0]}" if len(names) == 1 else "section.…"
    said = f"The field {names[0]} is empty in this issue. " if len(names) == 1 else ""
    return f"{said}Put `{{% if {field} %}}` and `{{% endif %}}` around this line."


def _line_of(path: str, number: int) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ""
    return lines[number - 1] if 0 < number <= len(lines) else ""
