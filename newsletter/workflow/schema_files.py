"""The JSON Schema files that editors read."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.model.section import CustomSection


def schema_path(workspace: Workspace, name: str) -> Path:
    """Return the path of the `issue` or `settings` schema, to which the first line of these files refers."""
    return workspace.root / ".newsletter" / f"{name}.schema.json"


def write_missing_schema(workspace: Workspace) -> None:
    """Write the issue schema if it is missing; it is no error if that fails, as only editors need it."""
    path = schema_path(workspace, "issue")
    if not path.exists():
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(issue_schema_text(workspace.kinds), encoding="utf-8")


def issue_schema_text(kinds: Mapping[str, type[CustomSection]]) -> str:
    """Return the JSON Schema of an issue, with the user's own kinds of section."""
    from newsletter.issue_file.json_schema import issue_schema
    from newsletter.preflight.schema_names import add_rule_names

    return _text(add_rule_names(issue_schema(kinds=kinds)))


def settings_schema_text() -> str:
    """Return the JSON Schema of the settings."""
    from newsletter.settings import settings_schema

    return _text(settings_schema())


def _text(schema: Mapping[str, object]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
