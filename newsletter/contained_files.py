"""Files that must be in a folder: links to files outside it, and devices, are refused."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path


class OutsideError(ValueError):
    """A file that must not be read; the message gives the reason, as the end of a sentence."""


def require_contained(path: Path, folder: Path) -> Path:
    """Return the real path of a file; raise OutsideError if it is not a regular file inside the folder.

    The folder itself may be a link. Raise FileNotFoundError if the file does not exist.
    """
    real = path.resolve(strict=True)
    if not real.is_relative_to(folder.resolve()):
        raise OutsideError("it is a link to a file outside its folder")
    if not stat.S_ISREG(real.stat().st_mode):
        raise OutsideError("it is not a regular file")
    return real


def contained_files(folder: Path, pattern: str) -> Iterator[Path]:
    """Yield the regular files in a folder and its subfolders, in order; links to files outside are skipped."""
    for path in sorted(folder.rglob(pattern)):
        try:
            require_contained(path, folder)
        except (OutsideError, OSError, RuntimeError):
            continue
        yield path
