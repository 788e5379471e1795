"""`newsletter share`: write one page for whoever approves an issue."""

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
It writes one HTML file, complete in itself, to send to whoever approves the issue: the email on a computer and on a
phone, light and dark, with and without pictures, as each kind of reader gets it, the plain text, the findings and the
fingerprint. They open it in any browser, click a part of the email, type a comment, and save a copy, which they send
back; `newsletter comments` reads it. Nothing is sent by this command."""

EXAMPLES = (
    ("newsletter share", "the newest issue, into the folder review"),
    ("newsletter share 2024-02 -o february.html", "into a file of your own"),
)


def command(
    issue: IssueName = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="Where to write the page.", show_default=False)
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
