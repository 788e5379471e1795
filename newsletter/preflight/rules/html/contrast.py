"""Check the contrast of text with its background, in light and dark mode."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.css_color import Paint, contrast, over, shown
from newsletter.preflight.html.page import Page, Text, said
from newsletter.preflight.html.per_variant import and_more, on_each_page, quoted
from newsletter.preflight.html.style import Style
from newsletter.preflight.rule import Checker, error
from newsletter.render.design_tokens import tokens_for

Pairs = dict[tuple[Paint, Paint], list[Text]]
"""Texts by text colour and background colour."""

Fault = tuple[int, Paint]
"""A colour, after 0 for a text colour or 1 for a background colour."""

FAINT = error("NL801", name="low-contrast")

NEEDED, NEEDED_LARGE = 4.5, 3.0
_WHEN = ("", " in dark mode")
_TOO = " The contrast in dark mode is too low as well."


def _look(context: LintContext, page: Page) -> Iterator[Finding]:
    """Yield one finding for each colour at fault, merged if it is at fault in both light and dark mode."""
    by_day = faint_texts(page, night=False)
    by_night = {pair: texts for pair, texts in faint_texts(page, night=True).items() if pair not in by_day}
    found = [_finding(context, page, together, 0, side) for (side, _), together in _by_fault(by_day)]
    for (side, _), together in _by_fault(by_night):
        one = _finding(context, page, together, 1, side)
        same = next((at for at, other in enumerate(found) if one.place.line and other.place == one.place), None)
        if same is None:
            found.append(one)
        elif not found[same].message.endswith(_TOO):
            found[same] = found[same].model_copy(update={"message": found[same].message + _TOO})
    yield from found


def _by_fault(pairs: Pairs) -> Iterator[tuple[Fault, Pairs]]:
    """Yield the colours at fault, the most common first, each with the texts it affects."""
    while pairs:
        fault = _commonest(pairs)
        together = {pair: texts for pair, texts in pairs.items() if pair[fault[0]] == fault[1]}
        pairs = {pair: texts for pair, texts in pairs.items() if pair not in together}
        yield fault, together


def faint_texts(page: Page, *, night: bool) -> Pairs:
    """Return texts with too little contrast in one mode, by text colour and background colour."""
    found: Pairs = {}
    for text in page.texts:
        if any(letter.isalnum() for letter in text.words):
            style = page.looks(text.element)[night]
            colours = _colours(style)
            if colours and contrast(*colours) < (NEEDED_LARGE if style.is_large else NEEDED):
                found.setdefault(colours, []).append(text)
    return found


def _commonest(pairs: Pairs) -> Fault:
    """Return the text or background colour that most of the texts share."""
    counts: Counter[Fault] = Counter()
    for pair, texts in pairs.items():
        for side in (0, 1):
            counts[side, pair[side]] += len(texts)
    return max(counts, key=lambda one: (counts[one], -one[0]))


def _colours(style: Style) -> tuple[Paint, Paint] | None:
    """Return the visible text colour and background colour, or None if the background is unknown."""
    if style.ground is None:
        return None
    red, green, blue, cover = style.colour
    return over((red, green, blue, cover * style.cover), style.ground), style.ground


def _finding(context: LintContext, page: Page, together: Pairs, night: int, side: int) -> Finding:
    colour, ground = min(together, key=lambda pair: contrast(*pair))
    first, count = together[colour, ground][0], sum(map(len, together.values()))
    needed = NEEDED_LARGE if page.looks(first.element)[night].is_large else NEEDED
    message = (
        f"{quoted(first.words)}{and_more(count)} is {shown(colour)} on {shown(ground)}{_WHEN[night]}: "
        f"a contrast of {_told(contrast(colour, ground))}, but {needed:g} is needed."
    )
    of_words = [shown(colour), _short(shown(colour)), *islice(said(first.element, "color"), 1)]
    behind = [shown(ground), _short(shown(ground)), *islice(said(first.element, "background-color", "background"), 1)]
    hint = "" if night == 0 else "In dark mode, make the text lighter or the background darker."
    own = _colours_of(context)
    needles = [one for one in ([*behind, *of_words] if side else [*of_words, *behind]) if one.lower() not in own]
    return context.on_page(FAINT, message, words=first.words, needles=needles, hint=hint)


def _colours_of(context: LintContext) -> set[str]:
    """Return the colours of the theme and brand, which are readable where the theme uses them."""
    tokens = tokens_for(context.presentation.brand, context.facts.theme_files)
    return {value for palette in (tokens.light, tokens.dark) for value in asdict(palette).values()}


def _told(ratio: float) -> str:
    """Return a contrast ratio with few digits, never rounded up."""
    digits = 2 if abs(ratio - NEEDED) < 0.1 or abs(ratio - NEEDED_LARGE) < 0.1 else 1
    return f"{math.floor(ratio * 10**digits) / 10**digits:g}"


def _short(colour: str) -> str:
    """Return the three-digit form of a hex colour, or an empty string."""
    pairs = colour[1:3], colour[3:5], colour[5:7]
    return "#" + "".join(pair[0] for pair in pairs) if all(pair[0] == pair[1] for pair in pairs) else ""


CHECKS = (Checker("accessibility: contrast", (FAINT,), on_each_page(_look)),)
