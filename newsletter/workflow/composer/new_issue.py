"""Begin an issue from the composer: empty, drafted from the last one, or as a sample."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.scaffold import starter
from newsletter.workflow.create_issue import (
    chosen_month,
    first_working_day,
    last_issue,
    months_with_issues,
    refuse_taken,
    relative_schema_path,
    write_draft,
    write_issue,
    write_new_file,
)
from newsletter.workflow.months import Month
from newsletter.workflow.next_issue.checklist import holidays_of
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
    if start is Start.PREVIOUS:
        last = last_issue(workspace, wanted)
        if last is None:
            raise UsageError(
                "There is no earlier issue to begin with.", hint="Begin with an empty issue or the sample."
            )
        return write_draft(workspace, last, wanted, today).path
    refuse_taken(workspace, wanted)
    schema = relative_schema_path(workspace.root, workspace.settings.issues_folder)
    day = first_working_day(wanted, today, holidays_of(workspace.settings))
    return write_new_file(workspace, wanted, _blank_text(wanted, day, schema))


def _blank_text(month: Month, day: dt.date, schema: str) -> str:
    return (
        f"# yaml-language-server: $schema={schema}\n"
        f"title: {month.words}\n"
        f"date: {day.isoformat()}\n"
        "\n"
        "sections:\n"
        "  - kind: last_month\n"
        "    items:\n"
        f'      - title: "{starter.PLACEHOLDER} Something that happened"\n'
        "\n"
        "  - kind: coming_up\n"
        "    items:\n"
        f'      - "{starter.PLACEHOLDER} Something that comes up this month"\n'
        "\n"
        "  - kind: get_involved\n"
        "    items:\n"
        f'      - title: "{starter.PLACEHOLDER} Something that readers can do"\n'
    )
