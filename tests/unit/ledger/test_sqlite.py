"""The ledger in a SQLite file."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from newsletter.errors import LedgerError, LedgerUnavailableError
from newsletter.ledger import backend, open_ledger
from newsletter.ledger.engine import connect, reading, writing
from newsletter.ledger.lease import this_host
from newsletter.ledger.records import AuditNote
from newsletter.ledger.sqlite import Sqlite
from newsletter.model.campaign import DeliveryState

from .conftest import plan


def test_the_folder_is_made_and_opening_again_changes_nothing(sqlite_url, path):
    connect(sqlite_url).dispose()
    before = path.read_bytes()
    with open_ledger(sqlite_url):
        pass
    assert path.read_bytes() == before


def test_what_is_committed_outlasts_a_power_cut(sqlite_url):
    with reading(connect(sqlite_url)) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 3
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "delete"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


@pytest.mark.parametrize(
    "content", [b"not a database at all, but a text of some length " * 50, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_file_that_is_no_ledger(sqlite_url, path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="damaged") as caught:
        connect(sqlite_url)
    assert "do not delete it" in caught.value.hint
    assert caught.value.exit_code == 5


def test_a_ledger_damaged_in_the_middle(sqlite_url, path):
    engine = connect(sqlite_url)
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
        connect(sqlite_url)


def test_a_ledger_damaged_where_it_is_not_read_at_once(sqlite_url, path):
    engine = connect(sqlite_url)
    with writing(engine) as connection:
        for number in range(300):
            connection.exec_driver_sql(
                "INSERT INTO events (issue, who, at, words) VALUES (?, 'kim', '2024-02-12', ?)",
                (str(number), "x" * 300),
            )
    data = bytearray(path.read_bytes())
    for start in range(len(data) // 2 // 4096 * 4096, len(data), 4096):
        data[start : start + 600] = b"\xa5" * 600
    path.write_bytes(bytes(data))
    with pytest.raises(LedgerError, match="damaged") as caught:
        connect(sqlite_url, thorough=True)
    assert caught.value.exit_code == 5
    engine = connect(sqlite_url)
    with pytest.raises(LedgerError, match="damaged") as caught, reading(engine) as connection:
        connection.exec_driver_sql("SELECT * FROM events").all()
    assert caught.value.exit_code == 5


@pytest.fixture
def examined(monkeypatch):
    """Count how often a ledger is read through."""
    times = []
    right = Sqlite.examine
    monkeypatch.setattr(Sqlite, "examine", lambda *given: (times.append(1), right(*given))[1])
    return times


def test_it_is_read_through_only_when_asked_or_after_a_crash(sqlite_url, path, examined):
    """Reading all of a ledger takes 1.5 s where it has 240,000 rows."""
    for _ in range(3):
        connect(sqlite_url).dispose()
    assert examined == []
    connect(sqlite_url, thorough=True).dispose()
    assert examined == [1]
    code = (
        f"import os, sqlite3; c = sqlite3.connect({str(path)!r}, isolation_level=None); c.execute('BEGIN IMMEDIATE');"
        "c.execute('PRAGMA cache_size = 1'); c.execute('PRAGMA cache_spill = 1');"
        "[c.execute(\"INSERT INTO events (issue, who, at, words) VALUES ('x', 'x', 'x', ?)\", ('x' * 9999,)) "
        "for _ in range(50)]; os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert path.with_name("ledger.db-journal").stat().st_size > 0
    connect(sqlite_url).dispose()
    assert examined == [1, 1]
    connect(sqlite_url).dispose()
    assert examined == [1, 1], "the journal was rolled back"


def test_it_is_read_through_where_a_process_died_while_it_sent(sqlite_url, path, examined):
    with open_ledger(sqlite_url) as ledger:
        made = ledger.sends.intend(plan(), AuditNote("kim", "began"))
        with ledger.sends.lease(made):
            pass
        assert examined == []
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        with sqlite3.connect(path) as other:
            other.execute(
                "UPDATE sends SET lease_token = 't', lease_host = ?, lease_pid = ?, lease_until = ?",
                (this_host(), dead.pid, "2999-01-01T00:00:00.000000+00:00"),
            )
        other.close()
        with ledger.sends.lease(made):
            assert examined == [1]
        with ledger.sends.lease(made):
            assert examined == [1]


@pytest.mark.parametrize("spoil", ["a file where the folder should be", "a folder where the file should be", "locked"])
def test_that_it_cannot_be_opened_leaves_nothing_uncertain(sqlite_url, path, monkeypatch, spoil):
    monkeypatch.setattr(backend, "PATIENCE", 0.05)
    other = None
    if spoil.startswith("a file"):
        path.parent.write_text("x")
    elif spoil.startswith("a folder"):
        path.mkdir(parents=True)
    else:
        connect(sqlite_url).dispose()
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LedgerUnavailableError) as caught:
        connect(sqlite_url)
    if other:
        other.close()
    assert caught.value.exit_code == 4
    assert "Nothing was sent by this command." in caught.value.hint


def test_another_programs_database(sqlite_url, path):
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (x)")
    other.close()
    with pytest.raises(LedgerError, match="not a ledger"):
        connect(sqlite_url)


def test_a_ledger_that_another_program_holds(sqlite_url, path, monkeypatch):
    monkeypatch.setattr(backend, "PATIENCE", 0.05)
    connect(sqlite_url)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        with pytest.raises(LedgerError, match="in use by another program"):
            connect(sqlite_url)
    finally:
        other.close()


def test_a_folder_where_the_file_should_be(sqlite_url, path):
    path.mkdir(parents=True)
    with pytest.raises(LedgerError, match="cannot be opened"):
        connect(sqlite_url)


def test_a_file_where_the_folder_should_be(sqlite_url, path: Path):
    path.parent.write_text("x")
    with pytest.raises(LedgerError, match="folder"):
        connect(sqlite_url)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("database or disk is full", "the disk is full"),
        ("attempt to write a readonly database", "cannot be written"),
        ("disk I/O error", "reports an error"),
        ("something new", "reported an error: something new"),
    ],
)
def test_what_the_database_says_becomes_words(sqlite_url, said, words):
    engine = connect(sqlite_url)
    error = sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError(said))
    with pytest.raises(LedgerError, match=words), reading(engine):
        raise error


def journal(path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA journal_mode").fetchone()[0]


def test_while_messages_are_sent_a_change_costs_one_sync_and_afterwards_the_file_is_as_before(sqlite_url, path):
    with open_ledger(sqlite_url) as ledger:
        made = ledger.sends.intend(plan(), AuditNote("kim", "began"))
        with ledger.sends.lease(made) as lease:
            ledger.sends.write(lease, {})
            assert journal(path) == "wal"
            with reading(ledger.sends._engine) as connection:
                assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 3
        assert journal(path) == "delete"
        assert not path.with_name("ledger.db-wal").exists()


def test_on_another_computers_disk_no_log_is_kept(sqlite_url, path, monkeypatch):
    monkeypatch.setattr("newsletter.ledger.sqlite.is_on_local_disk", lambda _: False)
    with open_ledger(sqlite_url) as ledger:
        made = ledger.sends.intend(plan(), AuditNote("kim", "began"))
        with ledger.sends.lease(made):
            assert journal(path) == "delete"


def test_somebody_who_reads_it_at_the_end_is_not_disturbed(sqlite_url, path, monkeypatch):
    monkeypatch.setattr("newsletter.ledger.sqlite._SWITCHING", 0.01)
    with open_ledger(sqlite_url) as ledger:
        made = ledger.sends.intend(plan(), AuditNote("kim", "began"))
        with closing(sqlite3.connect(path)) as other:
            with ledger.sends.lease(made):
                other.execute("BEGIN")
                other.execute("SELECT count(*) FROM sends").fetchone()
            assert other.execute("SELECT count(*) FROM sends").fetchone() == (1,)
            assert path.with_name("ledger.db-wal").exists()
        assert ledger.sends.current(made).issue == made.issue
    with open_ledger(sqlite_url):
        assert journal(path) == "delete"


def test_what_a_killed_sender_committed_is_there_and_the_log_is_cleared_away(sqlite_url, path):
    with open_ledger(sqlite_url) as ledger:
        made = ledger.sends.intend(plan(), AuditNote("kim", "began"))
    code = (
        "import os; from newsletter.ledger import open_ledger; from newsletter.model.campaign import DeliveryState\n"
        f"ledger = open_ledger({sqlite_url!r}).__enter__(); send = ledger.sends.all()[0]\n"
        "with ledger.sends.lease(send) as lease:\n"
        "    keys = ledger.deliveries.recipients(send, DeliveryState.PENDING)\n"
        "    changes = {keys[0]: DeliveryState.DELIVERED, keys[1]: DeliveryState.HANDED_OVER}\n"
        "    ledger.sends.prepare_handover(lease, changes, refusals={})()\n"
        "    os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert path.with_name("ledger.db-wal").stat().st_size > 0
    with open_ledger(sqlite_url) as ledger:
        assert journal(path) == "delete"
        counts = ledger.deliveries.count(made)
    assert (counts[DeliveryState.DELIVERED], counts[DeliveryState.HANDED_OVER]) == (1, 1)
