"""Patterns from earlier processes are those of `re.compile`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from newsletter import compiled_patterns
from newsletter.compiled_patterns import compile_pattern, kept_patterns

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
    kept_patterns.cache_clear()


def begin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what this process has compiled, as a new process would."""
    monkeypatch.setattr(compiled_patterns, "_PATTERNS", {})
    kept_patterns.cache_clear()


def compile_all() -> list[re.Pattern[str]]:
    return [compile_pattern(pattern, flags) for pattern, flags in PATTERNS]


def test_a_pattern_from_an_earlier_process_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    compile_all()
    kept_patterns().save()
    begin(monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(re, "compile", lambda *_given: pytest.fail("it was compiled anew"))
        restored = compile_all()
    for found, given in zip(restored, PATTERNS, strict=True):
        # which compares the code
        assert found == re.compile(*given)
        assert found.groups == re.compile(*given).groups
        assert found.groupindex == re.compile(*given).groupindex
    match = restored[0].search("xxAB")
    assert match
    assert match.lastgroup == "first"


def test_a_pattern_is_compiled_once_a_process() -> None:
    assert compile_pattern("a", re.IGNORECASE) is compile_pattern("a", re.IGNORECASE)
    assert compile_pattern("a") is not compile_pattern("a", re.IGNORECASE)


@pytest.mark.parametrize("code", [(0, b"\xff" * 8, 1, {}), (0, b"abc", 0, {}), (1, 2), "other"])
def test_code_that_makes_no_sense_is_not_used(monkeypatch: pytest.MonkeyPatch, code: object) -> None:
    for pattern, flags in PATTERNS:
        kept_patterns().add((pattern, int(flags)), code)
    kept_patterns().save()
    begin(monkeypatch)
    assert kept_patterns().earlier
    assert compile_all() == [re.compile(*given) for given in PATTERNS]
    kept_patterns().save()
    begin(monkeypatch)
    assert code not in kept_patterns().earlier.values(), "it is written anew"


def test_a_python_that_compiles_in_another_way_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    other = SimpleNamespace(_code=lambda *_given: [1, 2, 3])

    def find(name: str) -> ModuleType | SimpleNamespace:
        return other if name == "re._compiler" else import_module(name)

    monkeypatch.setattr(compiled_patterns, "import_module", find)
    assert compile_all() == [re.compile(*given) for given in PATTERNS]
    assert kept_patterns().get((PATTERNS[0][0], int(PATTERNS[0][1]))) is None


def test_a_pattern_is_compiled_no_second_time_where_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(compiled_patterns, "_code", lambda *_given: pytest.fail("it is for nothing"))
    assert compile_all() == [re.compile(*given) for given in PATTERNS]


def test_a_wrong_pattern_is_an_error_as_always() -> None:
    with pytest.raises(re.error, match="unterminated"):
        compile_pattern("(")
