"""The command line as people call it, in a folder of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from newsletter.cli.app import run

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Return all that was said, with single spaces."""
        return " ".join(f"{self.out} {self.err}".split())


Cli = Callable[..., Outcome]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Lay the sample newsletter into a folder, and go there."""
    root = tmp_path / "news"
    root.mkdir()
    for name in ("newsletter.yaml", "audience.csv"):
        shutil.copy(PROJECT / name, root / name)
    for name in ("issues", "templates"):
        shutil.copytree(PROJECT / name, root / name)
    monkeypatch.chdir(root)
    return root


@pytest.fixture(autouse=True)
def _plain_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("NEWSLETTER_SETTINGS", "BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NEWSLETTER_OFFLINE", "1")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture(autouse=True)
def _settles_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask a provider as often as otherwise, without the minutes in between."""
    for module in ("settling", "draft_sync"):
        monkeypatch.setattr(f"newsletter.sending.{module}.waits", lambda seconds: [0.01] * 3 if seconds else [])


@pytest.fixture
def cli(capfd: pytest.CaptureFixture[str]) -> Cli:
    """Run a command line in this process."""

    def call(*args: str) -> Outcome:
        capfd.readouterr()
        with pytest.raises(SystemExit) as raised:
            run(args)
        shown = capfd.readouterr()
        assert isinstance(raised.value.code, int)
        assert "Traceback" not in shown.err
        return Outcome(raised.value.code, shown.out, shown.err)

    return call


@pytest.fixture
def process() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command line in a process of its own, as a shell does."""

    def call(*args: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "newsletter", *args],
            capture_output=True,
            check=False,
            encoding="utf-8",
            env={**os.environ, **changes},
            timeout=60,
        )

    return call
