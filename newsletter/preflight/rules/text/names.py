"""Check that names are spelt consistently, and that well-known names are spelt correctly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.names import WELL_KNOWN_NAMES, Spelt, letters_of, names_in, occurrences, tokens_of
from newsletter.preflight.text.sentences import language_of

TWO_WAYS = warning("NL727", name="inconsistent-name")
BRAND = warning("NL728", name="brand-name-mismatch")
WELL_KNOWN = note("NL729", name="misspelled-known-name")

_KNOWN = compile_pattern(rf"(?<![\w@#./&-])(?:{'|'.join(WELL_KNOWN_NAMES)})(?![\w@/-])(?!\.\w)", re.IGNORECASE)
_NOUNS = frozenset({"airbnb", "crowdfunder", "dropbox"})
"""Names that are ordinary nouns in small letters: “our crowdfunder”, “the dropbox by the door”."""
_LEAST = 6
"""Minimum letters in a name; shorter ones resemble each other by chance."""
_CASE_ENDING = compile_pattern(r"e[mnrs]?$")
_BESIDE = 40
"""Characters between two names in one sentence that are told apart."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield one finding for each less common spelling of a name, where it is first used."""
    found = [(run, tokens) for run in context.runs for tokens in tokens_of(run)]
    brand = context.presentation.brand.name
    own = letters_of(brand)
    wanted = {own}
    for run, tokens in found:
        wanted.update(names_in(run, tokens))
    wanted = {one for one in wanted if len(one) >= _LEAST}
    places = occurrences(wanted, found)
    yield from _brand(context, brand, places.pop(own, []))
    told: set[str] = set()
    for key, several in places.items():
        for finding in _two_ways(context, several):
            told.add(key)
            yield finding
    yield from _nearly(context, {key: several for key, several in places.items() if key not in told})
    yield from _well_known(context)


def _brand(context: LintContext, brand: str, several: list[Spelt]) -> Iterator[Finding]:
    wrong: dict[str, list[Spelt]] = {}
    for one in several:
        if _form_within(one.text) != _form_within(brand) and not _is_one_case(one.text) and not _may_be_no_name(one):
            wrong.setdefault(_plain(one.text), []).append(one)
    for same in wrong.values():
        first = same[0]
        more = f" (and {len(same) - 1} more)" if len(same) > 1 else ""
        words = f"“{first.text}”{more} is spelt “{brand}” in the settings."
        yield context.in_text(BRAND, first.run, first.start, first.end, words, new=brand)


def _form_within(name: str) -> str:
    """Return a name as it stands inside a sentence, where “The” before it has a small letter."""
    return re.sub(r"^The(?= )", "the", _plain(name))


def _two_ways(context: LintContext, several: list[Spelt]) -> Iterator[Finding]:
    if len({one.text for one in several}) < 2:
        return
    kept = [one for one in several if not _is_one_case(one.text)]
    counts = Counter(_form(one.text) for one in kept)
    if len(counts) < 2:
        return
    usual = counts.most_common(1)[0][0]
    for form in list(counts)[:3]:
        if form == usual:
            continue
        first = next(one for one in kept if _form(one.text) == form)
        other = next(one for one in kept if _form(one.text) == usual)
        line = context.loaded.places.within(other.run.loc, other.start).line
        times = f" ({counts[usual]} times)" if counts[usual] > 1 else ""
        words = f"“{first.text}” is spelt “{other.text}” on line {line}{times}."
        yield context.in_text(TWO_WAYS, first.run, first.start, first.end, words)


def _nearly(context: LintContext, places: dict[str, list[Spelt]]) -> Iterator[Finding]:
    """Yield findings for names of several words that differ by one letter in one long word."""
    forms = [
        (several[0].text.split(), several)
        for several in places.values()
        if several[0].text[0].isupper() and not _is_one_case(several[0].text)
    ]
    for (one, here), (other, there) in combinations(forms, 2):
        if len(one) != len(other) or one[0][0] != other[0][0]:
            continue
        differing = [pair for pair in zip(one, other, strict=True) if pair[0].casefold() != pair[1].casefold()]
        is_last = one[-1].casefold() != other[-1].casefold()
        if len(differing) != 1 or not _is_slip(*differing[0], is_last=is_last):
            continue
        if _is_inflected(language_of(here[0].run), *differing[0]):
            continue
        rare, usual = (here, there) if len(here) < len(there) else (there, here)
        if _are_told_apart(rare, usual):
            continue
        line = context.loaded.places.within(usual[0].run.loc, usual[0].start).line
        words = f"“{rare[0].text}” is spelt “{usual[0].text}” on line {line}."
        yield context.in_text(TWO_WAYS, rare[0].run, rare[0].start, rare[0].end, words)


def _is_inflected(language: str, one: str, other: str) -> bool:
    """Return whether two German words are one adjective in two cases: “Offenes Haus”, “im Offenen Haus”."""
    return language == "de" and _CASE_ENDING.sub("", one.casefold()) == _CASE_ENDING.sub("", other.casefold())


def _are_told_apart(some: list[Spelt], others: list[Spelt]) -> bool:
    """Return whether two similar names of a person stand side by side, so that they are two people."""
    return len(some[0].text.split()) == 2 and any(
        one.run is other.run and (0 < other.start - one.end < _BESIDE or 0 < one.start - other.end < _BESIDE)
        for one in some
        for other in others
    )


def _is_slip(one: str, other: str, *, is_last: bool) -> bool:
    """Return whether two long words differ by only one letter.

    An extra letter at the end of a name is not a mistake: “two Cuppas”, “North American”.
    """
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    if len(short) < 6 or len(long) - len(short) > 1 or not long.isalpha() or not short.isalpha():
        return False
    start = next((at for at, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(long) == len(short):
        return start > 0 and short[start + 1 :] == long[start + 1 :]
    return start > 0 and short[start:] == long[start + 1 :] and not (start == len(short) and is_last)


def _is_one_case(text: str) -> bool:
    """Return whether a text is all lower case or all upper case, so that it is not a name or is shouted."""
    return text.islower() or text.isupper()


def _may_be_no_name(one: Spelt) -> bool:
    """Return whether its only capital may come from the start of a sentence or title."""
    return one.is_first and one.text[0].isupper() and sum(letter.isupper() for letter in one.text) == 1


def _form(text: str) -> str:
    """Return a name without initial capitals, which often depend on its position."""
    return re.sub(r"(?<!\S)\S", lambda first: first[0].casefold(), _plain(text))


def _plain(text: str) -> str:
    """Return a name with straight apostrophes and plain hyphens."""
    return re.sub(r"[‐‑]", "-", text.replace("’", "'"))


def _well_known(context: LintContext) -> Iterator[Finding]:
    told: set[str] = set()
    for run in context.runs:
        small = run.words.casefold()
        # a quick test first: most texts contain none of them
        for match in _KNOWN.finditer(run.words) if any(name in small for name in WELL_KNOWN_NAMES) else ():
            right = WELL_KNOWN_NAMES[match[0].casefold()]
            if match[0] != right and not match[0].isupper() and match[0] not in told | _NOUNS:
                told.add(match[0])
                words = f"“{match[0]}” should be “{right}”."
                yield context.in_text(WELL_KNOWN, run, *match.span(), words, new=right)


CHECKS = (Checker("names", (TWO_WAYS, BRAND, WELL_KNOWN), check),)
