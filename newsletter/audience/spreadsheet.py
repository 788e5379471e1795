"""Read the table of an Excel workbook (.xlsx), each cell as the text that a CSV file would have."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.audience.csv_table import LARGEST, Row, Table
from newsletter.errors import Place
from newsletter.model.findings import Finding, Severity

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

_MOST_ROWS = 500_000
_MOST_CELLS = 500
_ZIP = b"PK\x03\x04"


def is_workbook(path: Path) -> bool:
    """Return whether a file is an Excel workbook, by its content."""
    with path.open("rb") as file:
        if file.read(len(_ZIP)) != _ZIP:
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (OSError, zipfile.BadZipFile):
        return False


def read_workbook(path: Path, shown: str) -> Table:
    """Read the first sheet that has an address in it; trouble with the file as a whole is a finding that blocks."""
    with zipfile.ZipFile(path) as archive:
        if sum(one.file_size for one in archive.infolist()) > LARGEST * 4:
            return _refused(shown, "The workbook is too large to be a subscriber list.")
    from openpyxl import load_workbook  # noqa: PLC0415  of use only for workbooks
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415  as above

    try:
        workbook = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        tables = [tuple(_rows(sheet)) for sheet in workbook.worksheets]
        workbook.close()
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile):
        return _refused(shown, "The workbook is damaged, or protected with a password.")
    tables = [rows for rows in tables if rows]
    with_addresses = [rows for rows in tables if any("@" in cell for row in rows for cell in row.cells)]
    rows = next(iter(with_addresses or tables), ())
    findings: tuple[Finding, ...] = ()
    if len(with_addresses) > 1:
        findings = (
            Finding(
                code="NL216",
                severity=Severity.WARNING,
                message=f"{len(with_addresses)} sheets of the workbook have addresses; only the first one is read.",
                place=Place(shown),
                hint="Save the other sheets as files of their own, and import them as well.",
            ),
        )
    return Table(rows, findings)


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[Row]:
    for number, cells in enumerate(sheet.iter_rows(values_only=True, max_row=_MOST_ROWS, max_col=_MOST_CELLS), 1):
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield Row(number, tuple(texts))


def _text(value: Any) -> str:
    """Return a cell as a CSV file would have it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _refused(shown: str, message: str) -> Table:
    hint = "Open it in a spreadsheet program, and save it as “CSV UTF-8”."
    return Table((), (Finding(code="NL201", severity=Severity.ERROR, message=message, place=Place(shown), hint=hint),))
