"""Compare link text with link targets: the same text for two pages, an address shown as the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.domains import decode_domain
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.links.occurrences import LinkOccurrence, host_of, shown, spots
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.sentences import listed

TWO_TARGETS = warning("NL624", name="ambiguous-link-text")
ADDRESS_SHOWN = note("NL625", name="raw-url-as-text")
OTHER_ADDRESS = warning("NL626", name="link-text-mismatch")
LONG_WORDS = note("NL627", name="long-link-text")
TWO_BUTTONS = note("NL628", name="duplicate-link")

_ADDRESS = compile_pattern(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?::\d+)?([/?#]\S*)?", re.IGNORECASE)
_NO_ADDRESS = compile_pattern(r"^[\w-]+\.(?:md|py|rs|sh|[A-Z][a-z]+[A-Z]\w*)$")
"""A file or a brand that is written like a domain: “README.md”."""

_DOTTED = compile_pattern(r"(?!www\.)[a-z][a-z0-9]*\.([a-z]+)")
_COUNTRY = 2
_TOP_LEVEL = listed(
    "com org net edu gov mil int info biz name pro app dev page site online shop store blog club team group email link"
    " community foundation ngo ong charity church school college academy university museum coop cat eus gal scot wales"
    " cymru london berlin hamburg koeln cologne wien bayern nrw ruhr saarland events news media social live today world"
    " earth space green energy health care help life love family fund support network host cloud tech design art photo"
    " video music film studio games xyz"
)
"""Endings of domains that have more letters than a country's."""

_CALLS = compile_pattern(
    r"(?:sign ?-?up|register|book|apply|join|read|find out|learn|watch|listen|view|see|visit|download|donate|buy|get"
    r"|rsvp|subscribe|reply|more|website|web ?page|survey|form|slides|recording|video|photos|details|agenda|minutes"
    r"|report|tickets|zoom|teams|here|this|these)\b.{0,24}",
)
"""Link text that means what the sentence around it is about: “register”, “watch the recording”."""
_LONGEST = 110
"""Characters of link text."""
_LONG_ADDRESS = 40
_ENTRY = compile_pattern(r"[ \t]*(?:[-*+•]|\d{1,3}[.)])[ \t]+\W{0,3}(?=\[)")
"""A list entry that begins with a link: “- [Cook](…): the café in York”."""

_MARKS = compile_pattern(r"[\s*_`“”\"'‘’.,:;!?]+")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the findings in text order, those on buttons last."""
    found = [spot for spot in spots(context.runs, context.field_links) if not spot.link.bare]
    yield from _two_targets(context, found)
    shown_addresses: list[LinkOccurrence] = []
    for spot in found:
        if spot.is_field:
            continue
        words = spot.words or spot.target
        is_name = _NO_ADDRESS.search(words.strip()) is not None or _is_dotted_name(words.strip())
        address = _ADDRESS.fullmatch(words.strip()) if host_of(spot.target) and not is_name else None
        if address:
            yield from _other_address(context, spot, words.strip(), address)
            if len(words.strip()) > _LONG_ADDRESS and not _is_other(spot, address):
                shown_addresses.append(spot)
        elif len(spot.words) > _LONGEST:
            start = spot.run.text.find(spot.words, spot.link.start)
            told = f"The link text “{shown(spot.words)}” has {len(spot.words.split())} words."
            yield context.in_text(LONG_WORDS, spot.run, start, start + len(spot.words), told)
    if shown_addresses:
        spot = shown_addresses[0]
        more = f" (and {len(shown_addresses) - 1} more)" if len(shown_addresses) > 1 else ""
        message = f"The link text is the address “{shown((spot.words or spot.target).strip())}”{more}."
        yield spot.finding(context, ADDRESS_SHOWN, message)
    yield from _two_buttons(context)


def _two_targets(context: LintContext, found: list[LinkOccurrence]) -> Iterator[Finding]:
    """Yield one finding for each link text with more than one target, at the first link that differs.

    Link fields are skipped, because the text around them tells them apart, as in a list of events. Link text such as
    “here” is covered by another rule.
    """
    first: dict[tuple[str, str], LinkOccurrence] = {}
    told: set[tuple[str, str]] = set()
    for spot in found:
        words = _MARKS.sub(" ", spot.words).strip().casefold()
        key = (words, spot.run.language)
        is_code = spot.words.strip().startswith("`")  # a version or a file, which the words before it tell apart
        if not words or is_code or spot.is_field or len(words) < 3 or _ADDRESS.fullmatch(spot.words.strip()):
            continue
        before = first.setdefault(key, spot)
        # the table of contents leads to a part of the same issue
        if _differ_by_context(words, before, spot) or spot.target.startswith("#"):
            continue
        if before.target.startswith("#"):
            first[key] = spot
            continue
        if _page(before.target) != _page(spot.target) and key not in told:
            told.add(key)
            place = context.loaded.places.within(before.run.loc, before.link.at)
            message = (
                f"“{spot.words}” goes to {shown(spot.target)} here but to {shown(before.target)} on line {place.line}"
            )
            yield spot.finding(context, TWO_TARGETS, message)


def _differ_by_context(words: str, before: LinkOccurrence, spot: LinkOccurrence) -> bool:
    """Return whether two links with the same text belong to different paragraphs, whose subjects tell them apart."""
    is_together = before.run is spot.run and "\n" not in spot.run.text[before.link.start : spot.link.start].strip()
    entries = _entry_around(before), _entry_around(spot)
    if all(entries) and entries[0] != entries[1]:
        return True
    return not is_together and (" " not in words or _CALLS.fullmatch(words) is not None)


def _entry_around(spot: LinkOccurrence) -> str:
    """Return the words after a link in its entry of a list; empty where it is in none, or has none."""
    text, link = spot.run.words, spot.link
    start, end = spot.run.text.rfind("\n", 0, link.start) + 1, spot.run.text.find("\n", link.start)
    is_entry = _ENTRY.match(spot.run.text, start) is not None
    after = text[link.at : end if end >= 0 else len(text)] if is_entry else ""
    return " ".join(after.split()).strip(" :,.–-")


def _page(target: str) -> str:
    """Return a URL without the parts that do not change which page it opens."""
    return re.sub(r"^https?://(?:www\.)?", "", target, flags=re.IGNORECASE).rstrip("/").casefold()


def _is_dotted_name(words: str) -> bool:
    """Return whether words are a name with a full stop in it, such as that of a program: “data.table”."""
    match = _DOTTED.fullmatch(words)
    return match is not None and len(match[1]) > _COUNTRY and match[1] not in _TOP_LEVEL


def _is_other(spot: LinkOccurrence, address: re.Match[str]) -> bool:
    real = host_of(spot.target).removeprefix("www.")
    seen = decode_domain(address[1]).removeprefix("www.")
    return seen != real and not real.endswith(f".{seen}")


def _other_address(context: LintContext, spot: LinkOccurrence, words: str, address: re.Match[str]) -> Iterator[Finding]:
    if _is_other(spot, address):
        real = host_of(spot.target).removeprefix("www.")
        yield spot.finding(context, OTHER_ADDRESS, f"The link shows “{shown(words)}” but goes to “{real}”.")


def _two_buttons(context: LintContext) -> Iterator[Finding]:
    seen: dict[tuple[object, ...], str] = {}
    for field in context.field_links:
        owner = field.loc[:-2] if len(field.loc) > 1 and field.loc[-2] == "button" else field.loc[:-1]
        if seen.get(owner) == field.target:
            yield context.on_field(TWO_BUTTONS, field.loc, f"“{shown(field.target)}” is linked twice in this item.")
        seen.setdefault(owner, field.target)


CHECKS = (
    Checker("link text and targets", (TWO_TARGETS, ADDRESS_SHOWN, OTHER_ADDRESS, LONG_WORDS, TWO_BUTTONS), check),
)
