"""`newsletter render`: write an issue as HTML and plain text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.workflow.render_issue import MEDIA, ONLINE, render_issue
from newsletter.workflow.workspace import Workspace

DETAILS = """\
It writes ISSUE.html, ISSUE.txt, and beside them the pictures and the calendar files (.ics) into a folder (build,
where none is named); in its folder `media`, the pictures under the names that `media_url` needs. The HTML is exactly
what a provider would get, but that its pictures are files; merge tags such as {first_name|there} stand as they are.
Where the settings have `view_online`, the folder `online` holds the page for your website, with its pictures: merge
tags are filled with the words after the bar. A calendar file whose events have not changed is left as it is."""

EXAMPLES = (
    ("newsletter render", "the newest issue, into build/"),
    ("newsletter render 2024-02 -o site", "into the folder site"),
    ("newsletter render 2024-02 -o - > february.html", "the HTML alone, onto the screen or into a file"),
)


def command(
    issue: IssueName = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to write into; - is the screen.")
    ] = Path("build"),
    as_json: AsJson = False,
) -> None:
    """Write an issue as files."""
    workspace = Workspace.find()
    loaded = workspace.load(issue)
    message = workspace.render(loaded)
    if str(out) == "-":
        output.put_bytes(message.html.encode())
        return
    name = loaded.path.stem
    written = render_issue(workspace, loaded, message, out)
    if as_json:
        listed = [{"path": str(one.path), "bytes": one.size} for one in written]
        output.print_json({"issue": name, "fingerprint": message.fingerprint, "files": listed})
        return
    for one in written:
        output.done(f"{one.path}  {one.size / 1024:.1f} kB")
    media = workspace.settings.media_url
    upload = (
        [f"upload {out / MEDIA} # the emails will look for its files at {media}"] if media and message.images else []
    )
    online = workspace.settings.links.view_online
    upload += [f"upload {out / ONLINE} # the emails link to {online}"] if online else []
    output.next_steps([*upload, f"newsletter preview {name} # see it at the width of a computer and of a phone"])
