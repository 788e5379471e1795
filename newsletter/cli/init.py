"""`newsletter init`: create a newsletter folder."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output, terminal
from newsletter.cli.arguments import AsJson
from newsletter.cli.init_questions import gather_answers
from newsletter.settings_file import FILE_NAME
from newsletter.workflow.create_folder import CreatedFile, create_folder, refuse_existing
from newsletter.workflow.setup_answers import valid_answers

DETAILS = """\
It asks six questions. With --yes it asks none and uses sample answers. You can change every answer later in
newsletter.yaml. Answers can also be piped in, one per line. Existing files are never overwritten.

You can check, preview and send the first issue straight away. Until you set a provider, emails are written to a folder,
the outbox."""

EXAMPLES = (
    ("newsletter init", "create it in the current folder, with questions"),
    ("newsletter init our-news --yes", "create it in a new folder, with sample answers"),
    (
        'newsletter init our-news --name "Example Trust" --email news@example.org',
        "create it in a new folder, and answer two questions in advance",
    ),
)


def command(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="The folder to create. [default: the current folder]", show_default=False
        ),
    ] = Path(),
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Your organisation's name.", show_default=False)
    ] = None,
    newsletter: Annotated[
        str | None, typer.Option("--newsletter", metavar="NAME", help="The newsletter's name.", show_default=False)
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", metavar="ADDRESS", help="The sender's email address.", show_default=False)
    ] = None,
    address: Annotated[
        str | None, typer.Option("--address", metavar="TEXT", help="Your postal address.", show_default=False)
    ] = None,
    language: Annotated[
        str | None,
        typer.Option(
            "--language", metavar="CODE", help="The language you write in, such as en-GB or cy.", show_default=False
        ),
    ] = None,
    time_zone: Annotated[
        str | None,
        typer.Option("--time-zone", metavar="ZONE", help="Your time zone, such as Europe/London.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask no questions; use sample answers.")] = False,
    as_json: AsJson = False,
) -> None:
    """Create a newsletter folder."""
    root = folder.absolute()
    refuse_existing(root)
    given = {
        "name": name,
        "newsletter": newsletter,
        "email": email,
        "address": address,
        "language": language,
        "time_zone": time_zone,
    }
    asking = (terminal.at_terminal() or terminal.has_piped_input()) and not yes and not as_json
    answers = valid_answers(gather_answers(given, asking=asking))
    created = create_folder(root, answers, dt.datetime.now().astimezone().date())
    if as_json:
        made, kept = ([str(one.path) for one in created if one.made is state] for state in (True, False))
        output.print_json({"folder": str(root), "made": made, "kept": kept})
        return
    unanswered = not asking and None in (name, newsletter, email, address)
    if unanswered and not yes:
        output.complain(
            "No questions were asked, because this is not a terminal. Sample answers were used.", colour="yellow"
        )
    report_created(root, folder, created, sampled=unanswered)


def report_created(root: Path, folder: Path, created: list[CreatedFile], *, sampled: bool) -> None:
    """Show what was created, what was kept, and what to do next."""
    output.done(f"Created a newsletter in {root}:")
    notes = {
        FILE_NAME: "settings: your organisation, design and provider",
        "issues/": "one file per issue; the first is a sample",
        "audience.csv": "subscribers; four made-up ones for now",
    }
    for path, note in notes.items():
        output.say(f"{path:<17} {note}", indent="  ", wrap=False)
    kept = [str(one.path.relative_to(root)) for one in created if not one.made]
    if kept:
        output.say(f"Already existed and was kept: {', '.join(kept)}.", colour="yellow")
    steps = [f"cd {folder} # go into the folder"] if root != Path.cwd() else []
    if sampled:
        steps.append(f"open {FILE_NAME} in your editor # replace the sample name and addresses with your own")
    steps += ["newsletter check # check the first issue", "newsletter preview # preview it in the browser"]
    output.next_steps(steps)
