"""The audience in a CSV file: one person a row, as people really save it.

A finding names the line of the file and, as its column, the number of the cell in the row (1 is A). No finding shows
an address whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from newsletter.audience.consent import Consent, find_consent
from newsletter.audience.csv_columns import SEGMENT_COLUMNS as SEGMENT_COLUMNS  # noqa: PLC0414  it is asked for here
from newsletter.audience.csv_columns import Columns, read_columns
from newsletter.audience.csv_table import Table, read_table
from newsletter.audience.names import split_name
from newsletter.audience.people import People, counted
from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import Place
from newsletter.model.audience import Subscriber, subscribed
from newsletter.model.findings import Finding, Severity
from newsletter.model.list_columns import ColumnUse

_OF_THOSE_WHO_LEFT = compile_pattern(
    r"(?:un|non-?)subscri|cleaned_(?:\w+_)?(?:export|audience|segment|members)|(?:suppression|opt-?outs?|bounces?|blocklist"
    r"|blacklist|abgemeldet|abmeldungen|desinscri|désinscri|desabonn|désabonn|bajas|disiscritti|uitgeschreven|wypisani)\b"
    r"|(?:suppression|opt-?outs?|bounces?|blocklist|blacklist)[_-]",
    re.IGNORECASE,
)
"""How the names of files begin in which programs put those who are not to be written to."""


@dataclass(frozen=True, slots=True)
class SubscriberList:
    """The people of an audience file in its order, each address once; what was found; the further columns' names."""

    subscribers: Collection[Subscriber] = ()
    findings: tuple[Finding, ...] = ()
    fields: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of the file in which each person stands, by `address_key`."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """How many of the file's rows get nothing, by the reason, in words."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why a person gets nothing, by `address_key`; empty for those who get an issue."""

    @property
    def blocks(self) -> bool:
        """Return whether the file is in such a state that nothing may be sent to it."""
        return any(finding.blocks for finding in self.findings)

    @property
    def reachable(self) -> Collection[Subscriber]:
        """Return those who would get an issue."""
        return subscribed(self.subscribers)

    @property
    def left_out_words(self) -> str:
        """Return how many get nothing, and why; empty where there is nobody."""
        return counted(self.left_out) if self.left_out else ""


class AudienceFile(NamedTuple):
    """A file that was opened: its rows, what its columns mean and who may get an issue; `findings` may block."""

    table: Table
    columns: Columns
    consent: Consent
    findings: tuple[Finding, ...]

    @property
    def blocks(self) -> bool:
        """Return whether the file cannot be used."""
        return any(finding.blocks for finding in self.findings)


def open_audience(path: Path, shown: str, columns: Mapping[str, ColumnUse] | None = None) -> AudienceFile:
    """Read a file as far as it can be judged without looking at each person; what is wrong with it is a finding.

    `columns` is what the settings say about its columns, by their headings.
    """
    return judge_table(read_table(path, shown), path, shown, columns)


def judge_table(table: Table, path: Path, shown: str, columns: Mapping[str, ColumnUse] | None = None) -> AudienceFile:
    """Find out what the columns of a table mean, and who may get an issue; `path` is the file that it came from."""
    nothing = Columns({}, 0, ())
    if any(finding.blocks for finding in table.findings):
        return AudienceFile(table, nothing, Consent(()), table.findings)
    if not table.rows:
        return AudienceFile(table, nothing, Consent(()), (*table.findings, _empty(shown)))
    found = read_columns(table.rows[0], shown, columns)
    findings = (*table.findings, *found.findings, *_left_by_name(path, shown))
    if not found.are_known:
        return AudienceFile(table, found, Consent(()), findings)
    consent = find_consent(
        found.headings, table.rows[1:], found.place, found.uses, lenient=found.lenient, skipped=found.apart
    )
    return AudienceFile(table, found, consent, (*findings, *consent.findings))


def read_audience(path: Path, *, shown: str = "", columns: Mapping[str, ColumnUse] | None = None) -> SubscriberList:
    """Read an audience file; every problem is a finding, and one that blocks leaves the roster without people.

    `shown` is how findings name the file; its name where left out. `columns` is what the settings say about its
    columns, by their headings.
    """
    name = shown or path.name
    return gather_people(open_audience(path, name, columns), name)


def gather_people(file: AudienceFile, name: str) -> SubscriberList:
    """Return the people of a file that was opened; `name` is how findings name it."""
    if file.blocks:
        return SubscriberList(findings=file.findings)
    people = People(name, file.columns, file.consent, file.table.delimiter)
    for row in file.table.rows[1:]:
        people.take(row)
    findings = (*file.findings, *people.findings, *split_names(file))
    if any(finding.blocks for finding in findings):
        return SubscriberList(findings=findings)
    return SubscriberList(
        tuple(people.found.values()), findings, file.columns.fields, people.lines, people.left_out(), people.reasons
    )


def _left_by_name(path: Path, shown: str) -> tuple[Finding, ...]:
    if not _OF_THOSE_WHO_LEFT.match(path.name):
        return ()
    return (
        Finding(
            code="NL213",
            severity=Severity.ERROR,
            message="The file name suggests that this is a list of people who must not be emailed.",
            place=Place(shown),
            hint=(
                "Export the subscribers instead, and set that file as `audience` under `outbox` in "
                "newsletter.yaml. If this is the list of subscribers, rename the file."
            ),
        ),
    )


def split_names(file: AudienceFile) -> tuple[Finding, ...]:
    """Return a note on how many first names were taken from full names; none if no names were split."""
    columns = file.columns
    index = columns.whole_name
    if index is None:
        return ()
    cells = (row.cells[index].strip() for row in file.table.rows[1:] if index < len(row.cells))
    counts = Counter(split_name(cell).is_certain for cell in cells if cell)
    if not counts:
        return ()
    message = (
        f"The column `{columns.headings_by_index[index]}` contains full names: {{first_name}} was taken from it for "
    )
    message += f"{counts[True]:,}"
    if counts[False]:
        message += f", and {counts[False]:,} could not be split reliably"
    return (
        Finding(
            code="NL215",
            severity=Severity.NOTE,
            message=f"{message}.",
            place=Place(columns.place.path, columns.place.line, index + 1),
            hint=(
                "Where a name could not be split, readers see the fallback after the bar: {first_name|there}. To "
                "avoid this, add a column `first_name`."
            ),
        ),
    )


def _empty(shown: str) -> Finding:
    return Finding(
        code="NL202",
        severity=Severity.ERROR,
        message="The audience file is empty.",
        place=Place(shown),
        hint="Make this the first line: email,first_name,last_name,status",
    )
