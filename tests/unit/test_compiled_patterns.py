"""Patterns are kept between processes, are always those of `re.compile`, and a bad file changes nothing."""

from __future__ import annotations

import hashlib
import marshal
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsletter import compiled_patterns
from newsletter.compiled_patterns import compile_pattern, keep_patterns, user_cache

PATTERNS = [
    (r"a+(?P<first>b)|(?P<second>c)(d)", re.IGNORECASE),
    (r"(?m)^[ \t]*(?:[-*+]|\d{1,4}[.)])", re.NOFLAG),
    (r"(?<![\w’'-])(?:Jänner|Féile)(?!\w)", re.IGNORECASE),
    (r" a # a comment", re.VERBOSE | re.DOTALL),
    (r"(?>x+)[^\W\d_]{2,}+", re.ASCII),
]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    begin(monkeypatch)
    yield
    compiled_patterns._kept.cache_clear()


def begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what this process has compiled, as a new process would."""
    monkeypatch.setattr(compiled_patterns, "_PATTERNS", {})
    monkeypatch.setattr(compiled_patterns, "_NEW", set())
    compiled_patterns._kept.cache_clear()


def written(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "newsletter" / "patterns").iterdir()
    return path


def compile_all() -> list[re.Pattern[str]]:
    return [compile_pattern(pattern, flags) for pattern, flags in PATTERNS]


def test_a_pattern_from_an_earlier_process_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_all()
    keep_patterns()
    begin(monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(re, "compile", lambda *_given: pytest.fail("it was compiled anew"))
        restored = compile_all()
    for found, given in zip(restored, PATTERNS, strict=True):
        # which compares the code
        assert found == re.compile(*given)
        assert (found.groups, dict(found.groupindex)) == (
            re.compile(*given).groups,
            dict(re.compile(*given).groupindex),
        )
    match = restored[0].search("xxAB")
    assert match
    assert match.lastgroup == "first"


def test_a_pattern_is_compiled_once_a_process() -> None:
    assert compile_pattern("a", re.IGNORECASE) is compile_pattern("a", re.IGNORECASE)
    assert compile_pattern("a") is not compile_pattern("a", re.IGNORECASE)


def test_what_is_added_later_is_kept_beside_the_rest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    compile_all()
    keep_patterns()
    begin(monkeypatch)
    compile_pattern("later")
    keep_patterns()
    begin(monkeypatch)
    assert compiled_patterns._kept().keys() == {("later", 0), *((one, int(flags)) for one, flags in PATTERNS)}
    assert written(tmp_path).stat().st_mode & 0o077 == 0 or os.name == "nt"


@pytest.mark.parametrize("fault", ["empty", "cut", "text", "other code", "other shape"])
def test_a_bad_file_is_ignored_and_written_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fault: str) -> None:
    compile_all()
    keep_patterns()
    path = written(tmp_path)
    good, content = path.read_bytes(), compiled_patterns._kept.__wrapped__()

    def sealed(content: Any) -> bytes:
        return hashlib.sha256(marshal.dumps(content)).digest() + marshal.dumps(content)

    bad = {
        "empty": b"",
        "cut": good[:-7],
        "text": b"not a cache" * 20,
        "other code": sealed({(one, int(flags)): (0, b"\xff" * 8, 1, {}) for one, flags in PATTERNS}),
        "other shape": sealed([1, 2, 3]),
    }
    path.write_bytes(bad[fault])
    begin(monkeypatch)
    assert compile_all() == [re.compile(*given) for given in PATTERNS]
    keep_patterns()
    begin(monkeypatch)
    assert len(content) == len(PATTERNS)
    assert compiled_patterns._kept() == content


def test_a_wrong_pattern_is_an_error_as_always() -> None:
    with pytest.raises(re.error, match="unterminated"):
        compile_pattern("(")


def test_nothing_is_written_where_python_writes_no_compiled_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    compile_all()
    keep_patterns()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "newsletter").write_text("a file")
    compile_all()
    keep_patterns()
    assert (tmp_path / "newsletter").is_file()


def test_the_cache_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_patterns, "_MOST", 6)
    compile_all()
    keep_patterns()
    begin(monkeypatch)
    for pattern in ("one", "two"):
        compile_pattern(pattern)
    keep_patterns()
    begin(monkeypatch)
    assert compiled_patterns._kept().keys() == {("one", 0), ("two", 0)}


def test_it_is_written_when_a_process_ends(tmp_path: Path) -> None:
    code = "from newsletter.compiled_patterns import compile_pattern; compile_pattern('at the end')"
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert compiled_patterns._kept().keys() == {("at the end", 0)}


def test_there_is_no_cache_without_a_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_patterns, "user_cache", lambda: None)
    compile_all()
    keep_patterns()
    assert compiled_patterns._kept() == {}
    monkeypatch.undo()
    monkeypatch.setenv("XDG_CACHE_HOME", "somewhere")
    assert user_cache() is None
