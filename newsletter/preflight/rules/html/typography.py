"""How words are set: large enough, with room between the lines, and not all slanted, bold or in the middle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.example_templates import frame, prose
from newsletter.preflight.html.page import HEADINGS, Page, words_of
from newsletter.preflight.html.per_variant import and_more, on_each_page, quoted
from newsletter.preflight.rule import Checker, Example, note, warning

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HELLO = "intro: Hello, all of you."
_LONG = (
    "We met in the hall on a wet evening, and talked for two hours about what the street needs: a bench, a tree, "
    "and somewhere to sit down with a cup of tea that costs nothing. Nobody had to fill in a form, and everybody who "
    "came was asked what they would do first if it was theirs to decide, which hardly ever happens to any of us."
)

SMALL = warning(
    "NL834",
    "Letters are too small.",
    name="small-text",
    why="Below 14 pixels many people over forty cannot read them on a phone, and some phones enlarge them by force.",
    fix="Set the size in your template to 14px or more; 16px or more for whole paragraphs.",
    wrong=Example(_HELLO, templates=prose(font_size="12px")),
    right=Example(_HELLO, templates=prose(font_size="17px")),
)
BODY = warning(
    "NL835",
    "Most of the text is smaller than is read with ease.",
    name="mostly-small-text",
    why="At 16 pixels and more people read without effort; at less they skip.",
    fix="Set the size of the text in your template to 16px or more.",
    wrong=Example(
        f"intro: '{_LONG}'",
        templates=frame("<h1>{{ title }}</h1>", '<h1>{{ title }}</h1><p style="font-size:15px">{{ issue.intro }}</p>'),
    ),
    right=Example(
        f"intro: '{_LONG}'",
        templates=frame("<h1>{{ title }}</h1>", '<h1>{{ title }}</h1><p style="font-size:17px">{{ issue.intro }}</p>'),
    ),
)
TIGHT = warning(
    "NL836",
    "The lines of a paragraph are too close together.",
    name="tight-line-height",
    why="The eye loses the line; people with dyslexia give up.",
    fix="Set line-height in your template to 1.4 or more: 1.5 is good for most typefaces.",
    wrong=Example(f"sections: [{{kind: story, text: '{_LONG}'}}]", templates=prose(line_height="1.2")),
    right=Example(f"sections: [{{kind: story, text: '{_LONG}'}}]", templates=prose(line_height="1.55")),
)
MIDDLE = note(
    "NL837",
    "A long text is not aligned at its start.",
    name="poorly-aligned-text",
    why="The eye has to search for the beginning of each line.",
    fix="Centre headings and single lines only; set paragraphs at the left (in Arabic at the right), not justified.",
    wrong=Example(f"sections: [{{kind: story, text: '{_LONG}'}}]", templates=prose(align="center")),
    right=Example(f"sections: [{{kind: story, text: '{_LONG}'}}]", templates=prose(align="left")),
)
SLANTED = note(
    "NL838",
    "A long passage is all in italics.",
    name="long-italics",
    why="Slanted letters are hard to read in any number, for people with dyslexia above all.",
    fix="Keep italics for a word or a title; for a whole passage use > in front of it.",
    wrong=f"intro: '*{_LONG}*'",
    right=f"intro: '> {_LONG}'",
)
HEAVY = note(
    "NL839",
    "A long passage is all bold.",
    name="long-bold",
    why="Where all is bold, nothing stands out.",
    fix="Make only the words bold that somebody should see who reads nothing else.",
    wrong=f"intro: '**{_LONG}**'",
    right="intro: We met in the hall on a wet evening, **on Monday 4 March**, and talked for two hours.",
)

_SMALLEST, _BODY, _LEADING = 14.0, 16.0, 1.4
_PARAGRAPH = 120
"""Letters from which on some words are a paragraph."""

_PASSAGE = 240
_HEADING = 20.0
"""The size from which on less room between the lines is right."""


def _small(subject: LintContext, page: Page) -> Iterator[Finding]:
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
        yield subject.on_page(
            SMALL,
            f"{quoted(words)}{and_more(len(small))} is {size:.3g} pixels high.",
            words=words,
            needles=[f"{size:g}px", f"{size * 0.75:g}pt", "font-size"],
        )
    for block in page.blocks:
        count = sum(len(text.words) for text in block.texts)
        # meta lines, labels and buttons are small by right; what is read is the paragraphs
        if count >= _PARAGRAPH and block.element.tag not in HEADINGS and block.element not in footer:
            sizes[page.looks(block.texts[0].element).day.size] += count
    commonest = max(sizes, key=lambda size: sizes[size], default=_BODY)
    if _SMALLEST - 0.2 <= commonest < _BODY - 0.2 and sizes.total() >= _PASSAGE:
        yield subject.on_page(
            BODY, f"Most of the text is {commonest:.3g} pixels high.", needles=[f"{commonest:g}px", "font-size"]
        )


def _footer(page: Page) -> frozenset[Element]:
    """Return what stands in the block that has the link for leaving."""
    link = next((one for one in page.links if "{unsubscribe_url" in (one.get("href") or "")), None)
    block = link.getparent() if link is not None else None
    around = block.getparent() if block is not None else None
    return frozenset(around.iter()) if around is not None and around.tag != "body" else frozenset()


def _set(subject: LintContext, page: Page) -> Iterator[Finding]:
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
        message = f"The lines of {quoted(words)}{and_more(len(tight))} are {leading:.2g} times as high as the letters."
        yield subject.on_page(TIGHT, message, words=words, needles=["line-height"])
    if middle:
        words, align = middle[0]
        how = "justified" if align == "justify" else "centred"
        message = f"{quoted(words)}{and_more(len(middle))} is {how}."
        needles = [f'align="{align}"', f"text-align:{align}", f"text-align: {align}"]
        yield subject.on_page(MIDDLE, message, words=words, needles=needles)


def _marked(subject: LintContext, page: Page) -> Iterator[Finding]:
    for tags, rule, how in ((("em", "i"), SLANTED, "in italics"), (("strong", "b"), HEAVY, "bold")):
        for element in page.body.iter(*tags):
            words = words_of(element)
            if len(words) >= _PASSAGE:
                message = f"{quoted(words)} is all {how}, {len(words.split())} words of it."
                yield subject.on_page(rule, message, words=words)


CHECKS = (
    Checker(
        "accessibility: how words are set",
        (SMALL, BODY, TIGHT, MIDDLE, SLANTED, HEAVY),
        on_each_page(_small, _set, _marked),
    ),
)
