"""The settings file is found in the folders above, or where the environment says."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.errors import UsageError
from newsletter.settings_file import FILE_NAME, find_settings


def write(folder: Path) -> Path:
    path = folder / FILE_NAME
    path.write_text("brand: {}\n", encoding="utf-8")
    return path


def test_the_settings_are_found_in_a_folder_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSLETTER_SETTINGS", raising=False)
    path = write(tmp_path)
    below = tmp_path / "issues" / "old"
    below.mkdir(parents=True)
    assert find_settings(below) == path
    assert find_settings(tmp_path) == path
    monkeypatch.chdir(below)
    assert find_settings(Path()) == path


def test_where_there_are_none_init_is_the_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWSLETTER_SETTINGS", raising=False)
    with pytest.raises(UsageError) as caught:
        find_settings(tmp_path)
    assert "newsletter init" in caught.value.hint
    assert str(tmp_path) in caught.value.message


def test_the_environment_may_name_the_file_or_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path)
    for named in (path, tmp_path):
        monkeypatch.setenv("NEWSLETTER_SETTINGS", str(named))
        assert find_settings(Path("/")) == path
    monkeypatch.setenv("NEWSLETTER_SETTINGS", str(tmp_path / "nothing.yaml"))
    with pytest.raises(UsageError) as caught:
        find_settings(tmp_path)
    assert "NEWSLETTER_SETTINGS" in caught.value.hint
