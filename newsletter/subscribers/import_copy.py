"""Stage the rows of an import in PostgreSQL by COPY: a statement for each row takes twenty times as long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from newsletter.model.batches import in_batches
from newsletter.subscribers.import_sql import COLUMNS, STAGE

_AT_ONCE = 10_000
_NAMES = ", ".join(COLUMNS)
_HASH = COLUMNS.index("address_hash")
_CREATE = "CREATE TEMPORARY TABLE IF NOT EXISTS copied (LIKE incoming INCLUDING DEFAULTS)"
_COPY = f"COPY copied ({_NAMES}) FROM STDIN"
_STAGE_COPIED = STAGE.replace("VALUES ({marks})", f"SELECT {_NAMES} FROM copied")  # noqa: S608  names of columns
_STAGE_ONE = STAGE.format(marks=", ".join(["%s"] * len(COLUMNS)))


def copy_rows(connection: sa.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    """Stage rows that have the columns of `incoming`, as `STAGE` does with each of them."""
    connection.exec_driver_sql(_CREATE)
    for batch in in_batches(rows, _AT_ONCE):
        firsts: dict[str, tuple[Any, ...]] = {}
        repeats = [row for row in batch if firsts.setdefault(row[_HASH], row) is not row]
        with _in_driver(connection) as cursor, cursor.copy(_COPY) as copy:
            for row in firsts.values():
                copy.write_row(row)
        connection.exec_driver_sql(_STAGE_COPIED)
        if repeats:  # one statement may not change a row twice
            connection.exec_driver_sql(_STAGE_ONE, repeats)
        connection.exec_driver_sql("TRUNCATE copied")


@contextmanager
def _in_driver(connection: sa.Connection) -> Iterator[Any]:
    """Yield the driver's own cursor, with its errors as SQLAlchemy tells them."""
    driver: Any = connection.dialect.loaded_dbapi
    with connection.connection.cursor() as cursor:  # type: ignore[attr-defined]
        try:
            yield cursor
        except driver.Error as error:
            raise DBAPIError(_COPY, None, error) from error
