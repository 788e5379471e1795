"""Who is in the audience's file, counted quickly: for each time that an issue is checked, not for a send.

A send reads the file by `csv_file`, which also keeps each person's fields and segments; both leave out the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.audience.addresses import normal_address
from newsletter.audience.csv_columns import EMAIL, FIRST_NAME, LAST_NAME, Columns
from newsletter.audience.csv_file import AudienceFile, open_audience
from newsletter.audience.people import NO_ADDRESS, counted
from newsletter.compiled_patterns import compile_pattern
from newsletter.model.audience import SubscriberStatus, address_key
from newsletter.model.list_columns import ColumnUse

_SAMPLE = compile_pattern(
    r"(?:test|testing|demo|example|sample|foo|bar|asdf|qwerty)[\d._+-]*@.*|.*@(?:.*\.)?(?:example\.(?:org|com|net)|test\.com"
    r"|.*\.(?:test|example|invalid|localhost)|mailinator\.com|domain\.com)"
)


@dataclass(frozen=True, slots=True)
class AudienceStats:
    """The further columns of an audience's file, how many would get an issue, and how many of these are samples."""

    fields: tuple[str, ...]
    people: int
    samples: int
    left_out: Mapping[str, int] = field(default_factory=dict)
    """How many get nothing, by the reason, in words."""
    unfilled: frozenset[str] = frozenset()
    """The names and further columns that are empty for everybody who gets an issue."""

    def words(self, name: str) -> str:
        """Return how many of a file get an issue and how many do not, and why."""
        count = f"{self.people:,} {'person' if self.people == 1 else 'people'} in {name}"
        return f"{count}. Left out: {counted(self.left_out)}" if self.left_out else count


def read_stats(path: Path, columns: Mapping[str, ColumnUse] | None = None) -> AudienceStats | None:
    """Count the people of an audience's file; None where it cannot be read."""
    file = open_audience(path, path.name, columns)
    return None if file.blocks else count_people(file)


def count_people(file: AudienceFile) -> AudienceStats:
    """Count the people of a file that can be used."""
    index = file.columns.at[EMAIL]
    people: dict[str, str] = {}
    filled: set[str] = set()
    without = 0
    for row in file.table.rows[1:]:
        email = row.cells[index].strip() if index < len(row.cells) else ""
        if not normal_address(email):
            without += 1
            continue
        key = address_key(email)
        verdict = file.consent.verdict(row.cells)
        # whoever left in any row has left
        people[key] = people.get(key) or ("" if verdict.status is SubscriberStatus.SUBSCRIBED else verdict.because)
        if not people[key]:
            filled |= _filled(file.columns, row.cells, filled)
    there = [key for key, because in people.items() if not because]
    reasons = Counter(because for because in people.values() if because)
    if without:
        reasons[NO_ADDRESS] = without
    samples = sum(_SAMPLE.fullmatch(key) is not None for key in there)
    fields = file.columns.fields
    return AudienceStats(fields, len(there), samples, reasons, frozenset({FIRST_NAME, LAST_NAME, *fields}) - filled)


def _filled(columns: Columns, cells: Sequence[str], known: Collection[str]) -> set[str]:
    """Return the names and fields that a row fills, except those already known to be filled."""
    found = {
        name for name, index in columns.at.items() if name not in known and index < len(cells) and cells[index].strip()
    }
    whole = columns.whole_name
    if whole is not None and whole < len(cells) and cells[whole].strip():
        # one word is a first name
        found |= {FIRST_NAME, LAST_NAME} if len(cells[whole].split()) > 1 else {FIRST_NAME}
    return found
