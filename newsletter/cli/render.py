"""`newsletter render`: write an issue as HTML and plain text files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output, streams
from newsletter.cli.arguments import AsJson, IssueName
from newsletter.issue_file.load_issue import LoadedIssue
from newsletter.workflow.render_issue import MEDIA, ONLINE, render_issue, render_mjml
from newsletter.workflow.workspace import Workspace

DETAILS = """\
It writes ISSUE.html, ISSUE.txt, the pictures and the calendar files (.ics) to a folder, by default `build`. The
subfolder `media` has the pictures under the names that `media_url` needs. The HTML is what a provider gets, except
that pictures are separate files. Merge tags such as {first_name|there} are kept.

If the settings have `view_online`, the subfolder `online` has the page for your website with its pictures. There, merge
tags are replaced by their fallback text. A calendar file whose events have not changed is not rewritten.

With `--mjml`, it writes ISSUE.mjml instead: what your templates produce, before it becomes HTML. It is written even if
it is not valid MJML, so that you can look at the line that an error message names."""

EXAMPLES = (
    ("newsletter render", "write the newest issue to build/"),
    ("newsletter render 2024-02 -o site", "write to the folder site"),
    ("newsletter render 2024-02 -o - > february.html", "write only the HTML, to standard output"),
    ("newsletter render 2024-02 --mjml", "write the MJML to build/2024-02.mjml, to work on templates"),
)


def command(
    issue: IssueName = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help="The folder to write to; - prints the HTML or MJML.")
    ] = Path("build"),
    mjml: Annotated[
        bool, typer.Option("--mjml", help="Write the MJML that the templates produce, and nothing else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write an issue as files."""
    workspace = Workspace.find()
    loaded = workspace.load(issue)
    if mjml:
        _write_mjml(workspace, loaded, out, as_json=as_json)
        return
    message = workspace.render(loaded)
    if str(out) == "-":
        streams.put_bytes(message.html.encode())
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
    upload = [f"upload {out / MEDIA} # the emails load these pictures from {media}"] if media and message.images else []
    online = workspace.settings.links.view_online
    upload += [f"upload {out / ONLINE} # the emails link to {online}"] if online else []
    output.next_steps([*upload, f"newsletter preview {name} # preview it in the browser"])


def _write_mjml(workspace: Workspace, loaded: LoadedIssue, out: Path, *, as_json: bool) -> None:
    if str(out) == "-":
        streams.put_bytes(workspace.mjml(loaded).encode())
        return
    (written,) = render_mjml(workspace, loaded, out)
    if as_json:
        files = [{"path": str(written.path), "bytes": written.size}]
        output.print_json({"issue": loaded.path.stem, "fingerprint": None, "files": files})
        return
    output.done(f"{written.path}  {written.size / 1024:.1f} kB")
