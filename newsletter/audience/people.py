"""The people of an audience file, row by row: each address once, and whoever left in any row has left."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from newsletter.audience.addresses import LONGEST_WRITTEN, normal_address
from newsletter.audience.cells import unguard_cell
from newsletter.audience.consent import STAYS, Consent, Verdict
from newsletter.audience.csv_columns import EMAIL, FIRST_NAME, LAST_NAME, STATUS, Columns
from newsletter.audience.csv_table import Row
from newsletter.audience.names import split_name
from newsletter.audience.words import INVISIBLE
from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import Place
from newsletter.model.audience import Subscriber, SubscriberStatus, address_key, mask
from newsletter.model.fields import is_email
from newsletter.model.findings import Finding, Severity

_EXCEL_TEXT = compile_pattern(r'="(.*)"')
_EXCEL_ERRORS = {"#n/a", "#ref!", "#name?", "#value!", "#div/0!", "#null!", "#num!"}
_WITH_NAME = compile_pattern(r"[^<>]*<[^<>\s]+@[^<>\s]+>")
_SEGMENT = compile_pattern(r'\s*"((?:[^"]|"")*)"\s*(?=[;,|]|\Z)|([^;,|]+)')
"""A name among others, in quotation marks or without."""
NO_ADDRESS = "there is no usable email address"
MOST_TOLD = 200
"""How many findings of one kind are told row by row; of the others only the number is."""


@dataclass(slots=True)
class People:
    """Gather the people row by row: the first row of an address counts."""

    shown: str
    columns: Columns
    consent: Consent
    delimiter: str = ","
    found: dict[str, Subscriber] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    """Why people are left out, by `address_key`."""
    without_address: int = 0
    _findings: list[Finding] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)

    @property
    def findings(self) -> Iterator[Finding]:
        """Yield what was found, and how much more of the same kind there is."""
        yield from self._findings
        for code, count in self._counts.items():
            if count > MOST_TOLD:
                first = next(one for one in self._findings if one.code == code)
                message = f"There are {count - MOST_TOLD:,} more rows like the {MOST_TOLD} listed above."
                yield first.model_copy(update={"message": message, "place": Place(self.shown)})

    def take(self, row: Row) -> None:
        """Take in the person of a row."""
        has_breaks = "\n" in "\0".join(row.cells)
        broken = next((name for name in self.columns.at if self._swallowed(row, name)), "") if has_breaks else ""
        if broken:
            message = "This cell has several lines: a quotation mark is probably not closed."
            self._say("NL204", row, message, column=self.columns.at[broken], severity=Severity.ERROR)
            return
        if len(row.cells) > self.columns.width and any(cell.strip() for cell in row.cells[self.columns.width :]):
            message = "The row has more cells than there are columns: a comma inside a cell may have split it."
            self._say("NL209", row, message, "Put the cell that contains the comma in quotation marks.")
        values = {name: self._clean(row, name) for name in self.columns.at if name != STATUS}
        email = self._email(row, values.pop(EMAIL))
        if email:
            self._add(row, email, values)
        else:
            self.without_address += 1

    def left_out(self) -> Counter[str]:
        """Return why people are left out, and how many for each reason."""
        gone = (key for key, one in self.found.items() if one.status is not SubscriberStatus.SUBSCRIBED)
        counts = Counter(self.reasons[key] for key in gone)
        if self.without_address:
            counts[NO_ADDRESS] = self.without_address
        return counts

    def _add(self, row: Row, email: str, values: dict[str, str]) -> None:
        verdict = self._verdict(row)
        key = address_key(email)
        known = self.found.get(key)
        if known is None:
            self.lines[key] = row.line
            self.reasons[key] = verdict.because
            first, last = self._names(row, values)
            self.found[key] = Subscriber(
                email=email,
                first_name=first,
                last_name=last,
                status=verdict.status,
                fields=values,
                segments=self._segments(row),
            )
            return
        message = f"{mask(email)} is already in line {self.lines[key]}: only that row counts."
        if known.status is SubscriberStatus.SUBSCRIBED and verdict is not STAYS:
            message = (
                f"{mask(email)} is already in line {self.lines[key]}, but is {verdict.status} here: nothing "
                "is sent to it."
            )
            self.found[key] = known.model_copy(update={"status": verdict.status})
            self.reasons[key] = verdict.because
        self._say("NL206", row, message, "Remove one of the two rows.", column=self.columns.at[EMAIL])

    def _verdict(self, row: Row) -> Verdict:
        verdict = self.consent.verdict(row.cells)
        if not verdict.is_known and verdict.column is not None:
            words = self._visible(row.cells[verdict.column])
            name = self.columns.headings_by_index[verdict.column]
            quoted = mask(words) if "@" in words else repr(words[:30])
            what = "status" if verdict.column in self.columns.lenient else f"value of `{name[:60]}`,"
            end = " is not known" if what == "status" else ", is not known"
            message = f"The {what} {quoted}{end}: nothing is sent to this row."
            hint = "Write subscribed, unsubscribed, bounced or complained."
            self._say("NL207", row, message, hint, column=verdict.column)
        return verdict

    def _names(self, row: Row, values: dict[str, str]) -> tuple[str, str]:
        first, last = values.pop(FIRST_NAME, ""), values.pop(LAST_NAME, "")
        index = self.columns.whole_name
        whole = self._visible(row.cells[index]) if index is not None and index < len(row.cells) else ""
        if first or not whole:
            return first, last
        name = split_name(whole)
        return name.first, last or name.last

    def _segments(self, row: Row) -> tuple[str, ...]:
        """Return the names in the column of segments, whatever it is called; a merge tag may still show the cell."""
        index = self.columns.segments
        cell = self._visible(row.cells[index]) if index is not None and index < len(row.cells) else ""
        return segment_names(unguard_cell(cell))

    def _swallowed(self, row: Row, name: str) -> bool:
        """Return whether a cell holds other rows, as it does where a quotation mark is not closed.

        A line break in an address or a status is enough; in a further cell, which may be a note of several lines, one
        of them must look like a row: an address where the column of addresses is, among other cells.
        """
        index = self.columns.at[name]
        cell = row.cells[index].strip() if index < len(row.cells) else ""
        if "\n" not in cell:
            return False
        if name in {EMAIL, FIRST_NAME, LAST_NAME, STATUS}:
            return True
        if "@" not in cell:
            return False
        column = self.columns.at[EMAIL]
        first, *others = cell.split("\n")
        return self._has_address(first, column - index) or any(self._has_address(line, column) for line in others)

    def _has_address(self, line: str, index: int) -> bool:
        cells = line.split(self.delimiter)
        return 0 <= index < len(cells) and len(cells) > 1 and is_email(cells[index].strip(' "'))

    @staticmethod
    def _visible(cell: str) -> str:
        """Return a cell as its writer meant it: space folded, without invisible characters."""
        if cell.isalnum() and cell.isascii():
            return cell  # as most are
        value = " ".join(cell.split()) if cell.isascii() else " ".join(INVISIBLE.sub("", cell).split())
        return value if value.isprintable() else "".join(letter for letter in value if letter.isprintable())

    def _clean(self, row: Row, name: str) -> str:
        """Return a visible cell; empty for a formula."""
        index = self.columns.at[name]
        value = self._visible(row.cells[index]) if index < len(row.cells) else ""
        if value.startswith("'"):
            return unguard_cell(value)
        if not value.startswith(("=", "#")):
            return value
        text = _EXCEL_TEXT.fullmatch(value)
        if text:
            return text[1].replace('""', '"')
        if value.startswith("=") or value.casefold() in _EXCEL_ERRORS:
            message = "The cell contains a spreadsheet formula or an error instead of a value: treated as empty."
            self._say("NL208", row, message, "Enter the value itself in the cell.", column=index)
            return ""
        return value

    def _email(self, row: Row, value: str) -> str:
        """Return the address in its normal form; empty if it is not valid."""
        if value.casefold().startswith("mailto:"):
            value = value[len("mailto:") :]
        address = normal_address(value)
        if address:
            return address
        if not value:
            message = "The row has no email address: nothing is sent to it."
        elif len(value) > LONGEST_WRITTEN:
            message = "The cell is too long for an email address: nothing is sent to this row."
        elif _WITH_NAME.fullmatch(value):
            message = "The cell contains a name and an address: nothing is sent to this row."
        else:
            message = f"{mask(value)} is not an email address: nothing is sent to this row."
        hint = "Enter only the address, such as reader@example.org."
        self._say("NL205", row, message, hint, column=self.columns.at[EMAIL])
        return ""

    def _say(
        self,
        code: str,
        row: Row,
        message: str,
        hint: str = "",
        *,
        column: int | None = None,
        severity: Severity = Severity.WARNING,
    ) -> None:
        self._counts[code] += 1
        if self._counts[code] <= MOST_TOLD:
            place = Place(self.shown, row.line, 0 if column is None else column + 1)
            self._findings.append(Finding(code=code, severity=severity, message=message, place=place, hint=hint))


@lru_cache(maxsize=4096)
def segment_names(cell: str) -> tuple[str, ...]:
    """Return the names in a cell, separated by commas, semicolons or bars; Mailchimp's are in quotation marks."""
    cell = cell.replace(":::", ";")  # Google Contacts, whose own groups begin with an asterisk
    if '"' not in cell:
        names = [name.strip().removeprefix("* ") for name in re.split(r"[;,|]", cell)]
    else:
        found = _SEGMENT.finditer(cell.strip().removeprefix("[").removesuffix("]"))
        names = [one[2].strip(' "') if one[1] is None else one[1].replace('""', '"').strip() for one in found]
    return tuple(dict.fromkeys(name for name in names if name))


def counted(reasons: Mapping[str, int]) -> str:
    """Return how many are left out, and why, in words, the most frequent reason first."""
    ordered = sorted(reasons.items(), key=lambda one: -one[1])
    if len(ordered) == 1:
        return f"{ordered[0][1]:,}, because {ordered[0][0]}"
    shown = [f"{count:,} because {reason}" for reason, count in ordered[:5]]
    rest = sum(count for _, count in ordered[5:])
    total = sum(reasons.values())
    return f"{total:,}: {'; '.join([*shown, *([f'{rest:,} for other reasons'] if rest else [])])}"
