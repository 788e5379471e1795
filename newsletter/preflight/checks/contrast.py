"""Words too faint to read: every colour of text on the colour behind it, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from newsletter.model.report import Finding
from newsletter.preflight.page.page import Page, Text, said
from newsletter.preflight.page.paint import Paint, contrast, over, shown
from newsletter.preflight.page.samples import prose
from newsletter.preflight.page.style import Style
from newsletter.preflight.rule import Check, Example, error
from newsletter.preflight.subject import Subject

Seen = tuple[Paint, Paint, int]
"""The colours of words and of what is behind them, and whether by night."""

FAINT = error(
    "NL801",
    "Words are too faint to read on the colour behind them.",
    why="One reader in twelve sees colours weakly, and everybody reads a phone in the sun at times.",
    mend="Take a darker colour for the words, or a lighter one behind them; in the dark it is the other way round.",
    wrong=Example("intro: Hello, all of you.", templates=prose(color="#a9a9a9")),
    right=Example("intro: Hello, all of you.", templates=prose(color="#444444")),
)

NEEDED, NEEDED_LARGE = 4.5, 3.0
_WHEN = ("", " in the dark")


def look(subject: Subject) -> Iterator[Finding]:
    """Yield one finding for each two colours that are too near each other."""
    told: set[tuple[Paint, Paint]] = set()
    for page in subject.pages:
        for seen, texts in _faint(page):
            if seen[:2] not in told:
                told.add(seen[:2])
                yield _finding(subject, page, seen, texts)


def _faint(page: Page) -> Iterator[tuple[Seen, list[Text]]]:
    found: dict[Seen, list[Text]] = {}
    for text in page.texts:
        if any(letter.isalnum() for letter in text.words):
            for night, style in enumerate(page.looks(text.element)):
                colours = _colours(style)
                if colours and contrast(*colours) < (NEEDED_LARGE if style.is_large else NEEDED):
                    found.setdefault((*colours, night), []).append(text)
    yield from found.items()


def _colours(style: Style) -> tuple[Paint, Paint] | None:
    """Return what is seen of the words and behind them; None where that cannot be known."""
    if style.ground is None:
        return None
    red, green, blue, cover = style.colour
    return over((red, green, blue, cover * style.cover), style.ground), style.ground


def _finding(subject: Subject, page: Page, seen: Seen, texts: list[Text]) -> Finding:
    (colour, ground, night), first, more = seen, texts[0], len(texts) - 1
    words = first.words if len(first.words) <= 40 else f"{first.words[:40].rsplit(' ', 1)[0]} …"
    others = f" (and {more} more)" if more else ""
    needed = NEEDED_LARGE if page.looks(first.element)[night].is_large else NEEDED
    message = (
        f"“{words}”{others} is {shown(colour)} on {shown(ground)}{_WHEN[night]}: "
        f"a contrast of {contrast(colour, ground):.1f}, where {needed:g} is needed."
    )
    needles = [shown(colour), _short(shown(colour)), *islice(said(first.element, "color"), 1), shown(ground)]
    hint = "" if night == 0 else "Give the words a lighter colour in the dark, or what is behind them a darker one."
    return subject.on_page(FAINT, message, words=first.words, needles=needles, hint=hint)


def _short(colour: str) -> str:
    """Return a colour in three digits where that can be written."""
    pairs = colour[1:3], colour[3:5], colour[5:7]
    return "#" + "".join(pair[0] for pair in pairs) if all(pair[0] == pair[1] for pair in pairs) else ""


CHECKS = (Check("accessibility: contrast", (FAINT,), look),)
