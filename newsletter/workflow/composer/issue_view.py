"""What the composer shows of one issue: its document, its email and its findings, each as fresh as it can be."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from newsletter.errors import ContentError, FileAccessError, NewsletterError, TemplateError
from newsletter.issue_file.editing.edit import find_value, has_value
from newsletter.model.findings import Finding
from newsletter.workflow.composer.email_views import RenderedEmail, render_marked
from newsletter.workflow.composer.finding_facts import finding_facts
from newsletter.workflow.composer.open_issue import ConflictError, OpenIssue, Snapshot
from newsletter.workflow.composer.section_names import automatic_headings
from newsletter.workflow.composer.workspace_facts import problem_facts

if TYPE_CHECKING:
    from newsletter.issue_file.load_issue import LoadedIssue


class _Checked(NamedTuple):
    """The findings of a version."""

    version: str
    epoch: int
    findings: tuple[Finding, ...]


class IssueView:
    """The newest email and findings of an open issue; a broken file leaves the last good email."""

    def __init__(self, issue: OpenIssue) -> None:
        self.issue = issue
        self._lock = threading.Lock()
        self._email: RenderedEmail | None = None
        self._email_of: tuple[str, int] | None = None
        self._loaded: LoadedIssue | None = None
        self._error: NewsletterError | None = None
        self._checked: _Checked | None = None
        self.is_shown = False
        """Whether a page has got the email."""

    def document(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the facts of a file as it is."""
        undo, redo = self.issue.labels
        problem = problem_facts(snapshot.error) if snapshot.error else None
        checked = self._checked
        findings = self.findings_of(snapshot)
        is_whole = snapshot.document is not None and snapshot.document.loaded is not None
        return {
            "id": self.issue.id,
            "file": self.issue.path.name,
            "version": snapshot.version,
            "text": snapshot.text,
            "valid": snapshot.error is None,
            "document": snapshot.data,
            "headings": automatic_headings(self.issue.home.workspace, snapshot.data),
            "problem": problem,
            "findings": finding_facts(findings, snapshot) if findings is not None else None,
            "findings_for": (checked.version if checked else None) if is_whole else snapshot.version,
            "can_undo": undo is not None,
            "can_redo": redo is not None,
            "undo_label": undo,
            "redo_label": redo,
            "saved_at": snapshot.saved_at,
        }

    def conflict(self, error: ConflictError) -> dict[str, Any]:
        """Return the document as it is now and both values, for who must decide between two changes."""
        theirs = None
        if error.path is not None and has_value(error.snapshot.data, error.path):
            theirs = find_value(error.snapshot.data, error.path)
        conflict = {
            "path": list(error.path) if error.path else None,
            "theirs": theirs,
            "yours": error.yours,
            "unknown": error.is_unknown,
        }
        return {"document": self.document(error.snapshot), "conflict": conflict}

    def findings_of(self, snapshot: Snapshot) -> Sequence[Finding] | None:
        """Return the findings that are known: a broken file's own, or those of the last check."""
        if snapshot.error is not None:
            return [one for one in snapshot.error.findings if isinstance(one, Finding)]
        return self._checked.findings if self._checked else None

    def check(self) -> dict[str, Any]:
        """Check the file as it is, and return the event that tells of it; raise where it cannot be checked."""
        from newsletter.workflow.check_issue import check_issue

        snapshot, epoch = self.issue.read(), self.issue.home.epoch
        if snapshot.error is None and not self._is_checked(snapshot, epoch):
            result = check_issue(self.issue.home.workspace, self.issue.path)
            if self.issue.read().version == snapshot.version:  # else a check of what it is now follows
                self._checked = _Checked(snapshot.version, epoch, result.findings)
        known = snapshot.error is not None or self._is_checked(snapshot, epoch)
        findings = self.findings_of(snapshot) if known else None
        return {
            "version": snapshot.version,
            "findings": None if findings is None else finding_facts(findings, snapshot),
        }

    def _is_checked(self, snapshot: Snapshot, epoch: int) -> bool:
        known = self._checked
        return known is not None and (known.version, known.epoch) == (snapshot.version, epoch)

    def email(self, snapshot: Snapshot) -> tuple[RenderedEmail, NewsletterError | None]:
        """Return the email, or the last good one with what keeps the file from being rendered."""
        with self._lock:
            mark = (snapshot.version, self.issue.home.epoch)
            if mark != self._email_of:
                self._render(snapshot)
                self._email_of = mark
            if self._email is None:
                assert self._error is not None  # noqa: S101  one of them is always known
                raise self._error
            return self._email, self._error

    def newest_email(self) -> RenderedEmail:
        """Return the email of the file as it is, or the last good one."""
        return self.email(self.issue.read())[0]

    def _render(self, snapshot: Snapshot) -> None:
        loaded = snapshot.document.loaded if snapshot.document else None
        self._error = snapshot.error
        if loaded is None:
            return
        try:
            self._email = render_marked(self.issue.home.workspace, loaded, snapshot.version, snapshot.data)
            self._loaded = loaded
        except (ContentError, TemplateError, FileAccessError) as error:
            self._error = error

    @property
    def loaded(self) -> LoadedIssue | None:
        """Return the issue of the last good email."""
        return self._loaded
