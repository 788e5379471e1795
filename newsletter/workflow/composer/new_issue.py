"""Begin an issue from the composer: empty, as the last one, or as a sample."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.issue_file.editing.document import IssueReader
from newsletter.issue_file.editing.edit import Edit, EditError, Operation
from newsletter.issue_file.source_text import decode_source, read_bytes
from newsletter.scaffold import starter
from newsletter.workflow.create_issue import chosen_month, months_with_issues, relative_schema_path, write_issue
from newsletter.workflow.months import NAMES, Month, issue_month
from newsletter.workflow.schema_files import write_missing_schema

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace


class Start(StrEnum):
    """What a new issue begins with."""

    BLANK = "blank"
    PREVIOUS = "previous"
    SAMPLE = "sample"


def begin_issue(workspace: Workspace, month: str | None, start: Start) -> Path:
    """Write the file of a new issue and return it; raise UsageError where its month has one already."""
    today = dt.datetime.now(workspace.settings.presentation.zone).date()
    wanted = chosen_month(month, months_with_issues(workspace), Month.of(today))
    write_missing_schema(workspace)
    if start is Start.SAMPLE:
        return write_issue(workspace, wanted, today)
    if wanted in months_with_issues(workspace):
        raise UsageError(f"There is an issue for {wanted.words} already.", hint="Open it, or choose another month.")
    day = starter.working_day(max(wanted.day(1), today) if Month.of(today) == wanted else wanted.day(1))
    folder = workspace.settings.issues_folder
    if start is Start.PREVIOUS:
        text = _rolled_over(workspace, _previous(workspace, wanted), wanted, day)
    else:
        schema = relative_schema_path(workspace.root, folder)
        text = _blank_text(wanted, day, schema)
    path = folder / f"{wanted}.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="") as file:  # "x": never overwrites, whoever was quicker
        file.write(text)
    return path


def _blank_text(month: Month, day: dt.date, schema: str) -> str:
    return (
        f"# yaml-language-server: $schema={schema}\n"
        f"title: {month.words}\n"
        f"date: {day.isoformat()}\n"
        "\n"
        "sections:\n"
        "  - kind: coming_up\n"
        "    items:\n"
        f'      - "{starter.PLACEHOLDER} Something that comes up this month"\n'
    )


def _previous(workspace: Workspace, month: Month) -> Path:
    """Return the newest issue before a month."""
    earlier = [(found, path) for path in workspace.issue_paths() if (found := issue_month(path.stem)) and found < month]
    if not earlier:
        raise UsageError("There is no earlier issue to begin with.", hint="Begin with an empty issue or the sample.")
    return max(earlier)[1]


def _rolled_over(workspace: Workspace, path: Path, month: Month, day: dt.date) -> str:
    """Return the text of an issue with the date of a new month, and its title with the month's name."""
    reader = IssueReader(workspace.settings.presentation.zone, workspace.kinds)
    document = reader.read(path, decode_source(path, read_bytes(path))[0])
    data = document.data or {}
    edits = [Edit(op=Operation.SET, path=("date",), value=day.isoformat())]
    before = issue_month(path.stem)
    for name in ("title", "subject"):
        words = data.get(name)
        if before and isinstance(words, str):
            renamed = words.replace(NAMES[before.number - 1], NAMES[month.number - 1])
            renamed = renamed.replace(str(before.year), str(month.year))
            edits.append(Edit(op=Operation.SET, path=(name,), value=renamed))
    if "ignore" in data:
        edits.append(Edit(op=Operation.REMOVE, path=("ignore",)))
    try:
        return reader.edit(document, edits).text
    except EditError as error:
        raise UsageError(f"{path.name} cannot be copied: {error}", hint="Begin with an empty issue.") from error
