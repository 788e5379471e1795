"""The changes that a direct send makes for every few messages, as plain SQL: building it took longer than both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from newsletter.errors import RefusalKind
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


def renew_lease(connection: sa.Connection, send: str, token: str, until: dt.datetime) -> bool:
    """Let a lease run until a moment; return whether it is still held."""
    sql = _LEASE if connection.dialect.name == "sqlite" else _LEASE.replace("?", "%s")
    return connection.exec_driver_sql(sql, (utc_text(until), send, token)).rowcount == 1


def write_states(
    connection: sa.Connection,
    send: str,
    changes: Mapping[str, DeliveryState],
    refusals: Mapping[str, RefusalKind],
    now: dt.datetime,
) -> None:
    """Write recipients' new states, and why some of them were refused or deferred."""
    if not changes:
        return
    at = utc_text(now)
    kinds = {key: kind.value for key, kind in refusals.items()}
    if connection.dialect.name == "sqlite":
        rows = [(state.value, kinds.get(key), at, send, key) for key, state in changes.items()]
        connection.exec_driver_sql(_DELIVERY, rows)
        return
    states = [state.value for state in changes.values()]
    connection.exec_driver_sql(_DELIVERIES, (at, list(changes), states, [kinds.get(key) for key in changes], send))
