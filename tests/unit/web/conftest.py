"""A newsletter folder with the composer's server on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.composer_server import Client, composer_running

PROJECT = Path(__file__).parents[3]


def copy_newsletter(root: Path) -> Path:
    root.mkdir()
    for name in ("newsletter.yaml", "audience.csv"):
        shutil.copy(PROJECT / name, root / name)
    for name in ("issues", "templates"):
        shutil.copytree(PROJECT / name, root / name)
    return root


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = copy_newsletter(tmp_path / "news")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NEWSLETTER_OFFLINE", "1")
    monkeypatch.delenv("NEWSLETTER_SETTINGS", raising=False)
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def client(folder: Path) -> Iterator[Client]:
    with composer_running(folder) as running:
        yield running
