"""Unpack the subscriber lists in an export, so that they can be imported as files of their own."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from newsletter.audience.spreadsheet import is_workbook
from newsletter.errors import UsageError
from newsletter.importing.archive_files import Archive
from newsletter.importing.export_tables import is_people_table
from newsletter.importing.files import text_of

_ZIP = b"PK\x03\x04"
_NOT_LISTS = re.compile(
    r"activity|geo_data|\bopens?\b|\bclicks?\b|\bdelivers\b|reports?\b|surveys?\b|events?\b|orders?\b", re.IGNORECASE
)
"""What exports hold beside lists: who opened, clicked or bought, which says nothing about consent."""


@contextlib.contextmanager
def unpacked_lists(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Yield the lists: each file as it is, and the lists inside of each export (.zip), unpacked for that time.

    Raise UsageError for an export that holds no list.
    """
    with tempfile.TemporaryDirectory() as folder:  # nobody else can read it
        yield [one for number, file in enumerate(files) for one in _lists_of(file, Path(folder) / str(number))]


def _lists_of(file: Path, folder: Path) -> list[Path]:
    if not _is_export(file):
        return [file]
    archive = Archive(file.read_bytes())
    found: list[Path] = []
    for name in archive.names:
        path = PurePosixPath(name)
        is_table = path.suffix.lower() in {".csv", ".tsv"} and not path.name.startswith(".")
        if not is_table or path.parts[0] == "__MACOSX" or _NOT_LISTS.search(name.replace("_", " ")):
            continue
        data = archive.read(name)
        if not is_people_table(text_of(data[:8192], name)):
            continue
        target = folder / str(len(found)) / path.name
        target.parent.mkdir(parents=True)
        target.write_bytes(data)
        found.append(target)
    if not found:
        raise UsageError(
            f"{file.name} holds no subscriber list.",
            hint="Nothing was imported. An export needs a table (.csv) with a column for email addresses.",
        )
    return found


def _is_export(file: Path) -> bool:
    if not file.is_file() or is_workbook(file):
        return False
    with file.open("rb") as opened:
        return opened.read(len(_ZIP)) == _ZIP
