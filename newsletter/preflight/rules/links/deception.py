"""Check for links that hide where they go, and for invisible characters that reverse the text direction."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
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

USERINFO = error("NL633", name="hidden-link-domain")
LOOKALIKE = error("NL634", name="lookalike-domain")
DIRECTION = warning("NL752", name="invisible-direction-mark")

_USERINFO = compile_pattern(r"https?:[/\\]{2,}([^/\\?#\s]{1,1000})@([^/\\?#\s@]+)", re.IGNORECASE)
_OVERRIDES = "\u202d\u202e"
_OPENING, _CLOSING = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068", "\u202c\u2069"
_CONTROLS = compile_pattern(f"[{_OPENING}{_CLOSING}]")
_STRAY = "\u200e\u200f\u061c"
_MARKS = compile_pattern(f"[{_OPENING}{_CLOSING}{_STRAY}\U000e0000-\U000e007f]")
_UNSEEN = compile_pattern(f"[{_STRAY}]|(?:[\U000e0000-\U000e007f]+)")
_REGION_FLAG = compile_pattern("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
"""Flags such as those of Wales and Scotland are a black flag and invisible letters."""
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "ur", "yi"})


def check(context: LintContext) -> Iterator[Finding]:
    """Yield findings for deceptive links, then for direction characters, in text order."""
    brand, sender = context.presentation.brand, context.presentation
    addresses = [str(sender.sender.email), str(sender.reply_to or "")]
    own = own_hosts([*map(host_of, own_links(brand)), *(one.rpartition("@")[2] for one in addresses)])
    for spot, more in first_each(spots(context.runs, context.field_links)):
        yield from _link(context, spot, more, own)
    for run in context.runs:
        yield from _direction(context, run)


def _link(context: LintContext, spot: LinkOccurrence, more: int, own: frozenset[str]) -> Iterator[Finding]:
    target = spot.target
    hidden = _USERINFO.match(target)
    if hidden:
        before = hidden[1].partition(":")[0]
        words = f"“{shown(target)}” shows “{shown(before)}” but goes to “{hidden[2]}”.{elsewhere(more)}"
        yield spot.finding(context, USERINFO, words)
        return
    found = _MARKS.search(target)
    if found:
        words = f"The link “{shown(_MARKS.sub('', target))}” contains {_named(found[0])}.{elsewhere(more)}"
        yield spot.finding(context, DIRECTION, words, new=_MARKS.sub("", target))
        return
    host = host_of(target) or (target.rpartition("@")[2].partition("?")[0] if target.startswith("mailto:") else "")
    host = host.rstrip(".")  # the dot that ends a sentence, or the root of all names
    if not host:
        return
    label = mixed_scripts(host)
    other = imitated(host, own)
    if label:
        scripts = "lookalike letters from different alphabets"
        yield spot.finding(context, LOOKALIKE, f"“{label}” in “{shown(target)}” mixes {scripts}.{elsewhere(more)}")
    elif other:
        yield spot.finding(
            context, LOOKALIKE, f"“{host}” looks like “{other}” but is a different domain.{elsewhere(more)}"
        )


def _direction(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    """Yield a finding for the first direction character that does not belong in a text.

    Balanced pairs are normal in right-to-left text; an override never is.
    """
    if run.text.isascii():
        return
    yield from _unseen(context, run)
    found = _CONTROLS.search(run.text)
    if found is None or any(link.at <= found.start() < link.at + len(link.target) for link in run.links):
        return
    override = next((one for one in _CONTROLS.finditer(run.text) if one[0] in _OVERRIDES), None)
    if override is None and _is_right_to_left(run.text) and _is_balanced(run.text):
        return
    match = override or found
    message = f"The text contains {_named(match[0])}."
    yield context.in_text(DIRECTION, run, match.start(), match.end(), message)


def _unseen(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    """Yield a finding for the first mark or tag character that has no purpose where it is."""
    plain = _REGION_FLAG.sub(lambda flag: "-" * len(flag[0]), run.text)
    for match in _UNSEEN.finditer(plain):
        if match[0] in _STRAY and (
            run.language.partition("-")[0] in _RIGHT_TO_LEFT or _is_right_to_left(run.text)  # where it is needed
        ):
            continue
        if not any(link.at <= match.start() < link.at + len(link.target) for link in run.links):
            message = f"The text contains {_named(match[0][0])}."
            yield context.in_text(DIRECTION, run, match.start(), match.end(), message, new="")
            return


def _is_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text if letter.isalpha())


def _is_balanced(text: str) -> bool:
    """Return whether each opening direction character is closed in the same paragraph."""
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
    return f"an invisible character (U+{ord(mark):04X}, {unicodedata.name(mark, 'unnamed').lower()})"


CHECKS = (Checker("deceptive links and text direction", (USERINFO, LOOKALIKE, DIRECTION), check),)
