"""Domain names that look like others: letters of two scripts, foreign letters for Latin ones, a known name in front."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from newsletter.model.domains import decode_domain

_PAIRS = (
    "аaсcеeоoрpхxуyіiјjѕsһhԁdԛqԝwӏlкkмmтtпnвbгr"  # Cyrillic
    "αaοoνvρpυuιiκkτtηnχxγyεeωwςc"  # Greek
    "օoսuոnհhցgքpԱuѕs"  # Armenian
    "ıiɑaɡgꞵbƽs"  # Latin letters that look like others
    "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz"  # small capitals
)
_LATIN_LIKE = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
"""Letters that look like a Latin one (from the Unicode Consortium's table of confusable characters, in part)."""

_TOGETHER = (
    frozenset({"LATIN"}),
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)
"""Scripts that one name may mix (Unicode Technical Standard 39, “highly restrictive”)."""

_SAME_SHAPE = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("3", "e"))
KNOWN = frozenset({
    "amazon.co.uk", "amazon.com", "apple.com", "barclays.co.uk", "eventbrite.co.uk", "eventbrite.com", "facebook.com",
    "google.com", "hsbc.co.uk", "icloud.com", "instagram.com", "justgiving.com", "linkedin.com", "lloydsbank.com",
    "microsoft.com", "natwest.com", "netflix.com", "outlook.com", "paypal.com", "royalmail.com", "whatsapp.com",
    "wikipedia.org", "youtube.com", "zoom.us",
})  # fmt: skip
"""Names that are imitated often."""


@lru_cache(maxsize=512)
def mixed_scripts(host: str) -> str:
    """Return the label of a host's name in which letters of several scripts pose as one; empty where none does."""
    for label in decode_domain(host).split("."):
        scripts = {script for letter in label if (script := _script(letter))}
        if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
            return label
    return ""


@lru_cache(maxsize=512)
def imitated(host: str, own: frozenset[str] = frozenset()) -> str:
    """Return the name that a host's name is made to look like: one's own, a known one, or Latin letters."""
    name = decode_domain(host).removeprefix("www.")
    known = {one.removeprefix("www.") for one in own} | KNOWN
    if any(name == one or name.endswith(f".{one}") for one in known):
        return ""
    for one in sorted(known):
        if f".{one}." in f".{name}":
            return one
    latin = _as_latin(name)
    foreign = [label for label in name.split(".")[:-1] if not label.isascii()]
    if latin != name and all(_as_latin(label).isascii() for label in foreign) and name.rpartition(".")[2].isascii():
        return latin
    shape = _shape(latin)
    return next((one for one in sorted(known) if f".{shape}".endswith(f".{_shape(one)}")), "")


def own_hosts(hosts: Iterable[str]) -> frozenset[str]:
    """Return the names of the organisation's own sites and mailboxes, without `www.`."""
    return frozenset(host.lower().removeprefix("www.") for host in hosts if "." in host)


def _as_latin(label: str) -> str:
    return "".join(_LATIN_LIKE.get(letter, letter) for letter in label)


def _script(letter: str) -> str:
    """Return the script of a letter, by its name; empty for digits, hyphens and marks, which belong to any."""
    if not letter.isalpha():
        return ""
    script = unicodedata.name(letter, "").partition(" ")[0]
    return "LATIN" if script in {"FULLWIDTH", "MODIFIER"} else script


def _shape(name: str) -> str:
    """Return what a name looks like at a glance: without accents, and one sign for those that look the same."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    for pair, one in _SAME_SHAPE:
        plain = plain.replace(pair, one)
    return plain
