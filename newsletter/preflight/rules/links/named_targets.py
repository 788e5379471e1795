"""Check what a link's words name against its address: a platform, a year, a month."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.links.link_data import link_data
from newsletter.preflight.links.occurrences import LinkOccurrence, host_of, shown, spots
from newsletter.preflight.rule import Checker, warning

PLATFORM = warning("NL664", name="link-platform-mismatch")
YEAR = warning("NL665", name="link-year-mismatch")

_WORD = compile_pattern(r"[^\W\d_]+")
_YEAR = compile_pattern(r"(?<![\d.,£$€])(20\d\d)(?![\d,]|[/–-]\d\d)")
_SPAN = compile_pattern(r"20\d\d[/–-](?:20)?\d\d(?!\d)")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield these in the order of the links."""
    for spot in spots(context.runs, context.field_links):
        if spot.words and host_of(spot.target):
            yield from _platform(context, spot)
            yield from _year(context, spot)


def _platform(context: LintContext, spot: LinkOccurrence) -> Iterator[Finding]:
    """Yield a link that names one platform and goes to another."""
    platforms = link_data().platforms
    named = {word[0].casefold() for word in _WORD.finditer(spot.words)} & platforms.keys()
    host = host_of(spot.target)
    real = next((name for name, hosts in platforms.items() if any(f".{host}".endswith(f".{one}") for one in hosts)), "")
    if len(named) == 1 and real and real not in named:
        message = f"The link says “{spot.words.strip()}”, but goes to another platform: {shown(spot.target)}."
        yield spot.finding(context, PLATFORM, message)


def _year(context: LintContext, spot: LinkOccurrence) -> Iterator[Finding]:
    """Yield a link that names a year and goes to the page or file of another."""
    if _SPAN.search(spot.words) or _SPAN.search(spot.target):
        return
    said = set(_YEAR.findall(spot.words))
    last = urlsplit(spot.target).path.rstrip("/").rpartition("/")[2]
    linked = set(_YEAR.findall(last.replace("_", " ")))
    if len(said) == 1 and len(linked) == 1 and said != linked:
        message = f"The link says {said.pop()}, but goes to {linked.pop()}: {shown(spot.target)}."
        yield spot.finding(context, YEAR, message)


CHECKS = (Checker("link targets against names", (PLATFORM, YEAR), check),)
