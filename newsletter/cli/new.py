"""`newsletter new`: create an issue."""

from __future__ import annotations

from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.scaffold import starter
from newsletter.workflow.create_issue import create_issue
from newsletter.workflow.workspace import Workspace

DETAILS = """\
The file has a sample of every kind of section, with explanations and current dates. Nothing is copied from earlier
issues.

Without MONTH, the issue is for this month, or for the next month that has no issue yet. An existing issue is never
overwritten."""

EXAMPLES = (
    ("newsletter new", "create the issue for this month, or for the next month without one"),
    ("newsletter new 2024-03", "create the issue for March 2024"),
    ('newsletter new "March 2024"', "the same"),
    ("newsletter new march", "create the issue for the next March"),
)


def command(
    month: Annotated[
        str | None,
        typer.Argument(metavar="MONTH", help="The month, such as 2024-03, March 2024 or march.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Create the issue of a month."""
    workspace = Workspace.find()
    created = create_issue(workspace, month)
    path = created.path
    shown = workspace.shown(path)
    if as_json:
        output.print_json({"issue": path.stem, "path": str(path)})
        return
    output.done(f"Created {shown} for {created.month.words}.")
    if month is None:
        output.say("For another month, add it to the command: `newsletter new 2024-03`.")
    output.next_steps(
        [
            f"open {shown} in your editor # replace each text that starts with {starter.PLACEHOLDER}",
            f"newsletter preview {path.stem} # preview it while you write",
            f"newsletter check {path.stem} # check what is still missing",
        ]
    )
