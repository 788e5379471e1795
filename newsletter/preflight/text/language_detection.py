"""Which language a passage is written in, told by its commonest words or by its letters; only where that is plain."""

from __future__ import annotations

from collections import Counter
from functools import cache, lru_cache

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.data_files import read_model
from newsletter.preflight.text.language_data import Languages, known_languages, language_data

_SCRIPTS = (
    ("ar", compile_pattern("[\u0600-\u06ff\u0750-\u077f]")),
    ("el", compile_pattern("[\u0370-\u03ff]")),
    ("ru", compile_pattern("[\u0400-\u04ff]")),
    ("he", compile_pattern("[\u0590-\u05ff]")),
    ("hi", compile_pattern("[\u0900-\u097f]")),
    ("zh", compile_pattern("[\u4e00-\u9fff]")),
)

_WORD = compile_pattern(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FEWEST = 12
"""Words below which nothing is said."""


@cache
def languages() -> Languages:
    """Return the languages that are told apart."""
    return read_model("languages.toml", Languages)


@cache
def _common_words() -> dict[str, frozenset[str]]:
    found = {language: frozenset(language_data(language).common_words.split()) for language in known_languages()}
    return {language: words for language, words in found.items() if words}


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
            return name if languages().scripts.get(base) != name else ""
    if base in languages().scripts:
        latin = sum("a" <= letter <= "z" for letter in letters.lower())
        return _by_words(found, "") if latin > 0.7 * len(letters) else ""
    return _by_words(found, base) if base in _common_words() else ""


def _by_words(found: list[str], base: str) -> str:
    # a name is no sign of a language: La Paz, Los Angeles
    counts = Counter(word.replace("’", "'") for word in found if word.islower())
    shares = {
        language: sum(counts[word] for word in common) / len(found) for language, common in _common_words().items()
    }
    best = max(shares, key=lambda language: shares[language])
    second = max(share for language, share in shares.items() if language != best)
    own = shares.get(base, 0.0)
    return (
        best if best != base and shares[best] >= 0.25 and second <= shares[best] / 2 and own <= shares[best] / 3 else ""
    )
