"""American words as the British write them, and the other way round: the dictionary says which guess is right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from newsletter.preflight.data_files import read_pairs

_CHANGES = (
    # American, British, and whether the change is made at the end of a word only
    (re.compile(r"or(?=s|ed|ing|ite|ites|able|ful|hood|hoods|ers?|ist|y|al|$)"), "our"),
    (re.compile(r"iz(?=e|i|a)"), "is"),
    (re.compile(r"yz(?=e|i)"), "ys"),
    (re.compile(r"(?<=[bcghtv])er(?=s?$)"), "re"),
    (re.compile(r"(?<=[bcghtv])er(?=ed$|ing$)"), "r"),
    (re.compile(r"l(?=ed$|ing$|ings$|ers?$|ors?$|ist$)"), "ll"),
    (re.compile(r"og(?=s?$)"), "ogue"),
    (re.compile(r"(?<=f|t)ense(?=s?$|less$)"), "ence"),
    (re.compile(r"e"), "ae"),
    (re.compile(r"eu"), "oeu"),
)
_BACK = (
    (re.compile(r"our"), "or"),
    (re.compile(r"is(?=e|i|a)"), "iz"),
    (re.compile(r"ys(?=e|i)"), "yz"),
    (re.compile(r"re(?=s?$)"), "er"),
    (re.compile(r"r(?=ed$|ing$)"), "er"),
    (re.compile(r"ll(?=ed$|ing$|ings$|ers?$|ors?$|ist$)"), "l"),
    (re.compile(r"ogue(?=s?$)"), "og"),
    (re.compile(r"ence(?=s?$)"), "ense"),
    (re.compile(r"[ao]e"), "e"),
)
_OXFORD = re.compile(r"iz(?:e[drs]?|ers?|ing|ations?|ational|able)$")


def british(word: str, is_word: Callable[[str], bool]) -> str:
    """Return the British spelling of an American word in small letters; empty where it is none."""
    return next((one for one in _guesses(word, _whole_words(), _CHANGES) if is_word(one)), "")


def american(word: str, is_word: Callable[[str], bool]) -> str:
    """Return the American spelling of a British word in small letters; empty where it is none."""
    return next((one for one in _guesses(word, _british_words(), _BACK) if is_word(one)), "")


@cache
def _whole_words() -> dict[str, str]:
    return read_pairs("american_spellings.tsv")


@cache
def _british_words() -> dict[str, str]:
    return {british: american for american, british in _whole_words().items()}


def is_oxford(word: str) -> bool:
    """Say whether a word is spelt with a z as some British publishers do too."""
    return _OXFORD.search(word) is not None


def _guesses(word: str, whole: dict[str, str], changes: tuple[tuple[re.Pattern[str], str], ...]) -> Iterator[str]:
    if word in whole:
        yield whole[word]
        return
    for pattern, new in changes:
        for match in pattern.finditer(word):
            if match.start() > 0:
                yield word[: match.start()] + new + word[match.end() :]
