"""Check typography: text size, line height, alignment, and long passages in italics or bold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.page import HEADINGS, Page, words_of
from newsletter.preflight.html.per_variant import and_more, on_each_page, quoted
from newsletter.preflight.rule import Checker, note, warning

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


SMALL = warning("NL834", name="small-text")
BODY = warning("NL835", name="mostly-small-text")
TIGHT = warning("NL836", name="tight-line-height")
MIDDLE = note("NL837", name="poorly-aligned-text")
SLANTED = note("NL838", name="long-italics")
HEAVY = note("NL839", name="long-bold")

_SMALLEST, _BODY, _LEADING = 14.0, 16.0, 1.4
_PARAGRAPH = 120
"""Characters from which on a text counts as a paragraph."""

_PASSAGE = 240
_HEADING = 20.0
"""Font size from which on a smaller line height is fine."""


def _small(context: LintContext, page: Page) -> Iterator[Finding]:
    sizes: Counter[float] = Counter()
    small = []
    footer = _footer(page)
    for text in page.texts:
        size = page.looks(text.element).day.size
        if (
            size < _SMALLEST - 0.2
            and any(letter.isalnum() for letter in text.words)
            and text.element.tag not in {"sub", "sup"}
        ):
            small.append((size, text.words))
    if small:
        size, words = small[0]
        yield context.on_page(
            SMALL,
            f"{quoted(words)}{and_more(len(small))} has a font size of {size:.3g} pixels.",
            words=words,
            needles=[f"{size:g}px", f"{size * 0.75:g}pt", "font-size"],
        )
    for block in page.blocks:
        count = sum(len(text.words) for text in block.texts)
        # metadata, labels and buttons may be smaller; only paragraphs count
        if count >= _PARAGRAPH and block.element.tag not in HEADINGS and block.element not in footer:
            sizes[page.looks(block.texts[0].element).day.size] += count
    commonest = max(sizes, key=lambda size: sizes[size], default=_BODY)
    if _SMALLEST - 0.2 <= commonest < _BODY - 0.2 and sizes.total() >= _PASSAGE:
        yield context.on_page(
            BODY,
            f"Most of the text has a font size of {commonest:.3g} pixels.",
            needles=[f"{commonest:g}px", "font-size"],
        )


def _footer(page: Page) -> frozenset[Element]:
    """Return the elements of the block that contains the unsubscribe link."""
    link = next((one for one in page.links if "{unsubscribe_url" in (one.get("href") or "")), None)
    block = link.getparent() if link is not None else None
    around = block.getparent() if block is not None else None
    return frozenset(around.iter()) if around is not None and around.tag != "body" else frozenset()


def _set(context: LintContext, page: Page) -> Iterator[Finding]:
    tight, middle = [], []
    for block in page.blocks:
        count = sum(len(text.words) for text in block.texts)
        if count < _PARAGRAPH or block.element.tag in HEADINGS:
            continue
        style = page.looks(block.texts[0].element).day
        if style.size < _HEADING and style.leading < _LEADING - 0.01:
            tight.append((block.words, style.leading))
        if count >= _PASSAGE and style.align in {"center", "justify"}:
            middle.append((block.words, style.align))
    if tight:
        words, leading = tight[0]
        message = f"The line height of {quoted(words)}{and_more(len(tight))} is {leading:.2g}."
        yield context.on_page(TIGHT, message, words=words, needles=["line-height"])
    if middle:
        words, align = middle[0]
        how = "justified" if align == "justify" else "centred"
        message = f"{quoted(words)}{and_more(len(middle))} is {how}."
        needles = [f'align="{align}"', f"text-align:{align}", f"text-align: {align}"]
        yield context.on_page(MIDDLE, message, words=words, needles=needles)


def _marked(context: LintContext, page: Page) -> Iterator[Finding]:
    for tags, rule, how in ((("em", "i"), SLANTED, "in italics"), (("strong", "b"), HEAVY, "bold")):
        long = [words for element in page.body.iter(*tags) if len(words := words_of(element)) >= _PASSAGE]
        if long:
            words = long[0]
            message = f"{quoted(words)}{and_more(len(long))} is all {how}: {len(words.split())} words."
            yield context.on_page(rule, message, words=words)


CHECKS = (
    Checker(
        "accessibility: typography",
        (SMALL, BODY, TIGHT, MIDDLE, SLANTED, HEAVY),
        on_each_page(_small, _set, _marked),
    ),
)
