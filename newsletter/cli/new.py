"""`newsletter new`: start an issue."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer

from newsletter.cli import output
from newsletter.cli.arguments import AsJson
from newsletter.cli.schema import ensure
from newsletter.errors import UsageError
from newsletter.scaffold import starter
from newsletter.workflow.months import NAMES, Month, issue_month, read_month
from newsletter.workflow.workspace import Workspace

DETAILS = """\
The file holds a sample of every section with explanations, and fresh dates; nothing of an older issue is
carried over. Without MONTH it is this month, or the first month after it that has no issue yet.
An issue that exists is never overwritten."""

EXAMPLES = (
    ("newsletter new", "this month, or the next one that has no issue yet"),
    ("newsletter new 2024-03", "the issue of March 2024"),
    ('newsletter new "March 2024"', "the same"),
    ("newsletter new march", "the next March"),
)


def command(
    month: Annotated[
        str | None,
        typer.Argument(metavar="MONTH", help="The month: 2024-03, March 2024 or march.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write a starter issue for a month."""
    workspace = Workspace.find()
    today = dt.datetime.now(workspace.settings.presentation.zone).date()
    wanted = chosen_month(month, months_with_issues(workspace), Month.of(today))
    path = write_issue(workspace, wanted, today)
    ensure(workspace)
    shown = workspace.shown(path)
    if as_json:
        output.print_json({"issue": path.stem, "path": str(path)})
        return
    output.done(f"Started {shown}: {wanted.words}.")
    if month is None:
        output.say("For another month, name it: `newsletter new MONTH`, such as 2024-03 or March 2024.")
    output.next_steps(
        [
            f"open {shown} in your editor # replace each text that starts with {starter.PLACEHOLDER}",
            f"newsletter preview {path.stem} # see it as you go",
            f"newsletter check {path.stem} # see what is still missing",
        ]
    )


def months_with_issues(workspace: Workspace) -> set[Month]:
    """Return the months that have an issue."""
    return set(filter(None, (issue_month(path.stem) for path in workspace.issue_paths())))


def chosen_month(text: str | None, taken: Collection[Month], this_month: Month) -> Month:
    """Return the month that is named, else the first one from this month on that has no issue.

    A month named without a year is the next such month: this one, or one of the eleven after it.
    """
    if text is not None:
        return read_month(text, not_before=this_month)
    month = this_month
    while month in taken:
        month = month.next()
    return month


def write_issue(workspace: Workspace, month: Month, today: dt.date) -> Path:
    """Write the starter and return its path; raise UsageError where the month has an issue already."""
    folder = workspace.settings.issues_folder
    taken = next((path for path in workspace.issue_paths() if issue_month(path.stem) == month), None)
    if taken is not None:
        raise UsageError(
            f"There is an issue for {month.words} already: {workspace.shown(taken)}.",
            hint="Nothing was changed. Open that file, or name another month.",
        )
    day = starter.working_day(max(month.day(1), today) if Month.of(today) == month else month.day(1))
    text = starter.issue_text(day, month.words, NAMES[month.previous().number - 1], schema_path(workspace.root, folder))
    path = folder / f"{month}.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:  # "x": never overwrites, whoever was quicker
        file.write(text)
    return path


def schema_path(root: Path, folder: Path) -> str:
    """Return the way from an issue to the JSON Schema that its first line names."""
    return Path(os.path.relpath(root / ".newsletter" / "issue.schema.json", folder)).as_posix()
