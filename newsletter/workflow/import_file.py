"""A file that somebody wants to import: one on the disk, or one that the composer was given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import UsageError

if TYPE_CHECKING:
    from newsletter.importing.blocks import Source
    from newsletter.importing.exports import Export
    from newsletter.importing.files import FileKind
    from newsletter.importing.html_reader import LoadPicture


@dataclass(frozen=True)
class ImportFile:
    """The bytes of a file, and what it is."""

    name: str
    data: bytes
    kind: FileKind
    load: LoadPicture | None = None
    """Reads the pictures that lie beside it."""

    @property
    def is_export(self) -> bool:
        """Return whether it may hold several issues."""
        from newsletter.importing.files import FileKind

        return self.kind in {FileKind.ZIP, FileKind.TABLE}

    def export(self) -> Export:
        """Return the issues of an export."""
        from newsletter.importing.exports import open_export

        return open_export(self.data, self.name)

    def source(self, post: str | None = None) -> Source:
        """Return the blocks of the document; `post` chooses one of several issues in an export."""
        from newsletter.importing.files import FileKind, read_document

        if self.kind is FileKind.CALENDAR:
            raise UsageError(
                f"{self.name} is a calendar: its events belong into an issue.",
                hint=f"Name the issue: `newsletter import {self.name} --into 2024-03`.",
            )
        if self.is_export:
            export = self.export()
            return export.source(export.choose(post))
        if post:
            raise UsageError(f"{self.name} holds one issue only.", hint="Leave `--post` out.")
        return read_document(self.data, self.name, self.kind, self.load)


def open_file(path: Path) -> ImportFile:
    """Read a file from the disk; raise UsageError or FileAccessError for what cannot be imported."""
    from newsletter.importing.files import file_kind, pictures_beside, read_bytes

    data = read_bytes(path)
    return ImportFile(path.name, data, file_kind(data, path.name), pictures_beside(path))


def uploaded_file(data: bytes, name: str) -> ImportFile:
    """Return a file that a browser sent; raise UsageError or FileAccessError for what cannot be imported."""
    from newsletter.errors import FileAccessError
    from newsletter.importing.files import file_kind

    name = Path(name.replace("\\", "/")).name[-200:] or "document"
    if not data.strip():
        raise FileAccessError(f"{name} is empty.", hint="Check that it was saved or downloaded completely.")
    return ImportFile(name, data, file_kind(data, name))
