"""The shapes that the rehearsed providers take, held against the providers' own descriptions where we ship these."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from newsletter.rehearsal.facts import read_facts

DESCRIPTIONS = Path(__file__).parent / "descriptions"
BODIES = [
    ("brevo", "post", "/emailCampaigns", "campaign"),
    ("brevo", "put", "/emailCampaigns/{campaignId}", "campaign"),
    ("brevo", "post", "/emailCampaigns/{campaignId}/sendTest", "test"),
    ("brevo", "put", "/emailCampaigns/{campaignId}/status", "status"),
    ("buttondown", "post", "/emails", "email"),
    ("buttondown", "patch", "/emails/{id}", "email"),
    ("buttondown", "post", "/emails/{id}/send-draft", "test"),
    ("resend", "post", "/broadcasts", "broadcast"),
    ("resend", "patch", "/broadcasts/{id}", "broadcast"),
    ("resend", "post", "/broadcasts/{id}/send", "send"),
    ("resend", "post", "/emails", "email"),
    ("sendgrid", "post", "/v3/mail/send", "single_mail"),
    ("sendgrid", "post", "/v3/marketing/singlesends", "single_send"),
    ("sendgrid", "patch", "/v3/marketing/singlesends/{id}", "single_send"),
    ("sendgrid", "put", "/v3/marketing/singlesends/{id}/schedule", "schedule"),
]
JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object", None: "null"}


def resolved(document: Any, node: Any) -> Any:
    while "$ref" in node:
        target = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def choices(document: Any, schema: Any) -> list[Any]:
    """Return the schemas of which one, or all of whose fields, a value may have."""
    schema = resolved(document, schema)
    parts = [part for name in ("allOf", "anyOf", "oneOf") for part in schema.get(name, ())]
    return [schema, *(one for part in parts for one in choices(document, part))]


def fields_of(document: Any, schema: Any) -> dict[str, Any]:
    return {name: one for part in choices(document, schema) for name, one in part.get("properties", {}).items()}


def types_of(document: Any, schema: Any) -> set[str]:
    found: set[str] = set()
    for part in choices(document, schema):
        kinds = part.get("type", [])
        found |= {kinds} if isinstance(kinds, str) else set(kinds)
        found |= {"null"} if part.get("nullable") else set()
        found |= {"string"} if part.get("enum") and all(isinstance(one, str) for one in part["enum"]) else set()
    return found


def faults(document: Any, schema: Any, shape: Any, place: str) -> list[str]:
    """Return where a rehearsed shape takes what the description does not have."""
    if isinstance(shape, tuple):
        return [fault for one in shape for fault in faults(document, schema, one, place)]
    if isinstance(shape, dict):
        known = fields_of(document, schema)
        found = [f"{place}.{name.rstrip('!')}" for name in shape if name.rstrip("!") not in known]
        inner = [(name.rstrip("!"), one) for name, one in shape.items() if name.rstrip("!") in known]
        return found + [fault for name, one in inner for fault in faults(document, known[name], one, f"{place}.{name}")]
    if isinstance(shape, list):
        items = [part["items"] for part in choices(document, schema) if "items" in part]
        return faults(document, items[0], shape[0], f"{place}[]") if items else [f"{place} is no array"]
    described = types_of(document, schema)
    wanted = JSON_TYPES.get(shape, "string")  # a literal word is a string
    is_known = wanted in described or (wanted == "integer" and "number" in described) or not described
    return [] if is_known else [f"{place} is {sorted(described)}, not {wanted}"]


@pytest.mark.parametrize(("name", "method", "path", "shape"), BODIES)
def test_a_rehearsed_provider_takes_only_what_is_described(name: str, method: str, path: str, shape: str) -> None:
    document = json.loads((DESCRIPTIONS / f"{name}.json").read_text(encoding="utf-8"))
    body = resolved(document, document["paths"][path][method]["requestBody"])
    schema = body["content"]["application/json"]["schema"]
    assert fields_of(document, schema)
    assert faults(document, schema, read_facts(name)["shapes"][shape], shape) == []


def test_a_shape_that_is_not_described_is_found() -> None:
    document = {"schema": {"type": "object", "properties": {"name": {"type": "string"}, "ids": {"type": "array"}}}}
    schema = {"$ref": "#/schema"}
    assert faults(document, schema, {"name!": str}, "x") == []
    assert faults(document, schema, {"nmae": str}, "x") == ["x.nmae"]
    assert faults(document, schema, {"name": (int, None)}, "x") == [
        "x.name is ['string'], not integer",
        "x.name is ['string'], not null",
    ]
    assert faults(document, schema, {"ids": [str]}, "x") == ["x.ids is no array"]
