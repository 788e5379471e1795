"""SPF (RFC 7208): which servers may send in a domain's name, and in what ways its record goes wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from newsletter.deliverability.dns import Answer, Lookup, LookupFailure

MOST_LOOKUPS = 10
MOST_VOID = 2
"""Questions that a record may cause, and those without an answer among them; beyond, receivers take it for broken."""

_DEPTH = 20
_TERM = re.compile(
    r"(?P<sign>[+\-~?]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists|redirect|exp)(?:[:=](?P<value>\S+?))?(?P<mask>/\d+(?://\d+)?)?",
    re.IGNORECASE,
)
_LAST = re.compile(r"[+\-~?]?all$|redirect=", re.IGNORECASE)
_ASKING = {"include", "a", "mx", "ptr", "exists", "redirect"}


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a record: what it does, its name, and what stands behind the colon."""

    sign: str
    name: str
    value: str


@dataclass
class Reading:
    """What following a record through all that it includes came to."""

    lookups: int = 0
    void: int = 0
    included: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    """Domains that are included and have no record, or more than one."""
    unknown: list[str] = field(default_factory=list)
    """Domains of which the DNS told nothing."""


def records_in(answer: Answer) -> tuple[str, ...]:
    """Return those of a name's texts that are SPF records."""
    return tuple(one for one in answer.records if re.match(r"v=spf1(?:\s|$)", one.strip(), re.IGNORECASE))


def terms_of(record: str) -> Iterator[Term | str]:
    """Yield the terms of a record in order; a word that is none as it stands."""
    for word in record.split()[1:]:
        match = _TERM.fullmatch(word)
        if match is None:
            yield word
        else:
            yield Term(match["sign"] or "+", match["name"].casefold(), (match["value"] or "").rstrip("."))


def last_word(record: str) -> str:
    """Return what the record says of all other servers: `-`, `~`, `?`, `+`, `redirect`, or nothing."""
    terms = [term for term in terms_of(record) if isinstance(term, Term)]
    for term in terms:
        if term.name == "all":
            return term.sign
    return "redirect" if any(term.name == "redirect" for term in terms) else ""


def read(domain: str, record: str, lookup: Lookup) -> Reading:
    """Follow a record through all that it includes, as a receiver must, and count."""
    reading = Reading()
    _follow(domain, record, lookup, reading, {domain.casefold()})
    return reading


def _follow(domain: str, record: str, lookup: Lookup, reading: Reading, above: set[str]) -> None:
    terms = [term for term in terms_of(record) if isinstance(term, Term)]
    has_all = any(term.name == "all" for term in terms)
    for term in terms:
        if term.name not in _ASKING or (term.name == "redirect" and has_all):
            continue
        reading.lookups += 1
        if reading.lookups > MOST_LOOKUPS + _DEPTH:
            return
        if term.name in {"include", "redirect"}:
            _enter(term, lookup, reading, above)
        elif term.name in {"a", "mx"} and "%" not in term.value:
            kind = "MX" if term.name == "mx" else "A"
            reading.void += lookup(term.value or domain, kind).failure in {
                LookupFailure.NO_NAME,
                LookupFailure.NO_RECORDS,
            }


def _enter(term: Term, lookup: Lookup, reading: Reading, above: set[str]) -> None:
    name = term.value.casefold()
    if "%" in name or not name:
        return  # a macro: it depends on each message
    reading.included.add(name)
    if name in above:
        reading.broken.append(name)
        return
    answer = lookup(name, "TXT")
    if not answer.is_known:
        reading.unknown.append(name)
        return
    found = records_in(answer)
    reading.void += answer.failure in {LookupFailure.NO_NAME, LookupFailure.NO_RECORDS}
    if len(found) != 1:
        reading.broken.append(name)
        return
    _follow(name, found[0], lookup, reading, above | {name})


def with_include(record: str, include: str) -> str:
    """Return a record that allows one more service, its last word still the last."""
    words = record.split()
    tail = next(
        (index for index, word in enumerate(words) if re.match(r"[+\-~?]?all$|redirect=", word, re.IGNORECASE)), None
    )
    at = len(words) if tail is None else tail
    return " ".join([*words[:at], f"include:{include}", *words[at:]])


def joined(records: tuple[str, ...]) -> str:
    """Return one record that allows what several allow, with the mildest of their last words."""
    words: list[str] = []
    last = []
    for record in records:
        for word in record.split()[1:]:
            if re.fullmatch(r"[+\-~?]?all", word, re.IGNORECASE):
                last.append(word.casefold())
            elif word not in words:
                words.append(word)
    mildest = "~all" if not last or any(not word.startswith("-") for word in last) else "-all"
    return " ".join(["v=spf1", *words, mildest])
