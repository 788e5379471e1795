"""The words of the public pages and their emails in the newsletter's language, where there is a catalogue of it."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

_RIGHT_TO_LEFT = {"ar"}
_ISOLATE = "\u2068{}\u2069"
"""What keeps an address, or a name, in one piece within a sentence that is written from right to left."""


class PublicWords:
    """Says English words in a language; what has no translation stays English."""

    def __init__(self, language: str) -> None:
        base = language.partition("-")[0]
        self._told = _catalogue(base)
        self.language = language if self._told or base == "en" else "en"
        """The language that is spoken."""
        self.direction = "rtl" if self._told and base in _RIGHT_TO_LEFT else "ltr"

    def __call__(self, english: str, **values: str) -> str:
        """Return words, with values put in where braces name them."""
        words = self._told.get(english, english)
        if self.direction == "rtl":
            values = {name: _ISOLATE.format(value) for name, value in values.items()}
        return words.format(**values) if values else words


@lru_cache(maxsize=16)
def _catalogue(language: str) -> dict[str, str]:
    """Return the translations by their English; none for a language without a catalogue."""
    from babel.messages.pofile import read_po

    file = files("newsletter.workflow") / "public_languages" / f"{language}.po"
    if not language.isalpha() or not file.is_file():
        return {}
    with file.open("rb") as opened:
        catalog = read_po(opened, locale=language)
    return {str(one.id): str(one.string) for one in catalog if one.id and one.string and not one.fuzzy}
