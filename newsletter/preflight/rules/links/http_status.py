"""Links behind which something is wrong, by what was found there."""

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
    "A link leads nowhere: the page or its site is not there.",
    why="Every reader who follows it finds an error.",
    fix="Open it yourself and put in the right address; once it is right, run `newsletter check` again.",
    wrong=_wrong("The site answers that there is no such page.", Verdict.GONE, "there is no such page (404)"),
    right=_RIGHT,
)
FAULT = warning(
    "NL652",
    "The site behind a link says that it has a fault.",
    why="It may be over in an hour, or not.",
    fix="Open it yourself; if it does not work there either, wait, or ask whoever runs the site.",
    wrong=_wrong("The site answers with an error of its own.", Verdict.FAULT, "the site has a fault of its own (500)"),
    right=_RIGHT,
)
BROKEN = warning(
    "NL653",
    "No connection to the site behind a link holds.",
    why="Readers would see an error of their browser.",
    fix="Open it yourself and look whether the address is right.",
    wrong=_wrong("The site breaks off.", Verdict.BROKEN, "the site example.org breaks off the connection"),
    right=_RIGHT,
)
LOOP = warning(
    "NL654",
    "A link leads on and on, and never to a page.",
    why="A browser gives up and shows an error.",
    fix="Open it yourself, and write the address of the page that you want.",
    wrong=_wrong("The site sends on in a circle.", Verdict.LOOP, "it leads round in a circle, and to no page"),
    right=_RIGHT,
)
MOVED = warning(
    "NL655",
    "A page has moved for good.",
    why="Old addresses stop to lead on one day, and an issue is read for years.",
    fix="Write the new address.",
    wrong=_wrong("The site says where the page is now.", Verdict.MOVED, moved_to="https://example.org/about/plan"),
    right=_RIGHT,
)
HOME = warning(
    "NL656",
    "A link to a page leads to a front page instead: the page itself is gone.",
    why="Readers land where what you promised is not to be found.",
    fix="Find the page on the site and put in its address.",
    wrong=_wrong("The site sends on to its front page.", Verdict.MOVED, moved_to="https://example.org/"),
    right=_RIGHT,
)
EXPIRING = warning(
    "NL657",
    "The certificate of a site behind a link is about to end.",
    why="From that day on browsers warn of the site, and many readers turn back.",
    fix="If it is your own site, ask whoever runs it to renew the certificate.",
    wrong=_wrong("The certificate ends in some days.", Verdict.EXPIRING, "its certificate ends on 14 March 2024"),
    right=_RIGHT,
)
CERTIFICATE = warning(
    "NL658",
    "Browsers warn of a site behind a link.",
    why="Readers see a whole page that calls it unsafe, and turn back.",
    fix="Look whether the address is right; if it is your own site, ask whoever runs it about its certificate.",
    wrong=_wrong("The certificate has run out.", Verdict.CERTIFICATE, "the certificate of example.org has run out"),
    right=_RIGHT,
)
LOGIN = warning(
    "NL659",
    "A page behind a link is only for people who sign in.",
    why="You see it, as you are signed in; readers are asked for a password that they do not have.",
    fix="Share the document with everybody who has the link, or put it where all can read it.",
    wrong=_wrong("The document is not shared.", Verdict.LOGIN, "it leads to a page of accounts.google.com to sign in"),
    right=_RIGHT,
)
ANCHOR = warning(
    "NL660",
    "The place in a page that a link names is not there.",
    why="Readers land at the top of the page and have to search.",
    fix="Open the page, go to the place and copy its address anew; or take the part from # on out.",
    wrong=_wrong("The page has no such place.", Verdict.ANCHOR, "the page has no place called “dates”"),
    right=_RIGHT,
)
LOCAL = warning(
    "NL661",
    "A link leads into a network of your own.",
    why="It works in your office and for nobody else.",
    fix="Put in the address by which everybody reaches it; if all readers are in your network, set `local_links`.",
    wrong=_wrong("The name means a computer in the office.", Verdict.LOCAL, "example.org is in a network of one's own"),
    right=_RIGHT,
)
UNCLEAR = note(
    "NL662",
    "Nothing could be found out about a link.",
    why="Some sites are slow, and some do not answer to programs; the page may be there or not.",
    fix="Open it yourself once.",
    wrong=_wrong("The site was too slow.", Verdict.SLOW, "the site example.org did not answer in time"),
    right=_RIGHT,
)
OFFLINE = note(
    "NL663",
    "Links were not looked at: there is no connection to the internet.",
    why="A dead link would go out unnoticed.",
    fix="Run `newsletter check` again when there is one; with `--offline` links are left alone on purpose.",
    wrong=_wrong("There is no connection.", Verdict.OFFLINE),
    right=_RIGHT,
)

_TOLD: Mapping[Verdict, tuple[Rule, str]] = {
    Verdict.GONE: (GONE, "leads nowhere"),
    Verdict.FAULT: (FAULT, "does not work at the moment"),
    Verdict.BROKEN: (BROKEN, "cannot be opened"),
    Verdict.LOOP: (LOOP, "leads to no page"),
    Verdict.EXPIRING: (EXPIRING, "will soon be called unsafe"),
    Verdict.CERTIFICATE: (CERTIFICATE, "is called unsafe by browsers"),
    Verdict.LOGIN: (LOGIN, "cannot be read by everybody"),
    Verdict.ANCHOR: (ANCHOR, "does not lead to the place that it names"),
    Verdict.LOCAL: (LOCAL, "works only in your own network"),
}
_MOST_NAMED = 3


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield one finding for each address, and one for all of which nothing is known."""
    facts = subject.facts.links
    if not facts:
        return
    known = [(spot, more, facts[spot.target]) for spot, more in first_each(_spots(subject)) if spot.target in facts]
    if any(fact.verdict is Verdict.OFFLINE for _, _, fact in known):
        yield subject.on_issue(OFFLINE, "Links were not looked at: there is no connection to the internet.")
    for spot, more, fact in known:
        if fact.verdict is Verdict.LOCAL and is_local_host(host_of(spot.target)):
            continue  # the address itself says so, and has a finding of its own
        if fact.verdict in _TOLD:
            rule, words = _TOLD[fact.verdict]
            told = f"“{shown(spot.target)}” {words}: {fact.detail}.{elsewhere(more)}"
            yield spot.finding(subject, rule, told)
        elif fact.verdict is Verdict.MOVED:
            yield from _moved(subject, spot, more, fact.moved_to)
    yield from _of_settings(subject, {spot.target for spot, _, _ in known})
    yield from _unclear(subject, [(spot, fact) for spot, _, fact in known])


def _of_settings(subject: LintContext, told: Collection[str]) -> Iterator[Finding]:
    """Yield what is wrong behind the links of the footer, which are the same in every issue."""
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
        f"Nothing could be found out about {named}{f' and {rest} more' if rest > 0 else ''}.",
        hint="Open them yourself once." if len(found) > 1 else "",
    )


def _moved(subject: LintContext, spot: LinkOccurrence, more: int, to: str) -> Iterator[Finding]:
    old, new = urlsplit(spot.target), urlsplit(to)
    host = old.hostname or ""
    if _is_same(old, new) or old.path in {"", "/"} or is_shortener(host) or is_lasting(host):
        return
    if new.path in {"", "/"} and not new.query:
        words = (
            f"The page “{shown(spot.target)}” is gone: it leads to the front page of {new.hostname}.{elsewhere(more)}"
        )
        yield spot.finding(subject, HOME, words)
        return
    is_plain = new.scheme == "https" and new.query == old.query and new.fragment == old.fragment
    yield spot.finding(
        subject,
        MOVED,
        f"“{shown(spot.target)}” has moved for good. Its new address is {to}{elsewhere(more)}",
        new=to if is_plain else None,
    )


def _is_same(old: SplitResult, new: SplitResult) -> bool:
    """Say whether two addresses differ by no more than what a site may change any day: https, www, a last stroke."""
    return _plain(old) == _plain(new)


def _plain(parts: SplitResult) -> tuple[str, str, str]:
    host = decode_domain(parts.hostname or "").removeprefix("www.")
    return host, unquote(parts.path).rstrip("/").casefold(), unquote(parts.query)


CHECKS = (
    Checker(
        "links, as they were found",
        (GONE, FAULT, BROKEN, LOOP, MOVED, HOME, EXPIRING, CERTIFICATE, LOGIN, ANCHOR, LOCAL, UNCLEAR, OFFLINE),
        look,
    ),
)
