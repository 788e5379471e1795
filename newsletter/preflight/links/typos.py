"""Slips of the keyboard in addresses, and what was meant."""

from __future__ import annotations

import re

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.links.link_data import link_data

_SCHEME_SLIP = compile_pattern(
    r"(?:(?:https?:/*)+(?=https?://)"  # https://https://, as where one is pasted behind the other
    r"|(?:https?|htpps?|htps|htttps?|hhttps?|htttp|ttps?|hppts?|httsp|httsps|httpss|htpp|hptts?|ttp|https?s)(?:://+|:/{0,2}|//:?/*|;//|\.//|:\\\\)"
    r"(?=[\w\[]))",
    re.IGNORECASE,
)
_PLAIN_SCHEME = compile_pattern(r"https?://(?=[^/])", re.IGNORECASE)
_MAILTO_SLIP = compile_pattern(
    r"(?:mail-?to|mailt|mialto|maito|malito|mailot|mailtto|maitlo)(?::/{0,2}\s*|//)(?=[^\s/?])", re.IGNORECASE
)

SPACED_ADDRESS = compile_pattern(r"\]\(((?:https?://|mailto:)[^()\s<>\"]+(?: [^()\s<>\"]+)+)\)", re.IGNORECASE)
"""The address of a link in Markdown with spaces in it, which makes it no link."""

_OWN_LENGTH = 8
"""Letters that a name of one's own must have at least for another to be nearly it."""


def scheme_fixed(target: str) -> str:
    """Return an address with its beginning as it was meant; unchanged where nothing is wrong with it."""
    found = _SCHEME_SLIP.match(target)
    if found:
        rest = target[found.end() :]
        if _PLAIN_SCHEME.fullmatch(found[0]) and not re.match(r"https?[:/]", rest, re.IGNORECASE):
            return target
        if re.match(r"https?://", rest, re.IGNORECASE):
            return rest
        return ("http://" if re.fullmatch(r"http[^s]*", found[0], re.IGNORECASE) else "https://") + rest
    mail = _MAILTO_SLIP.match(target)
    return f"mailto:{target[mail.end() :]}" if mail and mail[0].lower() != "mailto:" and "@" in target else target


def host_fixed(host: str) -> str:
    """Return a host's name as it was meant; unchanged where nothing is known to be wrong with it."""
    fixed = re.sub(r"[.,]{2,}", ".", host.replace(",", "."))
    fixed = re.sub(r"^(?:w{4,}|ww|wwe|wwv|vvw|wwww|www\.www)\.(?=[\w-]+\.)", "www.", fixed, flags=re.IGNORECASE)
    front, dot, last = fixed.rpartition(".")
    endings = link_data().endings
    if dot and last.lower() in endings:
        fixed = f"{front}.{endings[last.lower()]}"
    prefix = "www." if fixed.lower().startswith("www.") else ""
    known = link_data().domains.get(fixed.removeprefix(prefix).lower())
    return f"{prefix}{known}" if known else fixed


def is_nearly(host: str, own: str) -> bool:
    """Return whether a host's name differs from one's own by a single slip."""
    one, other = host.removeprefix("www."), own.removeprefix("www.")
    return one != other and min(len(one), len(other)) >= _OWN_LENGTH and _distance_is_one(one, other)


def _distance_is_one(one: str, other: str) -> bool:
    """Return whether one letter is missing, too many or another one, or two neighbours are swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    swapped = len(left) >= 2 and left[:2] == right[1::-1] and left[2:] == right[2:] and len(right) >= 2
    return swapped or left[1:] == right or left == right[1:] or left[1:] == right[1:]
