"""The letters that every match of a pattern begins or ends with, so that most patterns need never be compiled.

The tables of confused words have thousands of patterns, nearly all of them alternatives of plain words. Whether the
next word of a text begins with one of a few letters is seen at once; compiling a pattern takes half a millisecond.
"""

from __future__ import annotations

from collections.abc import Callable

from newsletter.compiled_patterns import compile_pattern

START = "<start>"
"""Stands for the start of a sentence in a cell."""

Letters = tuple[str, ...] | None
"""Lower-case letters, one of which every match has at its edge; None where a match may have any."""

_FIRST = compile_pattern(r"[^\W\d_]+")
_LAST = compile_pattern(r"[^\W\d_]+$")
_QUANTIFIED = compile_pattern(r"[?*{]")
_OPTIONAL_END = compile_pattern(r"(?:\?|\*|\{0,\d*\})$")


def first_letters(cell: str) -> Letters:
    """Return what each alternative of a cell begins with."""
    return _of_each(cell, _first)


def last_letters(cell: str) -> Letters:
    """Return what each alternative of a cell ends with; `<start>` alone ends with anything."""
    return _of_each(cell, _last)


def alternatives(cell: str) -> list[str]:
    """Return the alternatives of a pattern, without looking into its brackets."""
    if "(" not in cell:
        return cell.split("|")
    parts: list[str] = []
    depth = 0
    for piece in cell.split("|"):
        if depth:
            parts[-1] += f"|{piece}"
        else:
            parts.append(piece)
        depth += piece.count("(") - piece.count(")")
    return parts


def _of_each(cell: str, edge: Callable[[str], Letters]) -> Letters:
    found: list[str] = []
    for part in alternatives(cell):
        letters = (part.lower(),) if part.isalpha() else edge(part)
        if letters is None:
            return None
        found += letters
    return tuple(found)


def _first(part: str) -> Letters:
    while part.startswith(("(?!", "(?=")):
        part = part[_closing(part) + 1 :]
    if part.startswith("(?:"):
        end = _closing(part)
        inner, rest = first_letters(part[3:end]), part[end + 1 :]
        if not _QUANTIFIED.match(rest):
            return inner
        # what follows an optional group may come first
        after = first_letters(rest[1:]) if rest.startswith("?") else None
        return None if inner is None or after is None else inner + after
    match = _FIRST.match(part)
    if match is None:
        return None
    letters = match[0][:-1] if _QUANTIFIED.match(part, match.end()) else match[0]
    return (letters.lower(),) if letters else None


def _last(part: str) -> Letters:
    if part.endswith(")"):
        begin = _opening(part)
        group = part[begin:-1]
        if group.startswith(("(?<!", "(?<=")):
            return _last(part[:begin])
        return last_letters(group[3:]) if group.startswith("(?:") else None
    if _OPTIONAL_END.search(part):
        return _before_optional(part)
    match = _LAST.search(part.removeprefix(START))
    if match is None:
        return None
    # the letter after a backslash is no letter of a text
    letters = match[0][1:] if part[: -len(match[0])].endswith("\\") else match[0]
    return (letters.lower(),) if letters else None


def _before_optional(part: str) -> Letters:
    """Return the last letters of a pattern that ends in a group that may be missing."""
    rest = part[:-1]
    if not part.endswith(")?"):
        return None
    begin = _opening(rest)
    inner, before = _last(rest), _last(part[:begin]) if begin else None
    return None if inner is None or before is None else inner + before


def _closing(part: str) -> int:
    depth = 0
    for at, sign in enumerate(part):
        if sign in "()":
            depth += 1 if sign == "(" else -1
            if not depth:
                return at
    return len(part)


def _opening(part: str) -> int:
    depth, at = 0, len(part)
    while (at := max(part.rfind("(", 0, at), part.rfind(")", 0, at))) >= 0:
        depth += 1 if part[at] == ")" else -1
        if not depth:
            return at
    return 0
