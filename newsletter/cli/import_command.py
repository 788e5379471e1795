"""`newsletter import`: turn a document into an issue, or put a calendar's events into one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output, terminal
from newsletter.cli.arguments import AsJson, complete_issue
from newsletter.errors import UsageError
from newsletter.workflow.workspace import Workspace

if TYPE_CHECKING:
    from newsletter.importing.exports import Export

_MOST_LISTED = 20

DETAILS = """\
FILE is a Word document (.docx), a web page or Google Docs' HTML (.html), Markdown (.md), plain text (.txt), an email
(.eml), or an export of Mailchimp or Substack (.zip, .csv); of an export with several issues, you are asked which one
to import, or name it with --post. Its sections, items, dates, deadlines and pictures are
recognised, and menus and footers are left out. What is not certain is marked with “# Look at this” in the file.

With --into, FILE is a calendar (.ics), a table of events (.csv) or a calendar's https:// address, and its events are
added to `coming_up` of that issue. Only an address uses the network.

An existing issue is never overwritten without --overwrite."""

EXAMPLES = (
    ("newsletter import february.docx", "create the issue that a Word document holds"),
    ("newsletter import update.html --as 2024-04", "create the issue for April 2024 from a saved web page"),
    ('newsletter import export.zip --post "February"', "choose one of the issues in an export"),
    ("newsletter import events.ics --into 2024-03", "add the events of a calendar to an issue"),
)


def command(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file to import, or a calendar's address.")],
    month: Annotated[
        str | None, typer.Option("--as", metavar="MONTH", help="The month of the new issue. [default: from its date]")
    ] = None,
    into: Annotated[
        str | None,
        typer.Option(
            "--into", metavar="ISSUE", help="Add the events of a calendar to this issue.", autocompletion=complete_issue
        ),
    ] = None,
    post: Annotated[
        str | None, typer.Option("--post", metavar="NAME", help="The issue in an export, by its date or title.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the month's issue.")] = False,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DAY", help="With --into: the last day. [default: 31 days later]")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Turn a document into an issue."""
    workspace = Workspace.find()
    if into is not None:
        _events(workspace, file, into, until, as_json=as_json)
        return
    from newsletter.workflow.import_file import open_file
    from newsletter.workflow.import_issue import import_issue

    opened = open_file(Path(file))
    if post is None and opened.is_export and terminal.at_terminal() and not as_json:
        post = _asked_post(opened.export())
    done = import_issue(workspace, opened, month=month, post=post, overwrite=overwrite)
    shown = workspace.shown(done.path)
    if as_json:
        output.print_json(
            {
                "issue": done.path.stem,
                "path": str(done.path),
                "title": done.title,
                "date": done.date.isoformat(),
                "sections": [{"kind": kind, "items": count} for kind, count in done.sections],
                "look_at": list(done.doubts),
                "left_out": done.left_out,
                "pictures": list(done.pictures),
                "notes": list(done.notes),
            }
        )
        return
    output.done(f"Created {shown} from {Path(file).name}: {done.title}")
    output.say(f"Sections: {', '.join(_section(kind, count) for kind, count in done.sections) or 'none'}.")
    if done.pictures:
        output.say(f"Pictures: {', '.join(done.pictures)}.")
    if done.left_out:
        output.say(
            f"Left out, as they look like menus or footers: {done.left_out} pieces, listed at the end of the file."
        )
    for note in done.notes:
        output.say(note)
    if done.doubts:
        output.say()
        output.say("Look at this:", colour="bold")
        for doubt in done.doubts:
            output.say(f"- {output.sentence(doubt)}", indent="  ")
    output.next_steps(
        [
            f"open {shown} in your editor # compare it with {Path(file).name}",
            f"newsletter preview {done.path.stem} # see it as readers do",
            f"newsletter check {done.path.stem} # check it for mistakes",
        ]
    )


def _asked_post(export: Export) -> str | None:
    """Ask which issue of an export is imported; nothing to ask about where there is only one."""
    if len(export.posts) == 1:
        return None
    output.say(f"{export.name} holds {len(export.posts)} issues:", colour="bold")
    listed = export.posts[:_MOST_LISTED]
    for number, one in enumerate(listed, 1):
        output.say(f"{number:>3}  {one.shown}", indent="  ")
    if len(export.posts) > len(listed):
        output.say(f"and {len(export.posts) - len(listed)} more, older ones", indent="  ")
    while True:
        said = terminal.ask("Which one? Its number, its date, or words of its title").strip()
        if said.isdecimal() and 1 <= int(said) <= len(listed):
            said = listed[int(said) - 1].name or listed[int(said) - 1].shown
        try:
            return export.choose(said or "?").name or said
        except UsageError as error:
            output.say(error.message)


def _section(kind: str, count: int) -> str:
    return f"{kind} ({count} item{'s' * (count != 1)})" if count else kind


def _events(workspace: Workspace, file: str, into: str, until: str | None, *, as_json: bool) -> None:
    from newsletter.workflow.import_events import import_events

    done = import_events(workspace, file, into, until=_day(until) if until else None)
    shown = workspace.shown(done.path)
    if as_json:
        output.print_json(
            {
                "issue": done.path.stem,
                "path": str(done.path),
                "added": list(done.added),
                "already_there": done.known,
                "outside": done.outside,
                "until": done.last.isoformat(),
                "unread": list(done.unread),
            }
        )
        return
    count = len(done.added)
    if count:
        output.done(f"Added {count} event{'s' * (count != 1)} to {shown}:")
    else:
        output.say(f"There was nothing to add to {shown}.")
    for line in done.added:
        output.say(f"- {line}", indent="  ")
    if done.known:
        output.say(f"Already in the issue: {done.known}.")
    output.say(f"Events until {done.last.isoformat()} are added; for another day, use `--until`.")
    for row in done.unread:
        output.say(f"The date of this event cannot be read: {row}")
    output.next_steps([f"newsletter preview {done.path.stem} # see it as readers do"])


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is not a day.", hint="Write it as 2024-03-31.") from None
