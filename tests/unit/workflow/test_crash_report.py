"""What is kept of a bug."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from newsletter.workflow.crash_report import redact, write_report


def raised() -> Exception:
    try:
        {}["ada@example.org"]
    except KeyError as error:
        return error
    raise AssertionError


def test_a_report_holds_the_traceback_and_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".newsletter").mkdir()
    path = write_report(raised(), ["test", "--to", "ben@example.org"])
    assert path is not None
    assert path.parent == tmp_path / ".newsletter"
    report = path.read_text(encoding="utf-8")
    assert "Traceback" in report
    assert "KeyError" in report
    assert "command: newsletter test --to [address]" in report
    assert "example.org" not in report


def test_a_secret_of_the_environment_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "s3cr3t-value")
    monkeypatch.setenv("OTHER_TOKEN", "ab")
    assert redact("got s3cr3t-value ab") == "got [secret] ab"


def test_outside_a_newsletter_the_report_goes_to_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = write_report(raised(), [])
    assert path is not None
    assert path.parent == tmp_path


def test_where_nothing_can_be_written_there_is_no_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert write_report(raised(), []) is None
