"""What an HTML page says and where it leads, apart from how it is written: words, links, pictures, active parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from newsletter.sending.links_compared import normal_url

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_WITHOUT_WORDS = {"script", "style", "title", "head", "meta", "link", "base"}
_ACTIVE = {
    "base": "href",
    "script": "src",
    "iframe": "src",
    "object": "data",
    "embed": "src",
    "form": "action",
    "input": "name",
    "video": "src",
    "audio": "src",
}
"""Elements that do something, and the attribute that says what."""
_OUTLOOK = re.compile(r"\[if [^\]]*\]>(.*)<!\[endif\]", re.DOTALL)
_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)'"]*))\s*\)""")
_LOADED_BY_CSS = re.compile(r"@import[^;]*;|@font-face\s*\{[^}]*\}", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SMALL = re.compile(
    r"(?<![\w-])(?:max-)?(?:width|height)\s*:\s*0*[01](?:px)?(?:\s*!important)?\s*(?:;|$)", re.IGNORECASE
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ANY_SIZE = re.compile(r"(?<![\w-])(?:width|height)\s*:\s*(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture between two characters; `link` is where it leads."""

    at: int
    source: str
    alt: str
    link: str = ""
    is_pixel: bool = False
    """Whether nobody sees it, as a counter of openings."""


@dataclass(slots=True)
class Page:
    """A page: its characters without white space, and what lies between and behind them.

    `spaces` and `tags` hold the positions before which there is white space, or a tag: white space beside a tag is not
    compared, for programs that rewrite HTML put it there and take it away.
    """

    characters: list[str] = field(default_factory=list)
    spaces: set[int] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)
    hrefs: list[str] = field(default_factory=list)
    """For each character where it leads; empty where it is in no link."""
    pictures: list[Picture] = field(default_factory=list)
    title: str = ""
    backgrounds: set[str] = field(default_factory=set)
    active: list[tuple[str, str]] = field(default_factory=list)
    outlook: list[Page] = field(default_factory=list)
    """What only Outlook shows: the content of conditional comments, as far as there is any."""

    @property
    def text(self) -> str:
        """Return the characters in one string."""
        return "".join(self.characters)

    def words(self, start: int = 0, end: int | None = None) -> list[tuple[str, int]]:
        """Return the words of a stretch, each with its position; tags and white space part them."""
        end = len(self.characters) if end is None else end
        found: list[tuple[str, int]] = []
        for at in range(start, end):
            if at == start or at in self.spaces or at in self.tags:
                found.append((self.characters[at], at))
            else:
                word, begin = found[-1]
                found[-1] = (word + self.characters[at], begin)
        return found

    def links(self) -> list[tuple[int, int, str]]:
        """Return the links as stretches of characters: where each begins and ends, and where it leads."""
        found: list[tuple[int, int, str]] = []
        for at, href in enumerate(self.hrefs):
            if not href:
                continue
            if found and found[-1][1] == at and found[-1][2] == href:
                found[-1] = (found[-1][0], at + 1, href)
            else:
                found.append((at, at + 1, href))
        return found

    def part(self, start: int, end: int) -> Page:
        """Return the stretch between two positions; what has no position stays with it."""
        return Page(
            self.characters[start:end],
            {at - start for at in self.spaces if start <= at <= end},
            {at - start for at in self.tags if start <= at <= end},
            self.hrefs[start:end],
            [_moved(one, -start) for one in self.pictures if start <= one.at <= end],
            self.title,
            self.backgrounds,
            self.active,
            self.outlook,
        )


def _moved(picture: Picture, by: int) -> Picture:
    return Picture(picture.at + by, picture.source, picture.alt, picture.link, picture.is_pixel)


def read_page(html: str) -> Page:
    """Read a page, however it is written; nothing in it is an error."""
    from lxml import etree  # noqa: PLC0415 - only where contents differ
    from lxml import html as parsing  # noqa: PLC0415 - as above

    page = Page()
    if not html.strip():
        return page
    parser = parsing.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = parsing.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # a comment alone
        return page
    _Reading(page).walk(etree.iterwalk(root, events=("start", "end", "comment", "pi")))
    return page


class _Reading:
    """Goes through a parsed page and writes down what it says."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.links: list[str] = []
        self.silent = 0

    def walk(self, events: Iterator[tuple[str, Any]] | Any) -> None:
        for event, element in events:
            if event == "start":
                self._begin(element)
                self._text(element.text)
            elif event == "end":
                self._end(element)
                self._text(element.tail)
            else:
                if event == "comment":
                    self._outlook(element.text or "")
                self._text(element.tail)

    def _text(self, text: str | None) -> None:
        page = self.page
        page.tags.add(len(page.characters))
        if not text or self.silent:
            return
        for character in text:
            if character.isspace() or character == "\ufeff":
                page.spaces.add(len(page.characters))
            else:
                page.characters.append(character)
                page.hrefs.append(self.links[-1] if self.links else "")
        page.tags.add(len(page.characters))

    def _begin(self, element: Element) -> None:
        tag, page = str(element.tag), self.page
        if tag in _WITHOUT_WORDS:
            self.silent += 1
        if tag == "a":
            self.links.append(normal_url(element.get("href") or ""))
        if tag == "img":
            page.pictures.append(self._picture(element))
        if tag == "title":
            page.title = " ".join((element.text or "").split())
        if tag == "style":
            page.backgrounds |= _loaded(element.text or "")
        page.active += _does(element, tag)
        page.backgrounds |= _loaded(element.get("style") or "")
        if element.get("background"):
            page.backgrounds.add(normal_url(element.get("background") or ""))

    def _end(self, element: Element) -> None:
        if element.tag in _WITHOUT_WORDS:
            self.silent -= 1
        if element.tag == "a":
            self.links.pop()

    def _picture(self, element: Element) -> Picture:
        link = self.links[-1] if self.links else ""
        source, alt = normal_url(element.get("src") or ""), " ".join((element.get("alt") or "").split())
        return Picture(len(self.page.characters), source, alt, link, not alt and not link and _is_pixel(element))

    def _outlook(self, comment: str) -> None:
        inside = _OUTLOOK.fullmatch(comment.strip())
        if inside is None:
            return
        page = read_page(f"<div>{inside[1]}</div>")
        page.active += [("outlook", normal_url(link)) for link in re.findall(r'<v:[^>]*?\bhref="([^"]*)"', inside[1])]
        if page.characters or page.pictures or page.active:
            self.page.outlook.append(page)


def _does(element: Element, tag: str) -> list[tuple[str, str]]:
    """Return what an element does beside being shown, and where from; mostly nothing."""
    if tag == "area" and element.get("href"):
        return [(tag, normal_url(element.get("href") or ""))]
    if tag == "meta" and (element.get("http-equiv") or "").lower() == "refresh":
        return [("refresh", element.get("content") or "")]
    if tag == "link" and "stylesheet" in (element.get("rel") or "").lower():
        return [("stylesheet", normal_url(element.get("href") or ""))]
    if tag in _ACTIVE:
        return [(tag, normal_url(element.get(_ACTIVE[tag]) or (element.text or "").strip()))]
    return []


def _loaded(css: str) -> set[str]:
    """Return the pictures that a style names."""
    plain = _LOADED_BY_CSS.sub("", _COMMENT.sub("", css))
    found = ("".join(one).strip() for one in _URL.findall(plain))
    return {normal_url(one) for one in found if one and not one.startswith(("data:", "#"))}


def _is_pixel(element: Element) -> bool:
    """Return whether a picture is too small to be seen, or hidden."""
    style = element.get("style") or ""
    if any(int(size) > 1 for size in _ANY_SIZE.findall(style)):
        return False
    if _HIDDEN.search(style) or len(_SMALL.findall(style)) > 1:
        return True
    sizes = [(element.get(name) or "").removesuffix("px").strip() for name in ("width", "height")]
    return all(size in {"0", "1"} for size in sizes)


def same(one: Page, other: Page) -> bool:
    """Return whether two small pages say the same."""
    return (one.characters, one.links(), one.pictures, sorted(one.active)) == (
        other.characters,
        other.links(),
        other.pictures,
        sorted(other.active),
    )


def in_order(few: Sequence[Page], many: Sequence[Page]) -> bool:
    """Return whether each of the few pages is among the many, in the same send."""
    rest = iter(many)
    return all(any(same(one, other) for other in rest) for one in few)
