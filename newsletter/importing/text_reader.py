"""Read plain text: paragraphs, lists, underlined headings, and short lines that are headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from newsletter.importing.blocks import Block, Source, entry, heading, paragraph
from newsletter.importing.inline import with_addresses

BULLET = re.compile(r"^(\s*)(?:[•·▪◦●○■‣⁃∙➢►✓✔]|[-*+–—](?=\s)|o(?=\t|\s{2,}))\s*(?=\S)")
"""What a bulleted line starts with."""

NUMBER = re.compile(r"^(\s*)(\(?(?:\d{1,3}|[a-z])[.)])\s+(?=\S)")
"""What a numbered line starts with."""

_UNDERLINE = re.compile(r"^\s*(={3,}|-{3,}|~{3,}|\*{3,}|_{3,}|\^{3,})\s*$")
_RULE = re.compile(r"^\s*(?:[-=~*_#·•–—]\s*){3,}$")
_WRAP = 60
"""A line at least this long that another follows was broken by an email program."""

_LONG = 100
"""With a line longer than this, paragraphs were not broken into lines."""


def read_text(text: str) -> Source:
    """Return the blocks of a plain text."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ").replace("\ufeff", "").split("\n")
    lines = [re.sub(r"[\u200b\u2060\u00ad]", "", line).rstrip() for line in lines]
    wrapped = is_wrapped(lines)
    return Source(tuple(_blocks(lines, wrapped=wrapped)))


def is_wrapped(lines: Sequence[str]) -> bool:
    """Return whether paragraphs are broken into lines, as email programs do at 60 to 80 characters."""
    if any(len(line) > _LONG for line in lines):
        return False
    full = sum(len(line) >= _WRAP for line, after in pairwise(lines) if after.strip())
    return full >= max(2, sum(bool(line.strip()) for line in lines) // 10)


def _blocks(lines: Sequence[str], *, wrapped: bool) -> Iterator[Block]:
    held: list[str] = []
    listed = frozenset() if wrapped else _unmarked_entries(lines)
    for at, line in enumerate([*lines, ""]):
        if at in listed:
            yield from _flush(held)
            yield entry(with_addresses(line.strip()))
            continue
        underlined = _UNDERLINE.match(line)
        if underlined and len(held) == 1:
            yield heading(with_addresses(held[0].strip()), 1 if underlined[1][0] == "=" else 2)
            held.clear()
        elif not line.strip() or _RULE.match(line):
            yield from _flush(held)
        elif BULLET.match(line) or NUMBER.match(line):
            yield from _flush(held)
            held.append(line)
        elif held and (wrapped or _goes_on(held, line)):
            held.append(line)
        else:
            yield from _flush(held)
            held.append(line)


def _unmarked_entries(lines: Sequence[str]) -> frozenset[int]:
    """Return the lines that were a list before it was copied without its bullets.

    They stand together below a paragraph that ends with a colon, in a text whose paragraphs are parted by blank lines.
    """
    found: list[int] = []
    before = ""
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and lines[end].strip() and not BULLET.match(lines[end]) and not NUMBER.match(lines[end]):
            end += 1
        if end - at > 2 and before.endswith(":"):
            found += [line for line in range(at, end) if not lines[line].rstrip().endswith(":")]
        if end > at:
            before = lines[end - 1].rstrip()
        at = max(end, at + 1)
    return frozenset(found)


def _goes_on(held: Sequence[str], line: str) -> bool:
    """Return whether a line in an unbroken text still belongs to the entry above, being indented like its words."""
    bulleted = BULLET.match(held[0]) or NUMBER.match(held[0])
    return bool(bulleted) and len(line) - len(line.lstrip()) >= 2 and not line[:1].strip()


def _flush(held: list[str]) -> Iterator[Block]:
    if not held:
        return
    first = held[0]
    bullet, number = BULLET.match(first), NUMBER.match(first)
    lines = [first[bullet.end() :] if bullet else first[number.end() :] if number else first, *held[1:]]
    held.clear()
    if bullet or number:
        found = bullet or number
        depth = len(found[1].expandtabs(4)) // 4 if found else 0
        words = " ".join(line.strip() for line in lines)
        yield entry(with_addresses(words), min(depth, 3), number[2].strip("(") if number else "")
        return
    for words in _paragraphs(lines):
        if words.startswith("#") and (found := re.match(r"(#{1,6})\s+(.+)", words)):
            yield heading(with_addresses(found[2]), len(found[1]))
        else:
            yield paragraph(with_addresses(words))


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """Yield the paragraphs of lines that no blank line parts: a short first line stands for itself."""
    kept: list[str] = []
    for line in lines:
        if kept and len(kept[-1]) < _WRAP - 15:
            yield " ".join(kept)
            kept = []
        kept.append(line.strip())
    if kept:
        yield " ".join(kept)
