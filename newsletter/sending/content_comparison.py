"""Compare the content that a provider stored with what it was given; harmless rewriting is ignored."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from newsletter.model.campaign import digest_of
from newsletter.model.provider_campaign import RemoteContent
from newsletter.providers.merge_tag_syntax import ReadBackTolerance
from newsletter.sending.content_difference import PARTS, Difference, Differences
from newsletter.sending.links_compared import is_on, tags_of, wraps
from newsletter.sending.page_content import Page, Picture, in_order, read_page

_AROUND = 3
"""How many words are shown before and after words that differ."""
_LONGEST_NOTICE = 600
"""How many characters a header or footer of the provider's may have."""
_MOST_PAIRS = 4_000_000
_FIRST_WORDS = 20


def compare(expected: RemoteContent, held: RemoteContent, allowance: ReadBackTolerance) -> Differences:
    """Compare what a provider should hold with what it holds; what either side does not tell is passed over."""
    found: list[Difference] = []
    for name in held.differs_in(expected, allowance.normal):
        should, has = getattr(expected, name) or "", getattr(held, name) or ""
        found += _html(should, has, allowance) if name == "html" else _plain(name, should, has)
    whole = expected.model_dump(exclude={"attachments"})  # none are ever handed over; what was accepted stays accepted
    basis = digest_of({name: str(value or "") for name, value in whole.items()})
    return Differences(tuple(found), basis)


def _plain(name: str, expected: str, held: str) -> Iterator[Difference]:
    """Yield the differences of a part without HTML, with some words around each."""
    for was, becomes in _changed_words(expected.split(), held.split()):
        yield Difference(name, PARTS[name], was, becomes)


def _changed_words(expected: Sequence[str], held: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each change of words, on both sides with the words around it."""
    start, end = _alike(expected, held), _alike(expected[::-1], held[::-1])
    start = max(0, start - _AROUND)
    end = max(0, min(end, len(expected) - start, len(held) - start) - _AROUND)
    expected, held = expected[start : len(expected) - end], held[start : len(held) - end]
    if len(expected) * len(held) > _MOST_PAIRS:  # so much differs that finding out what would take minutes
        yield " ".join(expected[:_FIRST_WORDS]), " ".join(held[:_FIRST_WORDS])
        return
    matcher = difflib.SequenceMatcher(None, expected, held, autojunk=False)
    for group in matcher.get_grouped_opcodes(_AROUND):
        first, last = group[0], group[-1]
        yield " ".join(expected[first[1] : last[2]]), " ".join(held[first[3] : last[4]])


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words are the same from the beginning on."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (first, second) in pairs if first != second), min(len(one), len(other)))


def _html(expected: str, held: str, allowance: ReadBackTolerance) -> list[Difference]:
    for pattern in allowance.drop:
        expected, held = pattern.sub("", expected), pattern.sub("", held)
    should, has = read_page(expected), read_page(held)
    has = _without_notices(should, has, allowance)
    stands_for: dict[str, str] = {}
    found = [
        *_words(should, has),
        *_links(should, has, allowance, stands_for),
        *_pictures(should, has, allowance, stands_for),
        *_rest(should, has),
    ]
    return found or list(_tags(expected, held))


_UNSEEN = re.compile(r"<!--.*?-->|<style\b.*?</style>", re.DOTALL | re.IGNORECASE)


def _tags(expected: str, held: str) -> Iterator[Difference]:
    """Yield merge tags that a browser reads as before, but the provider does not: it reads the HTML as it stands."""
    wanted, there = (Counter(tags_of(_UNSEEN.sub("", html))) for html in (expected, held))
    if wanted - there:
        gone, new = ", ".join((wanted - there).elements()), ", ".join((there - wanted).elements())
        yield Difference("html", "merge tags in the HTML", gone, new)


def _words(should: Page, has: Page) -> Iterator[Difference]:
    if should.characters != has.characters or _spaced_otherwise(should, has):
        words = ([word for word, _ in page.words()] for page in (should, has))
        for was, becomes in _changed_words(*words):
            yield Difference("html", "text in the HTML", was, becomes)


def _spaced_otherwise(should: Page, has: Page) -> bool:
    """Return whether white space parts, or joins, two characters on one side alone; beside a tag it says nothing."""
    return bool((should.spaces ^ has.spaces) - should.tags - has.tags)


def _links(should: Page, has: Page, allowance: ReadBackTolerance, stands_for: dict[str, str]) -> Iterator[Difference]:
    wanted, there = ([(_named(page, one), one[2]) for one in page.links()] for page in (should, has))
    if wanted == there:
        return
    stretches = [[one[:2] for one in page.links()] for page in (should, has)]
    if should.characters == has.characters and stretches[0] == stretches[1]:
        yield from _led_elsewhere(wanted, there, allowance, stands_for)
        return
    for kind, a, b, c, d in difflib.SequenceMatcher(None, wanted, there, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Difference("html", "links in the HTML", _listed(wanted[a:b]), _listed(there[c:d]))


def _led_elsewhere(
    should: Sequence[tuple[str, str]],
    has: Sequence[tuple[str, str]],
    allowance: ReadBackTolerance,
    stands_for: dict[str, str],
) -> Iterator[Difference]:
    """Yield the links that lead elsewhere; those that are counted lead to the same place by way of the provider."""
    for (words, wanted), (_, there) in zip(should, has, strict=True):
        if wanted == there or _is_counted(wanted, there, allowance, stands_for):
            continue
        yield Difference("html", f"the link “{words}” in the HTML", wanted, there)


def _is_counted(wanted: str, there: str, allowance: ReadBackTolerance, stands_for: dict[str, str]) -> bool:
    """Return whether a link was made one that the provider counts: on its own domain, and for one place only."""
    if not is_on(there, allowance.hosts) or tags_of(wanted) or not wanted.startswith(("http://", "https://")):
        return False
    if is_on(wanted, allowance.hosts) and not wraps(there, wanted):
        return False
    return stands_for.setdefault(there, wanted) == wanted


def _named(page: Page, link: tuple[int, int, str]) -> str:
    return " ".join(word for word, _ in page.words(link[0], link[1]))


def _listed(links: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{words} ({link})" for words, link in links)


def _pictures(
    should: Page, has: Page, allowance: ReadBackTolerance, stands_for: dict[str, str]
) -> Iterator[Difference]:
    known = [(one.source, one.alt) for one in should.pictures]
    there = [one for one in has.pictures if not one.is_pixel or (one.source, one.alt) in known]
    wanted = [(one.source, one.alt, one.link) for one in should.pictures]
    shown = [(one.source, one.alt, one.link) for one in there]
    if len(wanted) == len(shown):
        shown = [
            (source, alt, old[2]) if link != old[2] and _is_counted(old[2], link, allowance, stands_for) else one
            for old, one in zip(wanted, shown, strict=True)
            for source, alt, link in (one,)
        ]
    if wanted != shown:
        for kind, a, b, c, d in difflib.SequenceMatcher(None, wanted, shown, autojunk=False).get_opcodes():
            if kind != "equal":
                yield Difference("html", "images in the HTML", _seen(wanted[a:b]), _seen(shown[c:d]))
    elif should.characters == has.characters and [one.at for one in should.pictures] != [one.at for one in there]:
        yield Difference(
            "html",
            "image positions in the HTML",
            *(_places(page, some) for page, some in ((should, should.pictures), (has, there))),
        )


def _places(page: Page, pictures: Sequence[Picture]) -> str:
    """Return behind which words pictures stand."""
    behind = [page.words(max(0, one.at - 40), one.at)[-2:] for one in pictures]
    return ", ".join(
        f"{one.alt or one.source} after {' '.join((word for word, _ in words))!r}"
        for one, words in zip(pictures, behind, strict=True)
    )


def _seen(pictures: Sequence[tuple[str, str, str]]) -> str:
    return ", ".join(
        f"{alt or 'no alt text'} ({source}{f', linked to {link}' if link else ''})" for source, alt, link in pictures
    )


def _rest(should: Page, has: Page) -> Iterator[Difference]:
    """Yield what differs beside words, links and pictures."""
    if has.title and has.title != should.title:
        yield Difference("html", "the title in the HTML", should.title, has.title)
    if should.backgrounds != has.backgrounds:
        gone, new = sorted(should.backgrounds - has.backgrounds), sorted(has.backgrounds - should.backgrounds)
        yield Difference("html", "background images in the HTML", ", ".join(gone), ", ".join(new))
    if sorted(should.active) != sorted(has.active):
        sides = (_others(should.active, has.active), _others(has.active, should.active))
        yield Difference("html", "active content in the HTML", *sides)
    # programs that rewrite HTML often take out comments; what stays must be ours
    if not in_order(has.outlook, should.outlook):
        was, becomes = (" ".join(word for page in one.outlook for word, _ in page.words()) for one in (should, has))
        yield Difference("html", "Outlook-only content in the HTML", was, becomes)


def _others(these: Sequence[tuple[str, str]], those: Sequence[tuple[str, str]]) -> str:
    rest = list(those)
    found = []
    for one in these:
        if one in rest:
            rest.remove(one)
        else:
            found.append(" ".join(one).strip())
    return ", ".join(found)


# --- what a provider puts before and behind a page --------------------------------------------------------------------


def _without_notices(should: Page, has: Page, allowance: ReadBackTolerance) -> Page:
    """Return the page without a header and footer of the provider's own; as it is where there is anything else."""
    ours, theirs = should.text, has.text
    if ours == theirs or not ours:
        return has
    at = theirs.find(ours)
    if at < 0:
        return has
    end = at + len(ours)
    around = [has.part(0, at), has.part(end, len(theirs))]
    if not all(_is_notice(one, allowance) for one in around if one.characters):
        return has
    kept = has.part(at, end)
    kept.pictures = [one for one in kept.pictures if not _belongs_to(one, len(kept.characters), around, allowance)]
    return kept


def _is_notice(page: Page, allowance: ReadBackTolerance) -> bool:
    """Return whether a stretch is the provider's: short, and leading nowhere but to the provider and its own pages."""
    links, text = {href for _, _, href in page.links()}, page.text
    tags = [one.replace(" ", "") for one in allowance.notices]
    own = [link for link in links if is_on(link, allowance.hosts) or any(tag in link.replace(" ", "") for tag in tags)]
    named = bool(own) or any(tag in text for tag in tags)
    return named and len(own) == len(links) and len(text) <= _LONGEST_NOTICE


def _belongs_to(picture: Picture, length: int, around: Sequence[Page], allowance: ReadBackTolerance) -> bool:
    """Return whether a picture at either end is one of the provider's own."""
    at_an_end = (picture.at == 0 and around[0].characters) or (picture.at == length and around[1].characters)
    return bool(at_an_end) and is_on(picture.source, allowance.hosts)
