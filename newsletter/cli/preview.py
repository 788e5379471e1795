"""`newsletter preview`: show an issue in the browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.cli.browser import composer_server, has_browser, open_in_browser, serve_composer
from newsletter.workflow.output_file import write_output
from newsletter.workflow.preview_issue import preview_issue
from newsletter.workflow.workspace import Workspace

DETAILS = """\
It starts the composer (`newsletter compose`) on this computer and opens the email in your browser. The email is updated
whenever you save the issue, the settings, a template or a picture. Stop it with Ctrl-C. Nothing is sent.

With --static, or if there is no terminal or no browser, it writes an HTML page instead. The page shows the email in the
inbox, on a computer and on a phone, in light and dark mode, with and without the reader's name, as well as the plain
text, the size and the findings. It is a single file that you can share."""

EXAMPLES = (
    ("newsletter preview", "preview the newest issue"),
    ("newsletter preview 2024-02", "preview the issue of February 2024"),
    ("newsletter preview --static", "write an HTML page, and open it"),
    ("newsletter preview --no-open -o look.html", "write the page to look.html, and do not open it"),
)


def command(
    issue: IssueName = None,
    static: Annotated[
        bool, typer.Option("--static", help="Write an HTML page and open it, without starting the composer.")
    ] = False,
    no_open: Annotated[bool, typer.Option("--no-open", help="Write the page without opening a browser.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="The file to write the page to.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show an issue as readers will see it."""
    if not (static or no_open or out or as_json) and sys.stdout.isatty() and has_browser():
        server = composer_server()
        if server.is_built():
            serve_composer(server, Path.cwd(), issue, view="email", port=None, no_open=False)
            return
    workspace = Workspace.find()
    result, page = preview_issue(workspace, workspace.issue_path(issue))
    path = out or workspace.root / ".newsletter" / "preview" / f"{result.path.stem}.html"
    write_output(path, page, suffixes=(".html", ".htm"), workspace=workspace)
    opened = not no_open and not as_json and open_in_browser(path.absolute().as_uri())
    if as_json:
        output.print_json({"issue": result.path.stem, "path": str(path), "passed": result.passed})
        return
    output.done(f"{'Opened' if opened else 'Wrote'} {workspace.shown(path)}.")
    if not opened and not no_open:
        output.say("No browser could be opened here: open that file in one.")
    errors = sum(finding.blocks for finding in result.findings)
    if errors:
        output.say(f"{errors} thing{'s' * (errors != 1)} to fix before it can be sent.", colour="yellow")
    name = result.path.stem
    output.next_steps(
        [f"newsletter check {name} # what is to be fixed, line by line"]
        if errors
        else [f"newsletter test {name} --to you@example.org # send it to yourself"]
    )
