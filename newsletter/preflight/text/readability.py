"""How easy English is to read, by Flesch: from the length of sentences and the syllables of words.

Rudolf Flesch, “A new readability yardstick”, 1948: 206.835 - 1.015 words a sentence - 84.6 syllables a word. 60 and
more is plain English; under 30 it is read by academics.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern

_VOWELS = compile_pattern(r"[aeiouyáéíóúâêîôûàèäëïöü]+")
_SILENT = compile_pattern(
    r"(?<=[^aeiouy])e$|(?<=[gq]u)es?$|(?<=[^aeiouytd])ed$|(?<=[^aeiouysxzcg])(?<!ch)(?<!sh)es$"
    r"|(?<=[^aeiouyl])e(?=(?:ly|ment|ments|ful|fully|less|ness|some)$)|(?<=[aeiouy][^aeiouy])e(?=(?:work|where|thing)s?)"
    r"|(?<=ev)e(?=r|ning)|(?<=bus)i(?=ness)"
)
_SOUNDED_LE = compile_pattern(r"[^aeiouylr]les?$|[^aeiouylr]led$")
_APART = compile_pattern(
    r"(?<![tscg])ia(?!ge|n$|l|r$)|(?<=[dnrv])ia[nl]|(?<![tscgl])io(?!us)|(?<![tscgx])iou|[aeiouy]ing|eo(?!u|p)|eum|ium"
    r"|(?<![qg])ua(?!y)|[^aeiouqg]uou|[aeiouy][aeiouy]y|(?<=[^aeiou]{2})iers?$|iest$|iet|(?<![tc])ien[ct]|^sci|oe[mt]"
    r"|sms?$|thms?$|creat(?!ure)|rea(?:lity|lis|ct)|(?<=[aeiouy][^aeiouy])eas?$"
)


class Ease(NamedTuple):
    """The reading ease of a text, with what it was worked out from."""

    sentences: int
    words: int
    syllables: int

    @property
    def score(self) -> float:
        """Return the score, from 0 or less (hard) to 100 or more (easy)."""
        return 206.835 - 1.015 * self.words / self.sentences - 84.6 * self.syllables / self.words


def ease_of(sentences: Iterable[Iterable[str]]) -> Ease | None:
    """Return how easy sentences are to read, each given as its words; None if there are none."""
    lengths = [[syllables(word) for word in words] for words in sentences]
    lengths = [one for one in lengths if one]
    if not lengths:
        return None
    return Ease(len(lengths), sum(map(len, lengths)), sum(map(sum, lengths)))


@lru_cache(maxsize=4096)
def syllables(word: str) -> int:
    """Return about how many syllables an English word has; the parts of a joined one are counted each."""
    parts = re.findall(r"[^\W\d_]+", word.casefold().replace("’", "").replace("'", ""))
    return sum(map(_of_part, parts)) or 1


def _of_part(part: str) -> int:
    count = len(_VOWELS.findall(part)) - len(_SILENT.findall(part)) + len(_APART.findall(part))
    return max(1, count + bool(_SOUNDED_LE.search(part)))
