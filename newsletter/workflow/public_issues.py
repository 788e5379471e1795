"""Issues online: the page of an issue that was sent, made when it is first asked for."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_KEPT = 24
_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "ics": "text/calendar; charset=utf-8",
    "html": "text/html; charset=utf-8",
}


class PublicIssues:
    """The pages of issues and their pictures, by their path under `/issues/`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._made: OrderedDict[str, dict[str, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, path: str) -> tuple[bytes, str] | None:
        """Return a page or a picture, and its type; None for an issue that is not there, or was not sent."""
        with self._lock:
            if _NAME.fullmatch(path) and path not in self._made and self._was_sent(path):
                files = self._make(path)
                if files:
                    self._made[path] = files
                    while len(self._made) > _KEPT:
                        self._made.popitem(last=False)
            if path in self._made:
                return self._made[path][f"{path}.html"], _TYPES["html"]
            data = next((files[path] for files in self._made.values() if path in files), None)
        kind = _TYPES.get(path.rpartition(".")[2].casefold())
        return (data, kind) if data is not None and kind else None

    def _make(self, name: str) -> dict[str, bytes]:
        from newsletter.workflow.render_issue import ONLINE, online_files

        source = next((one for one in self._workspace.issue_paths() if one.stem == name), None)
        if source is None:
            return {}
        try:
            message = self._workspace.render(self._workspace.load_path(source))
        except NewsletterError:
            return {}
        files = online_files(name, message, self._workspace.settings.reader_links)
        return {path.removeprefix(f"{ONLINE}/"): data for path, data in files.items()}

    def _was_sent(self, name: str) -> bool:
        """Return whether the ledger knows of a send of an issue that reached, or reaches, somebody."""
        from newsletter.ledger import open_ledger
        from newsletter.ledger.url import SqliteFile, parse

        url = self._workspace.settings.ledger_url
        place = parse(url)
        if isinstance(place, SqliteFile) and not Path(place.path).is_file():
            return False
        try:
            with open_ledger(url) as ledger:
                return any(send.state.reaches_somebody for send in ledger.sends.all(name))
        except NewsletterError:
            return False
