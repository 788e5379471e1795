"""How English words are made from others: what the dictionary lacks is not all misspelt."""

from __future__ import annotations

import re
from collections.abc import Callable

from newsletter.preflight.spelling.newer import NEWER

_PREFIX = re.compile(
    r"(?:anti|auto|bio|co|counter|cyber|de|down|eco|ex|extra|geo|hyper|inter|intra|macro|mega|meta|micro|mid|mini|mis"
    r"|multi|neuro|non|out|over|para|photo|poly|post|pre|pro|pseudo|psycho|re|self|semi|socio|sub|super|tele|trans"
    r"|ultra|un|under|up|video)(?=\w{4})"
)
_SUFFIX = re.compile(
    r"(?<=\w{3})(?:athon|athons|able|book|books|card|cards|craft|day|days|er|ers|fest|fests|fold|free|fully|goer|goers|hood"
    r"|house|houses|ish|land|less|like|maker|makers|making|man|men|mate|mates|ness|page|pages|people|person|proof|room"
    r"|rooms|shaped|ship|side|size|sized|space|spaces|style|time|times|ward|wards|ware|ways|week|wide|wise|woman|women|work|worker"
    r"|workers|working)$"
)
_JOINING = """
a about after all also an and any are as at be because been before both but by can could did do does during each every
for from get had has have he her here him his how i if in into is it its just may me more most much must my no not now
of off on one only or other our out over own she should since so some such than that the their them then there these
they this those through to too two under until up us very was we were what when where which while who why will with
within without would you your
"""
_CLOSED = frozenset(_JOINING.split())
"""Words that join sentences together, and no compound: one of them in a word means that a space is missing."""

_REPEATED = re.compile(r"(\w)\1{2,}")


def is_made(word: str, is_word: Callable[[str], bool]) -> bool:
    """Say whether a word in small letters is made of others in a way that English allows."""
    return (
        word in NEWER
        or _is_plural(word, is_word)
        or _is_derived(word, is_word)
        or _is_drawn_out(word, is_word)
        or _is_compound(word, is_word)
    )


def with_space(word: str, is_word: Callable[[str], bool]) -> str:
    """Return a word in two where a space is missing, as in “theworkshop”; empty where none is.

    Only where one of the two words joins sentences: of two others, a compound may be meant.
    """
    for at in sorted(range(1, len(word)), key=lambda at: abs(at - len(word) // 2), reverse=True):
        one, two = word[:at], word[at:]
        small, large = sorted((one, two), key=len)
        is_long = len(large) > 3 or (len(small) == len(large) == 3 and large in _CLOSED)
        if small in _CLOSED and is_long and (is_word(large) or large in NEWER):
            return f"{one} {two}"
    return ""


def _is_plural(word: str, is_word: Callable[[str], bool]) -> bool:
    base = word.removesuffix("s")
    if base == word or len(base) < 4 or re.search(r"(?:s|x|ch|sh|[^aeiou]y|o)$", base):
        return False
    return is_word(base) or base in NEWER


def _is_derived(word: str, is_word: Callable[[str], bool]) -> bool:
    prefix = _PREFIX.match(word)
    rest = word[prefix.end() :] if prefix else ""
    if rest and (is_word(rest) or rest in NEWER):
        return True
    suffix = _SUFFIX.search(word)
    return suffix is not None and len(suffix[0]) > 2 and is_word(word[: suffix.start()])


def _is_drawn_out(word: str, is_word: Callable[[str], bool]) -> bool:
    """Say whether a word has its letters repeated for effect, as “soooo”."""
    if not _REPEATED.search(word):
        return False
    short = [_REPEATED.sub(new, word) for new in (r"\1", r"\1\1")]
    return len(short[0]) < 6 and (len(set(short[0])) < 3 or any(map(is_word, short)))


def _is_compound(word: str, is_word: Callable[[str], bool]) -> bool:
    """Say whether a word is two words of some length, as “greenhouse” is."""
    if len(word) < 8:
        return False
    return any(is_word(word[:at]) and is_word(word[at:]) for at in range(4, len(word) - 3))
