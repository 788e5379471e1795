"""`newsletter preview`: show an issue in the browser."""

from __future__ import annotations

import contextlib
import os
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.cli.output_file import write_output
from newsletter.workflow.preview_issue import preview_issue
from newsletter.workflow.workspace import Workspace

DETAILS = """\
One page shows the line in the inbox, the email at the width of a computer and of a phone, in the light and in
the dark, with and without the reader's name, the plain text, the size, and what the checks say. It is one file,
complete in itself: you can pass it on to somebody who is to look at it. Nothing is sent."""

EXAMPLES = (
    ("newsletter preview", "the newest issue"),
    ("newsletter preview 2024-02", "the issue of February 2024"),
    ("newsletter preview --no-open -o look.html", "write the page into a file of your own, and open nothing"),
)

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


def command(
    issue: IssueName = None,
    static: Annotated[
        bool, typer.Option("--static", help="Write one file and open that: the only way there is so far.")
    ] = False,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only write the page; open no browser.")] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Where to write the page.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show an issue as readers will see it."""
    _ = static
    workspace = Workspace.find()
    result, page = preview_issue(workspace, workspace.issue_path(issue))
    path = out or workspace.root / ".newsletter" / "preview" / f"{result.path.stem}.html"
    write_output(path, page, suffixes=(".html", ".htm"), workspace=workspace)
    opened = not no_open and not as_json and opens(path)
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


def opens(path: Path) -> bool:
    """Open a file in the browser; False where there is none that could."""
    if sys.platform.startswith("linux") and not any(
        os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    ):
        return False  # a text browser would take the terminal over
    with _quiet():
        try:
            return webbrowser.open(path.absolute().as_uri())
        except (webbrowser.Error, OSError):
            return False


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what a browser chatters on stderr off the terminal."""
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
