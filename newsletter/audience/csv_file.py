"""The audience in a CSV file: one person a row, as people really save it.

A finding names the line of the file and, as its column, the number of the cell in the row (1 is A). No finding shows
an address whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from email_validator import EmailNotValidError, validate_email

from newsletter.audience.columns import EMAIL, FIRST_NAME, LAST_NAME, STATUS, Columns, read_columns, read_status
from newsletter.audience.table import Row, read_table
from newsletter.errors import Place
from newsletter.model.audience import Subscriber, SubscriberStatus, address_key, mask
from newsletter.model.report import Finding, Severity

_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")
_EXCEL_TEXT = re.compile(r'="(.*)"')
_EXCEL_ERRORS = {"#n/a", "#ref!", "#name?", "#value!", "#div/0!", "#null!", "#num!"}
SEGMENT_COLUMNS = ("segments", "segment", "groups", "group", "tags", "tag")
"""What a column may be called whose cells name segments, by their merge tags; the first one that is there counts."""

_WITH_NAME = re.compile(r".*<[^<>\s]+@[^<>\s]+>")


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of an audience file in its order, each address once; what was found; the further columns' names."""

    subscribers: tuple[Subscriber, ...] = ()
    findings: tuple[Finding, ...] = ()
    fields: tuple[str, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    """The line of the file in which each person stands, by `address_key`."""

    @property
    def blocks(self) -> bool:
        """Say whether the file is in such a state that nothing may be sent to it."""
        return any(finding.blocks for finding in self.findings)

    @property
    def reachable(self) -> tuple[Subscriber, ...]:
        """Return those who would get an issue."""
        return tuple(one for one in self.subscribers if one.status is SubscriberStatus.SUBSCRIBED)


def read_audience(path: Path, *, shown: str = "") -> Roster:
    """Read an audience file; every problem is a finding, and one that blocks leaves the roster without people.

    `shown` is how findings name the file; its name where left out.
    """
    name = shown or path.name
    table = read_table(path, name)
    if any(finding.blocks for finding in table.findings):
        return Roster(findings=table.findings)
    if not table.rows:
        return Roster(findings=(*table.findings, _empty(name)))
    columns = read_columns(table.rows[0], name)
    if not columns.are_known:
        return Roster(findings=(*table.findings, *columns.findings))
    people = _People(name, columns)
    for row in table.rows[1:]:
        people.take(row)
    findings = (*table.findings, *columns.findings, *people.findings)
    if any(finding.blocks for finding in findings):
        return Roster(findings=findings)
    return Roster(tuple(people.found.values()), findings, columns.fields, people.lines)


def _segments(values: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names in the column of segments, whatever it is called; a merge tag may still show the cell."""
    cell = next((values[name] for name in SEGMENT_COLUMNS if values.get(name)), "")
    names = [name.strip() for name in re.split(r"[;,|]", cell)]
    return tuple(dict.fromkeys(name for name in names if name))


def _empty(shown: str) -> Finding:
    return Finding(
        code="NL202",
        severity=Severity.ERROR,
        message="The audience file is empty.",
        place=Place(shown),
        hint="Make the first line: email,first_name,last_name,status",
    )


@dataclass(slots=True)
class _People:
    """Gather the people row by row: the first row of an address counts, and whoever left in any row has left."""

    shown: str
    columns: Columns
    found: dict[str, Subscriber] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def take(self, row: Row) -> None:
        broken = next((name for name in self.columns.at if self._swallowed(row, name)), "")
        if broken:
            message = "This cell runs over several lines: a quotation mark is probably not closed."
            self._say("NL204", row, message, column=broken, severity=Severity.ERROR)
            return
        if any(cell.strip() for cell in row.cells[self.columns.width :]):
            message = "The row has more cells than there are columns: a comma inside a cell may have split it."
            self._say("NL209", row, message, "Put the cell with the comma in quotation marks.")
        values = {name: self._clean(row, name) for name in self.columns.at if name != STATUS}
        email = self._email(row, values.pop(EMAIL))
        if email:
            self._add(row, email, values)

    def _add(self, row: Row, email: str, values: dict[str, str]) -> None:
        status = self._status(row)
        key = address_key(email)
        known = self.found.get(key)
        if known is None:
            self.lines[key] = row.line
            self.found[key] = Subscriber(
                email=email,
                first_name=values.pop(FIRST_NAME, ""),
                last_name=values.pop(LAST_NAME, ""),
                status=status,
                fields=values,
                segments=_segments(values),
            )
            return
        message = f"{mask(email)} stands in line {self.lines[key]} already: only that row counts."
        if known.status is SubscriberStatus.SUBSCRIBED and status is not SubscriberStatus.SUBSCRIBED:
            message = f"{mask(email)} stands in line {self.lines[key]} already, but is {status} here: gets nothing."
            self.found[key] = known.model_copy(update={"status": status})
        self._say("NL206", row, message, "Take one of the two rows out.", column=EMAIL)

    def _swallowed(self, row: Row, name: str) -> bool:
        """Say whether a cell holds other rows: a line break in a name or an address, or a person in a further cell."""
        cell = self._raw(row, name)
        return "\n" in cell and (name in {EMAIL, FIRST_NAME, LAST_NAME, STATUS} or "@" in cell)

    def _raw(self, row: Row, name: str) -> str:
        index = self.columns.at.get(name)
        return row.cells[index].strip() if index is not None and index < len(row.cells) else ""

    def _clean(self, row: Row, name: str) -> str:
        """Return a cell as its writer meant it: space folded, invisible characters gone, no formula."""
        value = " ".join(_INVISIBLE.sub("", self._raw(row, name)).split())
        value = "".join(letter for letter in value if letter.isprintable())
        text = _EXCEL_TEXT.fullmatch(value)
        if text:
            return text[1].replace('""', '"')
        if value.startswith("=") or value.casefold() in _EXCEL_ERRORS:
            message = "The cell holds a formula of the spreadsheet, or its error, instead of a value: taken as empty."
            self._say("NL208", row, message, "Write the value itself into the cell.", column=name)
            return ""
        return value

    def _email(self, row: Row, value: str) -> str:
        """Return the address in its normal form; empty where there is none that can be written to."""
        if value.casefold().startswith("mailto:"):
            value = value[len("mailto:") :]
        try:
            return validate_email(value, check_deliverability=False).normalized
        except EmailNotValidError:
            pass
        if not value:
            message = "The row has no email address: nothing is sent to it."
        elif _WITH_NAME.fullmatch(value):
            message = "The cell holds a name and an address: nothing is sent to this row."
        else:
            message = f"{mask(value)} is not an email address: nothing is sent to this row."
        hint = "Write the address alone, such as reader@example.org."
        self._say("NL205", row, message, hint, column=EMAIL)
        return ""

    def _status(self, row: Row) -> SubscriberStatus:
        words = self._clean(row, STATUS) if STATUS in self.columns.at else ""
        status = read_status(words)
        if status is not None:
            return status
        quoted = mask(words) if "@" in words else repr(words[:30])
        message = f"The status {quoted} is not known: nothing is sent to this row."
        self._say("NL207", row, message, "Write subscribed, unsubscribed, bounced or complained.", column=STATUS)
        return SubscriberStatus.UNSUBSCRIBED

    def _say(
        self,
        code: str,
        row: Row,
        message: str,
        hint: str = "",
        *,
        column: str = "",
        severity: Severity = Severity.WARNING,
    ) -> None:
        place = Place(self.shown, row.line, self.columns.at[column] + 1 if column else 0)
        self.findings.append(Finding(code=code, severity=severity, message=message, place=place, hint=hint))
