"""The ledger in a SQLite file, opened for durability.

It keeps a rollback journal and syncs fully: slower than a write-ahead log, but it holds on network folders, where a
write-ahead log does not, and a committed line survives a power cut. While this computer sends messages itself, a file
on one of its own disks has a write-ahead log: that survives a power cut as well, and a change costs one sync, not four.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from newsletter.errors import LedgerAccessError, LedgerError
from newsletter.ledger import backend
from newsletter.ledger.backend import Backend
from newsletter.ledger.file_systems import is_on_local_disk
from newsletter.ledger.url import SqliteFile

BEGIN_WRITING = "BEGIN IMMEDIATE"
"""Begins a change: who wants to write takes the right to at once, and what it reads cannot change before it writes."""
READ_VERSION = "PRAGMA user_version"

_SWITCHING = 2.0
"""Seconds to wait for others who read the file, where its journal is to be of another kind."""

_FIX = "Restore it from a backup; do not delete it: it records what was sent."

_CAUSES = (
    ("locked", "is in use by another program and could not be locked", "Try again in a minute."),
    ("readonly", "cannot be written", "Check the permissions of the file and its folder."),
    ("unable to open", "cannot be opened", "Check the permissions of the file and its folder."),
    ("full", "cannot be written: the disk is full", "Free some disk space, then run the same command again."),
    ("disk i/o", "cannot be read or written: the disk reports an error", "Check the disk before you do anything else."),
    ("not a database", "is not a ledger, or is damaged", _FIX),
    ("malformed", "is damaged", _FIX),
)


def open_file(place: SqliteFile) -> sa.Engine:
    """Return the engine of a file, its folder made; the file itself is opened by the first connection."""
    path = Path(place.path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LedgerAccessError(
            f"The ledger's folder {path.parent} cannot be created: {error.strerror}.",
            hint="Check the permissions of the parent folder, or set another `ledger` in newsletter.yaml.",
        ) from error
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=1,  # one connection is kept; others are opened as they are needed
        max_overflow=-1,
        hide_parameters=True,
        connect_args={"timeout": backend.PATIENCE, "check_same_thread": False},
    )
    sa.event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    for pragma in ("synchronous = EXTRA", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class Sqlite(Backend):
    """SQLite."""

    words: ClassVar[Mapping[str, str]] = {
        "bytes": "BLOB",
        "counted": "INTEGER NOT NULL PRIMARY KEY",
        "boolean": "INTEGER",
        "true": "1",
        "false": "0",
        "joined": "group_concat",
        "position": "instr",
    }

    def title(self, engine: sa.Engine) -> str:
        """Name the file."""
        return f"The ledger {engine.url.database}"

    def begin(self, connection: sa.Connection, *, writes: bool) -> None:
        """Begin to read, or a change."""
        connection.exec_driver_sql(BEGIN_WRITING if writes else "BEGIN")

    def explain(self, engine: sa.Engine, error: DatabaseError, *, committing: bool) -> LedgerError:  # noqa: ARG002 - see below
        """Describe an error of SQLite; a commit that it does not confirm has not happened."""
        said = str(error.orig).lower()
        for sign, words, hint in _CAUSES:
            if sign in said:
                kind = LedgerError if hint == _FIX else LedgerAccessError
                return kind(f"{self.title(engine)} {words}.", hint=hint)
        return LedgerError(f"{self.title(engine)} reported an error: {error.orig}.")

    def broke_off(self, engine: sa.Engine) -> bool:
        """Return whether there is a journal, which a program leaves behind that ended in the middle of a change."""
        try:
            return Path(f"{engine.url.database}-journal").stat().st_size > 0
        except OSError:
            return False

    def check(self, engine: sa.Engine, connection: sa.Connection) -> None:
        """Need nothing: what is no ledger is noticed when its version is read."""

    def tidy(self, engine: sa.Engine) -> None:
        """Return to the rollback journal where a sender was killed, unless somebody else has the file open."""
        with suppress(DatabaseError, sqlite3.Error), closing(engine.raw_connection()) as connection:
            cursor = connection.cursor()
            journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
            cursor.close()
            if journal != "wal":
                return
        _switch(engine, "DELETE", 0)

    @contextmanager
    def many_changes(self, engine: sa.Engine) -> Iterator[None]:
        """Keep a write-ahead log meanwhile, unless the file is, or may be, on another computer."""
        if not is_on_local_disk(Path(str(engine.url.database))):
            yield
            return
        _switch(engine, "WAL", _SWITCHING)
        try:
            yield
        finally:
            _switch(engine, "DELETE", _SWITCHING)

    def examine(self, engine: sa.Engine, connection: sa.Connection) -> None:
        """Refuse a damaged file."""
        if connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one() != "ok":
            raise LedgerError(f"{self.title(engine)} is damaged.", hint=_FIX)

    def version(self, connection: sa.Connection) -> int:
        """Read the number that SQLite keeps in the file for its user."""
        return int(connection.exec_driver_sql(READ_VERSION).scalar_one())

    def latest(self, connection: sa.Connection) -> int:
        """Read it as ever."""
        return self.version(connection)

    def note_version(self, connection: sa.Connection, number: int) -> None:
        """Write that number."""
        connection.exec_driver_sql(f"PRAGMA user_version = {number}")

    def is_taken(self, connection: sa.Connection) -> bool:
        """Return whether there is any table."""
        return bool(sa.inspect(connection).get_table_names())

    def make_room(self, connection: sa.Connection) -> None:
        """Need nothing."""

    def continue_counting(self, connection: sa.Connection, table: sa.Table) -> None:
        """Need nothing: SQLite looks at the largest number."""


def _switch(engine: sa.Engine, journal: str, seconds: float) -> None:
    """Have a journal of another kind; where others have the file open it stays as it is, which is as safe."""
    engine.dispose()  # a connection of our own would be in the way
    with suppress(DatabaseError, sqlite3.Error), closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
        try:
            cursor.execute(f"PRAGMA journal_mode = {journal}").fetchall()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {backend.PATIENCE * 1000:.0f}")
            cursor.close()
