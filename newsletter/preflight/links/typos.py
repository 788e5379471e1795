"""Slips of the keyboard in addresses, and what was meant."""

from __future__ import annotations

import re

_SCHEME_SLIP = re.compile(
    r"(?:(?:https?:/*)+(?=https?://)"  # https://https://, as where one is pasted behind the other
    r"|(?:https?|htpps?|htps|htttps?|hhttps?|htttp|ttps?|hppts?|httsp|httsps|httpss|htpp|hptts?|ttp|https?s)(?:://+|:/{0,2}|//:?/*|;//|\.//|:\\\\)"
    r"(?=[\w\[]))",
    re.IGNORECASE,
)
_PLAIN_SCHEME = re.compile(r"https?://(?=[^/])", re.IGNORECASE)
_MAILTO_SLIP = re.compile(
    r"(?:mail-?to|mailt|mialto|maito|malito|mailot|mailtto|maitlo)(?::/{0,2}\s*|//)(?=[^\s/?])", re.IGNORECASE
)

SPACED_ADDRESS = re.compile(r"\]\(((?:https?://|mailto:)[^()\s<>\"]+(?: [^()\s<>\"]+)+)\)", re.IGNORECASE)
"""The address of a link in Markdown with spaces in it, which makes it no link."""

_ENDINGS = {
    "con": "com", "cmo": "com", "comm": "com", "coom": "com", "vom": "com", "xom": "com", "ocm": "com", "cim": "com",
    "ogr": "org", "orgg": "org", "rog": "org", "orh": "org", "ort": "org", "prg": "org", "irg": "org", "og": "org",
    "nett": "net", "ney": "net", "ent": "net", "ukk": "uk", "uj": "uk", "ku": "uk", "couk": "co.uk", "orguk": "org.uk",
    "acuk": "ac.uk", "govuk": "gov.uk", "comuk": "com", "infp": "info", "charty": "charity",
}  # fmt: skip
"""Endings that no name has, and the one that was meant."""
_DOMAINS = {
    wrong: right
    for right, several in {
        "gmail.com": "gmial.com gmai.com gamil.com gnail.com gmail.co gmal.com gmaill.com gmail.cm gmail.om gmil.com "
        "ggmail.com gmaul.com gmail.co.uk",
        "hotmail.com": "hotmial.com hotmai.com hotnail.com hotmal.com hotmil.com homail.com",
        "hotmail.co.uk": "hotmial.co.uk hotmai.co.uk hotmil.co.uk hotnail.co.uk",
        "outlook.com": "outlok.com outloo.com outllook.com outlook.co oulook.com",
        "yahoo.com": "yaho.com yahooo.com yhaoo.com yahho.com yaoo.com",
        "eventbrite.co.uk": "evenbrite.co.uk eventbrtie.co.uk eventbite.co.uk eventbright.co.uk",
        "eventbrite.com": "evenbrite.com eventbrtie.com eventbite.com eventbright.com",
        "facebook.com": "facebok.com facbook.com faceboook.com facebook.co",
        "youtube.com": "youtub.com yotube.com youtue.com youtube.co",
        "instagram.com": "instagam.com instgram.com intagram.com",
        "linkedin.com": "linkdin.com linkedn.com linkein.com",
        "surveymonkey.com": "surveymonky.com surverymonkey.com",
        "justgiving.com": "justgivng.com justgving.com jusgiving.com",
    }.items()
    for wrong in several.split()
}
"""Names that are nearly those of sites and mailboxes that everybody knows, and these."""
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
    if dot and last.lower() in _ENDINGS:
        fixed = f"{front}.{_ENDINGS[last.lower()]}"
    prefix = "www." if fixed.lower().startswith("www.") else ""
    known = _DOMAINS.get(fixed.removeprefix(prefix).lower())
    return f"{prefix}{known}" if known else fixed


def is_nearly(host: str, own: str) -> bool:
    """Say whether a host's name differs from one's own by a single slip."""
    one, other = host.removeprefix("www."), own.removeprefix("www.")
    return one != other and min(len(one), len(other)) >= _OWN_LENGTH and _distance_is_one(one, other)


def _distance_is_one(one: str, other: str) -> bool:
    """Say whether one letter is missing, too many or another one, or two neighbours are swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    swapped = len(left) >= 2 and left[:2] == right[1::-1] and left[2:] == right[2:] and len(right) >= 2
    return swapped or left[1:] == right or left == right[1:] or left[1:] == right[1:]
