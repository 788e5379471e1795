"""The database under the ledger."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from newsletter.errors import LedgerError, UsageError
from newsletter.ledger import engine as module
from newsletter.ledger import open_ledger
from newsletter.ledger.engine import connect, reading, violated, writing
from newsletter.ledger.migrations import Step, migrations
from newsletter.ledger.schema import METADATA


def test_the_tables_are_those_that_the_code_knows(url):
    engine = connect(url)
    with reading(engine) as connection:
        there = sa.MetaData()
        there.reflect(connection)
    assert set(there.tables) == set(METADATA.tables)
    for name, table in METADATA.tables.items():
        found = there.tables[name]
        assert [c.name for c in found.columns] == [c.name for c in table.columns]
        assert [c.nullable for c in found.columns] == [c.nullable for c in table.columns], name
        assert [c.primary_key for c in found.columns] == [c.primary_key for c in table.columns], name
        assert {str(key.target_fullname) for key in found.foreign_keys} == {
            str(key.target_fullname) for key in table.foreign_keys
        }


def test_the_folder_is_made_and_opening_again_changes_nothing(url, path):
    connect(url).dispose()
    before = path.read_bytes()
    with open_ledger(url):
        pass
    assert path.read_bytes() == before


def test_migrations_are_numbered_without_gaps():
    assert [step.number for step in migrations()] == list(range(1, len(migrations()) + 1))


def test_what_is_committed_outlasts_a_power_cut(url):
    with reading(connect(url)) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 3
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "delete"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


def test_a_migration_that_breaks_leaves_nothing_behind(url, path, monkeypatch):
    monkeypatch.setattr(module, "migrations", lambda: [Step(1, ("CREATE TABLE a (x)", "CREATE TABLE a (x)"))])
    with pytest.raises(LedgerError, match="does not fit"):
        connect(url)
    monkeypatch.undo()
    connect(url)


def test_a_change_that_fails_is_undone_whole(url):
    engine = connect(url)
    insert = "INSERT INTO events (issue, who, at, words) VALUES ('2024-02', 'kim', '2024-02-12', 'x')"
    with pytest.raises(RuntimeError), writing(engine) as connection:  # noqa: PT012 - the second undoes the first
        connection.exec_driver_sql(insert)
        raise RuntimeError
    with reading(engine) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM events").scalar_one() == 0


def test_many_may_open_a_new_ledger_at_once(url):
    failed: list[BaseException] = []

    def opening() -> None:
        try:
            connect(url)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            failed.append(error)

    threads = [threading.Thread(target=opening) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


@pytest.mark.parametrize(
    "content", [b"not a database at all, but a text of some length " * 50, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_file_that_is_no_ledger(url, path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="damaged") as caught:
        connect(url)
    assert "never delete it" in caught.value.hint
    assert caught.value.exit_code == 5


def test_a_ledger_damaged_in_the_middle(url, path):
    engine = connect(url)
    with writing(engine) as connection:
        for number in range(300):
            connection.exec_driver_sql(
                "INSERT INTO events (issue, who, at, words) VALUES (?, 'kim', '2024-02-12', ?)",
                (str(number), "x" * 300),
            )
    data = bytearray(path.read_bytes())
    for start in range(4096, len(data), 4096):
        data[start : start + 600] = b"\xa5" * 600
    path.write_bytes(bytes(data))
    with pytest.raises(LedgerError, match="damaged"):
        connect(url)


def test_another_programs_database(url, path):
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (x)")
    other.close()
    with pytest.raises(LedgerError, match="not a ledger"):
        connect(url)


def test_a_ledger_of_a_newer_version(url, path):
    connect(url)
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(LedgerError, match="newer version"):
        connect(url)


def test_a_ledger_that_another_program_holds(url, path, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    connect(url)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(LedgerError, match="in use by another program"):
            connect(url)
    finally:
        other.close()


def test_a_folder_where_the_file_should_be(url, path):
    path.mkdir(parents=True)
    with pytest.raises(LedgerError, match="cannot be opened"):
        connect(url)


def test_a_file_where_the_folder_should_be(url, path: Path):
    path.parent.write_text("x")
    with pytest.raises(LedgerError, match="folder"):
        connect(url)


def test_a_database_that_is_not_sqlite():
    with pytest.raises(UsageError) as caught:
        connect("postgresql://someone:secret@db.example.org/x")
    assert "secret" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("database or disk is full", "the disk is full"),
        ("attempt to write a readonly database", "cannot be written"),
        ("disk I/O error", "reports an error"),
        ("something new", "does not fit: something new"),
    ],
)
def test_what_the_database_says_becomes_words(url, said, words):
    engine = connect(url)
    error = sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError(said))
    with pytest.raises(LedgerError, match=words), reading(engine):
        raise error


def test_a_value_that_cannot_be_is_told(url):
    engine = connect(url)
    with pytest.raises(LedgerError, match="cannot be used"), reading(engine):
        raise ValueError("'lost' is not a valid SendState")


def _breach(url: str, *inserts: str) -> sa.exc.IntegrityError:
    """Return the breach at the last of the changes."""
    engine = connect(url)
    with pytest.raises(sa.exc.IntegrityError) as caught, engine.begin() as connection:  # noqa: PT012 - the last breaks
        for insert in inserts:
            connection.exec_driver_sql(insert)
    return caught.value


CAMPAIGN = (
    "INSERT INTO campaigns (id, issue, provider, audience, segment, fingerprint, parts, content, subject, recipients, "
    "state, created_by, created_at) VALUES ('{}', '2024-02', 'outbox', 'all', '', 'f', '', '', 's', {}, 'intended', "
    "'kim', 'now')"
)


def test_a_second_live_campaign_is_told_from_every_other_breach(url):
    assert violated(_breach(url, CAMPAIGN.format("a", 1), CAMPAIGN.format("b", 1)), "one_live_campaign")
    assert not violated(_breach(url, CAMPAIGN.format("a", 0)), "one_live_campaign")
    delivery = (
        "INSERT INTO deliveries (campaign, recipient, position, state, changed_at) VALUES ('{}','k',1,'pending','')"
    )
    assert not violated(_breach(url, CAMPAIGN.format("a", 1), *[delivery.format("a")] * 2), "one_live_campaign")
    assert not violated(_breach(url, delivery.format("none")), "one_live_campaign")
