"""What is fixed about a rehearsed provider, read from `descriptions/NAME.yaml`: names, states, shapes, fixed answers.

A description is written from the provider's own. In its answers `$name` stands for a value: alone in a text it keeps
the value's type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from string import Template
from typing import Any

from ruamel.yaml import YAML

from newsletter.rehearsal.http_messages import Route
from newsletter.rehearsal.schema_check import Shape

_TYPES: Mapping[str, Shape] = {
    "str": str, "int": int, "float": float, "bool": bool, "dict": dict, "any": object, "null": None,
}  # fmt: skip


@cache
def read_facts(name: str) -> Mapping[str, Any]:
    """Read a provider's description."""
    text = files(__package__).joinpath("descriptions", f"{name}.yaml").read_text(encoding="utf-8")
    facts: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    facts["shapes"] = {name: shape_of(one) for name, one in facts["shapes"].items()}
    return facts


def shape_of(written: Any) -> Shape:
    """Return the shape that a description writes: `str | null`, `html | plain`, `[int]`, or an object of such."""
    if isinstance(written, dict):
        return {name: shape_of(one) for name, one in written.items()}
    if isinstance(written, list):
        return [shape_of(written[0])]
    parts = [part.strip() for part in written.split("|")]
    if len(parts) > 1:
        return tuple(shape_of(part) for part in parts)
    if written.startswith("["):
        return [shape_of(written[1:-1])]
    return _TYPES.get(written, written)


def routes_in(facts: Mapping[str, Any], handler: str) -> list[Route]:
    """Return the paths that are answered from the description alone, by the handler that is named."""
    found = []
    for place, answer in facts["routes"].items():
        method, path = place.split(" ")
        calls = tuple(answer.get("call", "account").split())
        found.append(Route.of(method, path, calls, answer.get("query", ""), handler, answer))
    return found


def filled(template: Any, values: Mapping[str, Any]) -> Any:
    """Return an answer with the values in place of their names."""
    if isinstance(template, dict):
        return {name: filled(one, values) for name, one in template.items()}
    if isinstance(template, list):
        return [filled(one, values) for one in template]
    if not isinstance(template, str) or "$" not in template:
        return template
    if re.fullmatch(r"\$\w+", template):
        return values[template[1:]]
    return Template(template).substitute(values)


def value_at(data: Any, path: str) -> Any:
    """Return what stands at a path such as `settings.title` or `headers.0.Reply-To`; None where there is nothing."""
    for step in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, Sequence) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data
