"""Check that links and buttons have text, look like links and are large enough to tap."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.box_model import height, pitch
from newsletter.preflight.html.css_color import contrast, over
from newsletter.preflight.html.own_kinds import is_own_link
from newsletter.preflight.html.page import Block, Page, block_of, cleaned, said, words_of
from newsletter.preflight.html.per_variant import and_more, on_each_page, quoted
from newsletter.preflight.rule import Checker, error, warning

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


WORDLESS = error("NL820", name="empty-link")
SIGNS = warning("NL821", name="symbol-only-link")
LOW = warning("NL822", name="small-button")
CLOSE = warning("NL823", name="crowded-links")
ALIKE = warning("NL824", name="indistinct-link")
UNDERLINED = warning("NL825", name="underlined-text")

_FIELD_HINT = (
    "Write the words of the link in its own field of the section, such as `label`. To make sure of it, add "
    "`required: true` to that field at the top of the template."
)
_BUTTON, _LINE, _APART = 44.0, 24.0, 3.0


def _words(context: LintContext, page: Page) -> Iterator[Finding]:
    for link in page.links:
        words = words_of(link)
        if any(letter.isalnum() for letter in words) or _has_picture(link):
            continue
        target = link.get("href") or ""
        if link.get("aria-label") or link.get("title"):
            continue
        rule = SIGNS if words else WORDLESS
        message = f"The link to {target} only says {quoted(words)}." if words else f"The link to {target} has no text."
        spot = context.whereabouts.target(target)
        hint = _FIELD_HINT if rule is WORDLESS and is_own_link(context, target) else ""
        if spot:
            yield context.in_text(rule, *spot, message, hint=hint)
        else:
            yield context.on_page(rule, message, needles=[target, "<a "], hint=hint)


def _has_picture(link: Element) -> bool:
    return link.find(".//img") is not None


def _buttons(context: LintContext, page: Page) -> Iterator[Finding]:
    low = []
    for link in page.links:
        if page.looks(link).day.own_ground and words_of(link):
            high = height(page, link)
            if high < _BUTTON - 0.5:
                low.append((words_of(link), high, next(said(link, "padding"), "")))
    if low:
        words, high, padding = low[0]
        yield context.on_page(
            LOW,
            f"The button {quoted(words)}{and_more(len(low))} is {high:.0f} pixels high, but should be 44.",
            words=words,
            needles=[f'inner-padding="{padding}"', f"padding:{padding}", "inner-padding", "<mj-button", "<a "],
        )


def _stacked(context: LintContext, page: Page) -> Iterator[Finding]:
    alone = [block for block in page.blocks if _only_links(block)]
    for block in alone:
        links = list(dict.fromkeys(_link_of(text.element) for text in block.texts))
        if len(links) > 1 and block.element.find(".//br") is not None and pitch_inside(page, block) < _LINE - 0.5:
            yield _close(context, words_of(block.element), pitch_inside(page, block))
            return
    for _, together in groupby(alone, key=lambda block: block.element.getparent()):
        near = [block for block in together if pitch(page, block.element) < _LINE - 0.5]
        if len(near) > 1:
            yield _close(context, near[0].words, pitch(page, near[0].element))
            return


def _close(context: LintContext, words: str, high: float) -> Finding:
    message = f"The links at {quoted(words)} are {high:.0f} pixels apart, but should be 24."
    return context.on_page(CLOSE, message, words=words, needles=["line-height", "<a "])


def pitch_inside(page: Page, block: Block) -> float:
    """Return the line height of a block in pixels."""
    style = page.looks(block.element).day
    return style.height or style.ratio * style.size


def _only_links(block: Block) -> bool:
    return all(_link_of(text.element) is not None for text in block.texts)


def _link_of(element: Element) -> Element | None:
    around: Element | None = element
    while around is not None:
        if around.tag == "a":
            return around if around.get("href") is not None else None
        around = around.getparent()
    return None


def _told_apart(context: LintContext, page: Page) -> Iterator[Finding]:
    by_block = {block.element: block for block in page.blocks}
    for link in page.links:
        style, words = page.looks(link).day, words_of(link)
        if style.underlined or style.own_ground or not words or style.ground is None:
            continue
        block = by_block.get(block_of(link))
        others = [text for text in block.texts if _link_of(text.element) is None] if block else []
        if sum(len(text.words) for text in others) < 20:
            continue
        near = page.looks(others[0].element).day
        if style.weight > near.weight or style.italic != near.italic:
            continue
        if contrast(over(style.colour, style.ground), over(near.colour, style.ground)) < _APART:
            message = f"The link {quoted(words)} looks like the text around it."
            yield context.on_page(
                ALIKE, message, words=words, needles=["text-decoration:none", "text-decoration: none"]
            )
            return


def _underlined(context: LintContext, page: Page) -> Iterator[Finding]:
    for text in page.texts:
        if page.looks(text.element).day.underlined and _link_of(text.element) is None:
            message = f"{quoted(cleaned(text.words))} is underlined but is not a link."
            needles = ["<u>", "underline"]
            yield context.on_page(UNDERLINED, message, words=text.words, needles=needles)
            return


RULES = (WORDLESS, SIGNS, LOW, CLOSE, ALIKE, UNDERLINED)
CHECKS = (
    Checker(
        "accessibility: links and buttons",
        RULES,
        on_each_page(_words, _buttons, _stacked, _told_apart, _underlined),
    ),
)
