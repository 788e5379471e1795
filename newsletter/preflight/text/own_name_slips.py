"""Slips in the organisation’s own name: a word that is another where all the others of the name stand around it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.branding import Presentation
from newsletter.preflight.text.spelling.edit_distance import distance
from newsletter.preflight.text_spans import TextSpan

_TOKEN = compile_pattern(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SPACE = r"\s+"
_ENDINGS = ("s", "es", "n", "en", "'s", "’s", "e", "er", "in", "ie", "y", "a", "o")
_BESIDE = 60
"""Characters within which two similar names are told apart on purpose."""
_LONG = 7
"""Letters of a word from which on two of them may be wrong."""


class OwnNameSlip(NamedTuple):
    """A word of a text and the word of the organisation’s name that was meant."""

    run: TextSpan
    start: int
    end: int
    right: str


def own_name_slips(presentation: Presentation, runs: Iterable[TextSpan]) -> Iterator[OwnNameSlip]:
    """Yield the slips in the names of the brand, the newsletter and the sender."""
    brand, sender = presentation.brand, presentation.sender
    names = tuple(dict.fromkeys(filter(None, (brand.name, brand.newsletter or "", sender.name or ""))))
    known = frozenset(word.casefold() for name in names for word in _TOKEN.findall(name))
    patterns = [one for name in names for one in _patterns(name)]
    for run in runs:
        told: set[int] = set()
        for part, other, pattern in patterns:
            # a quick test first: most texts do not have the rest of the name
            for match in pattern.finditer(run.words) if other in run.words else ():
                start, end = match.span(1)
                is_slip = match[1].casefold() not in known and is_near(match[1], part)
                if is_slip and start not in told and not is_told_apart(run, start, end, part):
                    told.add(start)
                    yield OwnNameSlip(run, start, end, part)


def is_near(one: str, other: str) -> bool:
    """Return whether two words differ by a slip of the hand that is no ending."""
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    if short == long or any(long == short + ending for ending in _ENDINGS) or not long.replace("-", "").isalpha():
        return False
    return distance(short, long, 2) <= 1 + (len(short) >= _LONG)


@lru_cache(maxsize=64)
def _patterns(name: str) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """Return each longer word of a name, the longest other one, and the pattern of the name with another word."""
    parts = [match.span() for match in _TOKEN.finditer(name)]
    found = []
    for start, end in parts:
        others = [name[one:two] for one, two in parts if one != start]
        other = max((one for one in others if one[0].isupper()), key=len, default="")
        if end - start > 2 and name[start].isupper() and len(other) > 3:
            left, right = (r"\s+".join(map(re.escape, piece.split())) for piece in (name[:start], name[end:]))
            before, after = (_SPACE if one == " " else "" for one in (name[start - 1 : start], name[end : end + 1]))
            left, right = rf"(?<!\w){left}{before}", rf"{after}{right}(?!\w)"
            found.append((name[start:end], other, re.compile(rf"{left}([A-ZÀ-Þ][\w’'-]{{2,}}){right}")))
    return tuple(found)


def is_told_apart(run: TextSpan, start: int, end: int, other: str) -> bool:
    """Return whether the other word stands near one that resembles it: then both are meant."""
    near = run.words[max(0, start - _BESIDE) : end + _BESIDE]
    return re.search(rf"(?<!\w){re.escape(other)}(?!\w)", near) is not None
