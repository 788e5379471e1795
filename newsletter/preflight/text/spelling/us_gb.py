"""American words as the British write them, and the other way round: the dictionary says which guess is right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.data_files import read_pairs

_CHANGES = (
    # American, British, and whether the change is made at the end of a word only
    (compile_pattern(r"or(?=s|ed|ing|ite|ites|able|ful|hood|hoods|ers?|ist|y|al|$)"), "our"),
    (compile_pattern(r"iz(?=e|i|a)"), "is"),
    (compile_pattern(r"yz(?=e|i)"), "ys"),
    (compile_pattern(r"(?<=[bcghtv])er(?=s?$)"), "re"),
    (compile_pattern(r"(?<=[bcghtv])er(?=ed$|ing$)"), "r"),
    (compile_pattern(r"l(?=ed$|ing$|ings$|ers?$|ors?$|ist$)"), "ll"),
    (compile_pattern(r"og(?=s?$)"), "ogue"),
    (compile_pattern(r"(?<=f|t)ense(?=s?$|less$)"), "ence"),
    (compile_pattern(r"e"), "ae"),
    (compile_pattern(r"eu"), "oeu"),
)
_BACK = (
    (compile_pattern(r"our"), "or"),
    (compile_pattern(r"is(?=e|i|a)"), "iz"),
    (compile_pattern(r"ys(?=e|i)"), "yz"),
    (compile_pattern(r"re(?=s?$)"), "er"),
    (compile_pattern(r"r(?=ed$|ing$)"), "er"),
    (compile_pattern(r"ll(?=ed$|ing$|ings$|ers?$|ors?$|ist$)"), "l"),
    (compile_pattern(r"ogue(?=s?$)"), "og"),
    (compile_pattern(r"ence(?=s?$)"), "ense"),
    (compile_pattern(r"[ao]e"), "e"),
)
_OXFORD = compile_pattern(r"iz(?:e[drs]?|ers?|ing|ations?|ational|able)$")


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
    """Return whether a word is spelt with a z as some British publishers do too."""
    return _OXFORD.search(word) is not None


def _guesses(word: str, whole: dict[str, str], changes: tuple[tuple[re.Pattern[str], str], ...]) -> Iterator[str]:
    if word in whole:
        yield whole[word]
        return
    for pattern, new in changes:
        for match in pattern.finditer(word):
            if match.start() > 0:
                yield word[: match.start()] + new + word[match.end() :]
