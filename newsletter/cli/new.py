"""`newsletter new`: start an issue."""

from __future__ import annotations

from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.scaffold import starter
from newsletter.workflow.create_issue import create_issue
from newsletter.workflow.workspace import Workspace

DETAILS = """\
The file holds a sample of every section with explanations, and fresh dates; nothing of an older issue is
carried over. Without MONTH it is this month, or the first month after it that has no issue yet.
An issue that exists is never overwritten."""

EXAMPLES = (
    ("newsletter new", "this month, or the next one that has no issue yet"),
    ("newsletter new 2024-03", "the issue of March 2024"),
    ('newsletter new "March 2024"', "the same"),
    ("newsletter new march", "the next March"),
)


def command(
    month: Annotated[
        str | None,
        typer.Argument(metavar="MONTH", help="The month: 2024-03, March 2024 or march.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a starter issue for a month."""
    workspace = Workspace.find()
    created = create_issue(workspace, month)
    path = created.path
    shown = workspace.shown(path)
    if as_json:
        output.print_json({"issue": path.stem, "path": str(path)})
        return
    output.done(f"Started {shown}: {created.month.words}.")
    if month is None:
        output.say("For another month, name it: `newsletter new MONTH`, such as 2024-03 or March 2024.")
    output.next_steps(
        [
            f"open {shown} in your editor # replace each text that starts with {starter.PLACEHOLDER}",
            f"newsletter preview {path.stem} # see it as you go",
            f"newsletter check {path.stem} # see what is still missing",
        ]
    )
