"""Report links that do not work, from the results of fetching them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
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
from newsletter.preflight.rule import Checker, Example, Rule, error, note, warning

PAGE = "https://example.org/plan"
_ISSUE = f"intro: Read [our plan]({PAGE})."
_RIGHT = Example(_ISSUE, says="The page is there.", facts=lambda: {"links": {PAGE: LinkFact(Verdict.OK)}})


def _wrong(says: str, verdict: Verdict, detail: str = "", moved_to: str = "", issue: str = _ISSUE) -> Example:
    facts: Mapping[str, Any] = {"links": {PAGE: LinkFact(verdict, detail, moved_to)}}
    return Example(issue, says=says, facts=lambda: dict(facts))


GONE = error(
    "NL651",
    "A link is broken: the page or website does not exist.",
    name="broken-link",
    why="Every reader who clicks it sees an error.",
    fix="Open the link yourself, correct the address and run `newsletter check` again.",
    wrong=_wrong("The website answers that the page does not exist.", Verdict.GONE, "there is no such page (404)"),
    right=_RIGHT,
)
FAULT = warning(
    "NL652",
    "The website that a link goes to returns a server error.",
    name="link-server-error",
    why="The problem may be temporary, but readers who click now see an error.",
    fix="Open the link yourself. If it fails for you too, try later or contact the website's owner.",
    wrong=_wrong(
        "The website answers with a server error.", Verdict.FAULT, "the site example.org returned a server error (500)"
    ),
    right=_RIGHT,
)
BROKEN = warning(
    "NL653",
    "The connection to the website that a link goes to fails.",
    name="link-unreachable",
    why="Readers see an error page in their browser.",
    fix="Open the link yourself and check the address.",
    wrong=_wrong("The website closes the connection.", Verdict.BROKEN, "the site example.org closed the connection"),
    right=_RIGHT,
)
LOOP = warning(
    "NL654",
    "A link redirects endlessly and never reaches a page.",
    name="redirect-loop",
    why="The browser gives up and shows an error.",
    fix="Open the website yourself and copy the address of the right page.",
    wrong=_wrong("The website redirects in a loop.", Verdict.LOOP, "it redirects in a loop"),
    right=_RIGHT,
)
MOVED = warning(
    "NL655",
    "A page has moved permanently.",
    name="moved-page",
    why="Redirects from old addresses stop working one day, but people read old issues for years.",
    fix="Use the new address.",
    wrong=_wrong(
        "The website redirects to the page's new address.", Verdict.MOVED, moved_to="https://example.org/about/plan"
    ),
    right=_RIGHT,
)
HOME = warning(
    "NL656",
    "A link to a page redirects to the website's home page: the page itself is gone.",
    name="redirect-to-home-page",
    why="Readers do not find what the link promised.",
    fix="Find the page on the website and use its address.",
    wrong=_wrong("The website redirects to its home page.", Verdict.MOVED, moved_to="https://example.org/"),
    right=_RIGHT,
)
EXPIRING = warning(
    "NL657",
    "The security certificate of a linked website is about to expire.",
    name="expiring-certificate",
    why="From that day browsers warn people not to visit the website, and many readers turn back.",
    fix="If it is your own website, ask whoever runs it to renew the certificate.",
    wrong=_wrong(
        "The certificate expires in a few days.", Verdict.EXPIRING, "its certificate expires on 14 March 2024"
    ),
    right=_RIGHT,
)
CERTIFICATE = warning(
    "NL658",
    "Browsers warn people about a linked website.",
    name="browser-warning",
    why="Readers see a full-page security warning and turn back.",
    fix="Check the address. If it is your own website, ask whoever runs it to fix the certificate.",
    wrong=_wrong("The certificate has expired.", Verdict.CERTIFICATE, "the certificate of example.org has expired"),
    right=_RIGHT,
)
LOGIN = warning(
    "NL659",
    "A link goes to a page that readers must sign in to see.",
    name="login-required",
    why="It opens for you because you are signed in. Readers are asked for a password they do not have.",
    fix="Share the document with anyone who has the link, or publish it somewhere public.",
    wrong=_wrong("The document is not shared.", Verdict.LOGIN, "it redirects to a sign-in page on accounts.google.com"),
    right=_RIGHT,
)
ANCHOR = warning(
    "NL660",
    "A link goes to a section that does not exist on the page.",
    name="missing-anchor",
    why="Readers arrive at the top of the page and have to search for it.",
    fix="Open the page, go to the section and copy its link again, or remove the # and everything after it.",
    wrong=_wrong("The page has no such section.", Verdict.ANCHOR, "the page has no section called “dates”"),
    right=_RIGHT,
)
LOCAL = warning(
    "NL661",
    "A link goes to an address inside a private network.",
    name="private-network-link",
    why="It works in your office, but not for anyone outside it.",
    fix="Use the public address. If all your readers are on your network, set `local_links`.",
    wrong=_wrong("The name belongs to a computer in the office.", Verdict.LOCAL, "example.org is in a private network"),
    right=_RIGHT,
)
UNCLEAR = note(
    "NL662",
    "A link could not be checked.",
    name="unverified-link",
    why="Some websites are slow and some block automatic checks, so the page may or may not exist.",
    fix="Open it yourself to check.",
    wrong=_wrong("The website was too slow.", Verdict.SLOW, "the site example.org did not answer in time"),
    right=_RIGHT,
)
OFFLINE = note(
    "NL663",
    "Links were not checked because there is no internet connection.",
    name="links-not-checked",
    why="You could send an issue with broken links.",
    fix="Run `newsletter check` again when you are online, or use `--offline` to skip the links on purpose.",
    wrong=_wrong("There is no connection.", Verdict.OFFLINE),
    right=_RIGHT,
)

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


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield one finding for each URL, and a single one for all that could not be checked."""
    facts = subject.facts.links
    if not facts:
        return
    known = [(spot, more, facts[spot.target]) for spot, more in first_each(_spots(subject)) if spot.target in facts]
    if any(fact.verdict is Verdict.OFFLINE for _, _, fact in known):
        yield subject.on_issue(OFFLINE, "Links were not checked because there is no internet connection.")
    for spot, more, fact in known:
        if fact.verdict is Verdict.LOCAL and is_local_host(host_of(spot.target)):
            continue  # the URL itself shows this, and NL601 reports it
        if fact.verdict in _TOLD:
            rule, words = _TOLD[fact.verdict]
            told = f"“{shown(spot.target)}” {words}: {fact.detail}.{elsewhere(more)}"
            yield spot.finding(subject, rule, told)
        elif fact.verdict is Verdict.MOVED:
            yield from _moved(subject, spot, more, fact.moved_to)
    yield from _of_settings(subject, {spot.target for spot, _, _ in known})
    yield from _unclear(subject, [(spot, fact) for spot, _, fact in known])


def _of_settings(subject: LintContext, told: Collection[str]) -> Iterator[Finding]:
    """Yield findings for the links in the footer, which come from the settings."""
    for link in own_links(subject.presentation.brand):
        fact = subject.facts.links.get(link)
        if fact is not None and link not in told and fact.verdict in _TOLD:
            rule, words = _TOLD[fact.verdict]
            yield subject.on_settings(rule, link, f"“{shown(link)}” in the settings {words}: {fact.detail}.")


def _spots(subject: LintContext) -> tuple[LinkOccurrence, ...]:
    return spots(subject.runs, subject.field_links)


def _unclear(subject: LintContext, known: Sequence[tuple[LinkOccurrence, LinkFact]]) -> Iterator[Finding]:
    found = [(spot, fact) for spot, fact in known if fact.verdict in {Verdict.SLOW, Verdict.REFUSED}]
    if not found:
        return
    named = "; ".join(f"{shown(spot.target)} ({fact.detail})" for spot, fact in found[:_MOST_NAMED])
    rest = len(found) - _MOST_NAMED
    yield found[0][0].finding(
        subject,
        UNCLEAR,
        f"Could not check {named}{f' and {rest} more' if rest > 0 else ''}.",
        hint="Open them yourself to check." if len(found) > 1 else "",
    )


def _moved(subject: LintContext, spot: LinkOccurrence, more: int, to: str) -> Iterator[Finding]:
    old, new = urlsplit(spot.target), urlsplit(to)
    host = old.hostname or ""
    if _is_same(old, new) or old.path in {"", "/"} or is_shortener(host) or is_lasting(host):
        return
    if new.path in {"", "/"} and not new.query:
        home = f"it redirects to the home page of {new.hostname}"
        words = f"The page “{shown(spot.target)}” is gone: {home}.{elsewhere(more)}"
        yield spot.finding(subject, HOME, words)
        return
    is_plain = new.scheme == "https" and new.query == old.query and new.fragment == old.fragment
    yield spot.finding(
        subject,
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
        look,
    ),
)
