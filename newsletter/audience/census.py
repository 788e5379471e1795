"""Who is in the audience's file, counted quickly: for each time that an issue is checked, not for a send.

A send reads the file by `csv_file`, which looks at each address whole; here an address need only look like one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from newsletter.audience.columns import EMAIL, STATUS, Columns, read_columns, read_status
from newsletter.audience.table import Row, read_table
from newsletter.model.audience import SubscriberStatus, address_key
from newsletter.model.text import is_email

_SAMPLE = re.compile(
    r"(?:test|testing|demo|example|sample|foo|bar|asdf|qwerty)[\d._+-]*@.*|.*@(?:.*\.)?(?:example\.(?:org|com|net)|test\.com"
    r"|.*\.(?:test|example|invalid|localhost)|mailinator\.com|domain\.com)"
)


@dataclass(frozen=True, slots=True)
class Census:
    """The further columns of an audience's file, how many would get an issue, and how many of these are samples."""

    fields: tuple[str, ...]
    people: int
    samples: int


def take_census(path: Path) -> Census | None:
    """Count the people of an audience's file; None where it cannot be read."""
    table = read_table(path, path.name)
    if any(finding.blocks for finding in table.findings) or not table.rows:
        return None
    columns = read_columns(table.rows[0], path.name)
    if not columns.are_known:
        return None
    people: dict[str, bool] = {}
    for row in table.rows[1:]:
        email = _cell(row, columns, EMAIL)
        if is_email(email):
            key = address_key(email)
            stays = read_status(_cell(row, columns, STATUS)) is SubscriberStatus.SUBSCRIBED
            people[key] = stays and people.get(key, True)  # whoever left in any row has left
    there = [key for key, stays in people.items() if stays]
    return Census(columns.fields, len(there), sum(_SAMPLE.fullmatch(key) is not None for key in there))


def _cell(row: Row, columns: Columns, name: str) -> str:
    index = columns.at.get(name)
    return row.cells[index].strip() if index is not None and index < len(row.cells) else ""
