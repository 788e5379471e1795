"""Who is sending right now, by the leases in the tables of any version: no table may be moved away under them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from newsletter.ledger.lease import LeaseInfo

TABLES_UNTIL_5 = ("campaigns", "orders")
"""The tables that had leases until version 5 of the tables."""


def issue_being_sent(connection: sa.Connection, tables: Sequence[str]) -> str | None:
    """Return an issue that a process is sending right now, or None; tables that are missing have none."""
    there = set(sa.inspect(connection).get_table_names(schema=_schema(connection)))
    now = dt.datetime.now(dt.UTC)
    for name in tables:
        if name not in there:
            continue
        held = (
            f"SELECT issue, lease_token, lease_host, lease_pid, lease_until FROM {name} WHERE lease_token IS NOT NULL"  # noqa: S608 - a name of ours
        )
        for issue, token, host, pid, until in connection.exec_driver_sql(held):
            if LeaseInfo(token, host, pid, dt.datetime.fromisoformat(until)).is_alive(now):
                return str(issue)
    return None


def _schema(connection: sa.Connection) -> str | None:
    if connection.dialect.name == "sqlite":
        return None
    found = connection.exec_driver_sql("SELECT current_schema()").scalar_one()
    return str(found)
