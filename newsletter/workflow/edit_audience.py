"""Add, unsubscribe or delete one person in the audience file; every other row keeps its cells."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from os.path import lexists
from typing import TYPE_CHECKING

from newsletter.audience.addresses import normal_address
from newsletter.audience.csv_columns import EMAIL, FIRST_NAME, LAST_NAME, STATUS
from newsletter.audience.csv_file import AudienceFile, SubscriberList, gather_people, open_audience
from newsletter.errors import ContentError, UsageError
from newsletter.model.audience import Subscriber, SubscriberStatus, address_key
from newsletter.model.fields import is_email
from newsletter.workflow.gone_subscriber import GoneSubscriberError
from newsletter.workflow.import_audience import trial_reading, write_audience

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace

_FIRST_ROW = ["email", "first_name", "last_name", "status", "segments"]
_LONGEST = 200
_GONE = {
    SubscriberStatus.UNSUBSCRIBED: "This person unsubscribed.",
    SubscriberStatus.BOUNCED: "Emails to this address came back.",
    SubscriberStatus.COMPLAINED: "This person reported an email as spam.",
}


@dataclass
class _Row:
    """The cells of a row, and the line of the file that it was read from; 0 for a new one."""

    line: int
    cells: list[str]

    def at(self, index: int) -> str:
        """Return a cell without the spaces around it; empty where the row is shorter."""
        return self.cells[index].strip() if index < len(self.cells) else ""

    def put(self, index: int, value: str) -> None:
        """Write into a cell; a row that is shorter gets longer."""
        self.cells.extend([""] * (index + 1 - len(self.cells)))
        self.cells[index] = value


@dataclass
class _Cells:
    """The cells of the audience file, which are changed and written back; `people` is what they say."""

    headings: list[str]
    rows: list[_Row]
    file: AudienceFile | None
    people: SubscriberList
    delimiter: str = ","
    email: int = 0
    names: dict[str, int] = field(default_factory=dict)

    def rows_of(self, key: str) -> list[_Row]:
        """Return the rows of an address, however it is spelled."""
        return [row for row in self.rows if self.key_of(row) == key]

    def key_of(self, row: _Row) -> str:
        """Return whose row it is, as `address_key`; empty where there is no usable address."""
        address = normal_address(row.at(self.email))
        if address:
            return address_key(address)
        return next((key for key, line in self.people.lines.items() if line == row.line), "")

    def as_csv(self) -> bytes:
        """Return the list as a file that spreadsheet programs open with all its letters."""
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator="\n")
        writer.writerows([self.headings, *(row.cells for row in self.rows)])
        return text.getvalue().encode("utf-8-sig")


def add_subscriber(
    workspace: Workspace,
    email: str,
    first_name: str = "",
    last_name: str = "",
    segments: tuple[str, ...] = (),
    *,
    even_if_gone: bool = False,
) -> None:
    """Add a person to the audience file, which is created if it is missing.

    Raise GoneSubscriberError where the list has them as unsubscribed, bounced or complained, unless `even_if_gone`;
    raise UsageError where they are on the list or the address is none.
    """
    address = normal_address(email.strip())
    if not is_email(address):
        raise UsageError("This is not an email address.", hint="Check it for a typing mistake.")
    given = {FIRST_NAME: _line(first_name), LAST_NAME: _line(last_name)}
    cells, key = _read(workspace), address_key(address)
    known = next((one for one in cells.people.subscribers if address_key(one.email) == key), None)
    if known is not None and known.status is SubscriberStatus.SUBSCRIBED:
        raise UsageError("This address is on the list already.", hint="Search for it in the list below.")
    if known is not None and not even_if_gone:
        raise GoneSubscriberError(
            _GONE[known.status], hint="Add them only if they asked you to, and keep a note of when and how."
        )
    rows = cells.rows_of(key)
    if not rows:
        rows = [_Row(0, [""] * len(cells.headings))]
        rows[0].put(cells.email, address)
        cells.rows.append(rows[0])
    for row in rows:
        _fill(cells, row, given, tuple(_line(one) for one in segments if one.strip()))
        _decide(cells, row, is_in=True)
    _write(workspace, cells, _reachable(cells.people) | {key})


def rename_subscriber(workspace: Workspace, email: str, first_name: str, last_name: str) -> None:
    """Write another name into a person's rows; a list without such a column gets one where there is a name for it."""
    cells, key = _read(workspace), address_key(email)
    rows = cells.rows_of(key) if "@" in email else []
    if not rows:
        raise UsageError("This address is not on the list.", hint="Reload the page: the list has changed.")
    names = {FIRST_NAME: _line(first_name), LAST_NAME: _line(last_name)}
    whole = cells.file.columns.whole_name if cells.file else None
    for row in rows:
        if whole is not None:
            row.put(whole, " ".join(one for one in names.values() if one))
            continue
        for name, value in names.items():
            if value or name in cells.names:
                row.put(_column(cells, name), value)
    _write(workspace, cells, _reachable(cells.people))


def remove_subscriber(workspace: Workspace, email: str, *, for_good: bool = False) -> None:
    """Mark a person as unsubscribed, so that no later import adds them again; `for_good` deletes their rows."""
    cells, key = _read(workspace), address_key(email)
    rows = cells.rows_of(key) if "@" in email else []
    if not rows:
        raise UsageError("This address is not on the list.", hint="Reload the page: the list has changed.")
    for row in rows:
        if for_good:
            cells.rows.remove(row)
        else:
            _decide(cells, row, is_in=False)
    _write(workspace, cells, _reachable(cells.people) - {key})


def remove_subscribers(workspace: Workspace, emails: Iterable[str]) -> None:
    """Delete the rows of several people in one change; those who are not on the list are left out."""
    cells, keys = _read(workspace), {address_key(email) for email in emails}
    gone = [row for row in cells.rows if cells.key_of(row) in keys]
    if not gone:
        raise UsageError("None of them is on the list.", hint="Reload the page: the list has changed.")
    for row in gone:
        cells.rows.remove(row)
    _write(workspace, cells, _reachable(cells.people) - keys)


def refuse_own_list(workspace: Workspace) -> None:
    """Raise UsageError where the subscribers are in a database: what is changed in the file would change nothing."""
    if workspace.settings.subscribers is not None:
        raise UsageError(
            "Your subscribers are in a list of your own, in a database, so the file is not used.",
            hint="Nothing was changed. Run `newsletter audience` to change the list.",
        )


def _read(workspace: Workspace) -> _Cells:
    refuse_own_list(workspace)
    settings, path = workspace.settings, workspace.settings.audience_file
    if not lexists(path):
        names = {name: _FIRST_ROW.index(name) for name in _FIRST_ROW}
        return _Cells(list(_FIRST_ROW), [], None, SubscriberList(), names=names)
    shown = workspace.shown(path)
    file = open_audience(path, shown, settings.outbox.columns)
    people = gather_people(file, shown)
    if people.blocks:
        raise ContentError(
            "The list of subscribers cannot be used as it is.", tuple(one for one in people.findings if one.blocks)
        )
    at = dict(file.columns.at)
    if file.columns.segments is not None:
        at["segments"] = file.columns.segments
    heading, *rows = (_Row(row.line, list(row.cells)) for row in file.table.rows)
    return _Cells(heading.cells, rows, file, people, file.table.delimiter, at[EMAIL], at)


def _fill(cells: _Cells, row: _Row, names: dict[str, str], segments: tuple[str, ...]) -> None:
    """Write names and segments into the cells that are empty; a list without such a column gets one."""
    whole = cells.file.columns.whole_name if cells.file else None
    if whole is not None:
        if not row.at(whole):
            row.put(whole, " ".join(one for one in names.values() if one))
        names = {}
    for name, value in names.items():
        if value and not row.at(index := _column(cells, name)):
            row.put(index, value)
    if segments:
        index = _column(cells, "segments")
        row.put(index, "; ".join([*filter(None, [row.at(index)]), *segments]))


def _column(cells: _Cells, name: str) -> int:
    """Return the column of a name; it is added behind the others if it is missing."""
    if name not in cells.names:
        cells.names[name] = len(cells.headings)
        cells.headings.append(name)
    return cells.names[name]


def _decide(cells: _Cells, row: _Row, *, is_in: bool) -> None:
    """Write into a row that its person gets issues, or none, in the way that the list has it of others."""
    deciders = [decider.heading.index for decider in cells.file.consent.deciders] if cells.file else []
    status = cells.names.get(STATUS)
    if status is None and not deciders and not is_in:
        status = _column(cells, STATUS)
    if status is not None:
        row.put(status, str(SubscriberStatus.SUBSCRIBED if is_in else SubscriberStatus.UNSUBSCRIBED))
    for index in deciders:
        if index != status and (is_in or status is None):
            row.put(index, _usual(cells, index, is_in=is_in))


def _usual(cells: _Cells, index: int, *, is_in: bool) -> str:
    """Return what a column says most often of those who get issues, or of those who do not."""
    reachable = _reachable(cells.people)
    counts = Counter(row.at(index) for row in cells.rows if row.line and (cells.key_of(row) in reachable) == is_in)
    return counts.most_common(1)[0][0] if counts else ""


def _write(workspace: Workspace, cells: _Cells, wanted: frozenset[str]) -> None:
    """Write the list once it is read as it is meant: exactly those get issues who should."""
    data = cells.as_csv()
    found = trial_reading(workspace, data)
    if found.blocks or _reachable(found) != wanted:
        raise UsageError(
            "This list has a column that decides who gets the newsletter, in a way that cannot be filled in here.",
            hint=f"Nothing was changed. Open {workspace.shown(workspace.settings.audience_file)} in a spreadsheet "
            "program and change it there.",
        )
    write_audience(workspace, data)


def _reachable(people: SubscriberList) -> frozenset[str]:
    return frozenset(address_key(one.email) for one in people.reachable)


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


def find_subscribers(people: SubscriberList, search: str, segment: str) -> list[Subscriber]:
    """Return the people whose name or address holds some words, of a segment or of all."""
    words = search.casefold().split()
    wanted = segment.casefold()
    return [
        one
        for one in people.subscribers
        if all(word in f"{one.email} {one.first_name} {one.last_name}".casefold() for word in words)
        and (not wanted or wanted in {name.casefold() for name in one.segments})
    ]
