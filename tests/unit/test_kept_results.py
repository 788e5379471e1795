"""Results are kept between processes in the user's cache; a bad file changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsletter.kept_results import KeptResults, user_cache


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def opened(*, circumstances: str = "here", most: int = 100) -> KeptResults:
    return KeptResults("sums", circumstances, most=most)


def keep(**results: object) -> None:
    kept = opened()
    for key, result in results.items():
        kept.add(key, result)
    kept.save()


def test_results_are_there_at_once_and_in_the_next_process() -> None:
    kept = opened()
    kept.add("one", (1, b"x", {"name": 2}))
    kept.add(("two", 2), False)
    assert kept.get("one") == (1, b"x", {"name": 2})
    kept.save()
    again = opened()
    assert again.get("one") == (1, b"x", {"name": 2})
    assert again.get(("two", 2)) is False
    assert again.get("three") is None


def test_what_is_new_is_kept_beside_the_rest() -> None:
    keep(one=1, two=2)
    keep(two=22, three=3)
    assert opened().earlier == {"one": 1, "two": 22, "three": 3}


def test_other_circumstances_have_other_results() -> None:
    keep(one=1)
    assert opened(circumstances="there").get("one") is None


def test_with_too_many_results_only_the_last_are_kept() -> None:
    keep(one=1, two=2)
    kept = opened(most=2)
    kept.add("three", 3)
    kept.save()
    assert opened().earlier == {"three": 3}


@pytest.mark.parametrize("content", [b"", b"abc", b"not a cache" * 20, b"\0" * 4, "cut"])
def test_a_bad_file_is_ignored_and_written_anew(content: bytes | str) -> None:
    keep(one=1, two=2)
    path = opened().path
    assert path is not None
    path.write_bytes(content if isinstance(content, bytes) else path.read_bytes()[:-3])
    assert opened().earlier == {}
    keep(three=3)
    assert opened().earlier == {"three": 3}


def test_only_the_user_can_read_it() -> None:
    keep(one=1)
    path = opened().path
    assert path is not None
    if os.name != "nt":
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_nothing_is_written_where_python_writes_no_compiled_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    keep(one=1)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_where_nothing_is_new() -> None:
    keep(one=1)
    kept = opened()
    assert kept.path is not None
    kept.path.unlink()
    kept.save()
    assert not kept.path.exists()


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "newsletter").write_text("a file")
    keep(one=1)
    assert opened().earlier == {}


def test_it_is_written_when_a_process_ends(tmp_path: Path) -> None:
    code = "from newsletter.kept_results import KeptResults; KeptResults('sums', 'here', most=9).add('end', 1)"
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert opened().earlier == {"end": 1}


def test_there_is_no_cache_without_a_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "somewhere")
    assert user_cache() is None
    kept = opened()
    kept.add("one", 1)
    kept.save()
    assert kept.get("one") == 1
    assert not Path("somewhere").exists()
