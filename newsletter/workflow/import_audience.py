"""Import subscriber lists into the audience file, and undo the last import."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os.path import lexists
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.audience.consent import UNCERTAIN
from newsletter.audience.csv_columns import EMAIL, FIRST_NAME, LAST_NAME, STATUS
from newsletter.audience.csv_file import AudienceFile, SubscriberList, gather_people, judge_table, read_audience
from newsletter.audience.csv_table import read_table
from newsletter.audience.merge_lists import MergedAudience, audience_csv, kept_fields, merge_people, own_fields
from newsletter.audience.spreadsheet import is_workbook, read_workbook
from newsletter.errors import ContentError, UsageError
from newsletter.model.audience import Subscriber, SubscriberStatus, address_key, mask
from newsletter.model.list_columns import ColumnUse
from newsletter.workflow.atomic_write import replace_file

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace

OF_THOSE_WHO_LEFT = "NL213"
"""The finding that a file's name says that it lists people who left."""

LISTED_WHO_LEFT = "they are in {name}, which lists people who left"
_RECORD = "last-import.json"


@dataclass(frozen=True, slots=True)
class ListColumn:
    """What a column of a list is taken for."""

    heading: str
    use: str
    """In words, such as `first name`."""
    decides: bool = False
    """Whether it decides who gets an issue."""
    values: tuple[str, ...] = ()
    """Some of its values, where it decides or may decide; addresses are masked."""


@dataclass(frozen=True, slots=True)
class ImportedList:
    """A list that was read: its columns and its people."""

    path: Path
    columns: tuple[ListColumn, ...]
    people: SubscriberList
    fields: tuple[str, ...] = ()
    """Its further columns, which are copied."""
    all_left: bool = False
    """Whether its name says that it lists people who left, so that nobody in it gets an issue."""


@dataclass(frozen=True, slots=True)
class AudienceImport:
    """What an import would make of the audience, before anything is written."""

    lists: tuple[ImportedList, ...]
    merged: MergedAudience
    data: bytes
    without_address: int = 0
    is_unchanged: bool = False
    """Whether the audience file has all of this already."""


def undecided_columns(path: Path, uses: Mapping[str, ColumnUse]) -> list[ListColumn]:
    """Return the columns of a list that may decide who gets an issue and whose meaning is not clear.

    Raise ContentError if the list cannot be used for another reason.
    """
    file = _opened(path, uses)
    blocking = [one for one in file.findings if one.blocks and one.code != OF_THOSE_WHO_LEFT]
    others = tuple(one for one in blocking if one.code != UNCERTAIN or not _heading(file, one.place.column))
    if others:
        raise ContentError(f"{path.name} cannot be imported.", others)
    return [undecided_column(file, one.place.column - 1) for one in blocking]


def plan_import(
    workspace: Workspace, paths: Sequence[Path], uses: Mapping[str, ColumnUse], segments: Sequence[str] = ()
) -> AudienceImport:
    """Return what an import of lists makes of the audience file; nothing is written.

    Raise ContentError if a list, or the audience file as it is, cannot be used.
    """
    before = _audience_of(workspace)
    lists = tuple(_read(path, uses) for path in paths)
    fields = kept_fields([*before.fields, *(name for one in lists for name in one.fields)])
    incoming = [(_with_fields(person, fields), reason) for one in lists for person, reason in _told(one)]
    merged = merge_people(before.subscribers, incoming, segments)
    filled = tuple(name for name in fields if any(one.fields.get(name) for one in merged.people.values()))
    without = sum(_without_address(one.people) for one in lists)
    data = audience_csv(merged.people, filled)
    # the people are compared, not the bytes: a file that a person wrote is not rewritten for its commas alone
    same = audience_csv({address_key(one.email): one for one in before.subscribers}, filled) == data
    is_unchanged = same and lexists(workspace.settings.audience_file)
    plan = AudienceImport(lists, merged, data, without, is_unchanged)
    _verify(workspace, plan)
    return plan


def carry_out(workspace: Workspace, plan: AudienceImport) -> Path | None:
    """Write the audience file, keep a copy of it as it was, and return the path of the copy.

    An import that changes nothing writes nothing, so that the import before it can still be undone.
    """
    return None if plan.is_unchanged else write_audience(workspace, plan.data)


def write_audience(workspace: Workspace, data: bytes) -> Path:
    """Replace the audience file so that `undo_import` can put it back; return the path of the copy that is kept."""
    path = workspace.settings.audience_file
    folder = _folder(workspace)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)  # the copies hold addresses
    stamp = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H-%M-%S-%f")
    copy = folder / f"{stamp}.csv"
    existed = lexists(path)
    replace_file(copy, path.read_bytes() if existed else b"")
    copy.chmod(0o600)
    record = {"copy": copy.name, "existed": existed, "written": hashlib.sha256(data).hexdigest()}
    replace_file(folder / _RECORD, json.dumps(record).encode())
    replace_file(path, data)
    return copy


def can_undo(workspace: Workspace) -> bool:
    """Return whether the audience file is as the last change here left it, so that `undo_import` can undo that."""
    record_path, path = _folder(workspace) / _RECORD, workspace.settings.audience_file
    try:
        record = json.loads(record_path.read_text(encoding="utf-8"))
        return bool(hashlib.sha256(path.read_bytes()).hexdigest() == record["written"])
    except (OSError, ValueError, KeyError):
        return False


def undo_import(workspace: Workspace) -> int | None:
    """Put the audience file back as it was before the last import; return how many get an issue now, if it is read.

    Raise UsageError if nothing was imported, or the file was changed since.
    """
    folder, path = _folder(workspace), workspace.settings.audience_file
    record_path = folder / _RECORD
    shown = workspace.shown(path)
    if not record_path.exists():
        raise UsageError("There is no import to undo.", hint="Nothing was changed.")
    record = json.loads(record_path.read_text(encoding="utf-8"))
    copy = folder / record["copy"]
    now = hashlib.sha256(path.read_bytes()).hexdigest() if lexists(path) else ""
    if now != record["written"]:
        raise UsageError(
            f"{shown} was changed since the import, so undoing it would lose those changes.",
            hint=f"Nothing was changed. The file as it was before the import is {workspace.shown(copy)}.",
        )
    if record["existed"] and copy.read_bytes() == path.read_bytes():
        record_path.unlink()
        raise UsageError("There is no import to undo.", hint="The last one changed nothing.")
    if record["existed"]:
        replace_file(path, copy.read_bytes())
    else:
        path.unlink()
    record_path.unlink()
    if not record["existed"]:
        return None
    return len(read_audience(path, shown=shown, columns=workspace.settings.outbox.columns).reachable)


def _folder(workspace: Workspace) -> Path:
    return workspace.root / ".newsletter" / "audience"


def _opened(path: Path, uses: Mapping[str, ColumnUse]) -> AudienceFile:
    if not path.is_file():
        raise UsageError(f"There is no file {path}.", hint="Check the name of the file.")
    table = read_workbook(path, path.name) if is_workbook(path) else read_table(path, path.name)
    here = {heading.casefold() for heading in (table.rows[0].cells if table.rows else ())}
    known = {name: use for name, use in uses.items() if name.casefold() in here}
    return judge_table(table, path, path.name, known)


def _read(path: Path, uses: Mapping[str, ColumnUse]) -> ImportedList:
    file = _opened(path, uses)
    all_left = any(one.code == OF_THOSE_WHO_LEFT for one in file.findings)
    findings = tuple(one for one in file.findings if one.code != OF_THOSE_WHO_LEFT)
    file = AudienceFile(file.table, file.columns, file.consent, findings)
    people = gather_people(file, path.name)
    if people.blocks:
        raise ContentError(f"{path.name} cannot be imported.", tuple(one for one in people.findings if one.blocks))
    return ImportedList(path, tuple(describe_columns(file)), people, tuple(own_fields(file)), all_left)


def _told(one: ImportedList) -> list[tuple[Subscriber, str]]:
    """Return the people of a list, each with the reason why they get nothing, if they do."""
    if not one.all_left:
        return [(person, one.people.reasons.get(address_key(person.email), "")) for person in one.people.subscribers]
    words = LISTED_WHO_LEFT.format(name=one.path.name)
    gone = SubscriberStatus.BOUNCED if "cleaned" in one.path.name else SubscriberStatus.UNSUBSCRIBED
    return [
        (person.model_copy(update={"status": gone}) if person.status is SubscriberStatus.SUBSCRIBED else person, words)
        for person in one.people.subscribers
    ]


def _with_fields(person: Subscriber, names: Sequence[str]) -> Subscriber:
    return person.model_copy(update={"fields": {name: person.fields[name] for name in names if name in person.fields}})


def _without_address(people: SubscriberList) -> int:
    return sum(count for reason, count in people.left_out.items() if reason.startswith("there is no usable"))


def trial_reading(workspace: Workspace, data: bytes) -> SubscriberList:
    """Read what is about to be written as the audience file, as a send would."""
    folder = _folder(workspace)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    trial = folder / "trial.csv"
    try:
        replace_file(trial, data)
        return read_audience(
            trial, shown=workspace.shown(workspace.settings.audience_file), columns=workspace.settings.outbox.columns
        )
    finally:
        trial.unlink(missing_ok=True)


def _audience_of(workspace: Workspace) -> SubscriberList:
    path = workspace.settings.audience_file
    if not lexists(path):
        return SubscriberList()
    known = read_audience(path, shown=workspace.shown(path), columns=workspace.settings.outbox.columns)
    if known.blocks:
        blocking = tuple(one for one in known.findings if one.blocks)
        raise ContentError("The audience file cannot be used as it is, so nothing can be imported into it.", blocking)
    return known


def _verify(workspace: Workspace, plan: AudienceImport) -> None:
    """Read the new file as a send would; raise ContentError if exactly those would not get an issue who should."""
    found = trial_reading(workspace, plan.data)
    if found.blocks:
        raise ContentError(
            "The imported list does not fit the `columns` under `outbox` in newsletter.yaml.",
            tuple(one for one in found.findings if one.blocks),
        )
    if {address_key(one.email) for one in found.reachable} != plan.merged.reachable:
        raise UsageError(
            "The new audience file would be read otherwise than it was imported.",
            hint="Nothing was changed. Remove `columns` under `outbox` from newsletter.yaml, and try again.",
        )


def describe_columns(file: AudienceFile) -> list[ListColumn]:
    """Return what each column of a list is taken for."""
    columns = file.columns
    deciders = {decider.heading.index for decider in file.consent.deciders}
    names = {EMAIL: "email address", FIRST_NAME: "first name", LAST_NAME: "last name", STATUS: "status"}
    uses = {columns.at[name]: words for name, words in names.items() if name in columns.at}
    if columns.whole_name is not None:
        uses[columns.whole_name] = "full name, split into first and last name"
    if columns.segments is not None:
        uses[columns.segments] = "segments"
    for name in own_fields(file):
        uses.setdefault(columns.at[name], f"merge tag {{{name}}}")
    found = []
    for heading in columns.headings:
        index = heading.index
        if index in deciders:
            found.append(
                ListColumn(heading.text, "decides who gets an issue", decides=True, values=_values(file, index))
            )
        else:
            found.append(ListColumn(heading.text, uses.get(index, "not copied")))
    return found


def undecided_column(file: AudienceFile, index: int) -> ListColumn:
    """Return a column, counted from 0, that may decide who gets an issue."""
    return ListColumn(
        _heading(file, index + 1), "may decide who gets an issue", decides=True, values=_values(file, index)
    )


def _heading(file: AudienceFile, column: int) -> str:
    return file.columns.headings_by_index.get(column - 1, "")


def _values(file: AudienceFile, index: int) -> tuple[str, ...]:
    """Return the most frequent values of a column, each with its number."""
    cells = (row.cells[index].strip() if index < len(row.cells) else "" for row in file.table.rows[1:])
    counts = Counter(mask(cell) if "@" in cell else " ".join(cell.split())[:40] for cell in cells)
    return tuple(f"{value or 'nothing'} ({count:,})" for value, count in counts.most_common(8))
