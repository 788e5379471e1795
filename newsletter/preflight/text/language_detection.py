"""Which language a passage is written in, told by its commonest words or by its letters; only where that is plain."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

NAMES = {
    "en": "English",
    "cy": "Welsh",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "pl": "Polish",
    "ar": "Arabic",
    "el": "Greek",
    "ru": "a language in Cyrillic letters",
    "he": "Hebrew",
    "hi": "Hindi",
    "zh": "Chinese",
}
"""The languages that are told apart, by the names that people know them by."""

_COMMON = {
    "en": "the and of to in is that for with you are this we our it on at be have will your from not as by or was they",
    "cy": "yr yn y ac mae i'r o'r gan ei eu bod wedi ein chi ni hefyd gyda sydd mewn oedd bydd ar am fel dros cael nid",
    "es": "de la que el en los del las por con para una se lo como más su sus y nuestra nuestro está son es al",
    "fr": "le la les des et en du une que pour dans est sur aux par avec nous vous qui ce cette au sont",
    "de": "der die das und ist nicht mit für auf ein eine den dem im zu von sich wir sie auch bei",
    "pl": "nie się na do jest że dla oraz po przez jak są tym od ale który będzie",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_SCRIPTS = (
    ("ar", re.compile("[\u0600-\u06ff\u0750-\u077f]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
)
_IN_SCRIPT = {
    "ar": "ar",
    "fa": "ar",
    "ur": "ar",
    "ps": "ar",
    "el": "el",
    "he": "he",
    "yi": "he",
    "hi": "hi",
    "mr": "hi",
    "ne": "hi",
    "ru": "ru",
    "uk": "ru",
    "bg": "ru",
    "sr": "ru",
    "be": "ru",
    "mk": "ru",
    "zh": "zh",
    "ja": "zh",
}
"""The languages that are written in other letters than ours, and which of the above has the same."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FEWEST = 12
"""Words below which nothing is said."""


@lru_cache(maxsize=512)
def other_language(words: str, language: str) -> str:
    """Return the language that a passage is plainly in, where that is not the given one; else nothing."""
    base = language.partition("-")[0].lower()
    found = _WORD.findall(words)
    if len(found) < _FEWEST:
        return ""
    letters = "".join(found)
    for name, script in _SCRIPTS:
        if len(script.findall(letters)) > 0.7 * len(letters):
            return name if _IN_SCRIPT.get(base) != name else ""
    if base in _IN_SCRIPT:
        latin = sum("a" <= letter <= "z" for letter in letters.lower())
        return _by_words(found, "") if latin > 0.7 * len(letters) else ""
    return _by_words(found, base) if base in _WORDS else ""


def _by_words(found: list[str], base: str) -> str:
    # a name is no sign of a language: La Paz, Los Angeles
    counts = Counter(word.replace("’", "'") for word in found if word.islower())
    shares = {language: sum(counts[word] for word in common) / len(found) for language, common in _WORDS.items()}
    best = max(shares, key=lambda language: shares[language])
    second = max(share for language, share in shares.items() if language != best)
    own = shares.get(base, 0.0)
    return (
        best if best != base and shares[best] >= 0.25 and second <= shares[best] / 2 and own <= shares[best] / 3 else ""
    )
