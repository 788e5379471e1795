"""An issue that is open in the composer: its file as it is now, and every way to change it."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from newsletter.errors import ContentError, FileAccessError, UsageError
from newsletter.issue_file.editing.document import IssueDocument, IssueReader
from newsletter.issue_file.editing.edit import Edit, EditError
from newsletter.issue_file.encoding import encoding_of
from newsletter.issue_file.source_text import decode_source, read_bytes
from newsletter.workflow.atomic_write import replace_file
from newsletter.workflow.composer.history import BY_COMPOSER, BY_OTHER, History, Version
from newsletter.workflow.composer.merging import conflict_of
from newsletter.workflow.composer.undo import UndoStack

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace

KNOWN_VERSIONS = 60
"""Versions that an edit may be based on."""

BY_ANOTHER = "Changed in another program"


class Home(Protocol):
    """The folder that an issue belongs to."""

    @property
    def workspace(self) -> Workspace:
        """Return the settings of the folder, as they are now."""

    @property
    def epoch(self) -> int:
        """Return a number that counts up when the settings or the templates change."""


class ConflictError(Exception):
    """Somebody else changed the same field since; `path` is None where the text as a whole was changed.

    `is_unknown` says that the version which the edits were made in is not known here, as after a restart.
    """

    def __init__(
        self, snapshot: Snapshot, path: tuple[str | int, ...] | None, yours: Any, *, is_unknown: bool = False
    ) -> None:
        super().__init__("conflict")
        self.snapshot = snapshot
        self.path = path
        self.yours = yours
        self.is_unknown = is_unknown


class Snapshot(NamedTuple):
    """A file at one moment: its bytes, and what they say."""

    version: str
    raw: bytes
    text: str
    document: IssueDocument | None
    """None where the bytes are no text."""
    error: ContentError | None
    saved_at: str

    @property
    def data(self) -> Any:
        """Return the fields as they are written; None where the text is no YAML."""
        return self.document.data if self.document else None


class OpenIssue:
    """One issue's file; each method reads it first, so that no change by another program is lost."""

    def __init__(
        self,
        path: Path,
        home: Home,
        changed: Callable[[OpenIssue, str], None],
        history: Path,
    ) -> None:
        self.path = path
        self.home = home
        self._changed = changed
        self._lock = threading.RLock()
        self._history = History(history)
        self._undo = UndoStack()
        self._snapshot: Snapshot | None = None
        self._mark: tuple[Any, ...] | None = None
        self._known: OrderedDict[str, Snapshot] = OrderedDict()
        self._is_closed = False

    def close(self) -> None:
        """Note no further change: what comes under this name is another issue, and no version of this one."""
        with self._lock:
            self._is_closed = True

    @property
    def id(self) -> str:
        """Return the issue's name."""
        return self.path.stem

    @property
    def snapshot(self) -> Snapshot | None:
        """Return the file as it was read last."""
        return self._snapshot

    def read(self) -> Snapshot:
        """Return the file as it is; raise ContentError where it cannot be read, and note changes by other programs."""
        with self._lock:
            mark = self._current_mark()
            if self._snapshot is not None and (self._is_closed or mark == self._mark):
                return self._snapshot
            raw = read_bytes(self.path)
            before = self._snapshot
            if before is not None and self._mark and before.raw == raw and self._mark[0] == mark[0]:
                self._mark = mark
                return before
            snapshot = self._take(raw, mark)
            if before is not None and before.raw != raw:
                self._undo.add(before.raw, raw, BY_ANOTHER)
                self._history.keep(before.raw, BY_ANOTHER, BY_OTHER, self._now())
            if before is not None:
                self._changed(self, BY_OTHER)
            return snapshot

    def _current_mark(self) -> tuple[Any, ...]:
        """Return what changes when the file, or the workspace that it is read in, does."""
        epoch = self.home.epoch
        try:
            facts = self.path.stat()
        except OSError:
            return epoch, None
        return epoch, facts.st_mtime_ns, facts.st_size, facts.st_ino

    def _take(self, raw: bytes, mark: tuple[Any, ...], document: IssueDocument | None = None) -> Snapshot:
        """Remember bytes as the file's content."""
        text, error = "", None
        try:
            text, faults = decode_source(self.path, raw)
            if document is None:
                document = self._reader().read(self.path, text, faults)
            error = document.error
        except ContentError as wrong:
            error = wrong
            text = raw.decode("utf-8", "replace") if b"\0" not in raw else ""
        snapshot = Snapshot(
            version=hashlib.sha256(raw).hexdigest()[:20],
            raw=raw,
            text=text,
            document=document,
            error=error,
            saved_at=self._now().isoformat(timespec="seconds"),
        )
        self._snapshot, self._mark = snapshot, mark
        self._known[snapshot.version] = snapshot
        self._known.move_to_end(snapshot.version)
        while len(self._known) > KNOWN_VERSIONS:
            self._known.popitem(last=False)
        return snapshot

    def _reader(self) -> IssueReader:
        workspace = self.home.workspace
        return IssueReader(workspace.settings.presentation.zone, workspace.kinds)

    def _now(self) -> dt.datetime:
        return dt.datetime.now(self.home.workspace.settings.presentation.zone)

    # --- changes

    def edit(
        self, version: str, label: str, edits: Sequence[Edit], group: str = "", base: Any = None
    ) -> tuple[Snapshot, bool]:
        """Make edits of a version, and return the file with whether they were merged into a newer one.

        Edits of the same group in a row are undone together. `base` is what the version holds, for one that only the
        page knows, as after a restart.
        Raise ConflictError where that changed the same fields, and UsageError where an edit cannot be made.
        """
        with self._lock:
            snapshot = self.read()
            is_merged = version != snapshot.version
            if is_merged:
                self._require_no_conflict(snapshot, version, list(edits), base)
            if snapshot.document is None:
                raise UsageError("The file is no text, so nothing in it can be edited.")
            try:
                document = self._reader().edit(snapshot.document, edits)
            except EditError as error:
                raise UsageError(str(error), hint="Reload the page, or change it in the text.") from error
            return self._saved(self._encoded(document.text, snapshot.raw), label, document, group), is_merged

    def _require_no_conflict(self, snapshot: Snapshot, version: str, edits: list[Edit], base: Any) -> None:
        known = self._known.get(version)
        before = base if known is None else known.data
        path = None if before is None else conflict_of(edits, before, snapshot.data)
        if before is None or path is not None:
            raise ConflictError(snapshot, path, edits[0].value if edits else None, is_unknown=before is None)

    def write_text(self, version: str, text: str, label: str = "Changed the issue file") -> Snapshot:
        """Replace the whole text of a version; raise ConflictError where the file has changed since."""
        with self._lock:
            snapshot = self.read()
            if version != snapshot.version:
                raise ConflictError(snapshot, None, text)
            return self._saved(self._encoded(text, snapshot.raw), label)

    def replace(self, raw: bytes, label: str) -> Snapshot:
        """Replace the file's bytes, whatever they are now."""
        with self._lock:
            self.read()
            return self._saved(raw, label)

    def _encoded(self, text: str, before: bytes) -> bytes:
        """Return a text in the encoding of the file, and with its mark."""
        encoding, mark = encoding_of(before)
        try:
            return before[:mark] + text.encode(encoding)
        except UnicodeEncodeError:
            raise UsageError("There is a broken character in the text.", hint="Type it again.") from None

    def _saved(self, raw: bytes, label: str, document: IssueDocument | None = None, group: str = "") -> Snapshot:
        """Write the file; the history keeps what it replaces, so that it can be undone."""
        before = self.read()
        if raw == before.raw:
            return before
        if self._is_closed:
            raise UsageError("This issue was moved or deleted in the meantime.", hint="Reload the page.")
        self._history.keep(before.raw, label, BY_COMPOSER, self._now(), is_typed=bool(group))
        snapshot = self._write(raw, document)
        self._undo.add(before.raw, raw, label, group)
        self._changed(self, BY_COMPOSER)
        return snapshot

    def _write(self, raw: bytes, document: IssueDocument | None = None) -> Snapshot:
        try:
            replace_file(self.path, raw)
        except OSError as error:
            raise FileAccessError(
                f"{self.path.name} cannot be saved: {error.strerror or os.strerror(error.errno or 0)}.",
                hint="The file is as it was before. Free some space, or check who may write it, and try again.",
            ) from error
        return self._take(raw, self._current_mark(), document)

    # --- undo and history

    @property
    def labels(self) -> tuple[str | None, str | None]:
        """Return what an undo would take back and a redo would make again; None where there is nothing."""
        with self._lock:
            raw = self.read().raw
            undo, redo = self._undo.next_undo(raw), self._undo.next_redo(raw)
            return undo.label if undo else None, redo.label if redo else None

    def undo(self) -> Snapshot:
        """Take the last change back: the file has the very bytes that it had before."""
        with self._lock:
            step = self._undo.next_undo(self.read().raw)
            if step is None:
                raise UsageError("There is nothing to undo.")
            snapshot = self._write(step.before)
            self._undo.mark_undone()
            self._changed(self, BY_COMPOSER)
            return snapshot

    def redo(self) -> Snapshot:
        """Redo the last undone change."""
        with self._lock:
            step = self._undo.next_redo(self.read().raw)
            if step is None:
                raise UsageError("There is nothing to redo.")
            snapshot = self._write(step.after)
            self._undo.mark_redone()
            self._changed(self, BY_COMPOSER)
            return snapshot

    def versions(self) -> list[Version]:
        """List the earlier versions of the file, newest first."""
        return self._history.versions()

    def version_document(self, version: str) -> IssueDocument:
        """Return an earlier version as it is written; raise ContentError where it is no text."""
        text, faults = decode_source(self.path, self._history.read(version))
        return self._reader().read(self.path, text, faults)

    def version_facts(self, version: str) -> dict[str, Any]:
        """Return an earlier version as text, its fields (None where they cannot be read), and whether it is valid."""
        try:
            document = self.version_document(version)
        except ContentError:
            return {"text": self._history.read(version).decode("utf-8", "replace"), "document": None, "valid": False}
        return {"text": document.text, "document": document.data, "valid": document.loaded is not None}

    def restore(self, version: str) -> Snapshot:
        """Put an earlier version in the place of the file."""
        return self.replace(self._history.read(version), "Restored an earlier version")
