"""The database under the ledger: opened, brought up to date, its errors turned into words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, IntegrityError, SQLAlchemyError

from newsletter.errors import LedgerAccessError, LedgerError, LedgerUnavailableError, UsageError
from newsletter.ledger.active_sends import TABLES_UNTIL_5, issue_being_sent
from newsletter.ledger.backend import Backend
from newsletter.ledger.migrations import migrations, unique_columns
from newsletter.ledger.postgresql import Postgresql, open_database
from newsletter.ledger.schema import events
from newsletter.ledger.sqlite import BEGIN_WRITING, READ_VERSION, Sqlite, open_file
from newsletter.ledger.url import LedgerUrlError, PostgresqlDatabase, SqliteFile, parse

_WRITES = "newsletter_writes"
_MOVED = 1_000_000
"""The version of a ledger that is one no more."""

_BACKENDS: dict[str, Backend] = {"sqlite": Sqlite(), "postgresql": Postgresql()}


def connect(url: str, *, thorough: bool = False) -> sa.Engine:
    """Open the database of a URL, brought up to date; raise LedgerError in words, UsageError for what is no URL.

    A SQLite file is made where it is missing; a PostgreSQL database must be there. All of it is read through for
    damage only where that is asked for, or a program ended in the middle of a change: it may take a second or two.
    """
    try:
        place = parse(url)
    except LedgerUrlError as error:
        raise UsageError(f"{error.message[:1].upper()}{error.message[1:]}.", hint=error.hint) from None
    try:
        return _opened(place, thorough=thorough)
    except LedgerAccessError as error:
        raise unavailable(error) from error


def unavailable(error: LedgerAccessError) -> LedgerUnavailableError:
    """Return the error of a command that has sent nothing so far."""
    words = f"{error.hint} Nothing was sent by this command."
    return LedgerUnavailableError(error.message, hint=words.strip(), place=error.place)


def _opened(place: SqliteFile | PostgresqlDatabase, *, thorough: bool) -> sa.Engine:
    engine = open_file(place) if isinstance(place, SqliteFile) else open_database(place)
    sa.event.listen(engine, "begin", _begin)
    backend = _backend(engine)
    is_suspect = thorough or backend.broke_off(engine)
    try:
        backend.tidy(engine)
        with reading(engine) as connection:
            backend.check(engine, connection)
        _migrate(engine)
        if is_suspect:
            examine(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def examine(engine: sa.Engine) -> None:
    """Read through all of a ledger; raise LedgerError where it is damaged."""
    with reading(engine) as connection:
        _backend(engine).examine(engine, connection)


def many_changes(engine: sa.Engine) -> AbstractContextManager[None]:
    """Return a context in which committing a change costs little; it is as durable as ever."""
    return _backend(engine).many_changes(engine)


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection that sees one state of the ledger."""
    with in_words(engine), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Yield a connection that nobody else writes beside; all of it is committed at the end, or nothing.

    Where the answer to the commit is lost with the connection, the LedgerError says that it may have happened: the
    caller must take neither for granted, and whoever comes next reads the ledger anew.
    """
    with _alone(engine) as connection:
        if _backend(engine).latest(connection) == _MOVED:  # it may have moved since it was opened
            raise _moved(engine)
        yield connection


@contextmanager
def writing_file(engine: sa.Engine) -> Iterator[sqlite3.Cursor]:
    """Yield the driver's own cursor for a change of a ledger in a file, else as `writing`.

    It is for what is written hundreds of times a second: SQLAlchemy's part of such a change takes longer than SQLite's.
    """
    with in_words(engine), closing(engine.raw_connection()) as connection:  # what is not committed is rolled back
        cursor: Any = connection.cursor()
        try:
            cursor.execute(BEGIN_WRITING)
            if cursor.execute(READ_VERSION).fetchone()[0] == _MOVED:
                raise _moved(engine)
            yield cursor
            cursor.execute("COMMIT")
        except sqlite3.Error as error:
            raise DatabaseError(None, None, error) from error
        finally:
            cursor.close()


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    with in_words(engine), engine.connect() as plain:
        connection = plain.execution_options(**{_WRITES: True})
        with connection.begin() as transaction:
            yield connection
            with in_words(engine, committing=True):
                transaction.commit()


@contextmanager
def in_words(engine: sa.Engine, *, committing: bool = False) -> Iterator[None]:
    """Turn what the database says into words for people."""
    backend = _backend(engine)
    try:
        yield
    except DatabaseError as error:
        raise backend.explain(engine, error, committing=committing) from error
    except (SQLAlchemyError, ValueError) as error:
        raise LedgerError(f"{backend.title(engine)} cannot be used: {error}.") from error


def violated(error: IntegrityError, index: str) -> bool:
    """Return whether it was the unique index of this name that a change would have broken, on any database.

    SQLite names the columns alone: two unique indexes of a table on the same columns could not be told apart.
    """
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return bool(diagnosis.constraint_name == index)
    columns = str(error.orig).removeprefix("UNIQUE constraint failed: ").split(", ")
    return frozenset(columns) == unique_columns()[index]


def close(connection: sa.Connection) -> None:
    """Write into a ledger that it has moved: whoever opens it from now on is told so."""
    _backend(connection.engine).note_version(connection, _MOVED)


def continue_counting(connection: sa.Connection, table: sa.Table) -> None:
    """Let the numbers that the database gives go on behind those that were copied into a table."""
    _backend(connection.engine).continue_counting(connection, table)


def _moved(engine: sa.Engine) -> LedgerError:
    return LedgerAccessError(
        f"{_backend(engine).title(engine)} is closed: it was moved to another database.",
        hint="Set `ledger` in newsletter.yaml to the new address; whoever moved the ledger has it.",
    )


def _backend(engine: sa.Engine) -> Backend:
    return _BACKENDS[engine.dialect.name]


def _begin(connection: sa.Connection) -> None:
    writes = bool(connection.get_execution_options().get(_WRITES))
    _backend(connection.engine).begin(connection, writes=writes)


def _migrate(engine: sa.Engine) -> None:
    """Bring the tables up to date; of several who open a ledger at once, the first does it and the others wait."""
    backend = _backend(engine)
    steps = migrations()
    newest = steps[-1].number
    with reading(engine) as connection:
        if backend.version(connection) == newest:
            return
    with _alone(engine) as connection:
        found = backend.version(connection)
        if found == newest:  # another has done it while we waited
            return
        _refuse_migration(engine, connection, found, newest)
        if found == 0:
            backend.make_room(connection)
        for step in steps:
            if step.number > found:
                for statement in step.written_for(backend.words):
                    # a statement is not a pattern: its percent signs stand for themselves
                    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
        backend.continue_counting(connection, events)  # a step copies its rows with their numbers
        backend.note_version(connection, newest)


def _refuse_migration(engine: sa.Engine, connection: sa.Connection, found: int, newest: int) -> None:
    """Raise LedgerAccessError for tables that cannot be brought up to date, at least not now."""
    backend = _backend(engine)
    if found == _MOVED:
        raise _moved(engine)
    if found > newest:
        raise LedgerAccessError(
            f"{backend.title(engine)} was written by a newer version of newsletter.",
            hint="Update newsletter on this computer.",
        )
    if found == 0:
        if backend.is_taken(connection):
            raise LedgerAccessError(
                f"{backend.title(engine)} is a database, but not a ledger.",
                hint="Check `ledger` in newsletter.yaml.",
            )
        return
    issue = issue_being_sent(connection, TABLES_UNTIL_5)
    if issue is not None:
        raise LedgerAccessError(
            f"{backend.title(engine)} cannot be updated for this version of newsletter now: an earlier version is "
            f"sending {issue}.",
            hint="Wait until that send is finished, then run the same command again.",
        )
