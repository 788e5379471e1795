"""A text as people read it: its passages (paragraphs and list entries), sentences and words, with their places."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text_spans import TextSpan

WORD = compile_pattern(r"[^\W_]+(?:[-‐–’'.,:/&@+][^\W_]+)*")
"""A word, a number or an abbreviation, with what joins its parts: `co-production`, `13:30`, `we’ve`."""

_WRAPPED = 60
"""Characters from which on a line may have been wrapped by an editor."""
_ENTRY = compile_pattern(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+")
_HEADING = compile_pattern(r"[ \t]*#{1,6}[ \t]+")
_END = compile_pattern(r"[.!?…؟]+[\"”’')\]*_]*\s+(?=[\"“‘'(\[¿¡*_]*[^\W_a-zà-ÿ])")
_NO_END = compile_pattern(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|ca|approx|incl|no|nos|st|rd|dr|mr|mrs|ms|prof|rev|hon|jr|sr|ltd|tel|ext"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thurs?|fri|sat|sun"
    r"|sra?|srta|dra|ud|uds|núm|pág|av)|\b[A-Z])\.$",
    re.IGNORECASE,
)

_GERMAN_DAY = compile_pattern(
    r"\d{0,2}\d\.\s+(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|Uhr"
    r"|Klasse|Jahrgang|Platz|Geburtstag|Jahrhundert|Mal|Stock|Mannschaft|Liga)\b"
)
"""A number with a full stop that is an ordinal: “am 30. März”."""


class Passage(NamedTuple):
    """A paragraph or a list entry of a text: from where to where it goes, and whether it is an entry."""

    start: int
    end: int
    is_entry: bool = False
    is_heading: bool = False


def passages(run: TextSpan) -> tuple[Passage, ...]:
    """Return the paragraphs, headings and list entries of a text in order, as Markdown tells them apart."""
    return _passages(run.text)


@lru_cache(maxsize=1024)
def _passages(text: str) -> tuple[Passage, ...]:
    found: list[Passage] = []
    start: int | None = None
    entry = heading = False
    at = 0

    def close(end: int) -> None:
        if start is not None and text[start:end].strip():
            found.append(Passage(start, start + len(text[start:end].rstrip()), entry, heading))

    for line in text.splitlines(keepends=True):
        begins = _ENTRY.match(line) or _HEADING.match(line)
        if not line.strip() or begins or heading:
            close(at)
            start, entry, heading = None, False, False
        if start is None and line[begins.end() if begins else 0 :].strip():
            start = at + (begins.end() if begins else len(line) - len(line.lstrip()))
            heading = bool(_HEADING.match(line))
            entry = begins is not None and not heading
        at += len(line)
    close(at)
    return tuple(found)


@lru_cache(maxsize=1024)
def sentences(words: str, passage: Passage) -> tuple[tuple[int, int], ...]:
    """Return where the sentences of a passage begin and end; `words` is the run's."""
    found = []
    start = passage.start
    for match in _END.finditer(words, passage.start, passage.end):
        mark = match.end() - len(match[0].lstrip(".!?…؟"))
        if not _NO_END.search(words, start, mark) and not _GERMAN_DAY.match(words, max(start, match.start() - 2)):
            found.append((start, mark))
            start = match.end()
    if words[start : passage.end].strip():
        found.append((start, passage.end))
    return tuple(found)


@lru_cache(maxsize=1024)
def plain_words(text: str) -> tuple[str, ...]:
    """Return the words of a text, in small letters and with straight apostrophes, for comparing."""
    return tuple(WORD.findall(text.casefold().replace("’", "'")))


def follows_break(words: str, at: int) -> bool:
    """Return whether a new line begins there on purpose, as in verse; a long line before it was only wrapped."""
    end = len(words[:at].rstrip(" \t"))
    if words[end - 1 : end] != "\n":
        return False
    line = words[words.rfind("\n", 0, end - 1) + 1 : end - 1].strip()
    return len(line) < _WRAPPED or not (line[-1].isalnum() or line[-1] in ",-–")


def shown(words: str, most: int = 60) -> str:
    """Return words on one line, cut short at a word's end."""
    line = " ".join(words.split())
    if len(line) <= most:
        return line
    return line[:most].rsplit(" ", 1)[0].rstrip(",;:–-") + " …"


def language_of(run: TextSpan) -> str:
    """Return the language of a run without its country: `en`, `cy`."""
    return run.language.partition("-")[0].casefold()


def listed(words: str) -> frozenset[str]:
    """Return the words of a list that is written in one string."""
    return frozenset(words.split())


_SEASONAL = listed(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug"
    " sep sept oct nov dec spring summer autumn winter easter christmas new first second third fourth fifth sixth next"
    " last final the a an our this to of and for in on at with how what"
    " enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre el la los las de del"
    " ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr y yr"
)


def essence_of(title: str) -> frozenset[str]:
    """Return the words of a title that tell what it is about, whenever that is; of several things as of one."""
    words = (word.removesuffix("'s") for word in plain_words(title))
    return frozenset(word.removesuffix("s") for word in words if word not in _SEASONAL)
