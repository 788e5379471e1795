"""Open ZIP files without trusting them: what they would unpack to is bounded, and nothing is written to disk."""

from __future__ import annotations

import io
import zipfile
import zlib

from newsletter.errors import FileAccessError

MOST_ENTRIES = 20_000
MOST_UNPACKED = 400_000_000
"""Bytes that all files of an archive may have together."""

MOST_IN_ENTRY = 100_000_000
_SUSPICIOUS = 5_000_000
_MOST_RATIO = 300
"""How many times smaller than itself a large file may be packed; texts are packed to a tenth."""


class Archive:
    """A ZIP file in memory."""

    def __init__(self, data: bytes) -> None:
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise FileAccessError(
                "The file is damaged: it cannot be unpacked.", hint="Save or download it again."
            ) from error
        self._refuse_bombs()

    def _refuse_bombs(self) -> None:
        entries = self._file.infolist()
        ratio = max(
            (one.file_size / max(1, one.compress_size) for one in entries if one.file_size > _SUSPICIOUS), default=0
        )
        if (
            len(entries) > MOST_ENTRIES
            or sum(one.file_size for one in entries) > MOST_UNPACKED
            or any(one.file_size > MOST_IN_ENTRY for one in entries)
            or ratio > _MOST_RATIO
        ):
            raise FileAccessError(
                "The file would unpack to far more than a document has, so it was not opened.",
                hint="Copy its text into a new document, and import that.",
            )

    @property
    def names(self) -> list[str]:
        """Return the names of the files in it."""
        return [one.filename for one in self._file.infolist() if not one.is_dir()]

    def read(self, name: str) -> bytes:
        """Return a file's bytes; raise FileAccessError where it is damaged or locked with a password."""
        try:
            return self._file.read(name)
        except RuntimeError as error:
            raise FileAccessError(
                "The file is locked with a password.", hint="Save it without one, and import that."
            ) from error
        except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError, NotImplementedError) as error:
            raise FileAccessError(
                f"The file is damaged: “{name}” in it cannot be read.", hint="Save or download it again."
            ) from error

    def has(self, name: str) -> bool:
        """Return whether there is a file of this name."""
        return name in self._file.NameToInfo
