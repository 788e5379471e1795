"""Lists of any size, read row by row: twice, so that memory does not grow with the file.

The first reading finds out what the columns mean and who may get an issue, from all values that differ; the second
one yields the people. `csv_table` reads a whole file at once, which is simpler where a file has a limit.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from newsletter.audience.cells import TELLS, is_answer
from newsletter.audience.consent import Verdict
from newsletter.audience.csv_table import (
    LARGEST,
    Row,
    Table,
    broken_row,
    file_error,
    find_delimiter,
    read_table,
)
from newsletter.audience.people import People

_MOST_VALUES = 2000
"""Different values of a column that are all looked at; of further ones only those that may tell of a leaving."""

_MOST_TELLING = 20_000
_CHUNK = 1 << 20
_LONGEST_CELL = 1 << 20


@dataclass(frozen=True, slots=True)
class StreamedList:
    """A list that can be read again and again: its rows, and a digest in which every value that matters occurs."""

    digest: Table
    rows: Callable[[], Iterator[Row]]
    """Yield all rows but the first."""
    delimiter: str = ","


def open_stream(path: Path, shown: str) -> StreamedList:
    """Open a CSV file; trouble with the file as a whole is a finding of the digest that blocks."""
    if not _is_large_utf8(path):
        table = read_table(path, shown)
        return StreamedList(table, lambda: iter(table.rows[1:]), table.delimiter)
    with path.open(encoding="utf-8-sig", newline=None) as file:
        delimiter, _, skipped = find_delimiter(file.read(_CHUNK))

    def rows() -> Iterator[Row]:
        return _without_first(_rows(path, delimiter, skipped))

    try:
        kept = _digest(_rows(path, delimiter, skipped))
    except _BrokenRowError as error:
        return StreamedList(Table((), (broken_row(shown, error.line),)), rows, delimiter)
    except _NotTextError:
        return StreamedList(Table((), (file_error(shown, "This is not a text file.", ""),)), rows, delimiter)
    return StreamedList(Table(tuple(kept), (), delimiter), rows, delimiter)


def _without_first(rows: Iterator[Row]) -> Iterator[Row]:
    next(rows, None)
    yield from rows


class _BrokenRowError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


class _NotTextError(Exception):
    pass


def _is_large_utf8(path: Path) -> bool:
    """Return whether a file is too large to be read at once, and in UTF-8; others are read, or refused, as ever."""
    if not path.is_file() or path.stat().st_size <= LARGEST // 8:
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _rows(path: Path, delimiter: str, skipped: int) -> Iterator[Row]:
    limit = csv.field_size_limit(max(_LONGEST_CELL, csv.field_size_limit()))
    try:
        with path.open(encoding="utf-8-sig", newline=None) as file:
            for _ in range(skipped):
                file.readline()
            reader = csv.reader(file, delimiter=delimiter, strict=True, skipinitialspace=True)
            start = skipped + 1
            try:
                for cells in reader:
                    if any(cells) and any(cell.strip() for cell in cells):
                        yield Row(start, tuple(cells))
                    start = reader.line_num + skipped + 1
            except csv.Error:
                raise _BrokenRowError(start) from None
    finally:
        csv.field_size_limit(limit)


def _digest(rows: Iterator[Row]) -> list[Row]:
    """Return rows in which every value occurs that may decide who gets an issue."""
    kept: list[Row] = []
    seen: list[set[str]] = []
    telling = 0
    for row in rows:
        cells = row.cells
        while len(seen) < len(cells):
            seen.append(set())
        is_kept = not kept
        for values, cell in zip(seen, cells, strict=False):
            if cell in values:
                continue
            if "\0" in cell:
                raise _NotTextError
            if len(values) < _MOST_VALUES:
                values.add(cell)
                is_kept = True
            elif telling < _MOST_TELLING and _may_tell(cell):
                telling += 1
                is_kept = True
        if is_kept:
            kept.append(row)
    return kept


def _may_tell(cell: str) -> bool:
    if len(cell) <= 12 and cell.isalpha():
        return _answers(cell.casefold())
    return "@" not in cell and TELLS.search(cell) is not None


@lru_cache(maxsize=65_536)
def _answers(word: str) -> bool:
    return is_answer(word) or TELLS.search(word) is not None


@dataclass(slots=True)
class ReadPerson:
    """A person as a row has them."""

    line: int
    email: str
    first_name: str
    last_name: str
    verdict: Verdict
    values: dict[str, str]
    segments: tuple[str, ...]
    row: Row


@dataclass(slots=True)
class RowReader(People):
    """Reads people row by row and keeps none of them: whoever calls must notice repeated addresses."""

    person: ReadPerson | None = None

    def read(self, row: Row) -> ReadPerson | None:
        """Return the person of a row; None where it has none, which is a finding."""
        self.person = None
        self.take(row)
        return self.person

    def _add(self, row: Row, email: str, values: dict[str, str]) -> None:
        verdict = self._verdict(row)
        first, last = self._names(row, values)
        self.person = ReadPerson(row.line, email, first, last, verdict, values, self._segments(row), row)
