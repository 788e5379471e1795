"""Find words that are one slip away from a frequent word, in languages whose dictionary is on few computers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.accents import without_accents
from newsletter.preflight.text.sentences import listed
from newsletter.preflight.text.spelling.edit_distance import are_beside, slips

_FOLDER = Path(__file__).parent
_LANGUAGES = frozenset({"de", "es", "ar"})
_ELIDED = compile_pattern(r"([bdfgklmnpst])r(e[mnrs]?)$")
"""The end of an adjective without one of its vowels, as in “bittre” and “andren”."""
_PLACE = compile_pattern(
    r"(?:au|bach|berg|brück|brunn|burg|büttel|dorf|feld|furt|gass|hafen|hausen|häus|heim|hof|hofen|ingen|kirch|kirchen|leben"
    r"|rath|reuth|rode|roth|see|stadt|stedt|stein|tal|wald|weiler|wiesen)(?:er)?$"
)
"""How names of places end, and what people from there are called."""
_RIGHT = frozenset({"de", "es"})
"""Those that have a list of rarer words, `right_de.txt`, which are right although one slip away from a frequent one."""
_MEANT = 20_000
"""How many of the words, the most frequent ones, are offered in place of others."""
_COMMON = 5_000
"""How many are offered in place of short parts of others."""
_LEAST = {"ar": 5}
_LEAST_ELSEWHERE = 6
"""How many letters a word has, at least, that may be misspelt."""
_END = 2
"""How many letters at its end are right: with another ending it is mostly another form."""
_LONG = 7
"""How many letters the second word of a compound has, beyond which any known word may be it."""
_LETTERS = {"de": "abcdefghijklmnopqrstuvwxyzäöüß", "es": "abcdefghijlmnopqrstuvxyzáéíóúñ", "ar": ""}
_SOUNDS = ("ei", "eä", "dt", "bp", "gk", "ck", "sz", "sßz", "vf", "vb", "mn", "iy", "cs", "gj", "lr")
"""Letters that are mistaken for each other by their sound."""
_ALIKE = ("صس", "ضظ", "ذز", "ثس", "طت", "اأ", "اإ", "ضد", "بپ", "زظ")
"""Arabic letters that are mistaken for each other."""
_JOINED = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك", "س")
"""Little words that Arabic writes as one with the next."""
_SUFFIXES = ("كم", "نا", "هم", "ها", "ه", "ين", "ون", "ات", "ان", "وا", "ي", "ة", "ك", "كن")


_ENDINGS = ("e", "n", "en", "s", "es", "er", "ern", "em", "in", "innen", "t", "te", "st", "ten", "lich", "ung")
_SPANISH_VERBS = (
    (("ar",), listed("aba abas aban ara aras aran ase ases asen amos emos aron aste ando ado ada ados adas")),
    (("er", "ir"), listed("ía ías ían iera ieras ieran imos emos amos ieron iste iendo ido ida idos idas")),
)
"""The endings of infinitives, each with what a regular verb has in their place."""
_VERB_PREFIXES = ("be", "ent", "er", "ver", "zer", "ab", "an", "auf", "aus", "ein", "zu")
"""What German makes verbs of others with: “bespielen” of “spielen”."""
_SPANISH_ENDINGS = ("s", "es", "mente", "lo", "la", "los", "las", "se", "os", "nos", "le", "les", "me", "te")


class FrequentWords:
    """The frequent words of one language."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.nearest = lru_cache(maxsize=1_000)(self._nearest)

    @cached_property
    def _words(self) -> tuple[str, ...]:
        """The words in the order of their frequency; where there is a dictionary, few languages need them."""
        return tuple((_FOLDER / f"frequent_{self._language}.txt").read_text("utf-8").split())

    @cached_property
    def _rarer(self) -> frozenset[str]:
        """Words beside the frequent ones, which have slips among them that everyone makes."""
        path = _FOLDER / f"right_{self._language}.txt"
        return frozenset(path.read_text("utf-8").split()) if self._language in _RIGHT else frozenset()

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._words) | self._rarer

    @cached_property
    def _meant(self) -> frozenset[str]:
        return frozenset(self._words[:_MEANT])

    @cached_property
    def _common(self) -> frozenset[str]:
        return frozenset(self._words[:_COMMON])

    def _nearest(self, word: str) -> str:
        """Return the frequent word that was meant; empty where a word is right, or none is near."""
        key = word.casefold()
        if len(key) < _LEAST.get(self._language, _LEAST_ELSEWHERE) or self._is_known(key):
            return ""
        for one in self._changed(key):
            if one in self._meant and one != key:
                return one.capitalize() if word[:1].isupper() else one
        return self._in_compound(word) if self._language == "de" else ""

    def is_right(self, word: str, has: Callable[[str], bool]) -> bool:
        """Return whether a word is right that a dictionary lacks, which `has` tells of words.

        In German one that is known here, or is made of two that are, the first of which the dictionary has.
        """
        key = word.casefold()
        if self._language != "de":
            return key in self._rarer
        return key in self._known or any(
            key[at:] in self._known
            and any(one in self._known and has(one.capitalize()) for one in _with_joints(word[:at].lower()))
            for at in range(4, len(key) - 3)
        )

    def is_meant(self, word: str, right: str, has: Callable[[str], bool]) -> bool:
        """Return whether the word that a dictionary offers was meant: in German it takes any nouns for parts of one."""
        if self._language != "de" or not right:
            return bool(right)
        key, offered = word.casefold(), right.casefold()
        if offered in self._known:
            return offered != key.removesuffix("s")  # which is its genitive
        if word[:1].isupper() and _PLACE.search(key):
            return False
        return (offered in slips(key) and self.is_right(right, has)) or self.nearest(word).casefold() == offered

    def _is_known(self, key: str) -> bool:
        if key in self._known:
            return True
        if self._language == "de" and _ELIDED.sub(r"\1er\2", key) in self._known:
            return True
        if self._language == "ar":
            stems = [key, *(key.removeprefix(one) for one in _JOINED if key.startswith(one))]
            stems += [stem.removesuffix(one) for stem in list(stems) for one in _SUFFIXES if stem.endswith(one)]
            return any(stem in self._known or f"ال{stem}" in self._known for stem in stems if len(stem) > 1)
        if self._language == "es":
            return any(key.endswith(one) and key.removesuffix(one) in self._known for one in _SPANISH_ENDINGS) or any(
                key.endswith(ending) and key.removesuffix(ending) + infinitive in self._known
                for infinitives, endings in _SPANISH_VERBS
                for ending in endings
                for infinitive in infinitives
            )
        return self._is_compound(key)

    def _is_compound(self, key: str) -> bool:
        """Return whether a German word is made of two known ones, with or without an ending."""
        if any(key.endswith(one) and key.removesuffix(one) in self._known for one in _ENDINGS) and key[-4:] != "inen":
            return True
        stem = key.removeprefix("ge").removesuffix("t")
        if len(stem) == len(key) - 3 and f"{stem}en" in self._known:
            return True  # “gewischt” of “wischen”
        if any(key.startswith(one) and key[len(one) :] in self._meant for one in _VERB_PREFIXES if len(key) > _LONG):
            return True
        for at in range(3, len(key) - 2):
            first, second = key[:at], key[at:]
            is_word = (second in self._meant and len(second) > 3) or (second in self._known and len(second) > _LONG)
            if is_word and self._is_first_part(first):
                return True
        return False

    def _is_first_part(self, first: str) -> bool:
        forms = (
            first,
            first.removesuffix("s"),
            first.removesuffix("n"),
            first.removesuffix("en"),
            f"{first}e",
            first.removesuffix("es"),
            f"{first}en",
        )
        return any(form in self._known for form in forms if len(form) > 2)

    def _in_compound(self, word: str) -> str:
        """Return a German compound whose second part is one slip away from a frequent word."""
        key = word.casefold()
        if word[:1].isupper() and _PLACE.search(key):
            return ""
        for at in range(4, len(key) - 3):
            if self._is_first_part(key[:at]):
                # in a short part only a swap or a doubled letter is a sure slip
                rest = key[at:]
                for one in slips(rest) if len(rest) < _LEAST_ELSEWHERE else self._changed(rest):
                    if one in (self._meant if len(rest) >= _LEAST_ELSEWHERE else self._common) and one != rest:
                        return word[:at] + one
        return ""

    def _changed(self, key: str) -> Iterator[str]:
        """Yield what a word becomes by a slip: a swap, a doubled letter, an accent, a missing or an extra letter."""
        yield from slips(key)
        if self._language == "ar":
            for at, letter in enumerate(key):
                for pair in _ALIKE:
                    if letter in pair:
                        yield key[:at] + pair.replace(letter, "") + key[at + 1 :]
            return
        letters, inner = _LETTERS[self._language], range(1, len(key) - _END + 1)
        for at in range(len(key)):
            for letter in letters:
                if not letter.isascii() and letter != key[at] and without_accents(letter) == without_accents(key[at]):
                    yield key[:at] + letter + key[at + 1 :]
        if len(key) < _LEAST_ELSEWHERE + 1:
            return
        yield from (key[:at] + letter + key[at:] for at in inner for letter in letters)
        if len(key) > _LEAST_ELSEWHERE + 1:
            yield from (key[:at] + key[at + 1 :] for at in inner)
            pairs = ((at, letter) for at in inner for letter in letters if _is_mistaken(letter, key[at]))
            yield from (key[:at] + letter + key[at + 1 :] for at, letter in pairs)


def _with_joints(first: str) -> tuple[str, ...]:
    """Return what the first part of a German compound may be: with a letter that joins it to the second, or without."""
    return (first, first.removesuffix("s"), first.removesuffix("n"))


@lru_cache(maxsize=4)
def frequent_words(language: str) -> FrequentWords | None:
    """Return the frequent words of a language such as `de-AT`; None if there is no list of them."""
    base = language.partition("-")[0].casefold()
    return FrequentWords(base) if base in _LANGUAGES else None


def is_alike(one: str, other: str) -> bool:
    """Return whether two Arabic words differ in one letter that is mistaken for the other."""
    differing = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return len(one) == len(other) and len(differing) == 1 and any(set(differing[0]) == set(pair) for pair in _ALIKE)


def _is_mistaken(one: str, other: str) -> bool:
    """Return whether one letter is written in place of another: beside it on the keyboard, or alike in sound."""
    return are_beside(one, other) or any(one in alike and other in alike for alike in _SOUNDS)
