"""Merge tags as other services write them, and what they are here: text copied from an old tool brings them along."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from newsletter.model.merge_tags import BuiltInTag, MergeTag

_WORDS = r"[\w .:$!#@-]{1,60}?"
_QUOTE = "[\"'“”‘’]?"
_FORMS: tuple[tuple[str, str], ...] = (
    ("Mailchimp", r"\*\|\s*(?P<name>[\w:.\- ]{1,40})\s*\|\*"),
    (
        "another service",
        (
            rf"\{{\{{\{{?\s*(?P<name>{_WORDS})\s*"
            rf"(?:\|\s*(?:default(?:_if_none)?\s*[:(]?\s*)?{_QUOTE}(?P<fallback>[^\"'“”‘’{{}}\n]*?){_QUOTE}\)?\s*)?\}}\}}\}}?"
        ),
    ),
    ("MailerLite", rf"\{{\$(?P<name>\w+)(?:\|\s*default\(\s*{_QUOTE}(?P<fallback>[^\"'}}]*){_QUOTE}\s*\))?\}}"),
    ("Salesforce", r"\{!\s*(?P<name>[\w.]+)\s*\}"),
    ("Mailgun", r"%(?P<name>(?:recipient|mailing_list)[._]\w+|unsubscribe_url)%"),
    ("Salesforce", r"%%\s*(?P<name>\w[\w ]{0,40})\s*%%"),
    ("Campaign Monitor", r"\[(?P<name>\w[\w ]{0,30}),\s*fallback=(?P<fallback>[^\]\n]*)\]"),
    (
        "Mailjet",
        rf"(?:\[\[|\{{\{{)\s*(?:data|var):(?P<name>\w+)(?::{_QUOTE}(?P<fallback>[^\"'}}\]\n]*){_QUOTE})?\s*(?:\]\]|\}}\}})",
    ),
    ("Constant Contact", rf"\[\[\s*(?P<name>\w+)\s+OR\s+{_QUOTE}(?P<fallback>[^\"'\]\n]*){_QUOTE}\s*\]\]"),
    ("SendGrid", r"\[%\s*(?P<name>\w[\w ]*?)\s*(?:\|\s*(?P<fallback>[^%\n]*?)\s*)?%\]"),
    ("a mail merge", r"(?:<<|«)\s*(?P<name>\w[\w ]{0,30}?)\s*(?:>>|»)"),
    ("another service", r"\$\{\s*(?P<name>[\w.]+)\s*\}"),
    ("another service", r"\[(?P<name>first[ _]?name|fname|last[ _]?name|lname|unsubscribe|webversion)\](?!\()"),
    ("another service", r"\[\[\s*(?P<name>\w+)\s*\]\]"),
)
_PATTERNS = tuple((service, re.compile(form, re.IGNORECASE)) for service, form in _FORMS)
_CERTAIN_FORMS = frozenset(
    {"Mailchimp", "MailerLite", "Salesforce", "Mailgun", "Campaign Monitor", "Mailjet", "SendGrid"}
)
"""Those whose brackets mean nothing else: whatever stands in them is a merge tag."""

_SIGNS = re.compile(r"\*\||\{\{|\{[$!]|%%?\w|\[\[|\[%|<<|«|\$\{|,\s*fallback=|\[(?:f|l|u|w)", re.IGNORECASE)

_MEANINGS: dict[str, BuiltInTag] = {
    name: tag
    for tag, names in {
        BuiltInTag.FIRST_NAME: "fname firstname first givenname prenom prénom vorname",
        BuiltInTag.LAST_NAME: "lname lastname surname familyname nachname apellido apellidos",
        BuiltInTag.EMAIL: "email emailaddress emailto recipientemail subscriberemail",
        BuiltInTag.UNSUBSCRIBE_URL: "unsub unsubscribe unsubscribeurl unsubscribelink unsublink unsublinken "
        "rmunsubscribe resendunsubscribeurl mailinglistunsubscribeurl",
        BuiltInTag.VIEW_URL: "archive mirror webversion permalink viewinbrowser emailurl messageurl weburl",
        BuiltInTag.PREFERENCES_URL: "updateprofile preferences managepreferences managesubscriptionurl preferencesurl",
    }.items()
    for name in names.split()
}
_NEARLY_OURS = 0.75
"""From this likeness on, words in braces are told of as one of our own tags, misspelt."""


@dataclass(frozen=True, slots=True)
class ForeignTag:
    """A merge tag of another service in a text, and the tag that says the same here (None where that is not known)."""

    start: int
    end: int
    words: str
    service: str
    tag: MergeTag | None = None


@lru_cache(maxsize=512)
def foreign_tags(text: str) -> tuple[ForeignTag, ...]:
    """Return the merge tags of other services in a text, in order, none inside another."""
    if not _SIGNS.search(text):
        return ()
    found: list[ForeignTag] = []
    for one in sorted(_all(text), key=lambda one: (one.start, -one.end)):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return tuple(found)


def _all(text: str) -> Iterator[ForeignTag]:
    for service, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            name = match["name"].strip()
            groups = match.groupdict()
            meant = _meaning(name, service)
            if (meant or service in _CERTAIN_FORMS or _has_owner(name)) and not _is_nearly_ours(match[0]):
                tag = MergeTag(name=meant, fallback=(groups.get("fallback") or "").strip() or None) if meant else None
                yield ForeignTag(match.start(), match.end(), match[0], service, tag)


def _meaning(name: str, service: str) -> BuiltInTag | None:
    """Return our tag of the same meaning."""
    if service == "MailerLite" and name.casefold() == "name":
        return BuiltInTag.FIRST_NAME  # its field for the first name; the last one is {$last_name}
    if re.match(r"(?:IF|IFNOT|ELSE|ELSEIF|END|LIST):", name, re.IGNORECASE):
        return None
    last = re.split(r"[.:$]", name.rstrip(".:"))[-1]
    return _MEANINGS.get(re.sub(r"[\s_-]+", "", last).casefold())


def _has_owner(name: str) -> bool:
    """Say whether a name in double braces is of the kind `contact.city`."""
    owner = r"\.?(?:contact|subscriber|recipient|user|person|profile|params|member|customer|personalization_token)"
    return re.match(rf"{owner}[.:(]", name, re.IGNORECASE) is not None


def _is_nearly_ours(words: str) -> bool:
    """Say whether words in braces are one of our tags written wrongly, of which NL304 tells."""
    if not words.startswith("{") or words[1:2] in {"$", "!"}:
        return False
    name = re.sub(r"[\s-]+", "_", words.strip("{}").partition("|")[0].strip().casefold())
    return bool(difflib.get_close_matches(name, list(BuiltInTag), 1, _NEARLY_OURS))
