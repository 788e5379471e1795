"""Documents and calendars that are dropped on the composer."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from newsletter.errors import UsageError
from newsletter.workflow.import_events import DAYS_AHEAD, is_within, item_of, new_events, read_events
from newsletter.workflow.import_file import ImportFile, uploaded_file
from newsletter.workflow.import_issue import import_issue
from newsletter.workflow.import_preview import posts_of, preview_import

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.model.issue import Issue
    from newsletter.workflow.workspace import Workspace

DAYS_OFFERED = 92
"""Days from that of an issue whose events are offered; those of the next month are chosen beforehand."""


def preview_document(workspace: Workspace, data: bytes, name: str, month: str, post: str) -> dict[str, Any]:
    """Return what an import would make of a document, or the issues of an export to choose one from."""
    file = _document(data, name)
    posts = posts_of(file)
    if posts and not post:
        return {"name": file.name, "posts": posts, "preview": None}
    found = preview_import(workspace, file, month=month or None, post=post or None)
    return {"name": file.name, "posts": posts, "preview": asdict(found)}


def create_from_document(workspace: Workspace, data: bytes, name: str, month: str, post: str) -> Path:
    """Write the issue that a document holds, and return its path."""
    return import_issue(workspace, _document(data, name), month=month or None, post=post or None).path


def _document(data: bytes, name: str) -> ImportFile:
    from newsletter.importing.files import FileKind

    file = uploaded_file(data, name)
    if file.kind is FileKind.CALENDAR:
        raise UsageError(
            f"{file.name} is a calendar: its events belong into an issue.",
            hint="Open the issue, and drop the file on its section “Coming up”.",
        )
    return file


def offer_events(workspace: Workspace, issue: Issue | None, data: bytes, name: str) -> dict[str, Any]:
    """Return the events of a calendar or a table that may be added to an issue, as items, in the order of time."""
    from newsletter.importing.files import FileKind

    file = uploaded_file(data, name)
    if file.kind not in {FileKind.CALENDAR, FileKind.TABLE}:
        raise UsageError(
            f"{file.name} is {file.kind.value}, not a calendar.",
            hint="Choose a calendar (.ics) or a table (.csv) with a column for the title and one for the date.",
        )
    today = dt.datetime.now(workspace.settings.presentation.zone).date()
    first = issue.date if issue else today
    last = first + dt.timedelta(days=DAYS_OFFERED)
    events, unread = read_events(workspace, file, first, last)
    inside = [event for event in events if is_within(event, first, last)]
    new = new_events(inside, issue.sections if issue else ())
    soon = first + dt.timedelta(days=DAYS_AHEAD)
    return {
        "name": file.name,
        "events": [{"item": item_of(event), "chosen": event.day <= soon} for event in new],
        "known": len(inside) - len(new),
        "outside": len(events) - len(inside),
        "unread": list(unread),
        "first": first.isoformat(),
        "last": last.isoformat(),
    }
