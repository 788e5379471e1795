"""`newsletter archive`: build the website of the issues that were sent, and look at it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output, terminal
from newsletter.cli.arguments import AsJson, complete_issue
from newsletter.cli.browser import open_in_browser
from newsletter.workflow.archive.build import build_archive
from newsletter.workflow.session import SendSession
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.workflow.archive.build import BuiltArchive

DETAILS = """\
`build` writes a website to a folder, by default `site`, which you can publish on any web host. It has a page per issue,
lists by month and by section, a search, feeds (RSS, Atom, JSON Feed), and a calendar of coming dates to subscribe to.
It needs no server and loads nothing from other websites. No reader's data is in it: merge tags are replaced by their
fallback text, and what is only for a segment is left out.

It publishes the issues that were sent to everybody. `--include` also publishes an issue that was not sent, such as one
that you are about to send. `--all` publishes every issue that `newsletter` has not sent, such as older ones, unless its
date is in the future. Issues that are left out are listed with the reason.

Only files that changed are written. Files of issues that are no longer published are deleted, if `newsletter` wrote
them. `serve` builds the website and shows it in your browser, until you stop it with Ctrl-C.

The address of the website, its sign-up form and more are set as `archive` in newsletter.yaml."""

EXAMPLES = (
    ("newsletter archive build", "write the website of all issues that were sent to site/"),
    ("newsletter archive serve", "build it, and look at it in the browser"),
    ("newsletter archive build --include 2024-03", "also publish an issue that you are about to send"),
    ("newsletter archive build --all -o public", "also publish older issues, and write to the folder public"),
)

_LISTED = 12


class Action(StrEnum):
    """What to do with the archive."""

    BUILD = "build"
    SERVE = "serve"


def command(
    action: Annotated[Action, typer.Argument(metavar="ACTION", help="What to do: build or serve.")] = Action.BUILD,
    every: Annotated[
        bool, typer.Option("--all", help="Also publish issues that newsletter has not sent, such as older ones.")
    ] = False,
    include: Annotated[
        list[str] | None,
        typer.Option(
            "--include",
            metavar="ISSUE",
            help="Also publish this issue, sent or not. Can be repeated.",
            autocompletion=complete_issue,
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="The folder to write to. [default: site, or archive.folder]",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port", min=1, max=65535, help="The port to serve on. [default: a free one]", show_default=False
        ),
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Serve without opening a browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Build the website of your issues, or look at it."""
    workspace = Workspace.find()
    session = SendSession(workspace, terminal.TERMINAL)
    try:
        built = build_archive(session, every=every, include=include or (), out=out)
    except KeyboardInterrupt:
        output.complain("\nStopped. Each file of the website is whole; build it again to finish.", colour="yellow")
        raise SystemExit(130) from None
    if as_json:
        output.print_json(_data(built))
    else:
        _show(workspace, built, serving=action is Action.SERVE)
    if action is Action.SERVE:
        _serve(built, port, no_open=no_open, as_json=as_json)


def _serve(built: BuiltArchive, port: int | None, *, no_open: bool, as_json: bool) -> None:
    from newsletter.archive.server import serve

    def ready(address: str) -> None:
        opened = not no_open and open_in_browser(address)
        if not as_json:
            output.say(f"\nThe archive is {'open' if opened else 'served'} at {address}")
            output.say("Press Ctrl-C to stop.")

    try:
        serve(built.folder, built.addresses.base, port=port, ready=ready)
    except KeyboardInterrupt:
        output.complain("\nStopped.")
        raise SystemExit(130) from None


def _show(workspace: Workspace, built: BuiltArchive, *, serving: bool) -> None:
    from newsletter.sending.formatting import count_noun

    files, folder = built.files, workspace.shown(built.folder)
    output.done(
        f"Built the archive in {folder}: {count_noun(len(built.issues), 'issue')}. "
        f"{count_noun(len(files.written), 'file')} written, {len(files.unchanged)} unchanged, "
        f"{len(files.deleted)} deleted."
    )
    pages = [path for path in files.deleted if path.endswith(".html")]
    if pages:
        more = f" and {len(pages) - _LISTED} more" if len(pages) > _LISTED else ""
        output.say(f"Deleted pages: {', '.join(pages[:_LISTED])}{more}.")
    if files.kept:
        output.say(
            f"Not deleted, because they were changed since they were written: {', '.join(files.kept[:_LISTED])}. "
            "Delete them yourself if you do not need them.",
            colour="yellow",
        )
    if built.left_out:
        output.say("\nLeft out:")
        width = max(len(one.name) for one in built.left_out)
        for one in built.left_out[-_LISTED:]:
            output.say(f"{one.name:<{width}}  {one.reason}", indent="  ", wrap=False)
        if len(built.left_out) > _LISTED:
            output.say(f"and {len(built.left_out) - _LISTED} older ones (--json lists all)", indent="  ")
    for note in built.notes:
        output.say(f"\n{note}")
    if serving:
        return
    steps = ["newsletter archive serve # look at it in the browser"]
    if any(one.reason == "not sent" for one in built.left_out):
        steps.append("newsletter archive build --all # also publish issues that were not sent by newsletter")
    if built.addresses.base:
        steps.append(f"upload {folder} # to {built.addresses.base}")
    output.next_steps(steps)


def _data(built: BuiltArchive) -> dict[str, object]:
    return {
        "folder": str(built.folder),
        "url": built.addresses.base or None,
        "issues": [
            {"issue": one.name, "page": one.page, "url": one.url or None, "reason": one.reason} for one in built.issues
        ],
        "left_out": [{"issue": one.name, "reason": one.reason} for one in built.left_out],
        "written": list(built.files.written),
        "unchanged": len(built.files.unchanged),
        "deleted": list(built.files.deleted),
        "kept": list(built.files.kept),
        "notes": list(built.notes),
    }
