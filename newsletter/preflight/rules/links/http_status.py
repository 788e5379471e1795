"""Report links that do not work, from the results of fetching them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from urllib.parse import SplitResult, unquote, urlsplit

from newsletter.model.domains import decode_domain
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.links.ip_ranges import is_local_host
from newsletter.preflight.links.occurrences import (
    LinkOccurrence,
    elsewhere,
    first_each,
    host_of,
    own_links,
    shown,
    spots,
)
from newsletter.preflight.links.shorteners import is_lasting, is_shortener
from newsletter.preflight.links.status import LinkFact, Verdict
from newsletter.preflight.rule import Checker, Rule, error, note, warning

GONE = error("NL651", name="broken-link")
FAULT = warning("NL652", name="link-server-error")
BROKEN = warning("NL653", name="link-unreachable")
LOOP = warning("NL654", name="redirect-loop")
MOVED = warning("NL655", name="moved-page")
HOME = warning("NL656", name="redirect-to-home-page")
EXPIRING = warning("NL657", name="expiring-certificate")
CERTIFICATE = warning("NL658", name="browser-warning")
LOGIN = warning("NL659", name="login-required")
ANCHOR = warning("NL660", name="missing-anchor")
LOCAL = warning("NL661", name="private-network-link")
UNCLEAR = note("NL662", name="unverified-link")
OFFLINE = note("NL663", name="links-not-checked")

_TOLD: Mapping[Verdict, tuple[Rule, str]] = {
    Verdict.GONE: (GONE, "is broken"),
    Verdict.FAULT: (FAULT, "does not work at the moment"),
    Verdict.BROKEN: (BROKEN, "cannot be opened"),
    Verdict.LOOP: (LOOP, "never reaches a page"),
    Verdict.EXPIRING: (EXPIRING, "will soon trigger a security warning"),
    Verdict.CERTIFICATE: (CERTIFICATE, "triggers a security warning in browsers"),
    Verdict.LOGIN: (LOGIN, "is not open to everyone"),
    Verdict.ANCHOR: (ANCHOR, "does not reach the section it names"),
    Verdict.LOCAL: (LOCAL, "is not open to everyone"),
}
_MOST_NAMED = 3


def check(context: LintContext) -> Iterator[Finding]:
    """Yield one finding for each URL, and a single one for all that could not be checked."""
    facts = context.facts.links
    if not facts:
        return
    known = [(spot, more, facts[spot.target]) for spot, more in first_each(_spots(context)) if spot.target in facts]
    settings = (facts[link] for link in own_links(context.presentation.brand) if link in facts)
    if any(fact.verdict is Verdict.OFFLINE for fact in (*(fact for _, _, fact in known), *settings)):
        yield context.on_issue(OFFLINE, "Links were not checked because there is no internet connection.")
    for spot, more, fact in known:
        if fact.verdict is Verdict.LOCAL and is_local_host(host_of(spot.target)):
            continue  # the URL itself shows this, and NL601 reports it
        if fact.verdict in _TOLD:
            rule, words = _TOLD[fact.verdict]
            told = f"“{shown(spot.target)}” {words}: {fact.detail}.{elsewhere(more)}"
            yield spot.finding(context, rule, told)
        elif fact.verdict is Verdict.MOVED:
            yield from _moved(context, spot, more, fact.moved_to)
    yield from _of_settings(context, {spot.target for spot, _, _ in known})
    yield from _unclear(context, [(spot, fact) for spot, _, fact in known])


def _of_settings(context: LintContext, told: Collection[str]) -> Iterator[Finding]:
    """Yield findings for the links in the footer, which come from the settings."""
    for link in own_links(context.presentation.brand):
        fact = context.facts.links.get(link)
        if fact is not None and link not in told and fact.verdict in _TOLD:
            rule, words = _TOLD[fact.verdict]
            yield context.on_settings(rule, link, f"“{shown(link)}” in the settings {words}: {fact.detail}.")


def _spots(context: LintContext) -> tuple[LinkOccurrence, ...]:
    return spots(context.runs, context.field_links)


def _unclear(context: LintContext, known: Sequence[tuple[LinkOccurrence, LinkFact]]) -> Iterator[Finding]:
    found = [(spot, fact) for spot, fact in known if fact.verdict in {Verdict.SLOW, Verdict.REFUSED}]
    if not found:
        return
    named = "; ".join(f"{shown(spot.target)} ({fact.detail})" for spot, fact in found[:_MOST_NAMED])
    rest = len(found) - _MOST_NAMED
    yield found[0][0].finding(
        context,
        UNCLEAR,
        f"Could not check {named}{f' and {rest} more' if rest > 0 else ''}.",
        hint="Open them yourself to check." if len(found) > 1 else "",
    )


def _moved(context: LintContext, spot: LinkOccurrence, more: int, to: str) -> Iterator[Finding]:
    old, new = urlsplit(spot.target), urlsplit(to)
    host = old.hostname or ""
    if _is_same(old, new) or old.path in {"", "/"} or is_shortener(host) or is_lasting(host):
        return
    if new.path in {"", "/"} and not new.query:
        home = f"it redirects to the home page of {new.hostname}"
        words = f"The page “{shown(spot.target)}” is gone: {home}.{elsewhere(more)}"
        yield spot.finding(context, HOME, words)
        return
    is_plain = new.scheme == "https" and new.query == old.query and new.fragment == old.fragment
    yield spot.finding(
        context,
        MOVED,
        f"“{shown(spot.target)}” has moved permanently. Its new address is {to}{elsewhere(more)}",
        new=to if is_plain else None,
    )


def _is_same(old: SplitResult, new: SplitResult) -> bool:
    """Return whether two URLs differ only in what websites often change: https, www, a trailing slash."""
    return _plain(old) == _plain(new)


def _plain(parts: SplitResult) -> tuple[str, str, str]:
    host = decode_domain(parts.hostname or "").removeprefix("www.")
    return host, unquote(parts.path).rstrip("/").casefold(), unquote(parts.query)


CHECKS = (
    Checker(
        "fetched links",
        (GONE, FAULT, BROKEN, LOOP, MOVED, HOME, EXPIRING, CERTIFICATE, LOGIN, ANCHOR, LOCAL, UNCLEAR, OFFLINE),
        check,
    ),
)
