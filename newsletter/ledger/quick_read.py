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
SELECT recipients FROM campaigns
WHERE state = 'sent' AND purpose = 'whole' AND provider = ? AND audience = ? AND segment = '' AND issue <> ?
ORDER BY created_at DESC LIMIT 1
"""


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
            row = connection.execute(_LAST, (provider, audience, issue)).fetchone()
    except sqlite3.Error:
        return None  # in use, of an older form, or none at all: whoever sends is told
    return int(row[0]) if row else None
