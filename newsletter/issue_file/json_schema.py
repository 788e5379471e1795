"""The JSON Schema of a file, by which editors complete fields, explain them and mark mistakes as one types."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from newsletter.model.issue import Issue
from newsletter.model.section import CustomSection

DIALECT = GenerateJsonSchema.schema_dialect
"""The version of JSON Schema: draft 2020-12."""

_NO_KINDS: Mapping[str, type[CustomSection]] = MappingProxyType({})


def issue_schema(kinds: Mapping[str, type[CustomSection]] = _NO_KINDS) -> dict[str, Any]:
    """Return the JSON Schema of an issue, with the user's own kinds of section."""
    schema = document_schema(Issue)
    definitions = schema["$defs"]
    custom = definitions.pop(CustomSection.__name__)
    own = []
    for name, model in kinds.items():
        definition = document_schema(model)
        definitions |= definition.pop("$defs", {})
        del definition["$schema"]
        definition["title"] = name
        definitions[f"kind_{name}"] = definition
        own.append({"$ref": f"#/$defs/kind_{name}"})
    sections = schema["properties"]["sections"]["items"]
    built_in = [choice for choice in sections["oneOf"] if not choice["$ref"].endswith(f"/{CustomSection.__name__}")]
    names = [definitions[choice["$ref"].rpartition("/")[2]]["properties"]["kind"]["const"] for choice in built_in]
    choices = dict(zip([*names, *kinds], [*built_in, *own], strict=True))
    schema["properties"]["sections"]["items"] = _by_kind(choices, custom)
    return schema


def document_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON Schema of a model as it is written in a file."""
    schema = model.model_json_schema(mode="validation")
    definitions = schema.get("$defs", {})
    for name, definition in definitions.items():
        _tidy(definition, definitions)
        definition["title"] = name
    _tidy(schema, definitions)
    return {"$schema": DIALECT, **schema}


def _by_kind(choices: Mapping[str, Any], custom: Mapping[str, Any]) -> dict[str, Any]:
    """Return one section: an editor then speaks of the fields of the kind that was chosen, and of no other."""
    return {
        "type": "object",
        "description": "One section of the issue; its `kind` says which fields it has.",
        "required": ["kind"],
        "properties": {
            "kind": {
                "enum": list(choices),
                "description": custom["properties"]["kind"]["description"],
                "examples": list(choices),
            }
        },
        "allOf": [
            {"if": {"properties": {"kind": {"const": name}}, "required": ["kind"]}, "then": choice}
            for name, choice in choices.items()
        ],
    }


def _tidy(schema: dict[str, Any], definitions: Mapping[str, Any]) -> None:
    """Drop what editors need not show: titles that repeat a field's name, and `null` for what can be left out.

    Pydantic leaves a field's words out where its type has the same ones; they are put back.
    """
    for name, field in schema.get("properties", {}).items():
        if field.get("title", "").casefold() == name.replace("_", " "):
            del field["title"]
        if field.get("default", "") is None:
            del field["default"]
        choices = [choice for choice in field.get("anyOf", []) if choice != {"type": "null"}]
        if len(choices) == 1:
            del field["anyOf"]
            # words about the field itself stay in front of those about its type
            field.update({key: value for key, value in choices[0].items() if key not in field})
        elif choices:
            field["anyOf"] = choices
        if "$ref" in field and "description" not in field:
            field["description"] = definitions[field["$ref"].rpartition("/")[2]]["description"]
        _allow_numbers(field)


def _allow_numbers(field: dict[str, Any]) -> None:
    """Let a plain text be written as a number or `No`: we read the words, an editor sees another type."""
    if isinstance(entries := field.get("items"), dict):
        _allow_numbers(entries)
    if field.get("type") == "string" and not field.keys() & {"pattern", "const", "enum", "format"}:
        field["type"] = ["string", "number", "boolean"]
