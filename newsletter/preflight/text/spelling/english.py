"""How English words are made from others: what the dictionary lacks is not all misspelt."""

from __future__ import annotations

import re
from collections.abc import Callable

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.spelling.extra_words import newer_words

_PREFIX = compile_pattern(
    r"(?:anti|auto|bio|co|counter|cyber|de|down|eco|ex|extra|geo|hyper|inter|intra|macro|mega|meta|micro|mid|mini|mis"
    r"|multi|neuro|non|off|on|out|over|para|photo|poly|post|pre|pro|pseudo|psycho|re|self|semi|socio|sub|super|tele|trans"
    r"|ultra|un|under|up|video)(?=\w{4})"
)
_SUFFIX = compile_pattern(
    r"(?<=\w{3})(?:(?<=tion)al|(?<=tion)ally|athon|athons|able|book|books|card|cards|craft|day|days|er|ers|fest|fests|fold|free|fully|goer|goers|hood"
    r"|house|houses|ish|land|less|like|maker|makers|making|man|men|mate|mates|ness|page|pages|people|person|proof|room"
    r"|rooms|shaped|ship|side|size|sized|space|spaces|style|time|times|ward|wards|ware|ways|week|wide|wise|woman|women|work|worker"
    r"|workers|working)$"
)
_WITH_CHANGE = compile_pattern(
    r"(?<=\w{3})(?:able|ability|i[sz](?:e|ed|es|ing|ation|ations|er|ers|able))$|(?<=at)(?:ed|ing)$"
)
"""Endings before which a word may lose its last letter, as in “vectorise” and “customisable”."""

_JOINING = """
a about after all also an and any are as at be because been before both but by can could did do does during each every
for from get had has have he her here him his how if in into is it its just may me more most much must my no not now
of off on one only or other our out over own she should since so some such than that the their them then there these
they this those through to too two under until up us very was we were what when where which while who why will with
within without would you your
"""
_CLOSED = frozenset(_JOINING.split())
"""Words that join sentences together, and no compound: one of them in a word means that a space is missing."""

_PARTICLES = frozenset({"down", "in", "off", "on", "out", "over", "under", "up"})
"""Joining words that nouns such as “offboarding” begin with."""

_REPEATED = compile_pattern(r"(\w)\1{2,}")


def is_inflected(word: str, is_word: Callable[[str], bool]) -> bool:
    """Return whether a word in small letters is a plural that the dictionary lacks, or drawn out as “soooo” is."""
    return _is_plural(word, is_word) or _is_drawn_out(word, is_word)


def is_made(word: str, is_word: Callable[[str], bool]) -> bool:
    """Return whether a word in small letters is made of others in a way that English allows."""
    return bool(prefix_of(word, is_word)) or _is_derived(word, is_word) or _is_compound(word, is_word)


def prefix_of(word: str, is_word: Callable[[str], bool]) -> str:
    """Return the beginning, such as “re”, that a word in small letters was made with; empty where it was not."""
    prefix = _PREFIX.match(word)
    rest = word[prefix.end() :] if prefix else ""
    return prefix[0] if prefix and (is_word(rest) or rest in newer_words()) else ""


def joins(word: str) -> bool:
    """Return whether a word in small letters joins sentences together: no compound is made of it."""
    return word in _CLOSED


def with_space(word: str, is_word: Callable[[str], bool]) -> str:
    """Return a word in two where a space is missing, as in “theworkshop”; empty where none is.

    Only where one of the two words joins sentences: of two others, a compound may be meant.
    """
    splits = [(word[:at], word[at:]) for at in range(1, len(word))]
    joining = [pair for pair in splits if all(map(joins, pair)) and min(map(len, pair)) > 1]
    others = [pair for pair in splits if any(map(joins, pair)) and _are_two(*pair, is_word)]
    return next((f"{one} {two}" for one, two in [*joining, *others]), "")


def _are_two(one: str, two: str, is_word: Callable[[str], bool]) -> bool:
    """Return whether one of the two is long enough not to be there by chance, and a word."""
    if one in _PARTICLES and two.endswith("ing"):
        return False  # “offboarding” is a compound such as “onboarding”
    small, large = sorted((one, two), key=len)
    if small == "a":
        return small == one and len(large) > 5 and is_word(large)
    return joins(small) and len(large) > 3 and (is_word(large) or large in newer_words())


def _is_plural(word: str, is_word: Callable[[str], bool]) -> bool:
    base = word.removesuffix("s")
    if base == word or len(base) < 4 or re.search(r"(?:s|x|ch|sh|[^aeiou]y|o)$", base):
        return False
    return is_word(base) or base in newer_words()


def _is_derived(word: str, is_word: Callable[[str], bool]) -> bool:
    suffix = _SUFFIX.search(word)
    if suffix and len(suffix[0]) > 1 and is_word(word[: suffix.start()]):
        return True
    changed = _WITH_CHANGE.search(word)
    if not changed:
        return False
    base = word[: changed.start()]
    return is_word(f"{base}e") or is_word(f"{base}y") or (changed[0].startswith("is") and is_word(base))


def _is_drawn_out(word: str, is_word: Callable[[str], bool]) -> bool:
    """Return whether a word has its letters repeated for effect, as “soooo”."""
    if not _REPEATED.search(word):
        return False
    short = [_REPEATED.sub(new, word) for new in (r"\1", r"\1\1")]
    return len(short[0]) < 6 and (len(set(short[0])) < 3 or any(map(is_word, short)))


def _is_compound(word: str, is_word: Callable[[str], bool]) -> bool:
    """Return whether a word is two words of some length, as “greenhouse” is."""
    if len(word) < 8:
        return False
    return any(is_word(word[:at]) and is_word(word[at:]) for at in range(4, len(word) - 3))
