"""`newsletter schema`: the JSON Schema that gives editors completion and hints."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output
from newsletter.cli.output_file import write_output
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.model.section import CustomSection

DETAILS = """\
An editor that knows YAML (VS Code with its YAML extension, for one) reads the schema by the first line of an
issue, and then completes the fields, explains them and marks mistakes as you type. The schema knows the kinds
of section that your own templates add: write it again after adding one."""

EXAMPLES = (
    ("newsletter schema", "into .newsletter/issue.schema.json"),
    ("newsletter schema --settings", "that of newsletter.yaml, into .newsletter/settings.schema.json"),
    ("newsletter schema -o -", "onto the screen"),
)


def command(
    settings: Annotated[
        bool, typer.Option("--settings", help="The schema of newsletter.yaml in place of the issue's.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Where to write it; - is the screen.", show_default=False),
    ] = None,
) -> None:
    """Write the JSON Schema."""
    if settings and out is not None:
        # the settings' own schema needs no settings
        put(settings_schema_text(), out)
        return
    workspace = Workspace.find()
    text = settings_schema_text() if settings else issue_schema_text(workspace.kinds)
    name = "settings" if settings else "issue"
    path = out or home(workspace, name)
    put(text, path, workspace)
    if out is None:
        line = ".newsletter/settings.schema.json" if settings else "../.newsletter/issue.schema.json"
        output.say("Editors find it by the first line of the file:")
        output.say(f"# yaml-language-server: $schema={line}", indent="    ", wrap=False)


def home(workspace: Workspace, name: str) -> Path:
    """Return where the schema of `issue` or `settings` is looked for by the files' first lines."""
    return workspace.root / ".newsletter" / f"{name}.schema.json"


def ensure(workspace: Workspace) -> None:
    """Write the issue's schema where there is none yet; an editor does without it where it cannot be written."""
    path = home(workspace, "issue")
    if not path.exists():
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(issue_schema_text(workspace.kinds), encoding="utf-8")


def put(text: str, path: Path, workspace: Workspace | None = None) -> None:
    """Write the schema to a file, or to stdout for `-`."""
    if str(path) == "-":
        output.put_bytes(text.encode())
        return
    write_output(path, text, suffixes=(".json",), workspace=workspace)
    output.done(f"Wrote {path}.")


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
