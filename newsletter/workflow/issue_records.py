"""What is kept of an issue by the name of its file: versions, practice, tests, approvals, comments, shared pages.

All of it follows a file that gets another name, and none of it is inherited by another issue of the same name. The
record of a send that reached somebody is never moved: it stays with the name, and prevents a second send.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError, UsageError
from newsletter.workflow.composer.history import HISTORY
from newsletter.workflow.composer.practice import is_practice_by
from newsletter.workflow.composer.sent_issues import IssueState, has_ledger, issue_states
from newsletter.workflow.months import issue_month
from newsletter.workflow.share_issue import COMMENTS, FOLDER

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace

BIN = Path(".newsletter") / "deleted"
"""Where deleted issues are, with what is kept of them."""


def put_away_name(name: str) -> str:
    """Return the name that a deleted issue and its records have from now on."""
    return f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}--{name}"


def claim_name(workspace: Workspace, name: str) -> None:
    """Free a name for a new issue: put away what is kept of an earlier one; raise UsageError where that was sent."""
    if issue_states(workspace).get(name, IssueState()).is_known_to_readers:
        month = issue_month(name)
        raise UsageError(
            f"An issue for {month.words if month else name} was sent before, so its month cannot be used for another.",
            hint="Nothing was changed. Choose another month, or restore that issue.",
        )
    with contextlib.suppress(NewsletterError, OSError):  # what cannot be put away protects nothing
        put_away_records(workspace, name, put_away_name(name))


def put_away_records(workspace: Workspace, name: str, put_away: str) -> None:
    """Put what is kept of an issue beside the deleted ones; of one that was sent, the ledger keeps everything."""
    if not issue_states(workspace).get(name, IssueState()).is_known_to_readers:
        _rename_in_ledger(workspace, name, put_away)
    for own, away in zip(_files(workspace, name), _files_put_away(workspace, put_away), strict=True):
        _rename(own, away)


def restore_records(workspace: Workspace, put_away: str, name: str) -> None:
    """Give a restored issue back what is kept of it."""
    _rename_in_ledger(workspace, put_away, name)
    for own, away in zip(_files(workspace, name), _files_put_away(workspace, put_away), strict=True):
        if not own.exists():
            _rename(away, own)


def move_records(workspace: Workspace, name: str, new: str) -> None:
    """Let what is kept of an issue follow it to another name, which was claimed before."""
    _rename_in_ledger(workspace, name, new)
    for own, moved in zip(_files(workspace, name), _files(workspace, new), strict=True):
        _rename(own, moved)


def _files(workspace: Workspace, name: str) -> list[Path]:
    """List where versions, comments and the shared page of an issue are kept."""
    root = workspace.root
    return [root / HISTORY / name, root / COMMENTS / f"{name}.json", root / FOLDER / f"{name}.html"]


def _files_put_away(workspace: Workspace, put_away: str) -> list[Path]:
    """List where they are once the issue is put away, in the same order."""
    away = workspace.root / BIN
    return [away / put_away, away / f"{put_away}.comments.json", away / f"{put_away}.review.html"]


def _rename(path: Path, new: Path) -> None:
    if path.exists():
        new.parent.mkdir(parents=True, exist_ok=True)
        path.rename(new)


def _rename_in_ledger(workspace: Workspace, name: str, new: str) -> None:
    """Give the records of an issue that nobody received another name in the ledger, if there is one, and its emails."""
    if not has_ledger(workspace):
        return
    from newsletter.providers.outbox import rename_messages
    from newsletter.workflow.session import SendSession

    with SendSession(workspace).ledger() as ledger:
        sends = ledger.sends.all(name)
        practice = {one for one in {send.target.provider for send in sends} if is_practice_by(one, workspace.settings)}
        ledger.rename_issue(name, new, practice=practice)
    saved = [send for send in sends if send.target.provider in practice]
    rename_messages(
        workspace.settings.outbox_folder,
        {send.message_group: replace(send, issue=new).message_group for send in saved},
    )
