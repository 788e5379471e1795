"""Files that must lie in a folder: a link that leads out of it, or a device in place of a file, is told apart."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path


class OutsideError(ValueError):
    """A file that is not to be read; the message says why, as the end of a sentence."""


def require_contained(path: Path, folder: Path) -> Path:
    """Return the real path of a file; raise OutsideError where it is no ordinary file inside the folder.

    The folder itself may be reached by a link. Raises FileNotFoundError where there is no such file.
    """
    real = path.resolve(strict=True)
    if not real.is_relative_to(folder.resolve()):
        raise OutsideError("it is a link to a file outside of its folder")
    if not stat.S_ISREG(real.stat().st_mode):
        raise OutsideError("it is no ordinary file")
    return real


def contained_files(folder: Path, pattern: str) -> Iterator[Path]:
    """Yield the ordinary files of a folder and the folders in it, in order; what leads out of it is left out."""
    for path in sorted(folder.rglob(pattern)):
        try:
            require_contained(path, folder)
        except (OutsideError, OSError, RuntimeError):
            continue
        yield path
