"""The database of the own list: a SQLite file or a PostgreSQL database, opened and brought up to date."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from newsletter.errors import ListError, UsageError
from newsletter.ledger.file_systems import is_on_local_disk
from newsletter.ledger.postgresql import open_database
from newsletter.ledger.url import LedgerUrlError, SqliteFile, parse
from newsletter.model.list_settings import list_words
from newsletter.subscribers.schema import METADATA, facts, filter_indexes

VERSIONS = {"sqlite": "2", "postgresql": "3"}
_EARLIER = {"sqlite": ("1",), "postgresql": ("1", "2")}
"""The versions whose filters had no index, or another one."""
_VERSION_HERE = sa.select(facts.c.value).where(facts.c.name == "version")
PATIENCE = 20.0
"""Seconds to wait for another process that writes."""

_SWITCHING = 2.0
"""Seconds to wait for others who have the file open, where its journal is to be of another kind."""

SCHEMA = "newsletter_list"
"""The tables' schema in PostgreSQL, beside the ledger's."""

_LOCK = 0x6C697374
"""The advisory lock of whoever makes the tables."""
_WRITES = "newsletter_writes"
_HINTS = (
    ("locked", "Another program is writing to it. Try again in a minute."),
    ("readonly", "Check the permissions of the file and its folder."),
    ("unable to open", "Check the permissions of the file and its folder."),
    ("full", "Free some disk space, then run the same command again."),
    ("malformed", "It is damaged: restore it from a backup."),
    ("not a database", "Check `database` under `subscribers` in newsletter.yaml."),
)


_TURNS: WeakKeyDictionary[sa.Engine, threading.Lock] = WeakKeyDictionary()


def connect(url: str) -> sa.Engine:
    """Open the database of a URL, made where it is missing; raise ListError or UsageError in words."""
    try:
        place = parse(url)
    except LedgerUrlError as error:
        message = list_words(error.message)
        raise UsageError(message[:1].upper() + message[1:], hint=list_words(error.hint)) from None
    engine = _open_file(place) if isinstance(place, SqliteFile) else open_database(place)
    sa.event.listen(engine, "begin", _begin)
    try:
        with in_words(engine):
            _make_tables(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection that sees one state of the list."""
    with in_words(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection whose changes are committed at the end, all or none."""
    # SQLite lets those who write wait by sleeping: threads of one program take turns before they come to that
    turn = _TURNS.setdefault(engine, threading.Lock()) if engine.dialect.name == "sqlite" else nullcontext()
    with turn, in_words(engine), engine.connect() as plain:
        connection = plain.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def in_words(engine: sa.Engine) -> Iterator[None]:
    """Turn what the database says into words for people, with nothing of a row in it."""
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig).splitlines()[0].casefold() if error.orig else ""
        hint = next((words for sign, words in _HINTS if sign in said), "Check the database, then try again.")
        name = engine.url.database or ""
        raise ListError(f"The subscriber list {Path(name).name} cannot be used.", hint=hint) from error
    except SQLAlchemyError as error:
        raise ListError("The subscriber list cannot be used.", hint="Check the database, then try again.") from error


def empty_log(engine: sa.Engine) -> None:
    """Empty SQLite's write-ahead log, which has what was deleted until it is used again."""
    if engine.dialect.name == "sqlite":
        with in_words(engine), engine.connect() as connection:
            raw = connection.connection.driver_connection
            if raw is not None:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def tidy(engine: sa.Engine) -> None:
    """Let PostgreSQL note what many new rows are like, which its own housekeeping does some minutes later.

    Until then it reads the people themselves, also where the index has all that a filter asks for.
    """
    if engine.dialect.name == "postgresql":
        with suppress(SQLAlchemyError), engine.connect() as connection:  # it is no harm where it may not
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            plain.exec_driver_sql(f"VACUUM (ANALYZE) {SCHEMA}.subscribers")


def is_sqlite(connection: sa.Connection) -> bool:
    """Return whether the list is a file."""
    return connection.dialect.name == "sqlite"


def _open_file(place: SqliteFile) -> sa.Engine:
    path = Path(place.path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=True)  # it holds addresses
    except OSError as error:
        raise ListError(
            f"The subscriber list {path.name} cannot be created: {error.strerror}.",
            hint="Check the permissions of its folder, or set another `database` under `subscribers`.",
        ) from error
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),
        hide_parameters=True,
        pool_size=8,
        max_overflow=64,
        connect_args={"timeout": PATIENCE, "check_same_thread": False},
    )
    # several computers cannot share a write-ahead log; the rollback journal that they can share is slower
    sa.event.listen(engine, "connect", partial(_prepare, journal="wal" if is_on_local_disk(path) else "delete"))
    return engine


def _prepare(connection: Any, _record: Any, *, journal: str) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    cursor = connection.cursor()
    _use_journal(cursor, journal)
    for pragma in (
        # an unsubscription that was confirmed to the reader must survive a power cut
        f"synchronous = {'FULL' if journal == 'wal' else 'EXTRA'}",
        "foreign_keys = ON",
        "secure_delete = ON",
        "cache_size = -16384",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _use_journal(cursor: Any, journal: str) -> None:
    """Have the file keep a journal of this kind; where others have it open with another kind, that stays for now."""
    if cursor.execute("PRAGMA journal_mode").fetchone()[0] == journal:
        return
    cursor.execute(f"PRAGMA busy_timeout = {_SWITCHING * 1000:.0f}")
    with suppress(sqlite3.OperationalError):
        cursor.execute(f"PRAGMA journal_mode = {journal}")
    cursor.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")


def _begin(connection: sa.Connection) -> None:
    writes = bool(connection.get_execution_options().get(_WRITES))
    if is_sqlite(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
        return
    connection.exec_driver_sql(
        f"SET LOCAL search_path = {SCHEMA}, pg_temp; SET LOCAL lock_timeout = '{PATIENCE * 1000:.0f}ms'"
    )


def _make_tables(engine: sa.Engine) -> None:
    with reading(engine) as connection:
        schema = None if is_sqlite(connection) else SCHEMA
        found = sa.inspect(connection).has_table(facts.name, schema=schema)
        version = connection.scalar(_VERSION_HERE) if found else None
    if version == VERSIONS[engine.dialect.name]:
        return
    with writing(engine) as connection:
        if not is_sqlite(connection):
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        METADATA.create_all(connection)
        _update(connection, connection.scalar(_VERSION_HERE))


def _update(connection: sa.Connection, version: str | None) -> None:
    """Bring tables of an earlier version up to date; nobody else does so at the same time."""
    dialect = connection.dialect.name
    newest = VERSIONS[dialect]
    if version is None:
        connection.execute(sa.insert(facts), {"name": "version", "value": newest})
    elif version in _EARLIER[dialect]:
        for name in ("subscribers_by_facets", "subscribers_by_status"):
            connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
        for index in filter_indexes(dialect):
            index.create(connection)
        connection.execute(sa.update(facts).where(facts.c.name == "version").values(value=newest))
    elif version != newest:
        raise ListError(
            "The subscriber list was written by a newer version of newsletter.", hint="Update newsletter here."
        )
