"""Links that the words promise and that are not there, and addresses that stand in the text without being links."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.links.occurrences import host_of, shown
from newsletter.preflight.links.promised_links import unkept
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text_spans import TextSpan, WrittenLink

PROMISED = warning(
    "NL630",
    "The words send readers somewhere, and there is no link.",
    why="Hardly anybody goes and searches for it.",
    fix="Make a link of the words: [our events page](https://…).",
    wrong="intro: You can sign up via the events page on our website or on our Eventbrite.",
    right="intro: You can sign up via [the events page on our website](https://example.org/events).",
)
EMAIL = warning(
    "NL631",
    "An email address stands in the text without being a link.",
    why="Some mail programs make one of it, others do not; on a phone it cannot even be copied with ease.",
    fix="Put it between < and >.",
    wrong="intro: Write to us on team@example.org by Friday.",
    right="intro: Write to us on <team@example.org> by Friday.",
)
ADDRESS = warning(
    "NL632",
    "A web address stands in the text without being a link.",
    why="Some mail programs make one of it, others do not.",
    fix="Make a link of words: [our plan](https://…).",
    wrong="intro: Our plan is at https://example.org/plan for all to read.",
    right="intro: Read [our plan](https://example.org/plan).",
)

_BROKEN_LINK = re.compile(r"\][ \t]*\(?$|\)\[$")

MOST = 2
"""Findings of one kind in an issue; the last one tells how many more there are."""

_NO_LINKS = frozenset({"contact", "title", "subject", "preheader", "heading", "label", "name", "who", "alt", "kind"})
"""Fields that are no place for a link, or in which an address becomes one by itself."""


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield these in the order of the texts."""
    yield from _promises(subject)
    yield from _bare(subject)


def _promises(subject: LintContext) -> Iterator[Finding]:
    found = [
        (run, start, end)
        for run in subject.runs
        if run.language.startswith("en") and run.field not in _NO_LINKS and not _has_button(subject, run)
        for start, end in unkept(run)
    ]
    for number, (run, start, end) in enumerate(found[:MOST], 1):
        rest = len(found) - MOST if number == MOST else 0
        more = f" So do {rest} more place{'s' if rest > 1 else ''}." if rest > 0 else ""
        said = " ".join(run.text[start:end].split())
        yield subject.in_text(PROMISED, run, start, end, f"“{said}” sends readers somewhere, without a link.{more}")


def _has_button(subject: LintContext, run: TextSpan) -> bool:
    """Say whether what a text belongs to has a link of its own, which the text then speaks of."""
    owner = run.loc[:-1] if isinstance(run.loc[-1], str) else run.loc
    return len(owner) > 1 and any(field.loc[: len(owner)] == owner for field in subject.field_links)


def _bare(subject: LintContext) -> Iterator[Finding]:
    """Yield one finding for each address that is no link."""
    seen: set[str] = set()
    for run in subject.runs:
        if run.field in _NO_LINKS:
            continue
        for link in run.links:
            if not link.bare or link.target.casefold() in seen or _is_told_elsewhere(run.text, link.at):
                continue
            seen.add(link.target.casefold())
            yield _bare_one(subject, run, link)


def _bare_one(subject: LintContext, run: TextSpan, link: WrittenLink) -> Finding:
    start, end = link.at, link.at + len(link.target)
    if "@" in link.target and not host_of(link.target):
        new = None if _touches(run.text, start, end) else f"<{link.target}>"
        return subject.in_text(EMAIL, run, start, end, f"“{link.target}” is no link here.", new=new)
    words = f"“{shown(link.target)}” is no link here."
    return subject.in_text(ADDRESS, run, start, end, words, new=_linked(run.text, link.target, start, end))


def _linked(text: str, target: str, start: int, end: int) -> str | None:
    """Return an address as a link that shows what was seen before; None where a person must find words for it."""
    if _touches(text, start, end) or not host_of(target) or len(target) > 40:
        return None
    return f"<{target}>"


def _touches(text: str, start: int, end: int) -> bool:
    """Say whether letters or marks of Markdown touch an address, so that it is not sure where it ends."""
    return text[:start].endswith(("<", "[", "`", "/", "@")) or text[end : end + 1] in {">", "]", "`", "@", "/"}


def _is_told_elsewhere(text: str, at: int) -> bool:
    """Say whether an address is shown as code, or was to be a link and only its brackets are wrong."""
    return text.count("`", 0, at) % 2 == 1 or _BROKEN_LINK.search(text[:at]) is not None


CHECKS = (Checker("links that are missing", (PROMISED, EMAIL, ADDRESS), look),)
