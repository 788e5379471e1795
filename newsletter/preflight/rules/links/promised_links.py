"""Check for missing links: text that promises one, and addresses that are not clickable."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.links.occurrences import host_of, shown
from newsletter.preflight.links.promised_links import unkept
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text_spans import TextSpan, WrittenLink

PROMISED = warning("NL630", name="missing-link")
EMAIL = warning("NL631", name="unlinked-email")
ADDRESS = warning("NL632", name="unlinked-url")

_BROKEN_LINK = compile_pattern(r"\][ \t]*\(?$|\)\[$")

MOST = 2
"""Most findings of one rule in an issue; the last one says how many more there are."""

_NO_LINKS = frozenset({"contact", "title", "subject", "preheader", "heading", "label", "name", "who", "alt", "kind"})
"""Fields that cannot hold a link, or in which an address becomes one automatically."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield promised links, then bare addresses, each in text order."""
    yield from _promises(context)
    yield from _bare(context)


def _promises(context: LintContext) -> Iterator[Finding]:
    found = [
        (run, start, end)
        for run in context.runs
        if run.language.startswith("en") and run.field not in _NO_LINKS and not _has_button(context, run)
        for start, end in unkept(run)
    ]
    for number, (run, start, end) in enumerate(found[:MOST], 1):
        rest = len(found) - MOST if number == MOST else 0
        more = f" {rest} more place{'s do' if rest > 1 else ' does'} the same." if rest > 0 else ""
        said = " ".join(run.text[start:end].split())
        yield context.in_text(PROMISED, run, start, end, f"“{said}” sends readers somewhere without a link.{more}")


def _has_button(context: LintContext, run: TextSpan) -> bool:
    """Return whether the item or section of a text has a link field, which the text then refers to."""
    owner = run.loc[:-1] if isinstance(run.loc[-1], str) else run.loc
    return len(owner) > 1 and any(field.loc[: len(owner)] == owner for field in context.field_links)


def _bare(context: LintContext) -> Iterator[Finding]:
    """Yield one finding for each address that is not a link."""
    seen: set[str] = set()
    for run in context.runs:
        if run.field in _NO_LINKS:
            continue
        for link in run.links:
            if not link.bare or link.target.casefold() in seen or _is_told_elsewhere(run.text, link.at):
                continue
            seen.add(link.target.casefold())
            yield _bare_one(context, run, link)


def _bare_one(context: LintContext, run: TextSpan, link: WrittenLink) -> Finding:
    start, end = link.at, link.at + len(link.target)
    if "@" in link.target and not host_of(link.target):
        new = None if _touches(run.text, start, end) else f"<{link.target}>"
        return context.in_text(EMAIL, run, start, end, f"“{link.target}” is not a link here.", new=new)
    words = f"“{shown(link.target)}” is not a link here."
    return context.in_text(ADDRESS, run, start, end, words, new=_linked(run.text, link.target, start, end))


def _linked(text: str, target: str, start: int, end: int) -> str | None:
    """Return an address as a link that looks the same; None where it needs link text instead."""
    if _touches(text, start, end) or not host_of(target) or len(target) > 40:
        return None
    return f"<{target}>"


def _touches(text: str, start: int, end: int) -> bool:
    """Return whether other characters touch an address, so that its end is uncertain."""
    return text[:start].endswith(("<", "[", "`", "/", "@")) or text[end : end + 1] in {">", "]", "`", "@", "/"}


def _is_told_elsewhere(text: str, at: int) -> bool:
    """Return whether an address is shown as code, or belongs to a link whose brackets are wrong."""
    return text.count("`", 0, at) % 2 == 1 or _BROKEN_LINK.search(text[:at]) is not None


CHECKS = (Checker("missing links", (PROMISED, EMAIL, ADDRESS), check),)
