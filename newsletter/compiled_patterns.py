"""Keep compiled regular expressions between processes, as Python keeps compiled modules.

The checks have a thousand patterns, and Python compiles them anew in each process, which takes a quarter of a check.
What is kept lies in the user's own cache folder, in one file for each build of Python. It is only what `re.compile` has
made before, compared with it when it was written. Where anything about the file or about Python is not as expected, and
where Python is told not to write compiled files (PYTHONDONTWRITEBYTECODE), patterns are compiled as always.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import marshal
import os
import re
import sys
import tempfile
from array import array
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

Key = tuple[str, int]
"""A pattern and its flags."""

Kept = tuple[int, bytes, int, dict[str, int]]
"""What a pattern was compiled to: its flags, its code, the number of its groups, and their names."""

_MOST = 10_000
"""Patterns that are kept; the checks have some thousand, in all languages."""

_DIGEST = hashlib.sha256().digest_size
_PATTERNS: dict[Key, re.Pattern[str]] = {}
_NEW: set[Key] = set()


def compile_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what `re.compile` returns, from an earlier process if there was one.

    It is for patterns that are part of the program, not for those that are made of an issue's words.
    """
    key = pattern, int(flags)
    found = _PATTERNS.get(key)
    if found is None:
        found = _PATTERNS[key] = _restored(key) or _compiled(key)
    return found


def user_cache() -> Path | None:
    """Return newsletter's folder in the user's own cache; None if there is no home folder."""
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        base = Path(named) if named else Path.home() / ".cache"
    except RuntimeError:
        return None
    return base / "newsletter" if base.is_absolute() else None


def keep_patterns() -> None:
    """Write what was compiled in this process to the user's cache."""
    path = _path()
    if path is None or sys.dont_write_bytecode or not _NEW:
        return
    kept = dict(_kept()) if len(_kept()) + len(_NEW) <= _MOST else {}
    kept |= {key: code for key in _NEW if (code := _code(_PATTERNS[key]))}
    _NEW.clear()
    content = marshal.dumps(kept)
    # written whole under a name of its own first, as another process may be reading
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(hashlib.sha256(content).digest() + content)
        Path(file.name).replace(path)


def _compiled(key: Key) -> re.Pattern[str]:
    pattern = re.compile(*key)
    if not _NEW:
        atexit.register(keep_patterns)
    _NEW.add(key)
    return pattern


def _restored(key: Key) -> re.Pattern[str] | None:
    kept = _kept().get(key)
    if kept is None:
        return None
    try:
        return _assembled(key[0], kept)
    except Exception:  # noqa: BLE001  it is not for those who wait for a check that a file in a cache is wrong
        return None


def _assembled(pattern: str, kept: Kept) -> re.Pattern[str]:
    flags, code, groups, names = kept
    index: list[str | None] = [None] * (groups + 1)
    for name, number in names.items():
        index[number] = name
    # what `re` itself calls at the end; it refuses code that makes no sense
    made = import_module("_sre").compile(pattern, flags, array("I", code).tolist(), groups, names, tuple(index))
    return made if isinstance(made, re.Pattern) else re.compile(pattern, flags)


def _code(pattern: re.Pattern[str]) -> Kept | None:
    """Return what is kept of a pattern; None where it cannot be made again in the same way."""
    try:
        compiler: Any = import_module("re._compiler")
        parsed = import_module("re._parser").parse(pattern.pattern, pattern.flags)
        code = array("I", compiler._code(parsed, pattern.flags)).tobytes()  # noqa: SLF001  there is no other way
        kept = pattern.flags, code, pattern.groups, dict(pattern.groupindex)
        # patterns are equal if their code is
        return kept if _assembled(pattern.pattern, kept) == pattern else None
    except Exception:  # noqa: BLE001  another Python may do this in another way
        return None


@cache
def _kept() -> dict[Key, Kept]:
    path = _path()
    # a file that broke off or holds something else fails in many ways, and is then written anew
    with contextlib.suppress(Exception):
        content = path.read_bytes() if path else b""
        if hashlib.sha256(content[_DIGEST:]).digest() == content[:_DIGEST]:
            kept = marshal.loads(content[_DIGEST:])  # noqa: S302  it lies in the user's own folder
            return kept if isinstance(kept, dict) else {}
    return {}


def _path() -> Path | None:
    folder = user_cache()
    if folder is None or sys.implementation.name != "cpython":
        return None
    build = hashlib.sha256(sys.version.encode()).hexdigest()[:16]
    return folder / "patterns" / f"{sys.implementation.cache_tag}-{build}.bin"
