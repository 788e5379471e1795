"""`newsletter schema`: the JSON Schema that gives editors completion and hints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.output_file import write_output
from newsletter.workflow.schema_files import issue_schema_text, schema_path, settings_schema_text
from newsletter.workflow.workspace import Workspace

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
    path = out or schema_path(workspace, name)
    put(text, path, workspace)
    if out is None:
        line = ".newsletter/settings.schema.json" if settings else "../.newsletter/issue.schema.json"
        output.say("Editors find it by the first line of the file:")
        output.say(f"# yaml-language-server: $schema={line}", indent="    ", wrap=False)


def put(text: str, path: Path, workspace: Workspace | None = None) -> None:
    """Write the schema to a file, or to stdout for `-`."""
    if str(path) == "-":
        output.put_bytes(text.encode())
        return
    write_output(path, text, suffixes=(".json",), workspace=workspace)
    output.done(f"Wrote {path}.")
