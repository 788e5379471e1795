"""The composer of one newsletter folder: its settings, and the issues that are open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from newsletter.workflow.composer.workspace_facts import describe_workspace
from newsletter.workflow.workspace import Workspace

Notify = Callable[[str, Mapping[str, Any], str | None], None]
"""Called with an event's name, its data, and the issue that it is about (None for all)."""


class Composer:
    """What the browser's part calls; safe to be called from several threads."""

    def __init__(self, folder: Path, notify: Notify) -> None:
        self._folder = folder.absolute()
        self._notify = notify
        self._lock = threading.RLock()
        self._workspace: Workspace | None = None
        self._settings_mark: tuple[Path, int, int] | None = None

    @property
    def workspace(self) -> Workspace:
        """Return the folder's settings, read again when their file has changed; raise as `Workspace.find` does."""
        from newsletter.settings import find_settings

        with self._lock:
            path = find_settings(self._folder)
            facts = path.stat()
            mark = (path, facts.st_mtime_ns, facts.st_size)
            if self._workspace is None or mark != self._settings_mark:
                self._workspace, self._settings_mark = Workspace.find(self._folder), mark
            return self._workspace

    def describe(self) -> dict[str, Any]:
        """Return the facts of the folder and a list of its issues; what is wrong with the settings is a part of it."""
        return describe_workspace(self._folder, lambda: self.workspace)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of an issue, with the newsletter's own kinds of section."""
        import json

        from newsletter.workflow.schema_files import issue_schema_text

        schema: dict[str, Any] = json.loads(issue_schema_text(self.workspace.kinds))
        return schema

    def close(self) -> None:
        """Stop what runs in the background."""
