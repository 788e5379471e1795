"""Slips of grammar and typing that have a form of their own: “will held”, “a evening”, “10 days time”.

Most of them are in `data/grammar_slips.toml`; those of articles before words need two patterns that exclude each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property, lru_cache

from pydantic import Field

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.data_files import DataModel, any_of, read_model
from newsletter.preflight.text.confusions import Hit
from newsletter.preflight.text.sentences import follows_break

FILE = "grammar_slips.toml"


_PASSIVE = compile_pattern(
    r"(?<![\w’'-])(will|can|must|should|may|might|would|could) (held|booked|found|given|taken|sent|sold|paid|shown|made"
    r"|done|built|published|announced|served|provided|closed|opened|cancelled|invited|required|welcomed|collected|played"
    r"|performed|launched|celebrated|organised|organized|repaired|replaced|painted|delivered|raised|printed|posted"
    r"|elected|awarded|unveiled|supported|donated|spent|kept)(?![\w’'-])(?! (?:that|me|us|you|them))"
)
_ARTICLE = compile_pattern(r"(?<![\w’'.&-])(an?) ([a-z]{3,})(?![\w’'/.-]?\w*[A-Z\d])", re.IGNORECASE)
_VOWEL = compile_pattern(
    r"(?!one|once|uni|unan|use|usu|usa|uti|euro|eul|eun|ewe|ubi|ura|uten|ufo|ouija|oui|ukulele|ute)"
    r"(?:[aeio]|un|up|um|ug|urg|us(?=h)|ul)|hour|honest|honou?r|heir",
    re.IGNORECASE,
)
_NO_VOWEL = compile_pattern(
    r"(?!hour|honest|honou?r|heir|herb|hist|hotel|hab|heroic|hyp|x|mba|mp|nhs|[^aeiouy]+$)[bcdfghjklmnpqrstvwyz]"
    r"|uni[ftvqocs]|use|usu|euro|one(?!r)|once",
    re.IGNORECASE,
)


class _Slip(DataModel):
    signs: list[str] = Field(min_length=1)
    pattern: str
    meant: str = ""
    message: str = ""


class _Slips(DataModel):
    en: list[_Slip]
    de: list[_Slip]
    es: list[_Slip]


class SlipKind:
    """A kind of slip, whose pattern is compiled when one of its signs is in a text."""

    def __init__(self, slip: _Slip) -> None:
        self._slip = slip
        self.meant, self.message = slip.meant, slip.message

    def may_be_in(self, folded: str) -> bool:
        """Return whether a text in lower case can have a match, which is quick to see."""
        return any(sign in folded for sign in self._slip.signs)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Return the pattern of the slip, in which capitals count."""
        return any_of(FILE, [self._slip.pattern], flags=re.NOFLAG)

    def hits(self, flat: str) -> Iterator[Hit]:
        """Yield each slip of this kind in a text on one line."""
        for match in self.pattern.finditer(flat):
            if self.meant:
                yield Hit(*match.span(), match.expand(self.meant))
            else:
                yield Hit(*match.span(1), "", match.expand(self.message))


@lru_cache(maxsize=1024)
def grammar_slips(words: str, language: str) -> tuple[Hit, ...]:
    """Return the slips of a text; they are kept, as confusions are."""
    return tuple(_grammar_slips(words, language))


def _grammar_slips(words: str, language: str) -> Iterator[Hit]:
    flat = words.replace("\n", " ")
    if language == "en":
        yield from _passives(flat)
        yield from _articles(flat)
    folded = flat.lower()
    for kind in slip_kinds().get(language, ()):
        if kind.may_be_in(folded):
            yield from (hit for hit in kind.hits(flat) if not (hit.message and follows_break(words, hit.start)))


@cache
def slip_kinds() -> Mapping[str, tuple[SlipKind, ...]]:
    """Return the kinds of slip of `data/grammar_slips.toml` by language."""
    every = read_model(FILE, _Slips)
    by_language = {"en": every.en, "de": every.de, "es": every.es}
    return {language: tuple(SlipKind(one) for one in slips) for language, slips in by_language.items()}


def _passives(flat: str) -> Iterator[Hit]:
    for match in _PASSIVE.finditer(flat):
        yield Hit(*match.span(), f"{match[1]} be {match[2]}")


def _articles(flat: str) -> Iterator[Hit]:
    for match in _ARTICLE.finditer(flat):
        article, word = match[1], match[2]
        if not word.islower():
            continue
        if article in {"a", "A"} and _VOWEL.match(word):
            yield Hit(*match.span(), f"{article}n {word}")
        elif article in {"an", "An"} and _NO_VOWEL.match(word):
            yield Hit(*match.span(), f"{article[0]} {word}")
