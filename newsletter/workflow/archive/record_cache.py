"""The records of issues, kept between builds: an issue that did not change is not read and rendered again."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import newsletter
from newsletter.workflow.atomic_write import replace_file

if TYPE_CHECKING:
    from newsletter.archive.records import IssueRecord
    from newsletter.workflow.workspace import Workspace

_TEMPLATES = ("issue.html.j2", "section.html.j2", "parts.html.j2")


@dataclass(frozen=True)
class RecordCache:
    """The records in a folder; one that is damaged, or of another version, is made anew."""

    workspace: Workspace
    folder: Path

    def find(self, path: Path, page: str, *, has_file: Callable[[str], bool]) -> IssueRecord | None:
        """Return the record of an issue file, if neither it nor its pictures changed and these are still there."""
        from newsletter.archive.records import IssueRecord

        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            kept = json.loads(self._place(path).read_text(encoding="utf-8"))
            if kept["key"] != self._key(path, page):
                return None
            if any(_state(self.workspace, path, name) != told for name, told in kept["files"].items()):
                return None
            record = IssueRecord.model_validate(kept["record"])
            if all(has_file(one) for one in record.pictures.values()):
                return record
        return None

    def keep(self, path: Path, page: str, record: IssueRecord, pictures: set[str]) -> None:
        """Keep a record; `pictures` are the names of the files that were read for it. A failure is no error."""
        kept = {
            "key": self._key(path, page),
            "files": {name: _state(self.workspace, path, name) for name in sorted(pictures)},
            "record": record.model_dump(mode="json"),
        }
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._place(path), json.dumps(kept, ensure_ascii=False).encode())

    def _place(self, path: Path) -> Path:
        return self.folder / f"{path.stem}.json"

    def _key(self, path: Path, page: str) -> str:
        return hashlib.sha256(b"\0".join((path.read_bytes(), page.encode(), self._surroundings))).hexdigest()

    @cached_property
    def _surroundings(self) -> bytes:
        """Return a digest of all that a record is made from beside its issue."""
        from newsletter.archive.records import VERSION

        own = resources.files("newsletter.archive") / "templates"
        found = hashlib.sha256(f"{newsletter.__version__} {VERSION}".encode())
        found.update(self.workspace.settings.presentation.model_dump_json().encode())
        for name in _TEMPLATES:
            found.update((own / name).read_bytes())
        folder = self.workspace.settings.templates_folder
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file():
                told = path.stat()
                found.update(f"{path.relative_to(folder)} {told.st_size} {told.st_mtime_ns}".encode())
        return found.digest()


@dataclass(slots=True)
class NotedReader:
    """Reads pictures, and notes their names."""

    read: Callable[[str], bytes]
    names: set[str] = field(default_factory=set)

    def __call__(self, name: str) -> bytes:
        """Return a picture's bytes."""
        self.names.add(name)
        return self.read(name)


def _state(workspace: Workspace, issue: Path, name: str) -> list[int]:
    """Return what changes with a picture's file: its size and the time of its last change."""
    for folder in (issue.parent, workspace.root):
        place = folder / name
        if place.is_file():
            told = place.stat()
            return [told.st_size, told.st_mtime_ns]
    return []
