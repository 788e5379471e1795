"""Links that lead elsewhere than they seem to, and marks that turn the direction of a text around."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.links.lookalikes import imitated, mixed_scripts, own_hosts
from newsletter.preflight.links.occurrences import (
    LinkOccurrence,
    elsewhere,
    first_each,
    host_of,
    own_links,
    shown,
    spots,
)
from newsletter.preflight.rule import Checker, error, warning
from newsletter.preflight.text_spans import TextSpan

USERINFO = error(
    "NL633",
    "A link hides its site behind an @.",
    why="Readers see the name before the @, and are led to the site behind it. Spam filters treat such links as fraud.",
    fix="Write the address of the site alone, without what stands before the @.",
    wrong="intro: Open [your account](https://bank.example.org@evil.example/login).",
    right="intro: Open [your account](https://bank.example.org/login).",
)
LOOKALIKE = error(
    "NL634",
    "The name of a site looks like another one.",
    why="Such names are registered to deceive. Readers believe that they are on the other site.",
    fix="Type the address of the site yourself. If the site is right, add the code to `ignore` with the reason.",
    wrong="intro: Pay with [PayPal](https://www.pаypal.com/donate).",
    right="intro: Pay with [PayPal](https://www.paypal.com/donate).",
)
DIRECTION = warning(
    "NL752",
    "There is an invisible mark that changes the direction of the text.",
    why="Words can be shown in another order than they are written, and an address can look like another one.",
    fix="Delete the line and type it again: such marks come along when text is copied.",
    wrong='intro: "Our plan is \\u202Eready\\u202C now."',
    right='intro: "Our plan is ready now."',
)

_USERINFO = re.compile(r"https?:[/\\]{2,}([^/\\?#\s]{1,1000})@([^/\\?#\s@]+)", re.IGNORECASE)
_OVERRIDES = "\u202d\u202e"
_OPENING, _CLOSING = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068", "\u202c\u2069"
_CONTROLS = re.compile(f"[{_OPENING}{_CLOSING}]")
_MARKS = re.compile(f"[{_OPENING}{_CLOSING}\u200e\u200f\u061c]")


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield deceptive links, then marks of direction, in the order of the texts."""
    brand, sender = subject.presentation.brand, subject.presentation
    addresses = [str(sender.sender.email), str(sender.reply_to or "")]
    own = own_hosts([*map(host_of, own_links(brand)), *(one.rpartition("@")[2] for one in addresses)])
    for spot, more in first_each(spots(subject.runs, subject.field_links)):
        yield from _link(subject, spot, more, own)
    for run in subject.runs:
        yield from _direction(subject, run)


def _link(subject: LintContext, spot: LinkOccurrence, more: int, own: frozenset[str]) -> Iterator[Finding]:
    target = spot.target
    hidden = _USERINFO.match(target)
    if hidden:
        before = hidden[1].partition(":")[0]
        words = f"“{shown(target)}” shows “{shown(before)}” and leads to “{hidden[2]}”.{elsewhere(more)}"
        yield spot.finding(subject, USERINFO, words)
        return
    found = _MARKS.search(target)
    if found:
        words = f"There is {_named(found[0])} in the address “{shown(_MARKS.sub('', target))}”.{elsewhere(more)}"
        yield spot.finding(subject, DIRECTION, words, new=_MARKS.sub("", target))
        return
    host = host_of(target) or (target.rpartition("@")[2].partition("?")[0] if target.startswith("mailto:") else "")
    host = host.rstrip(".")  # the dot that ends a sentence, or the root of all names
    if not host:
        return
    label = mixed_scripts(host)
    other = imitated(host, own)
    if label:
        scripts = "letters of several scripts that look alike"
        yield spot.finding(subject, LOOKALIKE, f"“{label}” in “{shown(target)}” has {scripts}.{elsewhere(more)}")
    elif other:
        yield spot.finding(subject, LOOKALIKE, f"“{host}” is not “{other}”, and looks like it.{elsewhere(more)}")


def _direction(subject: LintContext, run: TextSpan) -> Iterator[Finding]:
    """Yield the first mark of a text that has no business there.

    In text written from right to left pairs of marks are ordinary; an override never is.
    """
    if run.text.isascii():
        return
    found = _CONTROLS.search(run.text)
    if found is None or any(link.at <= found.start() < link.at + len(link.target) for link in run.links):
        return
    override = next((one for one in _CONTROLS.finditer(run.text) if one[0] in _OVERRIDES), None)
    if override is None and _is_right_to_left(run.text) and _is_balanced(run.text):
        return
    match = override or found
    message = f"There is {_named(match[0])} in the text."
    yield subject.in_text(DIRECTION, run, match.start(), match.end(), message)


def _is_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text)


def _is_balanced(text: str) -> bool:
    """Report whether each mark that opens a direction is closed in its own paragraph."""
    for line in text.split("\n"):
        depth = 0
        for mark in _CONTROLS.findall(line):
            depth += 1 if mark in _OPENING else -1
            if depth < 0:
                return False
        if depth:
            return False
    return True


def _named(mark: str) -> str:
    return f"an invisible mark (U+{ord(mark):04X}, {unicodedata.name(mark, 'a mark').lower()})"


CHECKS = (Checker("deceptive links and directions", (USERINFO, LOOKALIKE, DIRECTION), look),)
