"""The local history of an issue's file: earlier versions in `.newsletter/history/`, bounded, each to be restored."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from newsletter.errors import UsageError
from newsletter.workflow.atomic_write import replace_file

HISTORY = Path(".newsletter") / "history"
"""Where the versions of all issues are, in the newsletter's folder."""

MOST_VERSIONS = 200
"""Versions of an issue that are kept; the oldest go first."""

TOGETHER = dt.timedelta(seconds=60)
"""Changes with the same label within this time are one version."""

PAUSE = dt.timedelta(minutes=3)
"""Edits of fields that follow each other sooner are listed as one."""

LONGEST_BURST = dt.timedelta(minutes=15)
"""Edits that are listed as one take no longer, so that no more than this is lost where it is restored."""

BY_COMPOSER = "composer"
BY_OTHER = "another program"
_INDEX = "versions.json"
_ID = re.compile(r"\d{8}T\d{6}\d{6}")


class Version(NamedTuple):
    """A version of an issue's file: when it was replaced, and by what."""

    id: str
    when: str
    label: str
    by: str
    is_typed: bool = False
    """Whether it was replaced by an edit of one field, of which there are many in a row."""

    @property
    def facts(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"id": self.id, "when": self.when, "label": self.label, "by": self.by, "is_typed": self.is_typed}


def bursts(versions: Sequence[Version]) -> list[dict[str, Any]]:
    """Return versions, newest first, with a single one for the edits that somebody made without a pause.

    That is the version before the first of them; `labels` says what was done to it, the first change first.
    """
    shown: list[dict[str, Any]] = []
    begun = before = None
    for version in reversed(versions):
        moment = dt.datetime.fromisoformat(version.when)
        if version.is_typed and begun and before and moment - before < PAUSE and moment - begun < LONGEST_BURST:
            if version.label not in shown[-1]["labels"]:
                shown[-1]["labels"].append(version.label)
        else:
            shown.append(version.facts | {"labels": [version.label]})
            begun = moment if version.is_typed else None
        before = moment
    return shown[::-1]


class History:
    """The versions of one issue, newest first; where they cannot be written, editing goes on without them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def versions(self) -> list[Version]:
        """List the versions, newest first."""
        try:
            entries = json.loads((self._folder / _INDEX).read_text(encoding="utf-8"))
            return [Version(**entry) for entry in entries if _ID.fullmatch(entry["id"])]
        except (OSError, ValueError, TypeError, KeyError):
            return self._found()

    def _found(self) -> list[Version]:
        """List the versions by their files, where the list of them is lost."""
        names = sorted((path.stem for path in self._folder.glob("*.yaml")), reverse=True)
        return [Version(name, _when(name), "An earlier version", BY_COMPOSER) for name in names if _ID.fullmatch(name)]

    def keep(self, raw: bytes, label: str, by: str, now: dt.datetime, *, is_typed: bool = False) -> None:
        """Keep the bytes that a change is about to replace; `label` is what the change is called."""
        with contextlib.suppress(OSError):
            versions = self.versions()
            last = versions[0] if versions else None
            if last and (last.label, last.by) == (label, by) and now - dt.datetime.fromisoformat(last.when) < TOGETHER:
                return  # the version before the first of these changes is kept already
            name, when = f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%S%f}", now.isoformat(timespec="seconds")
            new = Version(name, when, label, by, is_typed)
            if last and new.id <= last.id:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._path(new.id), raw)
            kept, dropped = [new, *versions][:MOST_VERSIONS], versions[MOST_VERSIONS - 1 :]
            index = json.dumps([one.facts for one in kept], ensure_ascii=False, indent=0)
            replace_file(self._folder / _INDEX, index.encode())
            for one in dropped:
                self._path(one.id).unlink(missing_ok=True)

    def read(self, version: str) -> bytes:
        """Return the bytes of a version; raise UsageError where it is not there."""
        if _ID.fullmatch(version):
            with contextlib.suppress(OSError):
                return self._path(version).read_bytes()
        raise UsageError("This version is no longer there.", hint="Choose another one.")

    def _path(self, version: str) -> Path:
        return self._folder / f"{version}.yaml"


def _when(name: str) -> str:
    moment = dt.datetime.strptime(name, "%Y%m%dT%H%M%S%f").replace(tzinfo=dt.UTC)
    return moment.isoformat(timespec="seconds")
