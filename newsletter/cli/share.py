"""`newsletter share`: create a review page of an issue, for comments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.workflow.output_file import write_output
from newsletter.workflow.share_issue import FOLDER, share_issue
from newsletter.workflow.workspace import Workspace

DETAILS = """\
It writes a single HTML file that you can email to the people who review or approve the issue. It shows the email on a
computer and on a phone, in light and dark mode, with and without pictures, and as readers in different segments get it,
as well as the plain text, the findings and the fingerprint. Nothing is sent by this command.

Reviewers open the file in any browser, click a part of the email, type a comment, save a copy and send it back to you.
To read the comments, use `newsletter comments`."""

EXAMPLES = (
    ("newsletter share", "write the page of the newest issue to the folder review"),
    ("newsletter share 2024-02 -o february.html", "write the page to february.html"),
)


def command(
    issue: IssueName = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="The file to write the page to.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the page."""
    workspace = Workspace.find()
    shared = share_issue(workspace, workspace.issue_path(issue))
    name = shared.result.path.stem
    path = out or workspace.root / FOLDER / f"{name}.html"
    write_output(path, shared.page, suffixes=(".html", ".htm"), workspace=workspace)
    if as_json:
        facts = {"fingerprint": shared.fingerprint, "passed": shared.result.passed}
        output.print_json({"issue": name, "path": str(path), **facts})
        return
    output.done(f"Wrote {workspace.shown(path)}.")
    shown = workspace.shown(path)
    output.next_steps([f"send {shown} # to whoever approves it", "newsletter comments FILE # read a copy"])
