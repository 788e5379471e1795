"""Duplicate, move and delete whole issues; what was sent is protected, and what was deleted can be restored.

The ledger knows an issue by its file's name. So an issue that anybody has, or is to get, keeps its name, and a name by
which something was sent is not given to another issue: both would let the same email go out twice, or not at all.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.errors import UsageError
from newsletter.issue_file.editing.document import IssueReader
from newsletter.issue_file.editing.edit import Edit, EditError, Operation
from newsletter.issue_file.encoding import encoding_of
from newsletter.issue_file.source_text import decode_source, read_bytes
from newsletter.workflow.atomic_write import replace_file
from newsletter.workflow.composer.history import BY_COMPOSER, HISTORY, History
from newsletter.workflow.composer.sent_issues import IssueState, recorded_states
from newsletter.workflow.composer.workspace_facts import issue_facts
from newsletter.workflow.issue_records import (
    BIN,
    claim_name,
    move_records,
    put_away_name,
    put_away_records,
    restore_records,
)
from newsletter.workflow.months import Month, issue_words, read_month

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace

_NAME = re.compile(r"(\d{8}T\d{6}\d{6})--(.+)")


def duplicate_issue(workspace: Workspace, path: Path, month: str) -> Path:
    """Write a copy of an issue for another month, dated in it, and return its path."""
    wanted = _free_month(workspace, month)
    raw = read_bytes(path)
    made = workspace.settings.issues_folder / f"{wanted}.yaml"
    claim_name(workspace, made.stem)
    with made.open("xb") as file:  # "x" fails if someone else has just created the file
        file.write(_dated(workspace, path, raw, wanted))
    return made


def move_issue(workspace: Workspace, path: Path, month: str) -> Path:
    """Give an issue the name and a date of another month, with its records; raise UsageError for one that was sent."""
    state = recorded_states(workspace).get(path.stem, IssueState())
    _refuse_unfinished(state)
    if state.is_known_to_readers:
        raise UsageError(
            "This issue was sent, or is being sent, so it keeps its month: under another one it could be sent twice.",
            hint="Duplicate it instead. The copy can be sent as an issue of its own.",
        )
    wanted = _free_month(workspace, month)
    made = workspace.settings.issues_folder / f"{wanted}{path.suffix}"
    if made.exists():
        raise UsageError(
            f"There is a file for {wanted.words} already.", hint="Nothing was changed. Choose another month."
        )
    raw = read_bytes(path)
    dated = _dated(workspace, path, raw, wanted)
    claim_name(workspace, made.stem)
    move_records(workspace, path.stem, made.stem)
    path.rename(made)
    history = workspace.root / HISTORY
    if dated != raw:
        History(history / made.stem).keep(raw, "Changed the month", BY_COMPOSER, dt.datetime.now(dt.UTC))
        replace_file(made, dated)
    return made


def delete_issue(workspace: Workspace, path: Path, *, even_if_sent: bool = False) -> None:
    """Put an issue into the folder of deleted ones; one that was sent only if that is said."""
    state = recorded_states(workspace).get(path.stem, IssueState())
    _refuse_unfinished(state)
    if state.state in {"scheduled", "sending", "uncertain"}:
        raise UsageError(
            "This issue is scheduled or being sent, so it cannot be deleted now.",
            hint="Cancel the send first, on the page Send of the issue.",
        )
    if state.is_known_to_readers and not even_if_sent:
        raise UsageError(
            "This issue was sent to readers.", hint="Confirm that it is to be deleted although it was sent."
        )
    folder = workspace.root / BIN
    folder.mkdir(parents=True, exist_ok=True)
    put_away = put_away_name(path.stem)
    put_away_records(workspace, path.stem, put_away)
    path.rename(folder / f"{put_away}{path.suffix}")


def deleted_issues(workspace: Workspace) -> list[dict[str, Any]]:
    """List the deleted issues, the last deleted first."""
    folder = workspace.root / BIN
    found = []
    for path in sorted(folder.glob("*--*.y*ml"), reverse=True) if folder.is_dir() else []:
        if match := _NAME.fullmatch(path.name):
            moment = dt.datetime.strptime(match[1], "%Y%m%dT%H%M%S%f").replace(tzinfo=dt.UTC)
            facts = issue_facts(path) | {"id": Path(match[2]).stem, "deleted": path.name}
            found.append(facts | {"deleted_at": moment.isoformat(timespec="seconds")})
    return found


def restore_issue(workspace: Workspace, name: str) -> Path:
    """Put a deleted issue back under its name; raise UsageError where that is taken."""
    match = _NAME.fullmatch(name)
    path = workspace.root / BIN / name
    if match is None or "/" in name or "\\" in name or not path.is_file():
        raise UsageError("This issue is no longer in the list of deleted ones.", hint="Reload the page.")
    made = workspace.settings.issues_folder / match[2]
    if any(one.stem == made.stem for one in workspace.issue_paths()):
        raise UsageError(
            f"There is another {issue_words(made.stem)} now.",
            hint="Change the month of that one first, then restore this one.",
        )
    restore_records(workspace, path.stem, made.stem)
    path.rename(made)
    return made


def _refuse_unfinished(state: IssueState) -> None:
    """Raise UsageError while some practice emails of an issue are still to be saved."""
    if state.is_unfinished_practice:
        raise UsageError(
            "The practice emails of this issue are not all saved yet.",
            hint="Save the rest of them first, on the page Send of the issue.",
        )


def _free_month(workspace: Workspace, text: str) -> Month:
    """Return a month that has no issue; raise UsageError for another."""
    from newsletter.workflow.create_issue import refuse_taken

    today = dt.datetime.now(workspace.settings.presentation.zone).date()
    month = read_month(text, not_before=Month.of(today))
    refuse_taken(workspace, month)
    return month


def _dated(workspace: Workspace, path: Path, raw: bytes, month: Month) -> bytes:
    """Return an issue's bytes with a date in a month; as they are where they have one, or it cannot be written."""
    from newsletter.workflow.create_issue import first_working_day
    from newsletter.workflow.next_issue.checklist import holidays_of

    if issue_facts(path)["date"].startswith(f"{month}-"):
        return raw
    reader = IssueReader(workspace.settings.presentation.zone, workspace.kinds)
    document = reader.read(path, decode_source(path, raw)[0])
    today = dt.datetime.now(workspace.settings.presentation.zone).date()
    day = first_working_day(month, today, holidays_of(workspace.settings)).isoformat()
    try:
        text = reader.edit(document, [Edit(op=Operation.SET, path=("date",), value=day)]).text
    except EditError:
        return raw
    encoding, mark = encoding_of(raw)
    return raw[:mark] + text.encode(encoding)
