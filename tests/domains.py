"""Domains as they are really set up, good and bad: for the fake resolver, the name server and the command alike."""

from __future__ import annotations

import base64
from typing import Any

DOMAIN = "trust.test"
KEY = "v=DKIM1; k=rsa; p=" + base64.b64encode(b"k" * 294).decode()
SHORT = "k=rsa; p=" + base64.b64encode(b"k" * 94).decode()


def txt(text: str) -> str:
    """Return a TXT record as a zone writes it: in strings of 255 bytes at most, straight quotes around each."""
    pieces = [text[start : start + 250] for start in range(0, len(text), 250)] or [""]
    return " ".join(f'"{piece}"' for piece in pieces)


GOOD: dict[str, Any] = {
    f"{DOMAIN} SOA": [f"ns.{DOMAIN}. hostmaster.{DOMAIN}. 1 7200 3600 1209600 300"],
    f"{DOMAIN} MX": [f"10 mail.{DOMAIN}."],
    f"{DOMAIN} TXT": [txt("some-verification=1"), txt("v=spf1 mx include:spf.mailjet.com ~all")],
    "spf.mailjet.com TXT": [txt("v=spf1 ip4:192.0.2.0/24 ?all")],
    f"mailjet._domainkey.{DOMAIN} TXT": [txt(KEY)],
    f"_dmarc.{DOMAIN} TXT": [txt(f"v=DMARC1; p=quarantine; rua=mailto:dmarc@{DOMAIN}")],
}


def with_spf(*records: str, **more: str) -> dict[str, Any]:
    """Return the good domain with other SPF records, and those of further domains (dots written as two underlines)."""
    others = {f"{name.replace('__', '.')} TXT": [txt(record)] for name, record in more.items()}
    return GOOD | {f"{DOMAIN} TXT": [txt(record) for record in records]} | others


def with_dmarc(*records: str) -> dict[str, Any]:
    """Return the good domain with other DMARC records."""
    return GOOD | {f"_dmarc.{DOMAIN} TXT": [txt(record) for record in records]}


def with_key(*records: str) -> dict[str, Any]:
    """Return the good domain with another DKIM key."""
    return GOOD | {f"mailjet._domainkey.{DOMAIN} TXT": [txt(record) for record in records]}


def without(*names: str) -> dict[str, Any]:
    """Return the good domain less some records."""
    return {name: records for name, records in GOOD.items() if name not in names}


MANY = (
    {f"{DOMAIN} TXT": [txt("v=spf1 include:spf.mailjet.com include:a.test include:b.test ~all")]}
    | {
        f"{letter}.test TXT": [txt("v=spf1 " + " ".join(f"a:h{number}.{letter}.test" for number in range(5)) + " -all")]
        for letter in "ab"
    }
    | {f"h{number}.{letter}.test A": ["192.0.2.1"] for number in range(5) for letter in "ab"}
)

# name: zone, then topic, state and words of what must be said of it
BAD: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "no SPF": (without(f"{DOMAIN} TXT"), "SPF", "fix", "There is no SPF record"),
    "only other texts": (with_spf("some-verification=1"), "SPF", "fix", "There is no SPF record"),
    "two SPF records": (
        with_spf("v=spf1 mx ~all", "v=spf1 include:spf.mailjet.com -all"),
        "SPF",
        "fix",
        "There are 2 SPF records",
    ),
    "service not allowed": (with_spf("v=spf1 mx -all"), "SPF", "fix", "does not allow Mailjet"),
    "too many questions": (GOOD | MANY, "SPF", "fix", "more than 10 DNS lookups"),
    "everybody may send": (with_spf("v=spf1 include:spf.mailjet.com +all"), "SPF", "fix", "ends in +all"),
    "neutral end": (with_spf("v=spf1 include:spf.mailjet.com ?all"), "SPF", "look", "ends in ?all"),
    "no end": (with_spf("v=spf1 include:spf.mailjet.com"), "SPF", "look", "does not end in"),
    "included and not there": (
        with_spf("v=spf1 include:spf.mailjet.com include:gone.test ~all"),
        "SPF",
        "fix",
        "includes gone.test",
    ),
    "included in a ring": (
        with_spf("v=spf1 include:spf.mailjet.com include:r.test ~all", r__test=f"v=spf1 include:{DOMAIN} ~all"),
        "SPF",
        "fix",
        f"includes {DOMAIN}",
    ),
    "names that are not there": (
        with_spf("v=spf1 include:spf.mailjet.com a:x.test a:y.test a:z.test ~all"),
        "SPF",
        "fix",
        "3 names that do not exist",
    ),
    "a word that is none": (
        with_spf("v=spf1 include:spf.mailjet.com ipv4:192.0.2.1 ~all"),
        "SPF",
        "fix",
        "ipv4:192.0.2.1",
    ),
    "no key": (without(f"mailjet._domainkey.{DOMAIN} TXT"), "DKIM", "fix", "has no DKIM key"),
    "key withdrawn": (with_key("v=DKIM1; p="), "DKIM", "fix", "revoked"),
    "key cut off": (with_key("v=DKIM1; p=MIGfMA0GCSqGSIb3DQEB…"), "DKIM", "fix", "not copied correctly"),
    "key too short": (with_key(SHORT), "DKIM", "fix", "too short"),
    "key astray": (
        without(f"mailjet._domainkey.{DOMAIN} TXT") | {f"mailjet._domainkey.{DOMAIN} CNAME": ["gone.mailjet.test"]},
        "DKIM",
        "fix",
        "points to the wrong place",
    ),
    "no DMARC": (without(f"_dmarc.{DOMAIN} TXT"), "DMARC", "fix", "There is no DMARC record"),
    "two DMARC records": (
        with_dmarc("v=DMARC1; p=none", "v=DMARC1; p=reject"),
        "DMARC",
        "fix",
        "There are 2 DMARC records",
    ),
    "DMARC without a policy": (
        with_dmarc("v=DMARC1; rua=mailto:a@trust.test"),
        "DMARC",
        "fix",
        "has no policy",
    ),
    "DMARC misspelt": (with_dmarc("v=DMARC1; p=quarantaine"), "DMARC", "fix", "has no policy"),
    "p=none": (with_dmarc("v=DMARC1; p=none; rua=mailto:a@trust.test"), "DMARC", "look", "p=none"),
    "no reports": (with_dmarc("v=DMARC1; p=reject"), "DMARC", "look", "does not request reports"),
    "strict and unsigned": (without(f"mailjet._domainkey.{DOMAIN} TXT"), "DMARC", "fix", "not signed for"),
    "no MX": (without(f"{DOMAIN} MX"), "MX", "fix", "has no mail server that accepts mail"),
    "null MX": (GOOD | {f"{DOMAIN} MX": ["0 ."]}, "MX", "fix", "has no mail server that accepts mail"),
    "only a website": (
        without(f"{DOMAIN} MX") | {f"{DOMAIN} A": ["192.0.2.7"]},
        "MX",
        "look",
        "has no MX record",
    ),
    "no such domain": ({"com SOA": ["a. b. 1 2 3 4 5"]}, "The domain", "fix", "The domain"),
}
