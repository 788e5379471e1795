"""The command that tells of the ledger and moves it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsletter.cli import app
from newsletter.ledger.records import AuditNote
from newsletter.ledger.store import Ledger

SETTINGS = """\
brand:
  name: Example Community Trust
  address: 1 High Street, Sampletown AB1 2CD
sender: {name: Example Community Trust, email: news@example.org}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "newsletter.yaml").write_text(SETTINGS)
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    with Ledger(f"sqlite:///{tmp_path}/.newsletter/ledger.db") as ledger:
        ledger.history.tell("2024-02", AuditNote("kim", "looked"))
    return tmp_path


def run(capsys, *args: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        app.run(["ledger", *args])
    said = capsys.readouterr()
    return int(end.value.code or 0), said.out, said.err


def test_it_says_where_the_ledger_is(capsys, folder):
    code, out, _ = run(capsys)
    assert code == 0
    assert f"sqlite:///{folder}/.newsletter/ledger.db" in out
    assert "has records of 1 issue." in out


def test_it_says_so_to_programs(capsys, folder):
    _, out, _ = run(capsys, "--json")
    assert json.loads(out) == {"ledger": f"sqlite:///{folder}/.newsletter/ledger.db", "issues": ["2024-02"]}


def test_it_moves_to_a_file_seen_from_the_settings_and_says_what_to_write(capsys, folder):
    code, out, _ = run(capsys, "--move-to", "sqlite:///records/sent.db")
    assert code == 0
    assert "  ledger: sqlite:///records/sent.db" in out.splitlines()
    with Ledger(f"sqlite:///{folder}/records/sent.db") as ledger:
        assert ledger.history.issues() == ["2024-02"]
    code, _, err = run(capsys)
    assert code == 4  # nothing was sent, so nothing is uncertain
    assert "is closed: it was moved" in " ".join(err.split())


def test_it_moves_to_a_database_that_is_shared(capsys, folder, postgresql):
    code, out, _ = run(capsys, "--move-to", postgresql.url, "--json")
    assert code == 0
    assert json.loads(out)["rows"] == 1
    with (folder / "newsletter.yaml").open("a") as settings:
        settings.write(f"ledger: {postgresql.url}\n")
    _, out, _ = run(capsys)
    assert "has records of 1 issue." in out


@pytest.mark.parametrize("address", ["elsewhere", "sqlite:///", "postgresql://us:hunter2@db.example.org/x"])
def test_it_moves_nowhere_else(capsys, folder, address):
    code, out, err = run(capsys, "--move-to", address)
    assert code == 2
    assert "hunter2" not in out + err
    assert run(capsys)[0] == 0
