"""Small numbers as people write them, in words or digits."""

from __future__ import annotations

import re

from newsletter.preflight.text.sentences import listed

MOST = 20
"""Larger numbers are years, sums and sizes, not counts of what is listed."""

_WORDS = {
    "en": "two three four five six seven eight nine ten eleven twelve",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "cy": "dau/dwy tri/tair pedwar/pedair pump/pum chwech/chwe saith wyth naw deg",
    "ar": "_ ثلاثة/ثلاث أربعة/أربع خمسة/خمس ستة/ست سبعة/سبع ثمانية/ثماني تسعة/تسع عشرة/عشر",
}
_VALUES = {
    language: {form: value for value, forms in enumerate(words.split(), 2) for form in forms.split("/") if form != "_"}
    for language, words in _WORDS.items()
}
LANGUAGES = listed(" ".join(_WORDS))


def value_of(word: str, language: str) -> int | None:
    """Return the number that a word stands for, from 2 to 20; None where it is none."""
    if re.fullmatch(r"\d{1,2}", word):
        return int(word) if 2 <= int(word) <= MOST else None
    return _VALUES.get(language, {}).get(word.casefold())
