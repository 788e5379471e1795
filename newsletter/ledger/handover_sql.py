"""What a direct send writes for every recipient, as plain SQL: building it took longer than both."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from newsletter.errors import RefusalKind
from newsletter.ledger.lease_store import lost_lease
from newsletter.ledger.schema import utc_text
from newsletter.model.campaign import DeliveryState

_LEASE = "UPDATE sends SET lease_until = ? WHERE id = ? AND lease_token = ?"
_DELIVERY = (
    "UPDATE deliveries SET state = ?, vouched = FALSE, refusal = ?, changed_at = ? WHERE send = ? AND recipient = ?"
)
_DELIVERIES = (
    "UPDATE deliveries SET state = new.state, vouched = FALSE, refusal = new.refusal, changed_at = %s "
    "FROM unnest(%s::text[], %s::text[], %s::text[]) AS new (recipient, state, refusal) "
    "WHERE deliveries.send = %s AND deliveries.recipient = new.recipient"
)
"""For PostgreSQL: one statement for all of them, as each costs a way to the server and back."""

_RECIPIENT = (
    "INSERT INTO deliveries (send, position, recipient, state, vouched, changed_at) VALUES (?, ?, ?, ?, FALSE, ?)"
)
_RECIPIENTS = (
    "INSERT INTO deliveries (send, position, recipient, state, vouched, changed_at) "
    "SELECT %s, new.position, new.recipient, new.state, FALSE, %s "
    "FROM unnest(%s::int[], %s::text[], %s::text[]) AS new (position, recipient, state)"
)


@dataclass(frozen=True, slots=True)
class HandoverChange:
    """How far the messages of some recipients have come, by key, and until when the lease is to run from now on."""

    send: str
    token: str
    now: dt.datetime
    until: dt.datetime
    states: Mapping[str, DeliveryState]
    refusals: Mapping[str, RefusalKind]
    """Why some of them were refused or deferred."""

    def reason(self, key: str) -> str | None:
        """Return why a recipient was refused or deferred, as it is stored."""
        kind = self.refusals.get(key) if self.refusals else None
        return kind.value if kind else None


def insert_recipients(
    connection: sa.Connection, send: str, rows: Sequence[tuple[int, str, str]], now: dt.datetime
) -> None:
    """Record recipients of a new send, each with the position on the list, the key and the state."""
    at = utc_text(now)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_RECIPIENT, [(send, *row, at) for row in rows])
    else:
        positions, keys, states = (list(column) for column in zip(*rows, strict=True))
        connection.exec_driver_sql(_RECIPIENTS, (send, at, positions, keys, states))


def write_change(connection: sa.Connection, change: HandoverChange) -> None:
    """Make a change and renew the lease; raise LedgerError where another process has it."""
    if connection.dialect.name == "sqlite":
        cursor: Any = connection.connection.cursor()
        write_to_file(cursor, change)
        return
    at, rows = utc_text(change.now), change.states
    lease = (utc_text(change.until), change.send, change.token)
    if connection.exec_driver_sql(_LEASE.replace("?", "%s"), lease).rowcount != 1:
        raise lost_lease()
    if rows:
        states = [state.value for state in rows.values()]
        reasons = [change.reason(key) for key in rows]
        connection.exec_driver_sql(_DELIVERIES, (at, list(rows), states, reasons, change.send))


def write_to_file(cursor: sqlite3.Cursor, change: HandoverChange) -> None:
    """Make a change in SQLite, as `write_change`."""
    if cursor.execute(_LEASE, (utc_text(change.until), change.send, change.token)).rowcount != 1:
        raise lost_lease()
    at, send = utc_text(change.now), change.send
    # `value` of an enumeration is a function in Python 3.11
    rows = [(state._value_, change.reason(key), at, send, key) for key, state in change.states.items()]
    cursor.executemany(_DELIVERY, rows)
