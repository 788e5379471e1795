"""Create the file of a new issue."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import UsageError
from newsletter.scaffold import starter
from newsletter.workflow.months import NAMES, Month, issue_month, read_month
from newsletter.workflow.schema_files import write_missing_schema
from newsletter.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CreatedIssue:
    """The new file, and the month of the issue."""

    path: Path
    month: Month


def create_issue(workspace: Workspace, month: str | None = None) -> CreatedIssue:
    """Create the issue of a month, by default the first month from now on without an issue.

    Raise UsageError if the month cannot be read, or has an issue already.
    """
    today = dt.datetime.now(workspace.settings.presentation.zone).date()
    wanted = chosen_month(month, months_with_issues(workspace), Month.of(today))
    path = write_issue(workspace, wanted, today)
    write_missing_schema(workspace)
    return CreatedIssue(path, wanted)


def months_with_issues(workspace: Workspace) -> set[Month]:
    """Return the months that have an issue."""
    return set(filter(None, (issue_month(path.stem) for path in workspace.issue_paths())))


def chosen_month(text: str | None, taken: Collection[Month], this_month: Month) -> Month:
    """Return the month in `text`, or else the first month from this one on that has no issue.

    A month without a year is the next such month: this one, or one of the eleven after it.
    """
    if text is not None:
        return read_month(text, not_before=this_month)
    month = this_month
    while month in taken:
        month = month.next()
    return month


def write_issue(workspace: Workspace, month: Month, today: dt.date) -> Path:
    """Write the starter issue and return its path; raise UsageError if the month has an issue already."""
    folder = workspace.settings.issues_folder
    taken = next((path for path in workspace.issue_paths() if issue_month(path.stem) == month), None)
    if taken is not None:
        raise UsageError(
            f"There is an issue for {month.words} already: {workspace.shown(taken)}.",
            hint="Nothing was changed. Edit that file, or choose another month.",
        )
    day = starter.working_day(max(month.day(1), today) if Month.of(today) == month else month.day(1))
    text = starter.issue_text(
        day, month.words, NAMES[month.previous().number - 1], relative_schema_path(workspace.root, folder)
    )
    path = folder / f"{month}.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:  # "x" fails if someone else has just created the file
        file.write(text)
    return path


def relative_schema_path(root: Path, folder: Path) -> str:
    """Return the path of the issue schema relative to the issues folder, for the first line of an issue."""
    return Path(os.path.relpath(root / ".newsletter" / "issue.schema.json", folder)).as_posix()
