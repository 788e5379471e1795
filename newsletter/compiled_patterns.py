"""Keep compiled regular expressions between processes.

The checks have a thousand patterns, and Python compiles them anew in each process, which takes a fifth of a check. What
is kept is only what `re.compile` has made before, by the same build of Python, compared with it when it was written.
Where anything is not as expected, patterns are compiled as always.
"""

from __future__ import annotations

import hashlib
import re
import sys
from array import array
from functools import cache
from importlib import import_module
from typing import Any

from newsletter.kept_results import KeptResults

Code = tuple[int, bytes, int, dict[str, int]]
"""What a pattern was compiled to: its flags, its code, the number of its groups, and their names."""

_MOST = 10_000
"""Patterns that are kept; the checks have some thousand, in all languages."""

_PATTERNS: dict[tuple[str, int], re.Pattern[str]] = {}


def compile_pattern(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """Return what `re.compile` returns, from an earlier process if there was one.

    It is for patterns that are part of the program, not for those that are made of an issue's words.
    """
    key = pattern, int(flags)
    found = _PATTERNS.get(key)
    if found is None:
        found = _PATTERNS[key] = _restored(*key) or _compiled(*key)
    return found


@cache
def kept_patterns() -> KeptResults:
    """Return the patterns of earlier processes, for this build of Python."""
    build = hashlib.sha256(f"{sys.implementation} {sys.version}".encode()).hexdigest()[:16]
    return KeptResults("patterns", f"{sys.implementation.cache_tag}-{build}", most=_MOST)


def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    made = re.compile(pattern, flags)
    # what will not be written is not worth the time, which is that of compiling it once more
    code = _code(made) if kept_patterns().is_written else None
    if code is not None:
        kept_patterns().add((pattern, flags), code)
    return made


def _restored(pattern: str, flags: int) -> re.Pattern[str] | None:
    code = kept_patterns().get((pattern, flags))
    if code is None:
        return None
    try:
        return _assembled(pattern, code)
    except Exception:  # noqa: BLE001  it is not for those who wait for a check that a file in a cache is wrong
        return None


def _assembled(pattern: str, code: Code) -> re.Pattern[str]:
    flags, compiled, groups, names = code
    index: list[str | None] = [None] * (groups + 1)
    for name, number in names.items():
        index[number] = name
    # what `re` itself calls at the end; it refuses code that makes no sense
    made = import_module("_sre").compile(pattern, flags, array("I", compiled).tolist(), groups, names, tuple(index))
    return made if isinstance(made, re.Pattern) else re.compile(pattern, flags)


def _code(pattern: re.Pattern[str]) -> Code | None:
    """Return what is kept of a pattern; None where it cannot be made again in the same way."""
    try:
        compiler: Any = import_module("re._compiler")
        parsed = import_module("re._parser").parse(pattern.pattern, pattern.flags)
        compiled = array("I", compiler._code(parsed, pattern.flags)).tobytes()  # noqa: SLF001  there is no other way
        code = pattern.flags, compiled, pattern.groups, dict(pattern.groupindex)
        # patterns are equal if their code is
        return code if _assembled(pattern.pattern, code) == pattern else None
    except Exception:  # noqa: BLE001  another Python may do this in another way
        return None
