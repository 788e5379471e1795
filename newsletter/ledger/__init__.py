"""What was intended, sent and left uncertain, kept so that nothing is sent twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.ledger.store import Ledger


def open_ledger(url: str, *, thorough: bool = False) -> Ledger:
    """Open the ledger at a URL, made where it is missing; use it in a `with`. Raise LedgerError in words.

    With `thorough`, all of it is read through for damage.
    """
    from newsletter.ledger.store import Ledger  # noqa: PLC0415 - the database driver is slow to import

    return Ledger(url, thorough=thorough)
