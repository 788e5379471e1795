"""Import lists into the own list, of any size: staged, shown, merged after a yes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.audience.consent import UNCERTAIN
from newsletter.audience.csv_columns import STATUS
from newsletter.audience.csv_file import AudienceFile, judge_table, split_names
from newsletter.audience.csv_stream import ReadPerson, RowReader, StreamedList, open_stream
from newsletter.audience.csv_table import Table
from newsletter.audience.merge_lists import own_fields
from newsletter.audience.spreadsheet import is_workbook, read_workbook
from newsletter.audience.words import plain
from newsletter.errors import ContentError, UsageError
from newsletter.ledger.schema import utc_text
from newsletter.model.audience import SubscriberStatus
from newsletter.model.findings import Finding
from newsletter.model.list_columns import ColumnMeaning, ColumnUse
from newsletter.subscribers.import_store import ImportCounts, IncomingRow
from newsletter.subscribers.records import ListStatus
from newsletter.workflow.import_audience import (
    LISTED_WHO_LEFT,
    OF_THOSE_WHO_LEFT,
    ListColumn,
    describe_columns,
    undecided_column,
)
from newsletter.workflow.manage_list import EXPORT_COLUMNS
from newsletter.workflow.own_list import open_own_list
from newsletter.workflow.session import login

if TYPE_CHECKING:
    from newsletter.subscribers.import_store import StagedImport
    from newsletter.workflow.workspace import Workspace

_JOINED = (
    *("confirm time", "confirmed at", "optin time", "opt in time", "consent date", "date of consent"),
    *("joined", "joined at", "date joined", "join date", "subscribed at", "subscribe date", "signup date"),
    *("sign up date", "date added", "added at", "created at", "creation date"),
)
"""Headings of the moment at which a person agreed or joined, the one that says most first."""

_STATUSES = {
    SubscriberStatus.SUBSCRIBED: ListStatus.SUBSCRIBED,
    SubscriberStatus.UNSUBSCRIBED: ListStatus.UNSUBSCRIBED,
    SubscriberStatus.BOUNCED: ListStatus.BOUNCED,
    SubscriberStatus.COMPLAINED: ListStatus.COMPLAINED,
}
_OWN_STATUS = EXPORT_COLUMNS.index("status")
_TOLD = 200


@dataclass(slots=True)
class OpenedList:
    """A list that is imported: its columns, and what was found in its rows once they are read."""

    path: Path
    file: AudienceFile
    stream: StreamedList
    columns: tuple[ListColumn, ...]
    all_left: bool
    people: int = 0
    without_address: int = 0
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class ListImport:
    """An import into the own list, before anything is written."""

    lists: tuple[OpenedList, ...]
    counts: ImportCounts
    left_out: list[tuple[str, str]]
    now_out: list[tuple[str, str]]
    repeated: list[tuple[int, str]]
    _staged: StagedImport
    _how: str
    _wording: str

    @property
    def without_address(self) -> int:
        """Return how many rows have no usable address."""
        return sum(one.without_address for one in self.lists)

    def carry_out(self) -> int:
        """Merge it into the list; return the import's number."""
        names = ", ".join(one.path.name for one in self.lists)
        return self._staged.carry_out(who=login(), files=names, how=self._how, wording=self._wording)


def undecided_list_columns(path: Path, uses: Mapping[str, ColumnUse]) -> list[ListColumn]:
    """Return the columns of a list that may decide who gets an issue and whose meaning is not clear.

    Raise ContentError if the list cannot be used for another reason.
    """
    return _undecided(path, _open(path, uses)[0])


@contextmanager
def staged_import(
    workspace: Workspace,
    paths: Sequence[Path],
    uses: Mapping[str, ColumnUse],
    tags: Sequence[str] = (),
    wording: str = "",
    progress: Callable[[int], None] | None = None,
) -> Iterator[ListImport]:
    """Yield what an import of lists would make of the own list; nothing stays without `carry_out`."""
    opened = tuple(_opened(path, uses) for path in paths)
    with open_own_list(workspace.settings) as own, own.imports.begin() as staged:
        for one in opened:
            staged.stage(_counted(_rows(one), progress), tuple(tags))
        counts = staged.counts()
        left, out, repeated = staged.left_out(_TOLD), staged.now_out(_TOLD), staged.repeated(_TOLD)
        staged.release()
        names = ", ".join(path.name for path in paths)
        yield ListImport(opened, counts, left, out, repeated, staged, f"imported from {names} by {login()}", wording)


def undo_list_import(workspace: Workspace) -> tuple[str, int]:
    """Undo the last import into the own list; return its files and how many people left the list by that."""
    with open_own_list(workspace.settings) as own:
        return own.imports.undo()


def _open(path: Path, uses: Mapping[str, ColumnUse]) -> tuple[AudienceFile, StreamedList]:
    if not path.is_file():
        raise UsageError(f"There is no file {path}.", hint="Check the name of the file.")
    if is_workbook(path):
        table = read_workbook(path, path.name)
        stream = StreamedList(table, lambda: iter(table.rows[1:]), table.delimiter)
    else:
        stream = open_stream(path, path.name)
    here = {heading.casefold() for heading in _headings(stream.digest)}
    known = {name: use for name, use in uses.items() if name.casefold() in here}
    if _is_own_export(stream.digest):
        fields = _headings(stream.digest)[len(EXPORT_COLUMNS) - 1 :]
        known = dict.fromkeys(fields, ColumnUse(means=ColumnMeaning.OTHER)) | known
    return judge_table(stream.digest, path, path.name, known), stream


def _is_own_export(table: Table) -> bool:
    return _headings(table)[: len(EXPORT_COLUMNS)] == EXPORT_COLUMNS


def _headings(table: Table) -> tuple[str, ...]:
    return table.rows[0].cells if table.rows else ()


def _undecided(path: Path, file: AudienceFile) -> list[ListColumn]:
    names = file.columns.headings_by_index
    blocking = [one for one in file.findings if one.blocks and one.code != OF_THOSE_WHO_LEFT]
    others = tuple(one for one in blocking if one.code != UNCERTAIN or not names.get(one.place.column - 1))
    if others:
        raise ContentError(f"{path.name} cannot be imported.", others)
    return [undecided_column(file, one.place.column - 1) for one in blocking]


def _opened(path: Path, uses: Mapping[str, ColumnUse]) -> OpenedList:
    file, stream = _open(path, uses)
    if _undecided(path, file):
        raise ContentError(f"{path.name} cannot be imported.", tuple(one for one in file.findings if one.blocks))
    all_left = any(one.code == OF_THOSE_WHO_LEFT for one in file.findings)
    findings = [one for one in file.findings if one.code != OF_THOSE_WHO_LEFT]
    findings += split_names(file)
    return OpenedList(path, file, stream, tuple(describe_columns(file)), all_left, findings=findings)


def _rows(one: OpenedList) -> Iterator[IncomingRow]:
    """Yield the people of a list; count them, and note what is wrong with rows, by their line."""
    reader = RowReader(one.path.name, one.file.columns, one.file.consent, one.stream.delimiter)
    joined = _joined_column(one.file)
    names = [name for name in own_fields(one.file) if name != STATUS and one.file.columns.at[name] != joined]
    is_own = _is_own_export(one.stream.digest)
    if is_own:
        names.remove(EXPORT_COLUMNS[-1])
    gone = ListStatus.BOUNCED if "cleaned" in one.path.name else ListStatus.UNSUBSCRIBED
    because = LISTED_WHO_LEFT.format(name=one.path.name)
    for row in one.stream.rows():
        person = reader.read(row)
        if person is None:
            continue
        one.people += 1
        status, reason = _STATUSES[person.verdict.status], person.verdict.because
        if is_own and person.row.cells[_OWN_STATUS] == ListStatus.REMOVED:
            status = ListStatus.REMOVED
        if one.all_left and status is ListStatus.SUBSCRIBED:
            status, reason = gone, because
        yield IncomingRow(
            person.line,
            person.email,
            person.first_name,
            person.last_name,
            status,
            reason,
            _moment(person, joined),
            person.segments,
            {name: value for name in names if (value := person.values.get(name))},
            person.values.get(EXPORT_COLUMNS[-1], "") if is_own else "",
        )
    one.without_address = reader.without_address
    one.findings += reader.findings
    broken = tuple(finding for finding in one.findings if finding.blocks)
    if broken:
        raise ContentError(f"{one.path.name} cannot be imported.", broken)


def _counted(rows: Iterator[IncomingRow], progress: Callable[[int], None] | None) -> Iterator[IncomingRow]:
    for number, row in enumerate(rows, 1):
        if progress is not None and number % 10_000 == 0:
            progress(number)
        yield row


def _joined_column(file: AudienceFile) -> int | None:
    found = {plain(heading.text): heading.index for heading in file.columns.headings}
    return next((found[name] for name in _JOINED if name in found), None)


def _moment(person: ReadPerson, column: int | None) -> str | None:
    cells = person.row.cells
    return _stored(cells[column]) if column is not None and column < len(cells) else None


@lru_cache(maxsize=16_384)
def _stored(cell: str) -> str | None:
    """Return the moment in a cell as the tables have moments; None for one that is not written as 2024-01-31."""
    try:
        moment = dt.datetime.fromisoformat(cell.strip())
    except ValueError:
        return None
    if not 1990 <= moment.year <= dt.datetime.now(dt.UTC).year:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return utc_text(moment)
