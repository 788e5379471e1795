"""The settings of a composer's folder, as they are now."""

from __future__ import annotations

import threading
from pathlib import Path

from newsletter.errors import UsageError
from newsletter.workflow.composer.folder_state import last_edited
from newsletter.workflow.workspace import Workspace


class CurrentWorkspace:
    """Reads the settings of a folder again when their file has changed; safe to be used from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._lock = threading.RLock()
        self._found: Workspace | None = None
        self._mark: tuple[Path, int, int] | None = None
        self._epoch = 0

    def get(self) -> Workspace:
        """Return the settings; raise as `Workspace.find` does."""
        from newsletter.settings_file import find_settings

        with self._lock:
            path = find_settings(self.folder)
            facts = path.stat()
            mark = (path, facts.st_mtime_ns, facts.st_size)
            if self._found is None or mark != self._mark:
                self._found, self._mark = Workspace.find(self.folder), mark
                self._epoch += 1
            return self._found

    @property
    def epoch(self) -> int:
        """Return a number that counts up when the settings, a template or a picture changes."""
        with self._lock:
            self.get()
            return self._epoch

    def forget(self) -> None:
        """Have the settings read again, even if their file has not changed."""
        with self._lock:
            self._found = None

    def first_issue(self, name: str | None, *, edited: bool = True) -> str:
        """Return the issue to show first: the named one, the one `edited` last or the newest; empty if there is none.

        An issue that was made since the last edit, as by `newsletter new`, is the one to go on with.
        """
        try:
            workspace = self.get()
            if name is not None:
                return workspace.issue_path(name).stem
            names = [path.stem for path in workspace.issue_paths()]
        except UsageError:
            if name is not None:
                raise
            return ""
        last = last_edited(workspace.root, names) if names and edited else None
        return last or (names[-1] if names else "")
