"""The ledger in a SQLite file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from newsletter.errors import LedgerError
from newsletter.ledger import backend, open_ledger
from newsletter.ledger.engine import connect, reading, writing


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
    assert "never delete it" in caught.value.hint
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
        ("something new", "does not fit: something new"),
    ],
)
def test_what_the_database_says_becomes_words(sqlite_url, said, words):
    engine = connect(sqlite_url)
    error = sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError(said))
    with pytest.raises(LedgerError, match=words), reading(engine):
        raise error
