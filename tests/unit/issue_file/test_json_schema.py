"""The JSON Schemas: what they describe is what the loader takes, with words and an example for every field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import jsonschema
import pytest
from pydantic import Field

from newsletter.issue_file.json_schema import DIALECT, issue_schema
from newsletter.issue_file.yaml_repair.tree import Mapping, Node, Scalar, read_tree
from newsletter.model.issue import Issue
from newsletter.model.section import BUILT_IN_KINDS, CustomSection
from newsletter.settings import Settings, settings_schema

ISSUES = Path(__file__).parents[3] / "issues"


class Recipe(CustomSection):
    """How to cook something."""

    kind: Literal["recipe"] = Field(description="What kind of section this is.", examples=["recipe"])  # type: ignore[assignment]
    serves: str = Field(description="How many it feeds.", examples=["Four"])


def groups(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield schema["title"], schema
    yield from schema["$defs"].items()


SCHEMAS = [
    pytest.param(issue_schema(), id="issue"),
    pytest.param(issue_schema({"recipe": Recipe}), id="issue with a kind"),
    pytest.param(settings_schema(), id="settings"),
]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_field_has_words_and_an_example(schema: dict[str, Any]) -> None:
    assert schema["$schema"] == DIALECT == "https://json-schema.org/draft/2020-12/schema"
    told = 0
    for name, group in groups(schema):
        for field, facts in group.get("properties", {}).items():
            assert facts.get("description"), (name, field)
            assert facts.get("examples"), (name, field)
            told += 1
        if group.get("type") == "object":
            assert group["additionalProperties"] is False, name
    assert told > 20


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    references = set(re.findall(r"'\$ref': '#/\$defs/(\w+)'", str(schema)))
    assert references <= set(schema["$defs"])
    assert references


def test_a_section_is_described_by_its_kind() -> None:
    section = issue_schema({"recipe": Recipe})["properties"]["sections"]["items"]
    kinds = [*BUILT_IN_KINDS, "recipe"]
    assert section["properties"]["kind"]["enum"] == kinds
    assert [rule["if"]["properties"]["kind"]["const"] for rule in section["allOf"]] == kinds
    assert section["allOf"][-1]["then"] == {"$ref": "#/$defs/kind_recipe"}
    assert "serves" in issue_schema({"recipe": Recipe})["$defs"]["kind_recipe"]["required"]


def test_dates_have_a_pattern_and_plain_words_are_taken() -> None:
    schema = issue_schema()
    date = schema["properties"]["date"]
    assert re.fullmatch(date["pattern"], "2024-02-12")
    assert not re.fullmatch(date["pattern"], "12 February 2024")
    when = schema["$defs"]["Item"]["properties"]["when"]
    assert re.fullmatch(when["pattern"], "2024-02-20 13:00")
    assert {"type": "string"} in schema["$defs"]["Group"]["properties"]["items"]["items"]["anyOf"]
    assert schema["properties"]["title"]["type"] == ["string", "number", "boolean"]
    assert "null" not in str(schema)
    assert set(schema["required"]) == {name for name, field in Issue.model_fields.items() if field.is_required()}
    assert set(settings_schema()["required"]) == {
        n for n, field in Settings.model_fields.items() if field.is_required()
    }


def values(node: Node, schema: dict[str, Any], top: dict[str, Any]) -> Iterator[str]:
    """Give what a file says that the schema does not allow; the part of JSON Schema that ours make use of."""
    schema = resolved(schema, top)
    for rule in schema.get("allOf", []):
        kind = node.entries["kind"].value if isinstance(node, Mapping) else None
        if isinstance(kind, Scalar) and rule["if"]["properties"]["kind"]["const"] == kind.text:
            schema = resolved(rule["then"], top)
    if "anyOf" in schema:
        yield from min((list(values(node, each, top)) for each in schema["anyOf"]), key=len)
    elif isinstance(node, Mapping):
        yield from fields(node, schema, top)
    elif isinstance(node, Scalar):
        yield from text(node, schema)
    elif schema.get("type") != "array":
        yield f"{node.start}: a list"
    else:
        for item in node.items:
            yield from values(item, schema["items"], top)


def fields(node: Mapping, schema: dict[str, Any], top: dict[str, Any]) -> Iterator[str]:
    if schema.get("type") != "object":
        yield f"{node.start}: fields"
    yield from (f"{node.start}: {name} is missing" for name in schema.get("required", []) if name not in node.entries)
    for name, entry in node.entries.items():
        if name in schema.get("properties", {}):
            yield from values(entry.value, schema["properties"][name], top)
        else:
            yield f"{entry.key.start}: {name} is unknown"


def text(node: Scalar, schema: dict[str, Any]) -> Iterator[str]:
    if "string" not in schema.get("type", "string") and schema.get("type") not in {"boolean", "integer"}:
        yield f"{node.start}: a text"
    if "pattern" in schema and not re.search(schema["pattern"], node.text):
        yield f"{node.start}: {node.text} does not fit {schema['pattern']}"


def resolved(schema: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    return top["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


@pytest.mark.parametrize("path", sorted(ISSUES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_sample_issues_fit_the_schema(path: Path) -> None:
    root = read_tree(path.read_text(encoding="utf-8")).root
    assert root is not None
    schema = issue_schema()
    assert list(values(root, schema, schema)) == []


def test_the_sample_settings_fit_the_schema() -> None:
    root = read_tree((ISSUES.parent / "newsletter.yaml").read_text(encoding="utf-8")).root
    assert root is not None
    schema = settings_schema()
    assert list(values(root, schema, schema)) == []


def test_what_is_wrong_does_not_fit_the_schema() -> None:
    schema = issue_schema()
    root = read_tree("titel: x\ndate: 12 Feb\nsections:\n  - kind: story\n    items: [a]\n").root
    assert root is not None
    found = list(values(root, schema, schema))
    assert len(found) == 5, found


def test_the_settings_schema_explains_every_rule_by_its_name() -> None:
    schema = settings_schema()
    severity = schema["$defs"]["LintSettings"]["properties"]["severity"]
    assert severity["properties"]["weekday-mismatch"]["description"].endswith("(NL401)")
    assert "dates" in severity["properties"]
    validator = jsonschema.Draft202012Validator({**schema, "required": []})
    given = {"weekday-mismatch": "warning", "NL713": "off", "dates": "note"}
    assert list(validator.iter_errors({"checks": {"severity": given}})) == []
    assert list(validator.iter_errors({"checks": {"severity": {"weekday-mismatch": "loud"}}}))
