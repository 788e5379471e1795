"""Slips of English grammar that have a form of their own: “will held”, “a evening”, “an party”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern

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


def grammar_slips(words: str) -> Iterator[tuple[int, int, str]]:
    """Yield where such a slip of an English text begins and ends, and what to write instead."""
    flat = words.replace("\n", " ")
    for match in _PASSIVE.finditer(flat):
        yield *match.span(), f"{match[1]} be {match[2]}"
    for match in _ARTICLE.finditer(flat):
        article, word = match[1], match[2]
        if not word.islower():
            continue
        if article in {"a", "A"} and _VOWEL.match(word):
            yield *match.span(), f"{article}n {word}"
        elif article in {"an", "An"} and _NO_VOWEL.match(word):
            yield *match.span(), f"{article[0]} {word}"
