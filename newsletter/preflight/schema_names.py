"""Add the names of the rules to a JSON Schema, so that editors complete and explain them."""

from __future__ import annotations

from typing import Any

from newsletter.preflight.registry import built_in
from newsletter.preflight.rule_selection import index_rules


def add_rule_names(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an issue or of the settings with the names of the built-in rules and groups added.

    Codes, and the names of other packages' rules, stay valid.
    """
    definitions = schema["$defs"]
    described = _descriptions()
    reference = definitions["IgnoreRule"]["properties"]["rule"]
    reference["anyOf"] = [{"enum": list(described)}, {"pattern": reference.pop("pattern")}]
    if "LintSettings" in definitions:
        severity = definitions["LintSettings"]["properties"]["severity"]
        [level] = (choice["$ref"] for choice in severity["patternProperties"].values())
        severity["properties"] = {name: {"$ref": level, "description": text} for name, text in described.items()}
    return schema


def _descriptions() -> dict[str, str]:
    """Return what each name stands for: groups first, then rules in order of their codes."""
    index = index_rules(built_in())
    groups = {name: f"All {len(rules)} rules of the group {name}." for name, rules in sorted(index.groups.items())}
    rules = {rule.code: rule for rule in index.by_reference.values()}
    return groups | {rule.name: f"{rule.title} ({code})" for code, rule in sorted(rules.items())}
