"""The words of links beside where they lead: the same words for two pages, an address for words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.model.domains import decode_domain
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.links.occurrences import LinkOccurrence, host_of, shown, spots
from newsletter.preflight.rule import Checker, note, warning

TWO_TARGETS = warning(
    "NL624",
    "The same words lead to two different pages.",
    why="Who hears the links one after the other cannot tell them apart, and mostly one address is wrong.",
    fix="Say in the words of each what is behind it; or put the right address in.",
    wrong="intro: Read [our plan](https://example.org/plan), and then [our plan](https://example.org/plans).",
    right="intro: Read [our plan](https://example.org/plan), and then [the old one](https://example.org/plans).",
)
ADDRESS_SHOWN = note(
    "NL625",
    "Readers see a long address in place of words.",
    why="A screen reader spells it out letter by letter, and on a phone it breaks the line.",
    fix="Put words in front of it: [our plan](https://…).",
    wrong="intro: Our plan is at <https://example.org/about-us/what-we-do/plan-2024>.",
    right="intro: Read [our plan](https://example.org/about-us/what-we-do/plan-2024).",
)
OTHER_ADDRESS = warning(
    "NL626",
    "Readers see one address and are led to another.",
    why="That is what fraud looks like: mail programs warn of it, and spam filters throw it away.",
    fix="Write words, or the address that it leads to.",
    wrong="intro: See [www.example.org](https://charity.uk/plan).",
    right="intro: See [www.charity.uk](https://charity.uk/plan).",
)
LONG_WORDS = note(
    "NL627",
    "A link is as long as a paragraph.",
    why="People see where it leads from its first words, and a screen reader reads all of it.",
    fix="Make a link of the few words that say what is behind it.",
    wrong="intro: '[We met on Tuesday to talk about the plan for next year, and you can read all that was said by "
    "everybody who came in the notes](https://example.org/notes).'",
    right="intro: We met on Tuesday to talk about the plan. Read [the notes](https://example.org/notes).",
)
TWO_BUTTONS = note(
    "NL628",
    "Two links of one item lead to the same page.",
    why="Readers wonder what the difference is.",
    fix="Keep one of them.",
    wrong="""\
sections:
  - kind: coming_up
    items:
      - title: Seed swap
        when: 2024-04-20 10:00
        link: https://example.org/seeds
        button: {label: Book a place, link: "https://example.org/seeds"}
""",
    right="""\
sections:
  - kind: coming_up
    items:
      - title: Seed swap
        when: 2024-04-20 10:00
        button: {label: Book a place, link: "https://example.org/seeds"}
""",
)

_ADDRESS = re.compile(r"(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?::\d+)?([/?#]\S*)?", re.IGNORECASE)
_LONGEST = 110
"""Letters of a link's words."""
_LONG_ADDRESS = 40
_MARKS = re.compile(r"[\s*_`“”\"'‘’.,:;!?]+")


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield these in the order of the texts."""
    found = [spot for spot in spots(subject.runs, subject.field_links) if not spot.link.bare]
    yield from _two_targets(subject, found)
    for spot in found:
        if spot.is_field:
            continue
        words = spot.words or spot.target
        address = _ADDRESS.fullmatch(words.strip()) if host_of(spot.target) else None
        if address:
            yield from _address(subject, spot, words.strip(), address)
        elif len(spot.words) > _LONGEST:
            start = spot.run.text.find(spot.words, spot.link.start)
            told = f"The link “{shown(spot.words)}” has {len(spot.words.split())} words."
            yield subject.in_text(LONG_WORDS, spot.run, start, start + len(spot.words), told)
    yield from _two_buttons(subject)


def _two_targets(subject: LintContext, found: list[LinkOccurrence]) -> Iterator[Finding]:
    """Yield one finding for each of the words that lead to a second page, at the first link that differs.

    Fields are told apart by what stands around them, as a list of events does; words such as “here” have a finding of
    their own.
    """
    first: dict[tuple[str, str], LinkOccurrence] = {}
    told: set[tuple[str, str]] = set()
    for spot in found:
        words = _MARKS.sub(" ", spot.words).strip().casefold()
        key = (words, spot.run.language)
        if not words or spot.is_field or len(words) < 3 or _ADDRESS.fullmatch(spot.words.strip()):
            continue
        before = first.setdefault(key, spot)
        if _page(before.target) != _page(spot.target) and key not in told:
            told.add(key)
            place = subject.loaded.places.within(before.run.loc, before.link.at)
            message = (
                f"“{spot.words}” leads to {shown(spot.target)} here, and on line {place.line} to {shown(before.target)}"
            )
            yield spot.finding(subject, TWO_TARGETS, message)


def _page(target: str) -> str:
    """Return an address without what makes no other page of it."""
    return re.sub(r"^https?://(?:www\.)?", "", target, flags=re.IGNORECASE).rstrip("/").casefold()


def _address(subject: LintContext, spot: LinkOccurrence, words: str, address: re.Match[str]) -> Iterator[Finding]:
    real = host_of(spot.target).removeprefix("www.")
    seen = decode_domain(address[1]).removeprefix("www.")
    if seen != real and not real.endswith(f".{seen}"):
        message = f"Readers see “{shown(words)}” and are led to “{real}”."
        yield spot.finding(subject, OTHER_ADDRESS, message)
    elif len(words) > _LONG_ADDRESS:
        yield spot.finding(subject, ADDRESS_SHOWN, f"Readers see “{shown(words)}” in place of words.")


def _two_buttons(subject: LintContext) -> Iterator[Finding]:
    seen: dict[tuple[object, ...], str] = {}
    for field in subject.field_links:
        owner = field.loc[:-2] if len(field.loc) > 1 and field.loc[-2] == "button" else field.loc[:-1]
        if seen.get(owner) == field.target:
            yield subject.on_field(TWO_BUTTONS, field.loc, f"“{shown(field.target)}” is linked twice in this item.")
        seen.setdefault(owner, field.target)


CHECKS = (Checker("the words of links", (TWO_TARGETS, ADDRESS_SHOWN, OTHER_ADDRESS, LONG_WORDS, TWO_BUTTONS), look),)
