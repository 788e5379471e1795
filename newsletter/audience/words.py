"""How words of headings and cells are compared, whatever their case, accents, script or separators."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from newsletter.compiled_patterns import compile_pattern

INVISIBLE = compile_pattern(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad]")
"""Characters that show nothing: zero-width spaces, direction marks, a byte order mark in the middle of a text."""

_CAMEL = compile_pattern(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = compile_pattern(r"[^\W_]+")
_NOT_DECOMPOSED = str.maketrans("łøđıæœ", "lodiao")
_JOINED = tuple(
    (compile_pattern(rf"\b{apart}\b"), together)
    for apart, together in (
        ("e (?=mail)", "e"),
        ("e (?=bost)", "e"),
        ("opt in", "optin"),
        ("opted in", "optedin"),
        ("opt out", "optout"),
        ("opted out", "optedout"),
        ("un subscribed?", "unsubscribed"),
        ("on hold", "onhold"),
        ("whats app", "whatsapp"),
        ("signed up", "signedup"),
    )
)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return a text as lower-case words with one space between them: `HasOptedOutOfEmail` is `has optedout of email`.

    Accents and the marks of other scripts are left out, so that `Désinscrit` and `DESINSCRIT` are the same.
    """
    is_plain = text.isascii()  # most are
    seen = text if is_plain else INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    folded = _CAMEL.sub(" ", seen).casefold()
    letters = folded if is_plain else _without_marks(folded)
    words = " ".join(_WORD.findall(letters.replace("'", "").replace("\u2019", "")))
    for pattern, together in _JOINED if " " in words else ():
        words = pattern.sub(together, words)
    return words


def _without_marks(folded: str) -> str:
    decomposed = unicodedata.normalize("NFKD", folded).translate(_NOT_DECOMPOSED)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def phrases(*texts: str) -> frozenset[str]:
    """Return the phrases of some texts, with `|` between them, in their plain form."""
    return frozenset(plain(phrase) for text in texts for phrase in text.split("|"))
