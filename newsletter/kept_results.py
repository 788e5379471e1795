"""Keep the results of slow work between processes, as Python keeps compiled modules.

They lie in the folder `newsletter` of the user's own cache, in a file for each set of circumstances that the results
depend on: a build of Python, the content of a dictionary. A file that is missing, broken or cannot be written changes
nothing but the time that the work takes. None is written where Python is told not to write compiled files
(PYTHONDONTWRITEBYTECODE).
"""

from __future__ import annotations

import atexit
import contextlib
import marshal
import os
import sys
import tempfile
import zlib
from collections.abc import Hashable
from functools import cached_property
from pathlib import Path
from typing import Any

_CHECKSUM = 4
"""Bytes of the checksum that a file begins with."""


class KeptResults:
    """Results by what they are of; both consist of plain values, such as strings, numbers, bytes and tuples."""

    def __init__(self, kind: str, circumstances: str, *, most: int) -> None:
        """Open the results of a kind; with more than `most` of them, only those of this process are kept."""
        folder = user_cache()
        self.path = folder / kind / f"{circumstances}.bin" if folder else None
        self._most = most
        self._new: dict[Hashable, Any] = {}

    @property
    def is_written(self) -> bool:
        """Return whether what is added will be there for the next process."""
        return self.path is not None and not sys.dont_write_bytecode

    def get(self, key: Hashable) -> Any:
        """Return what is kept for a key; None where nothing is."""
        found = self._new.get(key)
        return self.earlier.get(key) if found is None else found

    def add(self, key: Hashable, result: Any) -> None:
        """Keep a result; it is written when the process ends."""
        if not self._new:
            atexit.register(self.save)
        self._new[key] = result

    def save(self) -> None:
        """Write what is new beside what was there."""
        if self.path is None or not self.is_written or not self._new:
            return
        earlier = self.earlier if len(self.earlier) + len(self._new) <= self._most else {}
        content = marshal.dumps({**earlier, **self._new})
        # written whole under a name of its own first, as another process may be reading
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.path.parent, delete=False) as file:
                file.write(_checksum(content) + content)
            Path(file.name).replace(self.path)

    @cached_property
    def earlier(self) -> dict[Hashable, Any]:
        """Return the results of earlier processes."""
        # a file that broke off or holds something else fails in many ways, and is then written anew
        with contextlib.suppress(Exception):
            content = self.path.read_bytes() if self.path else b""
            if _checksum(content[_CHECKSUM:]) == content[:_CHECKSUM]:
                kept = marshal.loads(content[_CHECKSUM:])  # noqa: S302  it lies in the user's own folder
                return kept if isinstance(kept, dict) else {}
        return {}


def user_cache() -> Path | None:
    """Return newsletter's folder in the user's own cache; None if there is no home folder."""
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        base = Path(named) if named else Path.home() / ".cache"
    except RuntimeError:
        return None
    return base / "newsletter" if base.is_absolute() else None


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(_CHECKSUM, "big")
