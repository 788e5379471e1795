"""A ledger that cannot be opened or written before anything was sent: nothing is uncertain, and no exit code is 5."""

from __future__ import annotations

import json
import sqlite3

import pytest
import sqlalchemy as sa

from newsletter.ledger import sqlite
from newsletter.ledger.sends import SendStore

from .test_send import settings


def limit(monkeypatch, pragma: str) -> None:
    """Open every ledger from now on with a pragma more."""
    right = sqlite._prepare

    def prepare(connection, record):
        right(connection, record)
        connection.execute(f"PRAGMA {pragma}")

    monkeypatch.setattr(sqlite, "_prepare", prepare)


COMMANDS = (
    ("send", "2024-02", "--yes"),
    ("test", "2024-02", "--to", "me@example.org"),
    ("approve", "2024-02"),
    ("status", "2024-02"),
    ("report", "2024-02"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("file where the folder should be", "cannot be created"),
        ("folder where the file should be", "cannot be opened"),
        ("a folder that does not take files", "cannot be created"),
    ],
)
def test_one_that_cannot_be_opened(folder, cli, command, spoil, words):
    if spoil.startswith("file"):
        (folder / ".newsletter").unlink(missing_ok=True)
        (folder / "records").write_text("x")
        settings(folder, "provider:", "ledger: sqlite:///records/ledger.db\nprovider:")
    elif spoil.startswith("folder"):
        (folder / ".newsletter" / "ledger.db").mkdir(parents=True)
    else:
        settings(folder, "provider:", "ledger: sqlite:////proc/newsletter/ledger.db\nprovider:")
    outcome = cli(*command)
    assert outcome.code == 4, outcome.said
    assert words in outcome.said
    assert "Nothing was sent by this command." in outcome.said
    assert not (folder / "outbox" / "new").exists()


@pytest.mark.parametrize(
    ("command", "cause"),
    [(one, ("query_only = ON", "cannot be written")) for one in COMMANDS[:3]]
    + [(COMMANDS[0], ("max_page_count = 1", "the disk is full"))],
)
def test_one_that_cannot_be_written(folder, cli, monkeypatch, command, cause):
    pragma, words = cause
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    with sqlite3.connect(folder / ".newsletter" / "ledger.db") as there:
        there.execute("VACUUM")  # no room is left in the file
    there.close()
    limit(monkeypatch, pragma)
    outcome = cli(*command)
    assert outcome.code == 4, outcome.said
    assert words in outcome.said
    assert "Nothing was sent by this command." in outcome.said
    assert not (folder / "outbox" / "new").exists()
    data = cli(*command, "--json")
    assert json.loads(data.out)["error"]["exit_code"] == 4


def test_after_a_message_was_handed_over_it_is_uncertain(folder, cli, monkeypatch):
    assert cli("test", "2024-02", "--to", "me@example.org").code == 0
    right = SendStore.write

    def write(self, lease, deliveries=None, **values):
        send = right(self, lease, deliveries, **values)
        if "handed_over" in {str(one) for one in (deliveries or {}).values()}:
            limit(monkeypatch, "query_only = ON")
            sa.event.listen(self._engine, "connect", lambda each, _: each.execute("PRAGMA query_only = ON"))
        return send

    monkeypatch.setattr(SendStore, "write", write)
    outcome = cli("send", "2024-02", "--yes")
    assert outcome.code == 5, outcome.said
    assert "Nothing was sent by this command" not in outcome.said
