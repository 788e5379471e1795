"""Words that are mistaken for another, by what stands around them: `data/confused_words*.tsv`.

A row has the word as it is written, patterns of what stands before and after it, and the word that is meant. `=` before
a word means that its capitals count. docs/writing-a-check.md explains the patterns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.data_files import any_of, read_rows
from newsletter.preflight.text.cell_literals import START, Letters, alternatives, first_letters, last_letters

FILES = {
    "en": "confused_words.tsv",
    "de": "confused_words.de.tsv",
    "es": "confused_words.es.tsv",
    "cy": "confused_words.cy.tsv",
    "ar": "confused_words.ar.tsv",
}
EXACT = "="
"""Begins a word of which the capitals count."""
ANY_WITH_S = "*'s"
"""The row of all words with “’s”, of which some are plurals."""

_WORD = compile_pattern(r"(?<![\w#@/.])[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PLURAL = compile_pattern(r"[a-z]{3,}'s")
_BEGIN = r"(?:^|[.!?:…]['’”\")]*\s+|\n\s*|[“\"(])['“\"‘(¿¡]*"
_MARKS = {"<end>": r"(?=[.,;:!?)”\"]|$)", "<stop>": r"(?=[.!?)”\"]|$)"}
_BEHIND = compile_pattern(r"\(\?<[!=][^()]*\)")
_APOSTROPHE = compile_pattern(r"\[[^\]]*\]|'")
_ANY = "-"
"""A cell that allows anything."""
_REACH = 80
"""Characters before a word in which its context is looked for."""


class Confusion:
    """What stands before and after a word where another one is meant."""

    def __init__(self, name: str, before: str, after: str, meant: str) -> None:
        self._name, self._before, self._after = name, before, after
        self.meant = meant

    def fits(self, words: str, start: int, end: int, left: str, right: str) -> bool:
        """Return whether the context of a word fits; `left` and `right` are it in lower case, without spaces."""
        if self._first is not None and not right.startswith(self._first):
            return False
        if self._last is not None and not left.endswith(self._last):
            return False
        if self.after is not None and not self.after.match(words, end):
            return False
        return self.before is None or self.before.search(words, max(0, start - _REACH), start) is not None

    @cached_property
    def _first(self) -> Letters:
        return None if self._after == _ANY else first_letters(self._after)

    @cached_property
    def _last(self) -> Letters:
        return None if self._before == _ANY else last_letters(self._before)

    @cached_property
    def before(self) -> re.Pattern[str] | None:
        """Return the pattern of what stands before the word; compiled only where its letters fit."""
        return None if self._before == _ANY else any_of(self._name, [_before(self._before)])

    @cached_property
    def after(self) -> re.Pattern[str] | None:
        """Return the pattern of what stands after it."""
        if self._after == _ANY:
            return None
        return any_of(self._name, [_context(self._after)], r"\s*(?:{})(?:(?<=\W)|(?!\w))")


class Hit(NamedTuple):
    """A word that was not meant, and what is meant; advice in place of a word begins with “!”.

    `message` stands in place of the usual one where what is meant is not known.
    """

    start: int
    end: int
    meant: str
    message: str = ""


@lru_cache(maxsize=1024)
def confusions_in(words: str, language: str) -> tuple[Hit, ...]:
    """Return the confusions of a text, each as often as patterns of its word fit.

    They are kept, as the composer checks an issue anew when one of its texts has changed.
    """
    return tuple(_confusions_in(words, language))


def _confusions_in(words: str, language: str) -> Iterator[Hit]:
    name = FILES.get(language)
    if name is None:
        return
    rows = _rows(name)
    for match in _WORD.finditer(words):
        word = match[0].replace("’", "'")
        key = word.casefold()
        keys = [one for one in (EXACT + word, key) if one in rows]
        if _PLURAL.fullmatch(word) and ANY_WITH_S in rows:
            keys.append(ANY_WITH_S)
        if not keys:
            continue
        start, end = match.span()
        left, right = words[max(0, start - _REACH) : start].rstrip().lower(), words[end : end + _REACH].lstrip().lower()
        for one in (one for each in keys for one in confusions_of(name, each)):
            meant = one.meant.replace("*", word.removesuffix("'s"))
            if meant != word and one.fits(words, start, end, left, right):
                yield Hit(start, end, meant)


@cache
def _rows(name: str) -> Mapping[str, tuple[tuple[str, str, str], ...]]:
    """Return what stands before and after each word of a file, and what is meant, as the file has it."""
    known: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for wrong, before, after, meant in read_rows(name, 4):
        known[wrong].append((before, after, meant))
    return {wrong: tuple(every) for wrong, every in known.items()}


@cache
def confusions_of(name: str, word: str) -> tuple[Confusion, ...]:
    """Return what may be meant by a word of a file."""
    return tuple(Confusion(name, *row) for row in _rows(name).get(word, ()))


def _before(cell: str) -> str:
    """Return the pattern of what stands before a word; `<start>` in it is the start of a sentence."""
    parts = alternatives(cell)
    within = [_context(part) for part in parts if not part.startswith(START)]
    begins = [_context(part.removeprefix(START).strip()) for part in parts if part.startswith(START)]
    found = [rf"(?<![\w'’-])(?:{'|'.join(within)})\s+$"] if within else []
    found += [rf"{_BEGIN}(?:{one})\s+$" if one else rf"{_BEGIN}$" for one in begins]
    return "|".join(found)


def _context(cell: str) -> str:
    """Return the pattern of a cell, in which capital letters mean what they are."""
    for mark, pattern in _MARKS.items():
        cell = cell.replace(mark, pattern)
    return _spaced(cell)


def _spaced(cell: str) -> str:
    # what is looked for behind a place has a fixed length
    cell = _BEHIND.sub(lambda match: match[0].replace(" ", r"\s"), cell)
    cell = cell.replace("[A-Z]", "(?-i:[A-Z])")
    cell = _APOSTROPHE.sub(lambda match: match[0].replace("'", "'’") if match[0] != "'" else "['’]", cell)
    return re.sub(r"(?<!\[\^.!\?]\{0,40\}) ", r"\\s+", cell)
