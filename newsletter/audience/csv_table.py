"""Reading the table itself: how a file that a spreadsheet saved becomes rows of cells.

Spreadsheets save CSV in many ways: with or without a byte order mark, in UTF-8, UTF-16 or Windows-1252, with commas,
semicolons or tabs, with a first line `sep=;`. What cannot be read safely is a finding, never a guess in silence.
"""

from __future__ import annotations

import codecs
import csv
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from newsletter.errors import Place
from newsletter.model.findings import Finding, Severity

DELIMITERS = ",;\t|"
LARGEST = 64 * 1024 * 1024
"""Bytes; a list of half a million people is smaller."""

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_TOO_LARGE = "The file is larger than 64 MB, so it cannot be a subscriber list."
_NAME_ANOTHER = "Set `audience` under `outbox` in newsletter.yaml to a CSV file."
_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "this is a folder"),
    (stat.S_ISFIFO, "this is a named pipe, not a file"),
    (stat.S_ISSOCK, "this is a socket, not a file"),
    (stat.S_ISCHR, "this is a device, not a file"),
    (stat.S_ISBLK, "this is a device, not a file"),
)
_USUAL = "cp1252"
_MADE_BY = {"cp1252": "a Windows", "mac_roman": "a Macintosh", "cp850": "an MS-DOS"}
_AS_CSV = "In your spreadsheet program, choose “Save as” and the type “CSV UTF-8 (comma delimited)”."


class Row(NamedTuple):
    """One row of the table: the line of the file where it begins, and its cells as they stand."""

    line: int
    cells: tuple[str, ...]


class Table(NamedTuple):
    """The rows of a file, blank ones left out, and what was wrong with the file itself."""

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]
    delimiter: str = ","


def read_table(path: Path, shown: str) -> Table:
    """Read a CSV file of any common make; trouble with the file as a whole is a finding that blocks."""
    text, findings = _text_of(path, shown)
    if text is None or any(finding.blocks for finding in findings):
        return Table((), tuple(findings))
    delimiter, text, skipped = find_delimiter(text)
    rows, broken = _rows_of(text, delimiter, skipped, shown)
    return Table(tuple(rows), (*findings, *broken), delimiter)


def _text_of(path: Path, shown: str) -> tuple[str | None, list[Finding]]:
    try:
        data = _bytes_of(path)
    except FileNotFoundError:
        hint = (
            "Create it with a spreadsheet program: the first line is `email,first_name,last_name,status`, "
            "followed by one subscriber per line."
        )
        return None, [file_error(shown, "The audience file does not exist.", hint)]
    except OSError as error:
        return None, [file_error(shown, f"The audience file cannot be read: {error.strerror}.", "")]
    trouble = data if isinstance(data, str) else _TOO_LARGE if len(data) > LARGEST else ""
    if isinstance(data, str) or trouble:
        return None, [file_error(shown, trouble, _NAME_ANOTHER)]
    if data.startswith((_ZIP, _OLD_EXCEL)):
        return None, [file_error(shown, "This is a spreadsheet, not a CSV file, whatever its file name says.", _AS_CSV)]
    text, findings = _decoded(data, shown)
    if text is not None and "\0" in text:
        return None, [file_error(shown, "This is not a text file.", _AS_CSV)]
    return text, findings


def _bytes_of(path: Path) -> bytes | str:
    """Return what a file holds, or, in words, what there is in place of a file.

    Nothing else is opened: reading a pipe or a device may wait for ever, or never end.
    """
    status = path.stat()
    if trouble := _no_file(status):
        return trouble
    if status.st_size > LARGEST:
        return _TOO_LARGE
    # between the look and the opening something else may have taken the place of the file
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        return _no_file(os.fstat(handle)) or file.read(LARGEST + 1)


def _no_file(status: os.stat_result) -> str:
    kind = next((words for is_one, words in _KINDS if is_one(status.st_mode)), "")
    return f"The audience file cannot be read: {kind}." if kind else ""


def _decoded(data: bytes, shown: str) -> tuple[str | None, list[Finding]]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), []
        except UnicodeDecodeError:
            return None, [file_error(shown, "The file is truncated, or not a text file.", _AS_CSV)]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    encoding = likely_encoding(data)
    if encoding is None:
        words = "The characters in this line are in an unknown encoding."
        return None, [file_error(shown, words, _AS_CSV, line)]
    text, made_by = data.decode(encoding), _MADE_BY[encoding]
    finding = Finding(
        code="NL203",
        severity=Severity.WARNING,
        message=f"The file is not saved as UTF-8, so it was read as {made_by} file. Check accented characters.",
        place=Place(shown, line),
        hint=f"Check the names in a preview, or save the file again. {_AS_CSV}",
    )
    return text, [finding]


def likely_encoding(data: bytes) -> str | None:
    """Return the encoding in which a file of no Unicode makes words; None if it can be read in none.

    Excel saves “CSV” as Windows has it, “CSV (Macintosh)” and “CSV (MS-DOS)”. The same byte is a letter in several of
    them, but only in one do small letters stand inside of words and capitals at their beginnings.
    """
    best, most = None, 0
    for encoding in _MADE_BY:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        score = sum(_fits(text[at - 1 : at], one, text[at + 1 : at + 2]) for at, one in enumerate(text) if one > "\x7f")
        if score > most or (best is None and encoding == _USUAL):
            best, most = encoding, score
    return best


def _fits(before: str, character: str, after: str) -> int:
    """Return 1 where a character looks right between its neighbours, -1 where it looks wrong, 0 where it may be."""
    if character.islower():
        return 1 if before.isalpha() or after.isalpha() else 0
    if character.isupper():
        is_inside = before.islower() or (before.isalpha() and after.islower())
        return -1 if is_inside else 1 if after.isalpha() else 0
    return -1 if before.isalpha() and after.isalpha() and character not in "’‘–-" else 0


def file_error(shown: str, message: str, hint: str, line: int = 0) -> Finding:
    """Return the finding that a file as a whole cannot be used."""
    return Finding(code="NL201", severity=Severity.ERROR, message=message, place=Place(shown, line), hint=hint)


def find_delimiter(text: str) -> tuple[str, str, int]:
    """Return the delimiter, the text after a `sep=` line, and how many lines that took away."""
    first, _, rest = text.partition("\n")
    if first.strip().strip('"').lower().startswith("sep=") and first.strip().strip('"')[4:5]:
        return first.strip().strip('"')[4], rest, 1
    heading = next((line for line in text.splitlines() if line.strip(f"{DELIMITERS} ")), "")
    outside = "".join(heading.split('"')[::2])  # a question as a heading may have commas in quotation marks
    return max(DELIMITERS, key=outside.count), text, 0


def _rows_of(text: str, delimiter: str, skipped: int, shown: str) -> tuple[list[Row], list[Finding]]:
    # the csv module counts the lines that it is handed, so these must be the lines a person sees
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader = csv.reader((f"{line}\n" for line in lines), delimiter=delimiter, strict=True, skipinitialspace=True)
    rows: list[Row] = []
    start = skipped + 1
    cells = _safely(reader)
    # a long cell is no fault: the module's own limit, one for the whole process, is for files of any size
    limit = csv.field_size_limit(max(LARGEST, csv.field_size_limit()))
    try:
        while True:
            row = cells()
            if row is None:
                return rows, []
            if any(cell.strip() for cell in row):
                rows.append(Row(start, tuple(row)))
            start = reader.line_num + skipped + 1
    except csv.Error:
        return rows, [broken_row(shown, start)]
    finally:
        csv.field_size_limit(limit)


def _safely(reader: Iterator[list[str]]) -> Callable[[], list[str] | None]:
    return lambda: next(reader, None)


def broken_row(shown: str, line: int) -> Finding:
    """Return the finding that a row has a quotation mark which spoils the rows after it."""
    return Finding(
        code="NL204",
        severity=Severity.ERROR,
        message=(
            'A quotation mark (") in this row is not closed or is inside a cell, so the rows after it cannot be read.'
        ),
        place=Place(shown, line),
        hint="Remove the quotation marks from this row, or save the file again from the spreadsheet.",
    )
