"""DKIM (RFC 6376): whether the keys are there by which a service signs in a domain's name."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from enum import Enum

from newsletter.deliverability.dns import Answer, Lookup
from newsletter.deliverability.phrases import ask_dns
from newsletter.deliverability.tag_list import tags_of
from newsletter.model.diagnostics import Diagnostic, DiagnosticStatus, DnsRecord
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.titles import capital

TOPIC = "DKIM"
_WHY = "Gmail, Yahoo and Microsoft put newsletters without a DKIM signature of your own domain in spam, or reject them."
_SHORT_KEY = 140
"""Bytes: an RSA key of 1,024 bits has about 162, one of 512 bits 94."""


class Key(Enum):
    """What stands where a key should be."""

    GOOD = "good"
    WEAK = "weak"
    REVOKED = "revoked"
    BROKEN = "broken"
    ASTRAY = "astray"
    """The name leads to another, where there is nothing."""
    OTHER = "other"
    """It is not the one that the messages are signed with."""
    MISSING = "missing"
    UNKNOWN = "unknown"


def examine(domain: str, needs: DnsRequirements, lookup: Lookup) -> tuple[Diagnostic, ...]:
    """Return what there is to say of the keys of a domain."""
    if not needs.sends:
        return (_unasked(domain, needs, "Nothing is signed in the outbox."),)
    if not needs.selectors:
        return (
            _unasked(
                domain,
                needs,
                f"{capital(needs.service)} has no standard name for its DKIM key, so it cannot be looked up.",
            ),
        )
    answers = {name: lookup(f"{name}._domainkey.{domain}", "TXT") for name in needs.selectors}
    kinds = {name: kind_of(answer, needs.key) for name, answer in answers.items()}
    return tuple(_remarks(domain, needs, answers, kinds))


def is_signed(remarks: Iterable[Diagnostic]) -> bool | None:
    """Return whether the remarks tell of a key that can be used; None where that is not known."""
    states = {one.state for one in remarks}
    if DiagnosticStatus.FINE in states:
        return True
    return None if DiagnosticStatus.UNKNOWN in states else False


def kind_of(answer: Answer, own: str = "") -> Key:
    """Explain what an answer for a key's name is; `own` is the key that must be there, where it is known."""
    if not answer.is_known:
        return Key.UNKNOWN
    texts = [tags for record in answer.records if "p" in (tags := tags_of(record))]
    if not texts:
        return Key.ASTRAY if answer.alias else Key.MISSING
    tags = texts[0]
    value = "".join(tags["p"].split())
    if not value:
        return Key.REVOKED
    try:
        data = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return Key.BROKEN
    if own and value != own:
        return Key.OTHER
    return Key.WEAK if tags.get("k", "rsa") == "rsa" and len(data) < _SHORT_KEY else Key.GOOD


def _unasked(domain: str, needs: DnsRequirements, words: str) -> Diagnostic:
    where = f", in {needs.where}" if needs.where else ""
    ask = ""
    if needs.own_server:
        ask = f"Ask the administrator of the mail server whether it signs with DKIM for {domain}."
    elif needs.sends:
        ask = f"Check in {needs.service} whether {domain} is authenticated{where}."
    return Diagnostic(topic=TOPIC, state=DiagnosticStatus.UNKNOWN, words=words, ask=ask)


def _remarks(
    domain: str, needs: DnsRequirements, answers: dict[str, Answer], kinds: dict[str, Key]
) -> Iterator[Diagnostic]:
    good = [name for name, kind in kinds.items() if kind is Key.GOOD]
    if good:
        words = f"{needs.service} can sign for {domain} with the key {good[0]}."
        if needs.key:
            words = f"Messages are signed for {domain} with the key {good[0]}, which is in the DNS."
        yield Diagnostic(topic=TOPIC, state=DiagnosticStatus.FINE, words=words)
        return
    for name, kind in kinds.items():
        if kind in _FAULTS:
            yield _faulty(domain, needs, name, kind, answers[name].alias)
            return
    if Key.UNKNOWN in kinds.values():
        words = f"DNS returned no answer for the DKIM keys of {domain}."
        yield Diagnostic(topic=TOPIC, state=DiagnosticStatus.UNKNOWN, words=words, ask="Run this again later.")
        return
    record = next(
        (
            DnsRecord(kind="CNAME", name=f"{name}._domainkey.{domain}", value=target)
            for name, target in needs.targets.items()
        ),
        None,
    )
    if needs.key:
        record, asked = own_record(domain, needs), "add this record"
    elif len(needs.targets) > 1:
        names = " and ".join(f"{name}._domainkey.{domain} to {target}" for name, target in needs.targets.items())
        asked = f"point {names} with CNAME records, as {needs.service} shows ({needs.where}); this is the first one"
    else:
        asked = (
            f"add the records that {needs.service} shows under {needs.where}, one of them for the key {_names(needs)}"
        )
    yield Diagnostic(
        topic=TOPIC,
        state=DiagnosticStatus.FIX,
        words=f"{domain} has no DKIM key that {needs.service} could sign with.",
        meaning=_WHY,
        ask=ask_dns(domain, asked),
        record=record,
    )


def own_record(domain: str, needs: DnsRequirements) -> DnsRecord | None:
    """Return the record of the key that messages are signed with on this computer; None if it is not known."""
    if not needs.key:
        return None
    name = f"{needs.selectors[0]}._domainkey.{domain}"
    return DnsRecord(kind="TXT", name=name, value=f"v=DKIM1; k=rsa; p={needs.key}")


def _names(needs: DnsRequirements) -> str:
    return " or ".join(f"{name}._domainkey" for name in needs.selectors)


_FAULTS = {
    Key.WEAK: "is too short: mailbox providers do not accept it",
    Key.REVOKED: "was revoked: its record is empty",
    Key.BROKEN: "is incomplete or invalid: it was not copied correctly",
    Key.ASTRAY: "points to the wrong place",
    Key.OTHER: "does not belong to the `key_file` that messages are signed with",
}


def _faulty(domain: str, needs: DnsRequirements, name: str, kind: Key, alias: str) -> Diagnostic:
    where = f": {alias}, where there is no key" if kind is Key.ASTRAY else ""
    return Diagnostic(
        topic=TOPIC,
        state=DiagnosticStatus.FIX,
        words=f"The key {name}._domainkey.{domain} {_FAULTS[kind]}{where}.",
        meaning=_WHY,
        ask=ask_dns(
            domain,
            f"replace the record for {name}._domainkey there with "
            + ("this one" if needs.key else f"the one that {needs.service} shows"),
        ),
        record=own_record(domain, needs),
    )
