"""Create the file of a new issue."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import UsageError
from newsletter.issue_file.editing.document import IssueReader
from newsletter.issue_file.source_text import decode_source, read_bytes
from newsletter.scaffold import starter
from newsletter.workflow.months import NAMES, Month, issue_month, read_month
from newsletter.workflow.next_issue.checklist import holidays_of, workday_in_month
from newsletter.workflow.next_issue.draft_issue import IssueDraft, draft_issue
from newsletter.workflow.schema_files import write_missing_schema
from newsletter.workflow.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CreatedIssue:
    """The new file, and the month of the issue."""

    path: Path
    month: Month
    last: Path | None = None
    """The issue that it was drafted from; None for a sample."""
    draft: IssueDraft | None = None


def create_issue(
    workspace: Workspace, month: str | None = None, *, is_blank: bool = False, today: dt.date | None = None
) -> CreatedIssue:
    """Create the issue of a month, by default the first month from now on without an issue.

    It is drafted from the last issue before it; `is_blank` and a first issue begin with the sample. Raise UsageError
    if the month cannot be read, or has an issue already.
    """
    today = today or dt.datetime.now(workspace.settings.presentation.zone).date()
    wanted = chosen_month(month, months_with_issues(workspace), Month.of(today))
    last = None if is_blank else last_issue(workspace, wanted)
    if last is None:
        path = write_issue(workspace, wanted, today)
        write_missing_schema(workspace)
        return CreatedIssue(path, wanted)
    created = write_draft(workspace, last, wanted, today)
    write_missing_schema(workspace)
    return created


def last_issue(workspace: Workspace, month: Month) -> Path | None:
    """Return the newest issue before a month; None if there is none."""
    earlier = [(found, path) for path in workspace.issue_paths() if (found := issue_month(path.stem)) and found < month]
    return max(earlier)[1] if earlier else None


def write_draft(workspace: Workspace, last: Path, month: Month, today: dt.date) -> CreatedIssue:
    """Write the draft of a month's issue from an earlier one; raise UsageError if the month has an issue already."""
    refuse_taken(workspace, month)
    reader = IssueReader(workspace.settings.presentation.zone, workspace.kinds)
    draft = draft_issue(
        reader.read(last, decode_source(last, read_bytes(last))[0]),
        issue_month(last.stem) or month.previous(),
        month,
        today,
        schema=relative_schema_path(workspace.root, workspace.settings.issues_folder),
        settings=workspace.settings,
    )
    return CreatedIssue(write_new_file(workspace, month, draft.text), month, last, draft)


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
    refuse_taken(workspace, month)
    day = first_working_day(month, today, holidays_of(workspace.settings))
    schema = relative_schema_path(workspace.root, workspace.settings.issues_folder)
    text = starter.issue_text(day, month.words, NAMES[month.previous().number - 1], schema)
    return write_new_file(workspace, month, text)


def first_working_day(month: Month, today: dt.date, is_holiday: Callable[[dt.date], bool]) -> dt.date:
    """Return the first working day of a month; of the current month, the first from today on."""
    first = max(month.day(1), today) if Month.of(today) == month else month.day(1)
    return workday_in_month(first, is_holiday, earliest=first)


def refuse_taken(workspace: Workspace, month: Month) -> None:
    """Raise UsageError if a month has an issue already."""
    taken = next((path for path in workspace.issue_paths() if issue_month(path.stem) == month), None)
    if taken is not None:
        raise UsageError(
            f"There is an issue for {month.words} already: {workspace.shown(taken)}.",
            hint="Nothing was changed. Edit that file, or choose another month.",
        )


def write_new_file(workspace: Workspace, month: Month, text: str) -> Path:
    """Write the file of a month's issue and return its path; a file that exists is never overwritten.

    Nothing that is kept of an earlier issue of the month is this one's; raise UsageError where that one was sent.
    """
    from newsletter.workflow.issue_records import claim_name

    folder = workspace.settings.issues_folder
    path = folder / f"{month}.yaml"
    claim_name(workspace, path.stem)
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="") as file:  # "x" fails if someone else has just created the file
        file.write(text)
    return path


def relative_schema_path(root: Path, folder: Path) -> str:
    """Return the path of the issue schema relative to the issues folder, for the first line of an issue."""
    return Path(os.path.relpath(root / ".newsletter" / "issue.schema.json", folder)).as_posix()
