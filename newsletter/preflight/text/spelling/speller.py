"""Judge the words of one language: which are misspelt, and what was meant."""

from __future__ import annotations

from collections.abc import Callable, Collection
from enum import Enum, auto
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.accents import without_accents
from newsletter.preflight.text.spelling.edit_distance import distance, slips
from newsletter.preflight.text.spelling.english import is_inflected, is_made, joins, prefix_of, with_space
from newsletter.preflight.text.spelling.extra_words import newer_words
from newsletter.preflight.text.spelling.frequent_words import is_alike
from newsletter.preflight.text.spelling.misspellings import misspellings
from newsletter.preflight.text.spelling.tokenizer import Case, Word
from newsletter.preflight.text.spelling.us_gb import american, british, is_oxford

Lookup = Callable[[str, str], bool]
Corrector = Callable[[str, str], str]

_CALENDAR = """
monday tuesday wednesday thursday friday saturday sunday
january february march april june july august september october november december
"""
_DATE_WORDS = frozenset(_CALENDAR.split())
_NAMES_LIKE_THESE = frozenset({"aprile", "augusta", "augustus", "julie", "marche"})
_SHORT = 7
"""Letters up to which a word with a capital may well be a name."""
_EITHER = frozenset({"en", "en-CA"})
"""Where both spellings of English are at home."""


class Kind(Enum):
    """What is the matter with a word."""

    MISSPELT = auto()
    SPACE = auto()
    """A space is missing in it."""
    CAPITALS = auto()
    ABROAD = auto()
    """It is spelt as on the other side of the Atlantic."""
    UNKNOWN = auto()
    """No dictionary has it, nor a word that is like it."""


class Verdict(NamedTuple):
    """What is the matter with a word, and the right one (empty where none is near).

    `is_certain` says that nobody could mean anything else, and `safe` that it can be replaced unseen.
    """

    kind: Kind
    right: str = ""
    is_certain: bool = False
    safe: bool = False
    is_far: bool = False
    """Whether the right word is only a guess: it is not one slip of the hand away."""


class Speller:
    """Judge words of a language by its dictionary.

    `own` are the words that are right here, and `names` those that stand here with a capital; both in small letters.
    """

    def __init__(
        self,
        language: str,
        misspelt: Lookup,
        corrected: Corrector,
        own: Collection[str] = (),
        names: Collection[str] = (),
    ) -> None:
        self._language = language
        self._misspelt = misspelt
        self._corrected = corrected
        self._own = own
        self._names = names
        self._judged: dict[tuple[str, Case, str], Verdict | None] = {}
        self._is_english = language.partition("-")[0] == "en"

    def verdict(self, word: Word) -> Verdict | None:
        """Return what is the matter with a word; None where nothing is."""
        form = (word.text, word.case, word.prefix)
        if form not in self._judged:
            self._judged[form] = self._verdict(word)
        return self._judged[form]

    def _verdict(self, word: Word) -> Verdict | None:
        key = _base(word.key)
        if len(key) < 3 or self._is_own(key) or (word.prefix and self.is_word(word.prefix + key)):
            return None
        found = self._in_english(word, key) if self._is_english else self._elsewhere(word, key)
        return found and found._replace(right=_as(word.text, found.right))

    def is_word(self, text: str) -> bool:
        """Return whether the dictionary has a word; an English one with its accents or without."""
        languages = ("en-GB", "en-US") if self._language in _EITHER else (self._language,)
        forms = (text,) if text.isascii() or not self._is_english else (text, without_accents(text))
        return any(not self._misspelt(form, one) for form in forms for one in languages)

    def _is_own(self, key: str) -> bool:
        return key in self._own or (
            key.endswith("s") and (key[:-1] in self._own or key.removesuffix("es") in self._own)
        )

    def _in_english(self, word: Word, key: str) -> Verdict | None:
        listed = misspellings().get(key)
        if listed and word.case is not Case.MIXED and all(map(self.is_word, listed.split())):
            kind = Kind.SPACE if " " in listed else Kind.MISSPELT
            return Verdict(kind, listed, is_certain=True, safe=True)
        match word.case:
            case Case.LOWER:
                is_right = len(key) < 4 or key in self._names or key in newer_words() or self.is_word(key)
                return None if is_right else self._small(key)
            case Case.START:
                return (
                    None
                    if self.is_word(_base(word.text)) or self.is_word(key) or key in newer_words()
                    else self._first(key)
                )
            case Case.NAME:
                return None if self.is_word(_base(word.text)) else _date_word(key)
            case Case.MIXED:
                return self._two_capitals(word.text)
            case _:
                return None

    def _small(self, key: str) -> Verdict | None:
        """Judge a word in small letters that the dictionary lacks."""
        if key in _DATE_WORDS:
            return None  # it only lacks its capital, as another rule says
        abroad = self._abroad(key)
        if abroad:
            return Verdict(Kind.ABROAD, abroad, is_certain=True, safe=not is_oxford(key))
        spaced = with_space(key, self.is_word)
        if spaced and all(map(joins, spaced.split())):
            return Verdict(Kind.SPACE, spaced)
        if self._is_of_both(key) or self._is_clipped(key):
            return None
        right = self._corrected(key, self._language)
        return self._slip(key, right, spaced)

    def _slip(self, key: str, right: str, spaced: str) -> Verdict | None:
        """Judge a word by the nearest right one, and by the two words that it may be made of."""
        if right and self._is_slip(key, right):
            return Verdict(Kind.MISSPELT, right)
        if spaced:
            return Verdict(Kind.SPACE, spaced)
        is_clipped = not right and "'" in key
        if is_clipped or right == f"{key}s" or is_inflected(key, self.is_word) or is_made(key, self.is_word):
            return None
        return Verdict(Kind.MISSPELT if right else Kind.UNKNOWN, right, is_far=bool(right))

    def _is_of_both(self, key: str) -> bool:
        """Return whether the other English has a word with one spelling only: the smaller dictionary lacks it."""
        if self._language in _EITHER:
            return False
        return not self._misspelt(key, "en-GB" if self._language == "en-US" else "en-US")

    def _is_clipped(self, key: str) -> bool:
        """Return whether a pronoun is joined with a short verb, as in “her'll do” and “that'd be it”."""
        base, mark, ending = key.rpartition("'")
        return bool(mark) and ending in {"ll", "d", "ve", "re"} and joins(base) and len(base) > 2

    def _is_slip(self, key: str, right: str) -> bool:
        """Return whether a word is so near to a right one that it is hardly a word made of others."""
        if right in slips(key):
            return not is_inflected(key, self.is_word)
        if len(right) <= len(key) and is_made(key, self.is_word):
            return False  # “crafters” and “firelighting” are made, while “backround” lacks a letter
        if right in {key[1:], f"{key}s"} or distance(key, right, 1) > 1 or is_inflected(key, self.is_word):
            return False
        # where the slip lies behind the beginning that a word was made with, the rest of it is a word as it stands
        prefix = prefix_of(key, self.is_word)
        is_other_start = len(right) == len(key) and right[1:] == key[1:]
        return not is_other_start and not (prefix and right.startswith(key[: len(prefix) + 1]))

    def _first(self, key: str) -> Verdict | None:
        """Judge a word that may be a name: it must be long, and one slip away from a word that is none."""
        if len(key) < 6 or is_made(key, self.is_word) or self._abroad(key):
            return None
        right = self._corrected(key, self._language)
        if len(key) < _SHORT:
            is_swap = sorted(right) == sorted(key) and right in slips(key) and self.is_word(right.lower())
            return Verdict(Kind.MISSPELT, right) if is_swap else None
        is_near = len(key) > 9 or len(right) == len(key) + 1 > 8
        is_slip = right in slips(key) or (bool(right) and is_near and distance(key, right, 1) == 1)
        return Verdict(Kind.MISSPELT, right) if is_slip else None

    def _abroad(self, key: str) -> str:
        if self._language in _EITHER:
            return ""
        is_american = self._language == "en-US"
        right = american(key, self.is_word) if is_american else british(key, self.is_word)
        return right if right and not self._misspelt(key, "en-GB" if is_american else "en-US") else ""

    def _two_capitals(self, text: str) -> Verdict | None:
        small = text[0] + text[1:].lower()
        if len(text) < 4 or not (text[:2].isupper() and text[2:].islower()) or (text.endswith("s") and len(text) < 6):
            return None
        if self.is_word(small.lower()):
            return Verdict(Kind.CAPITALS, small, is_certain=True, safe=True)
        return None

    def _elsewhere(self, word: Word, key: str) -> Verdict | None:
        """Judge a word of a language other than English: only what is one slip away from a word is misspelt."""
        is_noun = self._language.startswith("de") and word.case in {Case.NAME, Case.START}
        looked_up = is_noun or word.case is Case.LOWER or (word.case is Case.START and len(key) > _SHORT)
        if not looked_up or len(key) < 5 or "'" in key or (key in self._names and not is_noun):
            return None
        form = word.text if is_noun else key
        if self.is_word(form) or self.is_word(key) or not self._misspelt(without_accents(key), "en-GB"):
            return None
        right = self._corrected(form, self._language).lower()
        suffix = _FOREIGN_SUFFIX.search(key) if self._language.startswith("de") else None
        if suffix and not right.endswith(key[suffix.start() - 1 :]):
            return None  # such an adjective may be made of any foreign word
        if is_noun and len(key) <= _SHORT and right not in slips(key):
            return None
        # Arabic joins small words to others, more of them than its dictionary knows
        most = 1 if key != key.upper() else 0
        is_slip = right in slips(key) or (bool(right) and distance(key, right, 1) <= most) or is_alike(key, right)
        return Verdict(Kind.MISSPELT, right) if is_slip else None


_FOREIGN_SUFFIX = compile_pattern(r"(?:al|ell|iv|oid|abel|ibel)(?:e[nmrs]?)?$")


def _date_word(key: str) -> Verdict | None:
    """Judge a word with a capital inside of a sentence: mostly a name, but for the days and months."""
    right = next((one for one in _CALENDAR.split() if len(key) > 4 and distance(key, one, 1) == 1), "")
    if not right or key in _NAMES_LIKE_THESE:
        return None
    return Verdict(Kind.MISSPELT, right.capitalize(), is_certain=True, safe=len(right) > 5)


def _base(text: str) -> str:
    """Return a word without its possessive ending."""
    if "'" in text or "’" in text:
        for ending in ("'s", "’s", "'", "’"):
            text = text.removesuffix(ending)
    return text


def _as(text: str, right: str) -> str:
    """Return the right word with the capitals and the ending of the one in its place."""
    if not right:
        return ""
    ending = "" if "'" in right else text[len(_base(text)) :]
    if text.isupper() and len(text) > 1:
        return right.upper() + ending
    capital = text[0].isupper() or right[0].isupper()
    return (right[0].upper() if capital else right[0]) + right[1:] + ending
