"""A message's HTML, parsed once: its texts, links, pictures and headings in order, each with its looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.html.computed_style import Cascade, Looks
from newsletter.preflight.html.selectors import is_tag
from newsletter.preflight.html.style import Style
from newsletter.preflight.html.stylesheets import declared, rules_of

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_SPACE = compile_pattern(r"[\s\u00a0\u00ad\u034f\u200b-\u200f\u2060\ufeff]+")
_SURROGATES = compile_pattern("[\ud800-\udfff\x00]")
_STYLE = compile_pattern(r"<style\b([^>]*)>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_MEDIA = compile_pattern(r"""\bmedia=["']([^"']*)""", re.IGNORECASE)
_CONDITIONAL = compile_pattern(r"<!--\[if [^\]]*\]>(?!<!).*?<!\[endif\]-->", re.DOTALL)
"""What Outlook on Windows alone reads."""


INLINE = frozenset({
    "a", "abbr", "b", "big", "br", "cite", "code", "em", "font", "i", "img", "mark", "s", "small", "span", "strike",
    "strong", "sub", "sup", "u",
})  # fmt: skip
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


class Text(NamedTuple):
    """Some words that stand together on the page, and the element that they stand in."""

    words: str
    element: Element


class Block(NamedTuple):
    """A paragraph, an entry of a list, a cell: all its words, whatever they are marked as."""

    element: Element
    texts: tuple[Text, ...]

    @property
    def words(self) -> str:
        """Return the words as one line."""
        return " ".join(text.words for text in self.texts)


@dataclass(frozen=True)
class Page:
    """One page as a reader's mail program shows it."""

    markup: str

    @cached_property
    def root(self) -> Element:
        """Return the page's outermost element."""
        from lxml import etree, html  # noqa: PLC0415 - only where there is a page

        try:
            parsed: Element = html.document_fromstring(_SURROGATES.sub("\ufffd", self.markup).encode(), _parser())
        except etree.ParserError:  # there is nothing in it
            parsed = html.document_fromstring(b"<p>", _parser())
        return parsed

    @cached_property
    def sheets(self) -> tuple[tuple[str, str], ...]:
        """Return each style sheet that programs other than Outlook read, after the media that it is for."""
        seen = _CONDITIONAL.sub("", self.markup)
        return tuple((media[1] if (media := _MEDIA.search(head)) else "", text) for head, text in _STYLE.findall(seen))

    @cached_property
    def cascade(self) -> Cascade:
        """Return what its sheets say of its elements."""
        rules = [rule for media, sheet in self.sheets for rule in rules_of(sheet, media)]
        return Cascade.of(self.root, rules, self.markup)

    def looks(self, element: Element) -> Looks:
        """Return how an element looks."""
        return self.cascade.looks(element)

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """Return all elements in order, comments left out."""
        return tuple(one for one in self.root.iter() if is_tag(one))

    @cached_property
    def body(self) -> Element:
        """Return the element that holds all that is shown."""
        found = self.root.find("body")
        return self.root if found is None else found

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """Return all words that are shown, in order."""
        return tuple(text for text in self._all_texts() if self._is_seen(self.looks(text.element).day))

    @staticmethod
    def _is_seen(style: Style) -> bool:
        return not style.hidden and style.size > 1

    def _all_texts(self) -> Iterator[Text]:
        for node in self.body.iter():
            if is_tag(node) and node.text and (words := cleaned(node.text)):
                yield Text(words, node)
            if node is not self.body and node.tail and (words := cleaned(node.tail)):
                parent = node.getparent()
                if parent is not None:
                    yield Text(words, parent)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Return the words by paragraph, in order."""
        found: dict[Element, list[Text]] = {}
        for text in self.texts:
            found.setdefault(block_of(text.element), []).append(text)
        return tuple(Block(element, tuple(texts)) for element, texts in found.items())

    @cached_property
    def links(self) -> tuple[Element, ...]:
        """Return the links, hidden ones left out."""
        return tuple(
            one for one in self.body.iter("a") if one.get("href") is not None and not self.looks(one).day.hidden
        )

    @cached_property
    def pictures(self) -> tuple[Element, ...]:
        """Return the pictures, hidden ones left out."""
        return tuple(one for one in self.body.iter("img") if not self.looks(one).day.hidden)

    @cached_property
    def headings(self) -> tuple[tuple[int, str, Element], ...]:
        """Return level and words of each heading in order."""
        return tuple(
            (int(str(one.tag)[1]), words_of(one), one)
            for one in self.elements
            if one.tag in HEADINGS and not self.looks(one).day.hidden
        )


def words_of(element: Element) -> str:
    """Return all words in an element as one line, those of its pictures' descriptions left out."""
    return cleaned("".join(str(piece) for piece in element.itertext()))


def cleaned(text: str) -> str:
    """Return a text as one line, without what takes no room."""
    return _SPACE.sub(" ", text).strip()


def block_of(element: Element) -> Element:
    """Return the paragraph, cell or other block that an element is part of."""
    while element.tag in INLINE:
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return element


@lru_cache(maxsize=1)
def _parser() -> Any:
    from lxml import html  # noqa: PLC0415 - as above

    return html.HTMLParser(encoding="utf-8")


def said(element: Element, *names: str) -> Iterator[str]:
    """Yield what the style of an element, or of one around it, says of some properties: the nearest first."""
    around: Element | None = element
    while around is not None:
        for name, value in declared(around.get("style") or ""):
            if name in names:
                yield value
        around = around.getparent()
