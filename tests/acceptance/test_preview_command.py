"""`newsletter preview` writes one page and opens it."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a browser in place that notes what it is asked to open; return the note's path."""
    note = tmp_path / "opened.txt"
    program = tmp_path / "browser"
    program.write_text(f'#!/bin/sh\necho "chatter" >&2\necho "$1" > "{note}"\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("BROWSER", str(program))
    monkeypatch.setattr("webbrowser._tryorder", None)
    monkeypatch.setattr("webbrowser._browsers", {})
    return note


@pytest.mark.skipif(sys.platform == "win32", reason="the browser is a shell script")
@pytest.mark.parametrize("flags", [[], ["--static"]])
def test_the_browser_is_opened(folder: Path, cli: Any, browser: Path, flags: list[str]) -> None:
    done = cli("preview", "2024-02", *flags)
    assert (done.code, done.err) == (0, "")
    assert "Opened .newsletter/preview/2024-02.html." in done.out
    assert browser.read_text(encoding="utf-8").strip() == (folder / ".newsletter/preview/2024-02.html").as_uri()


def test_where_no_browser_is_it_says_where_the_page_is(folder: Path, cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    done = cli("preview", "2024-02")
    assert done.code == 0
    assert "Wrote .newsletter/preview/2024-02.html." in done.out
    assert "No browser could be opened here: open that file in one." in done.out


def test_a_browser_that_fails_is_as_good_as_none(folder: Path, cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import webbrowser

    def failing(_: str) -> bool:
        raise webbrowser.Error

    monkeypatch.setenv("BROWSER", "x")
    monkeypatch.setattr(webbrowser, "open", failing)
    assert "No browser could be opened" in cli("preview").out


def test_only_writing_the_page(folder: Path, cli: Any, browser: Path) -> None:
    done = cli("preview", "2024-02", "--no-open", "-o", "look.html")
    assert done.code == 0
    assert "Wrote look.html." in done.out
    assert "No browser" not in done.out
    assert not browser.exists()
    page = (folder / "look.html").read_text(encoding="utf-8")
    assert "February Team Update" in page
    assert "cid:" not in page


def test_json_says_where_the_page_is(folder: Path, cli: Any, browser: Path) -> None:
    data = json.loads(cli("preview", "2024-02", "--json").out)
    assert Path(data["path"]).is_file()
    assert data["passed"] is True
    assert not browser.exists()


def test_an_issue_that_cannot_be_read_is_not_shown(folder: Path, cli: Any) -> None:
    (folder / "issues" / "2024-04.yaml").write_text("title: x\n", encoding="utf-8")
    done = cli("preview")
    assert done.code == 3
    assert "2024-04.yaml:" in done.err
    assert "It can be shown once that is fixed." in done.said


def test_a_page_that_cannot_be_written_is_told(folder: Path, cli: Any) -> None:
    done = cli("preview", "-o", "issues")
    assert done.code == 2
    assert "cannot be written" in done.said
