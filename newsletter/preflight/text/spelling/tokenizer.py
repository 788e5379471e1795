"""The words of a text that can be looked up: no addresses, no hashtags, nothing with digits in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from functools import lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.sentences import follows_break
from newsletter.preflight.text_spans import TextSpan

_MARKS = "\u0300-\u036f\u064b-\u065f\u0670"
"""Accents and Arabic vowels that stand as letters of their own."""

_UNWRITTEN = compile_pattern("[\u00ad\u064b-\u065f\u0670]")
_ENDING = compile_pattern(r"['’]\w+$")
_CHUNK = compile_pattern(r"\S+")
_WORD = compile_pattern(rf"[^\W\d_](?:[^\W\d_]|[{_MARKS}\u00ad])*(?:['’](?:[^\W\d_]|[{_MARKS}])+)*")
_NO_WORDS = compile_pattern(
    r"[@#/\\_=<>{}$^~]?\w*[@\\_=<>{}^~]"  # addresses and what programs write
    r"|[#$]\w|.*://|www\."
    r"|(?-i:[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}(?![a-z]))"  # a website or a file
    r"|.*\d[^\W_]|.*[^\W_]\d",
    re.IGNORECASE,
)
_PREFIXES = "anti bi de ex extra inter intra mid multi neo non pan post pre pro pseudo re semi socio tri ultra"
_BEFORE_HYPHEN = frozenset(_PREFIXES.split())
_PREFIX = compile_pattern(rf"(?<![\w-])(co|{_PREFIXES.replace(' ', '|')})-$", re.IGNORECASE)
_LONGEST_PREFIX = 8
_ROMAN = compile_pattern(r"[ivxlc]+")
_SENTENCE_ENDS = frozenset(".!?:;…–—-•|“‘\"'(«¿¡[")
_QUOTES = {"“": "”", "‘": "’", '"': '"', "'": "'", "«": "»"}
_TITLE_WORDS = 3
_SMALL_WORDS = 3
"""How many long words of a heading have no capital, at most, where the others have."""


class Case(Enum):
    """How a word is written, and what that says of it."""

    LOWER = auto()
    START = auto()
    """With a capital that every word would have there, at the start of a sentence or in a heading."""
    NAME = auto()
    """With a capital in the middle of a sentence."""
    UPPER = auto()
    MIXED = auto()


class Word(NamedTuple):
    """A word of a text, and where it stands there.

    `quoted` says that it stands in quotation marks by itself, and `prefix` is what a hyphen joins to its front, such as
    the “Co” of “Co-ordinated”.
    """

    text: str
    start: int
    end: int
    case: Case
    quoted: bool = False
    prefix: str = ""

    @property
    def key(self) -> str:
        """Return the form to compare it by."""
        return plain(self.text).lower()  # not `casefold`, which writes ß as ss


def plain(text: str) -> str:
    """Return a word as dictionaries have it: with a straight apostrophe, without soft hyphens and Arabic vowels."""
    return text if text.isascii() else _UNWRITTEN.sub("", text.replace("’", "'"))


def words_of(run: TextSpan) -> tuple[Word, ...]:
    """Return the words of a text in order; those joined by hyphens one by one."""
    words = _words_in(run.words)
    if "*" not in run.text and "_" not in run.text:
        return words
    return tuple(word for word in words if not _is_rest(run.text, word.start))


def _is_rest(text: str, start: int) -> bool:
    """Return whether a word is only the rest of one whose first letters are marked, as in “**R**ecycle”."""
    return start > 1 and text[start - 1] in "*_" and text[:start].rstrip("*_")[-1:].isalpha()


@lru_cache(maxsize=1024)
def _words_in(text: str) -> tuple[Word, ...]:
    words = []
    matches = list(_matches(text))
    in_title = _is_title([match[0] for match in matches])
    for match in matches:
        written = match[0]
        case = _case(written)
        if case is Case.NAME and (in_title or starts_sentence(text, match.start())):
            case = Case.START
        quoted = _QUOTES.get(text[match.start() - 1 : match.start()], "?") == text[match.end() :][:1]
        words.append(Word(written, match.start(), match.end(), case, quoted, _prefix_before(text, match.start())))
    return tuple(words)


def _matches(words: str) -> Iterator[re.Match[str]]:
    for chunk in _CHUNK.finditer(words):
        if chunk[0].isalpha():
            found = [chunk]
        elif _NO_WORDS.match(chunk[0].lstrip("(“‘\"'[")):
            continue
        else:
            matches = _WORD.finditer(words, chunk.start(), chunk.end())
            found = [match for match in matches if not _is_prefix(words, match)]
        yield from (match for match in found if len(match[0]) > 1 and not _ROMAN.fullmatch(match[0]))


def _is_prefix(words: str, match: re.Match[str]) -> bool:
    return words[match.end() : match.end() + 1] == "-" and match[0].casefold() in _BEFORE_HYPHEN


def _prefix_before(words: str, start: int) -> str:
    found = _PREFIX.search(words, max(0, start - _LONGEST_PREFIX), start) if words[start - 1 : start] == "-" else None
    return found[1].casefold() if found else ""


def _case(text: str) -> Case:
    if text == text.lower():
        return Case.LOWER
    base = _ENDING.sub("", text)
    if base == base.upper() and len(base) > 1:
        return Case.UPPER
    return Case.NAME if base[1:] == base[1:].lower() else Case.MIXED


def starts_sentence(words: str, at: int) -> bool:
    """Return whether a sentence starts there, or a line."""
    before = words[:at].rstrip(" \t")
    return not before or before[-1] in _SENTENCE_ENDS or follows_break(words, at)


def _is_title(words: list[str]) -> bool:
    """Return whether each word of a text has a capital, as some write headings."""
    long = [word for word in words if len(word) > 3]
    capitals = sum(word[0].isupper() for word in long)
    is_prose = len(long) - capitals > _SMALL_WORDS  # with many names in it
    return len(long) >= _TITLE_WORDS and capitals > 0.6 * len(long) and not is_prose
