"""Move a ledger to another database that several computers can share: copy it, then close the old one."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from newsletter.errors import GateError, UsageError
from newsletter.ledger.active_sends import issue_being_sent
from newsletter.ledger.engine import close, connect, continue_counting, reading, writing
from newsletter.ledger.schema import METADATA, sends

_BATCH = 1000


def transfer_ledger(source: str, target: str) -> Mapping[str, int]:
    """Copy a ledger to an empty one at another URL and close the old one; return how many rows each table had.

    Nobody can write to either meanwhile. Whatever goes wrong before the end, the old one stays as it is and in use.
    Raise GateError while somebody is sending, UsageError where the new one is not empty.
    """
    if source == target:
        raise UsageError("The ledger is already at that address.", hint="Use a different address.")
    old, new = connect(source), connect(target)
    try:
        with writing(old) as before:
            _refuse_while_sending(before)
            with writing(new) as after:
                copied = {table.name: _copy(table, before, after) for table in METADATA.sorted_tables}
            close(before)  # the new one is committed: from here on it is the only one
        return copied
    finally:
        old.dispose()
        new.dispose()


def rows(url: str) -> int:
    """Count what a ledger holds."""
    engine = connect(url)
    try:
        with reading(engine) as connection:
            return sum(_count(table, connection) for table in METADATA.sorted_tables)
    finally:
        engine.dispose()


def _count(table: sa.Table, connection: sa.Connection) -> int:
    return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def _refuse_while_sending(connection: sa.Connection) -> None:
    issue = issue_being_sent(connection, [sends.name])
    if issue is not None:
        raise GateError(
            f"{issue} is being sent right now, so the ledger cannot be moved.",
            hint=f"Wait until `newsletter status {issue}` shows that it is finished.",
        )


def _copy(table: sa.Table, before: sa.Connection, after: sa.Connection) -> int:
    if _count(table, after):
        raise UsageError(
            "The new ledger already contains data.",
            hint="Use an empty database: two ledgers cannot be merged.",
        )
    copied = 0
    for batch in before.execute(sa.select(table)).mappings().partitions(_BATCH):
        after.execute(sa.insert(table), [dict(row) for row in batch])
        copied += len(batch)
    continue_counting(after, table)
    return copied
