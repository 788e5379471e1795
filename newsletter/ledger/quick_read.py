"""A glance at a ledger: one number, without making it, bringing it up to date or loading the database's library.

`newsletter check` runs at each save, and a ledger that several share lies across a network: only a file is looked at.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from newsletter.ledger.url import LedgerUrlError, SqliteFile, parse

_LAST = """
SELECT recipients FROM {table}
WHERE state = 'sent' AND purpose = 'whole' AND provider = ? AND audience = ? AND segment = '' AND issue <> ?
ORDER BY created_at DESC LIMIT 1
"""

_TABLES = ("sends", "campaigns")
"""Where direct sends are recorded, and where they were before version 6 of the tables."""


def last_count(url: str, provider: str, audience: str, issue: str) -> int | None:
    """Return how many the last other issue was for, by the same way to the same audience; None where not known."""
    try:
        place = parse(url)
    except LedgerUrlError:
        return None
    if not isinstance(place, SqliteFile) or not Path(place.path).is_file():
        return None
    try:
        with closing(sqlite3.connect(f"file:{quote(place.path)}?mode=ro", uri=True, timeout=0.2)) as connection:
            there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            table = next((name for name in _TABLES if name in there), None)
            query = _LAST.format(table=table)
            row = connection.execute(query, (provider, audience, issue)).fetchone() if table else None
    except sqlite3.Error:
        return None  # in use, of an older form, or none at all: whoever sends is told
    return int(row[0]) if row else None
