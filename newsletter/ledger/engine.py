"""The database under the ledger: opened for durability, brought up to date, its errors turned into words.

SQLite keeps a rollback journal and syncs fully: slower than a write-ahead log, but it holds on network folders, where
a write-ahead log does not, and a committed line survives a power cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from newsletter.errors import LedgerError, UsageError
from newsletter.ledger.migrations import migrations, unique_columns

PATIENCE = 20.0
"""Seconds to wait for another process that writes."""

_PREFIX = "sqlite:///"
_WRITES = "newsletter_writes"

_MEND = "Put back a copy of it; never delete it: it knows what was sent."

_CAUSES = (
    ("locked", "is in use by another program and did not come free", "Try again in a minute."),
    ("readonly", "cannot be written", "Look at the permissions of the file and its folder."),
    ("unable to open", "cannot be opened", "Look at the permissions of the file and its folder."),
    ("full", "cannot be written: the disk is full", "Make room, then run the same command again."),
    ("disk i/o", "cannot be read or written: the disk reports an error", "Look at the disk before anything else."),
    ("not a database", "is not a ledger, or is damaged", _MEND),
    ("malformed", "is damaged", _MEND),
)


def connect(url: str) -> sa.Engine:
    """Open the database of a URL, made where it is missing and brought up to date; raise LedgerError in words."""
    if not url.startswith(_PREFIX):
        raise UsageError(
            f"The ledger cannot be kept at {url.partition(':')[0]}:…", hint="Write sqlite:/// and the path of a file."
        )
    path = Path(url.removeprefix(_PREFIX))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerError(f"The ledger's folder {path.parent} cannot be made: {error.strerror}.") from error
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)), poolclass=NullPool, connect_args={"timeout": PATIENCE}
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    with in_words(engine):
        _check(engine)
        _migrate(engine)
    return engine


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection that sees one state of the ledger."""
    with in_words(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection that nobody else writes beside; all of it is committed at the end, or nothing."""
    with in_words(engine), engine.connect() as plain:
        connection = plain.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in ("journal_mode = DELETE", "synchronous = EXTRA", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    # IMMEDIATE takes the right to write at once: what is read inside cannot change before it is written
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def in_words(engine: sa.Engine) -> Iterator[None]:
    """Turn what the database says into words for people."""
    path = engine.url.database
    try:
        yield
    except DatabaseError as error:
        said = str(error.orig).lower()
        for sign, words, hint in _CAUSES:
            if sign in said:
                raise LedgerError(f"The ledger {path} {words}.", hint=hint) from error
        raise LedgerError(f"The ledger {path} does not fit: {error.orig}.") from error
    except (SQLAlchemyError, ValueError) as error:
        raise LedgerError(f"The ledger {path} cannot be used: {error}.") from error


def violated(error: IntegrityError, index: str) -> bool:
    """Say whether it was the unique index of this name that a change would have broken, on any database.

    SQLite names the columns alone: two unique indexes of a table on the same columns could not be told apart.
    """
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return bool(diagnosis.constraint_name == index)
    columns = str(error.orig).removeprefix("UNIQUE constraint failed: ").split(", ")
    return frozenset(columns) == unique_columns()[index]


def _check(engine: sa.Engine) -> None:
    with reading(engine) as connection:
        said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if said != "ok":
        raise LedgerError(f"The ledger {engine.url.database} is damaged.", hint=_MEND)


def _migrate(engine: sa.Engine) -> None:
    steps = migrations()
    newest = steps[-1].number
    if _version(engine) == newest:
        return
    with writing(engine) as connection:
        found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if found > newest:
            raise LedgerError(
                f"The ledger {engine.url.database} was written by a newer version of newsletter.",
                hint="Bring newsletter up to date on this computer.",
            )
        if found == 0 and sa.inspect(connection).get_table_names():
            raise LedgerError(
                f"{engine.url.database} is a database, but not a ledger.", hint="Look at `ledger` in the settings."
            )
        for step in steps:
            if step.number > found:
                for statement in step.written_for({}):
                    connection.exec_driver_sql(statement)
        connection.exec_driver_sql(f"PRAGMA user_version = {newest}")


def _version(engine: sa.Engine) -> int:
    with reading(engine) as connection:
        return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
