"""DMARC (RFC 7489): what a domain asks of mail services for mail that is not signed in its name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.deliverability.dns import Answer, Lookup
from newsletter.deliverability.phrases import ask_dns
from newsletter.deliverability.tag_list import tags_of
from newsletter.model.diagnostics import Diagnostic, DiagnosticStatus, DnsRecord
from newsletter.model.dns_requirements import DnsRequirements

TOPIC = "DMARC"
_POLICIES = ("none", "quarantine", "reject")


def examine(
    domain: str, reports_to: str, needs: DnsRequirements, lookup: Lookup, *, signed: bool | None
) -> tuple[Diagnostic, ...]:
    """Return what there is to say of a domain's policy; `signed` says whether mail is signed in its name.

    The policy of the nearest domain above counts where a domain has none of its own.
    """
    at, answer = _nearest(domain, lookup)
    if not answer.is_known:
        words = f"DNS returned no answer for _dmarc.{at}."
        return (Diagnostic(topic=TOPIC, state=DiagnosticStatus.UNKNOWN, words=words, ask="Run this again later."),)
    return tuple(_remarks(domain, at, _policies(answer), reports_to, needs, signed=signed))


def _nearest(domain: str, lookup: Lookup) -> tuple[str, Answer]:
    """Return the nearest domain, from this one upwards, that has a policy, or of which the DNS tells nothing."""
    labels = domain.split(".")
    first = lookup(f"_dmarc.{domain}", "TXT")
    if _policies(first) or not first.is_known:
        return domain, first
    for start in range(1, len(labels) - 1):
        above = ".".join(labels[start:])
        answer = lookup(f"_dmarc.{above}", "TXT")
        if _policies(answer):
            return above, answer
    return domain, first


def _policies(answer: Answer) -> tuple[str, ...]:
    return tuple(one for one in answer.records if re.match(r"\s*v\s*=\s*DMARC1\s*(?:;|$)", one, re.IGNORECASE))


def _remarks(
    domain: str, at: str, records: tuple[str, ...], reports_to: str, needs: DnsRequirements, *, signed: bool | None
) -> Iterator[Diagnostic]:
    name = f"_dmarc.{at}"
    start = DnsRecord(kind="TXT", name=name, value=f"v=DMARC1; p=none; rua=mailto:{reports_to}")
    if not records:
        yield Diagnostic(
            topic=TOPIC,
            state=DiagnosticStatus.FIX,
            words=f"There is no DMARC record for {domain}.",
            meaning="Gmail, Yahoo and Microsoft require one, and put large mailings without it in spam.",
            ask=ask_dns(at, "add this record, with an address that can receive many reports"),
            record=start,
        )
        return
    if len(records) > 1:
        yield Diagnostic(
            topic=TOPIC,
            state=DiagnosticStatus.FIX,
            words=f"There are {len(records)} DMARC records for {at}, but only one is allowed.",
            meaning="Mailbox providers then ignore all of them.",
            ask=ask_dns(at, "leave only this one"),
            record=DnsRecord(kind="TXT", name=name, value=records[0]),
        )
        return
    tags = tags_of(records[0])
    policy = (tags.get("sp") if at != domain else None) or tags.get("p", "")
    if policy.casefold() not in _POLICIES:
        yield Diagnostic(
            topic=TOPIC,
            state=DiagnosticStatus.FIX,
            words=f"The DMARC record of {at} has no policy: it needs p=none, p=quarantine or p=reject.",
            meaning="Mailbox providers then ignore it.",
            ask=ask_dns(at, "replace it with this record"),
            record=start,
        )
        return
    yield from _policy(domain, at, records[0], policy.casefold(), needs, signed=signed)
    if "rua" not in tags:
        yield Diagnostic(
            topic=TOPIC,
            state=DiagnosticStatus.LOOK,
            words=f"The DMARC record of {at} does not request reports.",
            meaning="You would not learn that your mail goes to spam, or that others send in your name.",
            ask=ask_dns(at, "replace it with this record"),
            record=DnsRecord(kind="TXT", name=name, value=f"{records[0].rstrip('; ')}; rua=mailto:{reports_to}"),
        )


def _policy(
    domain: str, at: str, record: str, policy: str, needs: DnsRequirements, *, signed: bool | None
) -> Iterator[Diagnostic]:
    if policy == "none":
        stricter = re.sub(r"(?i)\b(s?p)\s*=\s*none", r"\1=quarantine", record)
        yield Diagnostic(
            topic=TOPIC,
            state=DiagnosticStatus.LOOK,
            words=(
                f"The DMARC record of {at} has p=none: this is enough to send, but does not protect your domain yet."
            ),
            meaning="Others can still send in your name.",
            ask=ask_dns(at, "change it to this when its reports show that all your own mail passes"),
            record=DnsRecord(kind="TXT", name=f"_dmarc.{at}", value=stricter),
        )
    elif signed is False and needs.sends:
        what = "reject" if policy == "reject" else "put in spam"
        yield Diagnostic(
            topic=TOPIC,
            state=DiagnosticStatus.FIX,
            words=f"The DMARC record of {at} tells mailbox providers to {what} mail that is not signed for {domain}.",
            meaning="At the moment, that would affect every issue.",
            ask="Fix DKIM first, as described above, and do not send anything before that.",
        )
    else:
        yield Diagnostic(topic=TOPIC, state=DiagnosticStatus.FINE, words=f"{at} is protected: p={policy}.")
