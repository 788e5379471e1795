"""Look a sender's domain over: each thing that is right or wrong is a Remark in words for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.deliverability import dkim, dmarc, spf
from newsletter.deliverability.dns import Answer, Lookup, LookupFailure
from newsletter.deliverability.phrases import ask_dns
from newsletter.model.diagnostics import Diagnostic, DiagnosticStatus, DnsRecord
from newsletter.model.dns_requirements import DnsRequirements
from newsletter.model.domains import encode_domain

CUT_OFF = "DNS cannot be queried: the DNS server knows no domain at all, so there is probably no internet connection."
_CERTAIN = "com"
"""A domain that exists wherever there is a connection."""
SILENT = "DNS cannot be queried: there is no network connection, or the DNS server does not respond."


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, and where answers go: two addresses."""

    address: str
    reply_to: str

    @property
    def domain(self) -> str:
        """Return the domain of the sender's address, as the DNS writes it."""
        return domain_of(self.address)


def domain_of(address: str) -> str:
    """Return the domain of an address as the DNS writes it: in ASCII letters, small."""
    domain = address.rpartition("@")[2].strip().rstrip(".")
    try:
        return encode_domain(domain).lower()
    except ValueError:
        return domain.lower()


def check_domain(sender: Sender, needs: DnsRequirements, lookup: Lookup) -> tuple[Diagnostic, ...]:
    """Return what there is to say of a sender's domain; one remark where the DNS cannot be asked."""
    domain = sender.domain
    first = lookup(domain, "SOA")
    if first.failure is LookupFailure.SILENT and lookup(domain, "MX").failure is LookupFailure.SILENT:
        return (Diagnostic(topic="DNS", state=DiagnosticStatus.UNKNOWN, words=SILENT),)
    if first.failure in {LookupFailure.NO_NAME, LookupFailure.FAILED} and (one := _unusable(domain, first, lookup)):
        return (one,)
    found = [*_spf(domain, needs, lookup)]
    keys = dkim.examine(domain, needs, lookup)
    policy = dmarc.examine(domain, sender.reply_to, needs, lookup, signed=dkim.is_signed(keys))
    found += [*keys, *policy, *_mx(domain, "the sender", lookup)]
    answers = domain_of(sender.reply_to)
    if answers != domain:
        found += _mx(answers, "answers", lookup)
    return tuple(found)


def _unusable(domain: str, first: Answer, lookup: Lookup) -> Diagnostic | None:
    """Return the remark on a domain that is not there, or whose name servers fail; None where it can be asked."""
    if lookup(domain, "MX").is_known and first.failure is not LookupFailure.NO_NAME:
        return None
    if first.failure is LookupFailure.NO_NAME:
        if lookup(_CERTAIN, "SOA").failure is LookupFailure.NO_NAME:
            return Diagnostic(topic="DNS", state=DiagnosticStatus.UNKNOWN, words=CUT_OFF)
        return Diagnostic(
            topic="The domain",
            state=DiagnosticStatus.FIX,
            words=f"The domain {domain} does not exist.",
            meaning="Mailbox providers reject mail from it, and replies do not arrive.",
            ask=(
                "Check the sender’s address in newsletter.yaml: it may be misspelled, or the domain may have expired."
            ),
        )
    return Diagnostic(
        topic="The domain",
        state=DiagnosticStatus.FIX,
        words=f"The name servers of {domain} do not respond correctly.",
        meaning="Mailbox providers cannot verify your mail, so they delay it or put it in spam.",
        ask=ask_dns(domain, "find out why its name servers fail: they may have moved, or DNSSEC may be broken"),
    )


def _spf(domain: str, needs: DnsRequirements, lookup: Lookup) -> Iterator[Diagnostic]:
    answer = lookup(domain, "TXT")
    if not answer.is_known:
        yield _unanswered("SPF", domain)
        return
    records = spf.records_in(answer)
    if not records:
        yield _no_spf(domain, needs)
    elif len(records) > 1:
        yield Diagnostic(
            topic="SPF",
            state=DiagnosticStatus.FIX,
            words=f"There are {len(records)} SPF records for {domain}, but only one is allowed.",
            meaning="Mailbox providers then ignore all of them, and your mail may go to spam.",
            ask=ask_dns(domain, "replace them with this one"),
            record=DnsRecord(kind="TXT", name=domain, value=_wanted(spf.joined(records), needs)),
        )
    else:
        found = list(_spf_record(domain, records[0], needs, lookup))
        fine = Diagnostic(
            topic="SPF", state=DiagnosticStatus.FINE, words=f"There is one SPF record for {domain}, and it is valid."
        )
        yield from found or [fine]


def _wanted(record: str, needs: DnsRequirements) -> str:
    missing = needs.include and f"include:{needs.include}" not in record.casefold().split()
    return spf.with_include(record, needs.include) if missing else record


def _no_spf(domain: str, needs: DnsRequirements) -> Diagnostic:
    must = bool(needs.include) or needs.own_server
    allowed = f"include:{needs.include}" if needs.include else "mx"
    lead = (
        "add this record"
        if needs.include
        else "add an SPF record that lists every server that sends for it; this is the minimum"
    )
    also = (
        "" if must or not needs.sends else f" {needs.service} does not need one, because it sends under its own domain."
    )
    return Diagnostic(
        topic="SPF",
        state=DiagnosticStatus.FIX if must else DiagnosticStatus.LOOK,
        words=f"There is no SPF record for {domain}.",
        meaning=f"It lists the servers that can send in your name; without one, mail goes to spam more often.{also}",
        ask=ask_dns(domain, lead),
        record=DnsRecord(kind="TXT", name=domain, value=f"v=spf1 {allowed} ~all"),
    )


def _spf_record(domain: str, record: str, needs: DnsRequirements, lookup: Lookup) -> Iterator[Diagnostic]:
    reading = spf.read(domain, record, lookup)
    odd = [term for term in spf.terms_of(record) if isinstance(term, str) and "=" not in term]
    if odd:
        yield _fix_spf(
            f"The SPF record of {domain} contains an invalid term: {odd[0]}",
            ask_dns(domain, f"fix or remove “{odd[0]}” in the SPF record"),
        )
    if reading.broken:
        yield _fix_spf(
            f"The SPF record of {domain} includes {reading.broken[0]}, which has no valid SPF record",
            ask_dns(domain, f"remove include:{reading.broken[0]}, or fix its spelling"),
        )
    if reading.lookups > spf.MOST_LOOKUPS:
        yield _fix_spf(
            f"The SPF record of {domain} needs more than {spf.MOST_LOOKUPS} DNS lookups ({reading.lookups})",
            ask_dns(domain, "remove providers that you no longer use from the SPF record"),
        )
    elif reading.void > spf.MOST_VOID:
        yield _fix_spf(
            f"The SPF record of {domain} refers to {reading.void} names that do not exist",
            ask_dns(domain, "remove names that no longer exist from the SPF record"),
        )
    yield from _last_word(domain, record)
    if needs.include and needs.include not in reading.included:
        yield Diagnostic(
            topic="SPF",
            state=DiagnosticStatus.FIX,
            words=f"The SPF record of {domain} does not allow {needs.service} to send.",
            meaning="Mailbox providers distrust what it sends in your name, and may put it in spam.",
            ask=ask_dns(domain, "replace the existing record with this one"),
            record=DnsRecord(kind="TXT", name=domain, value=spf.with_include(record, needs.include)),
        )
    if reading.unknown:
        yield _unanswered("SPF", reading.unknown[0])


def _last_word(domain: str, record: str) -> Iterator[Diagnostic]:
    last = spf.last_word(record)
    fixed = DnsRecord(kind="TXT", name=domain, value=_ending(record))
    if last == "+":
        yield Diagnostic(
            topic="SPF",
            state=DiagnosticStatus.FIX,
            words=f"The SPF record of {domain} ends in +all, so anyone can send in your name.",
            meaning="Scammers can use this, and mailbox providers trust your mail less because of it.",
            ask=ask_dns(domain, "replace the existing record with this one"),
            record=fixed,
        )
    elif last in {"?", ""}:
        how = "ends in ?all" if last else "does not end in ~all or -all"
        yield Diagnostic(
            topic="SPF",
            state=DiagnosticStatus.LOOK,
            words=f"The SPF record of {domain} {how}, so it does not reject servers that it does not list.",
            meaning="Others can send in your name more easily.",
            ask=ask_dns(domain, "replace the existing record with this one"),
            record=fixed,
        )


def _ending(record: str) -> str:
    kept = [word for word in record.split() if word.casefold().lstrip("+-~?") != "all"]
    return " ".join([*kept, "~all"])


def _fix_spf(words: str, ask: str) -> Diagnostic:
    meaning = "Mailbox providers then treat the whole record as invalid, and your mail may go to spam."
    return Diagnostic(topic="SPF", state=DiagnosticStatus.FIX, words=f"{words}.", meaning=meaning, ask=ask)


def _unanswered(topic: str, name: str) -> Diagnostic:
    return Diagnostic(
        topic=topic,
        state=DiagnosticStatus.UNKNOWN,
        words=f"DNS returned no answer for {name}.",
        ask="Run this again later; if the problem persists, contact the administrator of that domain’s DNS.",
    )


def _mx(domain: str, what: str, lookup: Lookup) -> Iterator[Diagnostic]:
    answer = lookup(domain, "MX")
    if not answer.is_known:
        yield _unanswered("MX", domain)
        return
    servers = [record.split()[-1] for record in answer.records]
    takes = bool(servers) and servers != ["."]
    if not takes and not servers and lookup(domain, "A").records:
        yield Diagnostic(
            topic="MX",
            state=DiagnosticStatus.LOOK,
            words=f"{domain} has no MX record, so mail to it is delivered to its web server’s address.",
            meaning="Replies from readers may be lost.",
            ask=ask_dns(domain, "add the MX record that your mailbox provider gives you"),
        )
    elif not takes:
        yield Diagnostic(
            topic="MX",
            state=DiagnosticStatus.FIX,
            words=f"{domain}, the domain of {what}, has no mail server that accepts mail.",
            meaning="Replies from readers bounce, and many mailbox providers reject mail from such a domain.",
            ask=ask_dns(domain, "add the MX record that your mailbox provider gives you"),
        )
    else:
        yield Diagnostic(
            topic="MX", state=DiagnosticStatus.FINE, words=f"Mail to {domain} is delivered to {servers[0]}."
        )
