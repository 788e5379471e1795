"""Write the page for whoever approves an issue, and read the comments that come back in a copy of it."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from newsletter.errors import ContentError, FileAccessError, NewsletterError, UsageError
from newsletter.workflow.atomic_write import replace_file

if TYPE_CHECKING:
    from newsletter.workflow.check_issue import CheckResult
    from newsletter.workflow.workspace import Workspace

FOLDER = "review"
"""The folder of these pages, beside the settings."""

COMMENTS = Path(".newsletter") / "comments"
"""Where the comments that came back are kept."""

LARGEST = 20_000_000
"""Bytes of a page that comes back."""

_COMMENTS = re.compile(r"<script[^>]*\bid=\"newsletter-comments\"[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_MOST = 500


class Comment(BaseModel):
    """What somebody wrote about a field, or about the whole email where there is no path."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1, max_length=10_000)
    path: tuple[str | int, ...] | None = Field(None, max_length=20)
    quote: str = Field("", max_length=1_000)
    at: dt.datetime | None = None


class CommentFile(BaseModel):
    """The comments in one copy of a page, and which content they are about."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issue: str = Field(max_length=200)
    fingerprint: str = Field("", max_length=100)
    comments: tuple[Comment, ...] = Field((), max_length=_MOST)


class SharedIssue(NamedTuple):
    """The page that was made, and what was found in the issue."""

    result: CheckResult
    page: str
    fingerprint: str
    """The beginning of the fingerprint that is tested and approved; empty where the issue cannot be sent as it is."""


def share_issue(workspace: Workspace, path: Path) -> SharedIssue:
    """Return the page of an issue; raise ContentError if it cannot be rendered."""
    from newsletter.issue_file.editing.document import IssueReader
    from newsletter.render.field_marks import FieldMarks
    from newsletter.render.preview import NAMED, NAMELESS, SampleReader
    from newsletter.render.share_page import share_page
    from newsletter.sending.formatting import format_datetime
    from newsletter.workflow.check_issue import check_issue
    from newsletter.workflow.composer.field_places import written_path

    result = check_issue(workspace, path)
    if result.message is None or result.loaded is None:
        raise ContentError(f"{result.verdict} It can be shared once that is fixed.".strip(), result.findings)
    marks = FieldMarks()
    loaded = result.loaded
    marked = workspace.render(loaded._replace(issue=marks.marked(loaded.issue)))
    data = IssueReader(workspace.settings.presentation.zone, workspace.kinds).read(path, loaded.source).data
    segments = [one.segments for one in marked.variants]
    others = [SampleReader(f"A reader in {' and '.join(one)}", NAMELESS.values, one) for one in segments]
    fingerprint = _fingerprint(workspace, path)
    page = share_page(
        marked,
        marks,
        issue=path.stem,
        made=format_datetime(dt.datetime.now(dt.UTC), workspace.settings.presentation.zone),
        fingerprint=fingerprint,
        readers=[NAMED, NAMELESS, *others],
        findings=result.findings,
        shown=lambda field: written_path(data, field),
    )
    return SharedIssue(result, page, fingerprint)


def _fingerprint(workspace: Workspace, path: Path) -> str:
    """Return the beginning of the fingerprint that is tested and approved; empty where the issue cannot be sent."""
    from newsletter.workflow.session import SendSession

    try:
        return SendSession(workspace).ready_issue(path).payload.fingerprint[:12]
    except NewsletterError:
        return ""


def write_share(workspace: Workspace, path: Path) -> Path:
    """Write the page of an issue into the folder of such pages and return it."""
    page = share_issue(workspace, path).page
    place = workspace.root / FOLDER / f"{path.stem}.html"
    try:
        place.parent.mkdir(exist_ok=True)
        replace_file(place, page.encode())
    except OSError as error:
        raise FileAccessError(f"{place.name} cannot be written: {error.strerror}.") from error
    return place


def read_comments(text: str) -> CommentFile:
    """Return the comments of a page that came back; raise UsageError where it is no such page."""
    found = _COMMENTS.findall(text)
    hint = "Choose the file that was saved with “Save a copy with comments”."
    if not found:
        raise UsageError("There are no comments in this file: it is no page that `newsletter share` made.", hint=hint)
    try:
        return CommentFile.model_validate(json.loads(found[-1]))
    except (ValueError, RecursionError, ValidationError) as error:
        raise UsageError("The comments in this file cannot be read.", hint=hint) from error


def read_comment_file(path: Path) -> CommentFile:
    """Return the comments of a file; raise UsageError where it cannot be read or is no such page."""
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{path.name} is too large to be a page that `newsletter share` made.")
        return read_comments(path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", hint="Check the name of the file.") from error


def keep_comments(workspace: Workspace, issue: str, new: CommentFile) -> list[dict[str, Any]]:
    """Keep comments with those that came before, each once, and return them all; they are about one issue."""
    if new.issue != issue:
        raise UsageError(f"These comments are about {new.issue}.", hint=f"Open {new.issue} and read them there.")
    known = kept_comments(workspace, issue)
    facts = comment_facts(new)
    every = [*known, *(one for one in facts if one not in known)][:_MOST]
    place = _comments_path(workspace, issue)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        replace_file(place, json.dumps(every, ensure_ascii=False, indent=1).encode())
    except OSError as error:
        raise FileAccessError(f"The comments cannot be kept: {error.strerror}.") from error
    return every


def kept_comments(workspace: Workspace, issue: str) -> list[dict[str, Any]]:
    """Return the comments on an issue that were read before."""
    try:
        found = json.loads(_comments_path(workspace, issue).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return found if isinstance(found, list) else []


def comment_facts(file: CommentFile) -> list[dict[str, Any]]:
    """Return comments as plain data, with the words for their fields."""
    from newsletter.workflow.composer.field_places import label_of

    return [
        one.model_dump(mode="json") | {"field_label": label_of(one.path), "fingerprint": file.fingerprint}
        for one in file.comments
    ]


def _comments_path(workspace: Workspace, issue: str) -> Path:
    return workspace.root / COMMENTS / f"{issue}.json"
