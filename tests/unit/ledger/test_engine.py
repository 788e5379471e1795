"""The database under the ledger."""

from __future__ import annotations

import re
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from newsletter.errors import LedgerError, UsageError
from newsletter.ledger import engine as module
from newsletter.ledger.engine import connect, reading, violated, writing
from newsletter.ledger.migrations import Step, migrations
from newsletter.ledger.postgresql import Postgresql
from newsletter.ledger.records import AuditNote
from newsletter.ledger.schema import METADATA
from newsletter.ledger.sqlite import Sqlite
from newsletter.ledger.store import Ledger

from .conftest import plan

EVENT = "INSERT INTO events (issue, who, at, words) VALUES ('2024-02', 'kim', '2024-02-12', 'x')"


def test_the_tables_are_those_that_the_code_knows(url, opened):
    engine = opened(url)
    schema = None if url.startswith("sqlite") else "newsletter"
    with reading(engine) as connection:
        there = sa.MetaData(schema=schema)
        there.reflect(connection)
    found_tables = {table.name: table for table in there.sorted_tables if table.name != "version"}
    assert set(found_tables) == set(METADATA.tables)
    for name, table in METADATA.tables.items():
        found = found_tables[name]
        assert [c.name for c in found.columns] == [c.name for c in table.columns]
        assert [c.nullable for c in found.columns] == [c.nullable for c in table.columns], name
        assert [c.primary_key for c in found.columns] == [c.primary_key for c in table.columns], name
        assert {key.column.table.name for key in found.foreign_keys} == {
            key.column.table.name for key in table.foreign_keys
        }


@pytest.mark.parametrize("backend", [Sqlite(), Postgresql()], ids=["sqlite", "postgresql"])
def test_every_word_of_the_migrations_is_known_to_each_database(backend):
    for step in migrations():
        assert not re.search(r"[{}]", " ".join(step.written_for(backend.words)))


def test_migrations_are_numbered_without_gaps():
    assert [step.number for step in migrations()] == list(range(1, len(migrations()) + 1))


def test_a_migration_that_breaks_leaves_nothing_behind(url, opened):
    broken = [Step(1, ("CREATE TABLE a (x TEXT)", "CREATE TABLE a (x TEXT)"))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "migrations", lambda: broken)
        with pytest.raises(LedgerError, match="reported an error"):
            connect(url)
    opened(url)


def test_a_later_version_changes_what_is_there_and_keeps_it(url, opened, monkeypatch):
    first = opened(url)
    with writing(first) as connection:
        connection.exec_driver_sql(EVENT)
    steps = migrations()
    later = Step(len(steps) + 1, ("ALTER TABLE events ADD COLUMN mood TEXT", "UPDATE events SET mood = '100%'"))
    monkeypatch.setattr(module, "migrations", lambda: [*steps, later])
    for _ in range(2):
        with reading(opened(url)) as connection:
            assert connection.exec_driver_sql("SELECT words, mood FROM events").all() == [("x", "100%")]


def test_a_change_that_fails_is_undone_whole(url, opened):
    engine = opened(url)
    with pytest.raises(RuntimeError), writing(engine) as connection:  # noqa: PT012 - the second undoes the first
        connection.exec_driver_sql(EVENT)
        raise RuntimeError
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one() == 0


def test_many_may_open_a_new_ledger_at_once(url):
    failed: list[BaseException] = []

    def opening() -> None:
        try:
            connect(url).dispose()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failed.append(error)

    threads = [threading.Thread(target=opening) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_a_ledger_of_a_newer_version(url, opened, meddler):
    opened(url)
    meddler.change("PRAGMA user_version = 99" if meddler.server is None else "INSERT INTO version VALUES (99)")
    with pytest.raises(LedgerError, match="newer version"):
        connect(url)


def test_what_is_read_before_a_write_cannot_change_in_between(url, opened):
    """Eight at once each read the count and write it as the next number: none may read what another is changing."""
    engine = opened(url)
    barrier = threading.Barrier(8)

    def add() -> None:
        barrier.wait()
        for _ in range(5):
            with writing(engine) as connection:
                count = connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one()
                connection.exec_driver_sql(EVENT.replace("'x'", f"'{count}'"))

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(add) for _ in range(8)]:
            done.result()
    with reading(engine) as connection:
        words = connection.exec_driver_sql("SELECT words FROM events ORDER BY id").scalars().all()
    assert words == [str(number) for number in range(40)]


def test_an_address_in_a_row_that_is_refused_is_in_no_trace(url):
    name = "kim"  # put together here, so that the trace has the address from nowhere else
    with Ledger(url) as ledger, pytest.raises(LedgerError, match="reported an error") as caught:
        ledger.sends.intend(plan(recipients=(f"{name}@example.org",)), AuditNote("kim", "x"))
    trace = "".join(traceback.format_exception(caught.value))
    assert "recipient" in trace
    assert "kim@example.org" not in trace


def test_an_address_that_is_none():
    with pytest.raises(UsageError, match=r"^The ledger cannot be kept in “mysql”\.$"):
        connect("mysql://db.example.org/x")


def test_a_password_in_the_address_is_not_repeated():
    with pytest.raises(UsageError) as caught:
        connect("postgresql://someone:secret@db.example.org/x")
    assert "secret" not in caught.value.message + caught.value.hint


def test_a_value_that_cannot_be_is_told(url, opened):
    engine = opened(url)
    with pytest.raises(LedgerError, match="cannot be used"), reading(engine):
        raise ValueError("'lost' is not a valid SendState")


class _UndoneError(Exception):
    pass


def _breach(engine: sa.Engine, *inserts: str) -> IntegrityError:
    """Return the breach at the last of the changes, and undo them."""
    with pytest.raises(_UndoneError) as caught, writing(engine) as connection:  # noqa: PT012 - as it goes
        try:
            for insert in inserts:
                connection.exec_driver_sql(insert)
        except IntegrityError as error:
            raise _UndoneError from error
    breach = caught.value.__cause__
    assert isinstance(breach, IntegrityError)
    return breach


SEND = (
    "INSERT INTO sends (id, issue, provider, audience, segment, target_name, mode, purpose, round, attempt, "
    "fingerprint, parts, content, subject, recipients, state, created_by, created_at) VALUES ('{}', '2024-02', "
    "'outbox', 'all', '', 'all', 'direct', 'whole', 1, 1, 'f', '', '', 's', {}, 'intended', 'kim', 'now')"
)


def test_a_second_live_send_is_told_from_every_other_breach(url, opened):
    engine = opened(url)
    assert violated(_breach(engine, SEND.format("a", 1), SEND.format("b", 1)), "one_live_send")
    assert not violated(_breach(engine, SEND.format("a", 0)), "one_live_send")
    delivery = "INSERT INTO deliveries (send, recipient, position, state, changed_at) VALUES ('{}','k',1,'pending','')"
    assert not violated(_breach(engine, SEND.format("a", 1), *[delivery.format("a")] * 2), "one_live_send")
    assert not violated(_breach(engine, delivery.format("none")), "one_live_send")
