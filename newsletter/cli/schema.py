"""`newsletter schema`: write a JSON Schema for your text editor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output, streams
from newsletter.workflow.output_file import write_output
from newsletter.workflow.schema_files import issue_schema_text, schema_path, settings_schema_text
from newsletter.workflow.workspace import Workspace

DETAILS = """\
With the schema, a text editor that supports YAML (such as VS Code with the YAML extension) can complete and explain
fields, and mark mistakes as you type. The first line of each issue tells the editor where to find the schema.

The schema includes the section kinds of your own templates. Run the command again after you add one."""

EXAMPLES = (
    ("newsletter schema", "write .newsletter/issue.schema.json"),
    ("newsletter schema --settings", "write .newsletter/settings.schema.json, for newsletter.yaml"),
    ("newsletter schema -o -", "print the schema"),
)


def command(
    settings: Annotated[
        bool, typer.Option("--settings", help="Write the schema for newsletter.yaml instead of the one for issues.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", help="The file to write to; - prints the schema.", show_default=False
        ),
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
        output.say(f"Editors find it by the first line of {'newsletter.yaml' if settings else 'an issue'}:")
        output.say(f"# yaml-language-server: $schema={line}", indent="    ", wrap=False)


def put(text: str, path: Path, workspace: Workspace | None = None) -> None:
    """Write the schema to a file, or to stdout for `-`."""
    if str(path) == "-":
        streams.put_bytes(text.encode())
        return
    write_output(path, text, suffixes=(".json",), workspace=workspace)
    output.done(f"Wrote {path}.")
