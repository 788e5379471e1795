"""Imports into the own list: staged beside it, shown, then merged in one transaction, and undone.

The rows wait in a temporary table, so that memory does not grow with the file, and nobody else waits while a person
reads the preview. Nobody who is out comes back.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any

import sqlalchemy as sa

from newsletter.errors import UsageError
from newsletter.ledger.schema import utc_text
from newsletter.model.batches import in_batches
from newsletter.subscribers.engine import _WRITES, in_words, is_sqlite, reading, tidy, writing
from newsletter.subscribers.facets import facets_text
from newsletter.subscribers.identity import Identity
from newsletter.subscribers.import_copy import copy_rows
from newsletter.subscribers.import_sql import (
    ADD_PEOPLE,
    ADD_SUPPRESSIONS,
    COLUMNS,
    COUNTS,
    INCOMING,
    KNOWN,
    LEFT_OUT,
    NOW_OUT,
    REPEATED,
    SAVE_STATUS,
    SAVED_STATUSES,
    STAGE,
    UPDATE_STATUS,
)
from newsletter.subscribers.people import note_fields, wording_id
from newsletter.subscribers.records import ListStatus
from newsletter.subscribers.schema import changes, filter_index, imports, subscribers, suppressions

_STAGE = STAGE.format(marks=", ".join("?" * len(COLUMNS)))
_AT_ONCE = 2000
_CACHE = 24_576
"""KiB for the pages of the database that is being filled: the hashes of addresses come in no order."""
_SMALL_CACHE = 4096
_MANY = 20_000
"""Rows of an import after which the database is told of them, or given an index anew."""


@dataclass(frozen=True, slots=True)
class IncomingRow:
    """One row of a list that is imported."""

    line: int
    email: str
    first_name: str
    last_name: str
    status: ListStatus
    reason: str
    """Why the person gets nothing; empty for one who does."""
    joined_at: str | None
    """When they joined, as the tables have it; None where the list does not tell."""
    tags: tuple[str, ...]
    fields: dict[str, str]
    consent: str = ""
    """How they agreed, where the list tells."""


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import would do to the list."""

    rows: int
    repeated: int
    added: int
    updated: int
    now_out: int
    left_out: int
    reachable: int
    """How many people get an issue after the import."""


class StagedImport:
    """An import that waits for a person's yes: counted, and not yet in the list."""

    def __init__(self, connection: sa.Connection, identity: Identity, clock: Callable[[], dt.datetime]) -> None:
        self._connection = connection
        self._identity = identity
        self._clock = clock
        self._fields: dict[str, str] = {}
        self._positions = count(1)

    def stage(self, rows: Iterable[IncomingRow], more_tags: tuple[str, ...] = ()) -> None:
        """Put rows beside the list; of several rows with one address the first counts, and a leaving in any."""
        hashed = self._identity.address_hash
        known: dict[tuple[str, ...], str] = {}

        def staged() -> Iterator[tuple[Any, ...]]:
            for row in rows:
                is_out = row.status is not ListStatus.SUBSCRIBED
                tags = row.tags if is_out or not more_tags else _union(row.tags, more_tags)
                fields = tuple(row.fields.items())
                if len(self._fields) < len(self._fields | row.fields):
                    self._fields |= dict.fromkeys(row.fields, "")
                if tags not in known:
                    known[tags] = json.dumps(tags)
                yield (
                    next(self._positions),
                    row.line,
                    hashed(row.email),
                    row.email,
                    row.first_name,
                    row.last_name,
                    row.status.value,
                    row.reason,
                    row.joined_at,
                    known[tags],
                    _fields_json(fields),
                    _facets(tags, fields),
                    row.consent,
                )

        if not is_sqlite(self._connection):
            copy_rows(self._connection, staged())
            return
        for batch in in_batches(staged(), _AT_ONCE):
            self._connection.exec_driver_sql(_STAGE, batch)

    def counts(self) -> ImportCounts:
        """Count what the import would do."""
        connection = self._connection
        rows, repeats, added, out, left, now = connection.execute(sa.text(COUNTS)).one()
        updated = sum(1 for _ in self._updates())
        return ImportCounts(rows + repeats, repeats, added, updated, out, left, now + added - out)

    def repeated(self, most: int) -> list[tuple[int, str]]:
        """Return the first lines of addresses that the list has more than once, each with its address."""
        return [(line, email) for line, email in self._connection.execute(sa.text(REPEATED), {"most": most})]

    def left_out(self, most: int) -> list[tuple[str, str]]:
        """Return addresses of the import that get nothing, each with the reason."""
        rows = self._connection.execute(sa.text(LEFT_OUT), {"most": most})
        return [(email, reason or f"the list has them as {known}") for email, reason, known in rows]

    def now_out(self, most: int) -> list[tuple[str, str]]:
        """Return the addresses of the list that leave it by the import, each with the reason."""
        return [(email, reason) for email, reason in self._connection.execute(sa.text(NOW_OUT), {"most": most})]

    def release(self) -> None:
        """End the reading, so that the list is not held while a person decides."""
        self._connection.commit()
        _give_cache(self._connection, "main")

    def carry_out(self, *, who: str, files: str, how: str, wording: str) -> int:
        """Merge the rows into the list, all or none; return the number of the import."""
        connection = self._connection
        connection.commit()
        connection.execution_options(**{_WRITES: True})
        with connection.begin():
            now = self._clock()
            row = {"at": now, "who": who, "files": files}
            number = int(connection.execute(sa.insert(imports).returning(imports.c.id), row).scalar_one())
            note_fields(connection, self._fields)
            for change in self._updates():
                _apply(connection, number, change)
            given = {
                "now": utc_text(now),
                "how": how,
                "undated": f"{how}; the file does not say when they agreed",
                "wording": wording_id(connection, wording) if wording else None,
                "number": number,
                "source": _source(number),
            }
            index = _dropped_index(connection)
            for statement in (SAVE_STATUS, UPDATE_STATUS, ADD_PEOPLE, ADD_SUPPRESSIONS):
                text = sa.text(statement)
                used = {name: value for name, value in given.items() if f":{name}" in statement}
                connection.execute(text, used)
            if index is not None:
                index.create(connection)
            many = not is_sqlite(connection) and _count_new(connection) >= _MANY
        if many:
            tidy(connection.engine)
        return number

    def _updates(self) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """Yield the people on the list with more details in the import: hash, columns as they are, columns to set."""
        with self._connection.execute(sa.text(KNOWN)) as rows:
            for row in rows:
                before = _before(row)
                tags = list(_union(before["tags"], _loaded(row.new_tags)))
                fields = {**_loaded(row.new_fields), **{name: one for name, one in before["fields"].items() if one}}
                after = {**before, "tags": tags, "fields": fields, "status": ListStatus.SUBSCRIBED.value}
                if not (row.first_name or row.last_name):  # a name is taken whole: half of another would be wrong
                    after |= {"first_name": row.new_first, "last_name": row.new_last}
                if after != before:
                    yield row.address_hash, before, after


class ImportStore:
    """Imports of lists, each of which can be undone while it is the last one."""

    def __init__(self, engine: sa.Engine, identity: Identity, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._identity = identity
        self._clock = clock

    @contextmanager
    def begin(self) -> Iterator[StagedImport]:
        """Yield an import to stage rows in; without `carry_out`, nothing of it stays."""
        with in_words(self._engine), self._engine.connect() as connection:
            _give_cache(connection, "temp")
            connection.execute(sa.text("DROP TABLE IF EXISTS incoming"))
            connection.execute(sa.text(INCOMING))
            connection.exec_driver_sql("DROP TABLE IF EXISTS saved_statuses")
            for statement in SAVED_STATUSES:
                connection.exec_driver_sql(statement)
            yield StagedImport(connection, self._identity, self._clock)
            if connection.in_transaction():
                connection.rollback()
            connection.execute(sa.text("DROP TABLE IF EXISTS incoming"))
            connection.commit()
            connection.detach()

    def undo(self) -> tuple[str, int]:
        """Undo the last import; return its files and how many people left the list by that.

        Whoever unsubscribed since stays unsubscribed. Raise UsageError where there is no import to undo.
        """
        with writing(self._engine) as connection:
            query = sa.select(imports.c.id, imports.c.files).where(imports.c.undone_at.is_(None))
            last = connection.execute(query.order_by(imports.c.id.desc()).limit(1)).first()
            if last is None:
                raise UsageError("There is no import to undo.", hint="Nothing was changed.")
            connection.execute(sa.delete(suppressions).where(suppressions.c.source == _source(last.id)))
            gone = connection.execute(sa.delete(subscribers).where(subscribers.c.source == last.id)).rowcount
            here = changes.c["import"] == last.id
            for address_hash, before in connection.execute(
                sa.select(changes.c.address_hash, changes.c.before).where(here)
            ).all():
                _restore(connection, address_hash, before)
            connection.execute(sa.delete(changes).where(here))
            connection.execute(sa.update(imports).where(imports.c.id == last.id).values(undone_at=self._clock()))
        return last.files, gone

    def count(self) -> int:
        """Count the imports that were not undone."""
        with reading(self._engine) as connection:
            query = sa.select(sa.func.count()).select_from(imports).where(imports.c.undone_at.is_(None))
            return int(connection.scalar(query) or 0)


def _give_cache(connection: sa.Connection, to: str) -> None:
    """Give SQLite's cache to one of the two databases of an import, and take it from the other."""
    if is_sqlite(connection):
        for database in ("main", "temp"):
            size = _CACHE if database == to else _SMALL_CACHE
            connection.exec_driver_sql(f"PRAGMA {database}.cache_size = -{size}")
        connection.exec_driver_sql("PRAGMA shrink_memory")
        connection.commit()


def _apply(connection: sa.Connection, number: int, change: tuple[str, dict[str, Any], dict[str, Any]]) -> None:
    address_hash, before, after = change
    connection.execute(sa.insert(changes), {"import": number, "address_hash": address_hash, "before": before})
    values = {**after, "status": ListStatus(after["status"]), "facets": facets_text(after["tags"], after["fields"])}
    connection.execute(sa.update(subscribers).where(subscribers.c.address_hash == address_hash).values(values))


def _restore(connection: sa.Connection, address_hash: str, before: dict[str, Any]) -> None:
    values = {name: value for name, value in before.items() if name != "status"}
    if "tags" in values:
        values["facets"] = facets_text(values["tags"], values["fields"])
    here = suppressions.c.address_hash == address_hash
    reason = connection.scalar(sa.select(suppressions.c.reason).where(here))
    values["status"] = reason or ListStatus(before["status"])
    connection.execute(sa.update(subscribers).where(subscribers.c.address_hash == address_hash).values(values))


def _before(row: Any) -> dict[str, Any]:
    return {
        "first_name": row.first_name,
        "last_name": row.last_name,
        "status": row.status,
        "tags": list(_loaded(row.tags)),
        "fields": dict(_loaded(row.fields)),
    }


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _count_new(connection: sa.Connection) -> int:
    return connection.scalar(sa.text("SELECT count(*) FROM incoming")) or 0


def _dropped_index(connection: sa.Connection) -> sa.Index | None:
    """Drop the index of filters where most of the list is new: it is made again faster than it is kept up."""
    if not is_sqlite(connection):
        return None
    new = _count_new(connection)
    there = connection.scalar(sa.select(sa.func.count()).select_from(subscribers)) or 0
    if new < _MANY or new < there:
        return None
    index = filter_index()
    index.drop(connection)
    return index


@lru_cache(maxsize=16_384)
def _fields_json(fields: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(dict(fields))


@lru_cache(maxsize=16_384)
def _facets(tags: tuple[str, ...], fields: tuple[tuple[str, str], ...]) -> str:
    return facets_text(tags, dict(fields))


def _source(number: int) -> str:
    return f"import {number}"


def _union(one: Iterable[str], other: Iterable[str]) -> tuple[str, ...]:
    """Return the names of both, each once in whichever spelling comes first."""
    found: dict[str, str] = {}
    for name in (*one, *other):
        found.setdefault(name.casefold(), name)
    return tuple(found.values())
