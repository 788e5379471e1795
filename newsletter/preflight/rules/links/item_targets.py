"""Compare where the links of an item go with what it is about, and with what the other items are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.links.occurrences import LinkOccurrence, host_of, own_links, shown, spots
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.sentences import essence_of, listed

OTHER_ITEM = warning("NL629", name="link-of-another-item")
OTHER_NUMBER = warning("NL640", name="phone-link-mismatch")

_STEM = 5
_WORD = compile_pattern(r"[^\W\d_]{4,}")
_GENERAL = listed(
    "event index about contact donat email page blog volun membe suppo givin regis book booki ticke downl pdfs files"
    " stori story peopl person histo straeon strae hanes geschi gesch histor perso noved aktue termi veran kurse inscr"
    " inscri archi newsl monat bolet jahre"
    " march april janua febru septe octob novem decem augus html https projec servi progr"
)
"""Stems of words that many addresses have."""
_OF_PEOPLE = frozenset(
    {"stories", "story", "straeon", "hanes", "hanesion", "historias", "geschichten", "people", "portrait"}
)
_NAME = compile_pattern(r"[^\W_]+")
_WRITTEN_LINK = compile_pattern(r"\[[^\[\]]+\]\([^()\s]+\)|<https?://[^<>\s]+>")
_NAVIGATION = listed(
    "our the us on find follow visit and & home homepage website web site page shop store facebook instagram twitter x"
    " linkedin youtube bluesky mastodon tiktok whatsapp blog privacy notice policy cookies terms imprint contact about"
    " team people jobs vacancies donate accessibility archive unsubscribe preferences impressum datenschutz kontakt"
    " webseite startseite tienda inicio privacidad contacto siop hafan cysylltu preifatrwydd gwefan"
)
"""Words of links that stand in the footer of each page of a website."""
_DIGIT = compile_pattern(r"\d")


class _Subject(NamedTuple):
    """What a part of the issue is about: the stems of its title, and of all its words."""

    loc: FieldPath
    title: frozenset[str]
    words: frozenset[str]


def check(context: LintContext) -> Iterator[Finding]:
    """Yield links to the page of another item, then phone links to another number."""
    subjects = _subjects(context)
    own = {host_of(link) for link in own_links(context.presentation.brand)}
    own_name = _stems(context.presentation.brand.name)
    targets: dict[str, set[FieldPath]] = defaultdict(set)
    every = spots(context.runs, context.field_links)
    for spot in every:
        if subject := _subject_of(subjects, spot.run.loc):
            targets[spot.target.rstrip("/")].add(subject.loc)
    for spot in every:
        yield from _phone(context, spot)
        subject = _subject_of(subjects, spot.run.loc)
        slug = _slug(spot.target) - own_name
        if subject is None or not slug or _is_navigation(spot):
            continue
        known = subject.words | _stems(spot.words)
        if _share(slug | _stems(spot.target.partition("?")[2]), known):
            continue
        others = [
            one for one in subjects if one.loc != subject.loc and _share(slug, one.title) and not one.title <= known
        ]
        if others:
            message = f"The link goes to what seems to be another item’s page: {shown(spot.target)}."
            yield spot.finding(context, OTHER_ITEM, message)
        elif _is_of_another_person(spot, subject) or (
            host_of(spot.target) in own and len(targets[spot.target.rstrip("/")]) > 1 and spot.is_field
        ):
            message = f"The address has nothing of what the link is about: {shown(spot.target)}."
            yield spot.finding(context, OTHER_ITEM, message)


def _is_navigation(spot: LinkOccurrence) -> bool:
    """Return whether a link belongs to a list such as a website has in its footer: “Home | Privacy | Contact”."""
    words = [word.casefold() for word in _NAME.findall(spot.words)]
    if words and all(word in _NAVIGATION for word in words):
        return True
    line_start = spot.run.text.rfind("\n", 0, spot.link.start) + 1
    line = spot.run.text[line_start:].partition("\n")[0]
    rest = _WRITTEN_LINK.sub("", line)
    return len(_WRITTEN_LINK.findall(line)) > 1 and not _NAME.search(rest)


def _share(slug: frozenset[str], words: frozenset[str]) -> bool:
    return bool(slug & words)


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[0].casefold()[:_STEM] for word in _WORD.finditer(text))


def _slug(target: str) -> frozenset[str]:
    """Return the stems of the words in the last part of an address that say what it is about."""
    try:
        parts = [unquote(part) for part in urlsplit(target).path.split("/") if part] if host_of(target) else []
    except ValueError:
        return frozenset()
    return frozenset(stem for stem in _stems(parts[-1] if parts else "") if stem not in _GENERAL)


def _subjects(context: LintContext) -> list[_Subject]:
    """Return what each item, or each section without items, is about."""
    texts: dict[FieldPath, list[str]] = defaultdict(list)
    titles: dict[FieldPath, str] = {}
    for run in context.runs:
        loc = _owner(run.loc)
        if loc is None:
            continue
        texts[loc].append(run.words)
        if run.field in {"title", "heading"} and len(run.loc) == len(loc) + 1:
            titles[loc] = run.words
    return [
        _Subject(
            loc,
            frozenset(word[:_STEM] for word in essence_of(titles.get(loc, "")) if len(word) > 3) - _GENERAL,
            _stems(" ".join(words)),
        )
        for loc, words in texts.items()
    ]


def _owner(loc: FieldPath) -> FieldPath | None:
    """Return the item of a field, or the section where that has none."""
    if len(loc) < 2 or loc[0] != "sections":
        return None
    return loc[:4] if len(loc) > 4 and loc[2] == "items" else loc[:2]


def _subject_of(subjects: list[_Subject], loc: FieldPath) -> _Subject | None:
    owner = _owner(loc)
    return next((one for one in subjects if one.loc == owner), None)


def _is_of_another_person(spot: LinkOccurrence, subject: _Subject) -> bool:
    """Return whether a button for somebody’s story goes to the story of somebody else."""
    parts = [part for part in urlsplit(spot.target).path.casefold().split("/") if part]
    return len(parts) > 1 and parts[-2] in _OF_PEOPLE and spot.is_field and parts[-1].isalpha() and bool(subject.words)


def _phone(context: LintContext, spot: LinkOccurrence) -> Iterator[Finding]:
    if not spot.target.casefold().startswith("tel:"):
        return
    said, linked = ("".join(_DIGIT.findall(words)) for words in (spot.words, spot.target.partition("?")[0]))
    if len(said) >= 7 and linked[-6:] != said[-6:]:
        yield spot.finding(context, OTHER_NUMBER, f"The link shows {spot.words.strip()} but calls {spot.target[4:]}.")


CHECKS = (Checker("links of items", (OTHER_ITEM, OTHER_NUMBER), check),)
