"""What a screen reader is told of the language, and of what the page is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.example_templates import frame, story
from newsletter.preflight.html.page import Page
from newsletter.preflight.html.per_variant import and_more, on_each_page, quoted
from newsletter.preflight.html.selectors import is_tag
from newsletter.preflight.rule import Checker, Example, error, note, warning
from newsletter.preflight.text.language_detection import NAMES, other_language
from newsletter.preflight.text.sentences import passages
from newsletter.preflight.text_spans import TextSpan

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_HELLO = "intro: Hello, all of you."
_WELSH = (
    "Mae’r ardd ar agor o’r diwedd. Bydd paned a chacen i bawb, ac mae croeso i chi ddod gyda’ch teulu. "
    "Mae ein gwirfoddolwyr wedi bod yn brysur yn paratoi."
)

LANGUAGE = note(
    "NL830",
    "A text is in another language than the issue says.",
    name="language-mismatch",
    why="A screen reader speaks it with the wrong voice, so that nobody understands it.",
    fix="Put it into a section of its own, and write the language there, such as `language: cy`.",
    wrong=f"sections:\n  - kind: story\n    heading: Yr ardd\n    text: {_WELSH}",
    right=f"sections:\n  - kind: story\n    language: cy\n    heading: Yr ardd\n    text: {_WELSH}",
)
UNTOLD = error(
    "NL831",
    "The page does not say its language, or which way it is written.",
    name="missing-page-language",
    why="A screen reader then takes the language of the computer, and Arabic or Hebrew runs the wrong way.",
    fix='Write <mjml lang="{{ language }}" dir="{{ direction }}"> in your frame.',
    wrong=Example(_HELLO, templates=frame(' lang="{{ language }}" dir="{{ direction }}"')),
    right=Example(_HELLO, templates=frame()),
)
UNTITLED = error(
    "NL832",
    "The page has no title.",
    name="missing-page-title",
    why="It is what a screen reader says first, and what stands on the tab where the email is read in a browser.",
    fix="Write <mj-title>{{ title }}</mj-title> into the head of your frame.",
    wrong=Example(_HELLO, templates=frame("  <mj-title>{{ title }}</mj-title>\n")),
    right=Example(_HELLO, templates=frame()),
)
TABLE = warning(
    "NL833",
    "A table that only gives the layout says that it is one of data.",
    name="layout-table-without-role",
    why="A screen reader then reads out rows and columns where there are none.",
    fix='Add role="presentation" to it; a table of data needs headings (<th>) instead.',
    wrong=Example(_HELLO, templates=story("<mj-text><table><tr><td>Left</td><td>Right</td></tr></table></mj-text>")),
    right=Example(
        _HELLO,
        templates=story('<mj-text><table role="presentation"><tr><td>Left</td><td>Right</td></tr></table></mj-text>'),
    ),
)

_RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur", "yi", "ps", "sd", "ckb", "dv"})


def _languages(subject: LintContext) -> Iterator[Finding]:
    """Yield one finding for each section, or for the whole, that has passages in another language."""
    found: dict[tuple[int | None, str], list[tuple[TextSpan, int, int]]] = {}
    every = 0
    for run in subject.runs:
        if run.is_prose or run.field == "items":
            for passage in passages(run):
                every += len(run.words[passage.start : passage.end].split()) >= 12
                other = other_language(run.words[passage.start : passage.end], run.language)
                if other:
                    found.setdefault((run.section, other), []).append((run, passage.start, passage.end))
    if found and len({other for _, other in found}) == 1 and sum(map(len, found.values())) == every > 1:
        yield _whole(subject, next(iter(found.values()))[0], next(iter(found))[1])
        return
    for (_, other), spots in found.items():
        run, start, end = spots[0]
        words = f"{quoted(_line(run, start, end))}{and_more(len(spots))}"
        message = f"{words} is {NAMES[other]}, and is marked as {_named(run.language)}."
        yield subject.in_text(LANGUAGE, run, start, end, message)


def _whole(subject: LintContext, spot: tuple[TextSpan, int, int], other: str) -> Finding:
    run, start, end = spot
    message = f"The issue is {NAMES[other]}, and is marked as {_named(run.language)}."
    hint = f"Write `language: {other}` below its date."
    return subject.in_text(LANGUAGE, run, start, end, message, hint=hint)


def _line(run: TextSpan, start: int, end: int) -> str:
    return " ".join(run.words[start:end].split())


def _named(language: str) -> str:
    return NAMES.get(language.partition("-")[0], language)


def _told(subject: LintContext, page: Page) -> Iterator[Finding]:
    content = next((one for one in page.body if is_tag(one)), None)
    wanted = "rtl" if subject.language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"
    for what, element in (("The page", page.root), ("What the page holds", content)):
        if element is None:
            continue
        if not _has(element, "lang") or element.get("dir", "").lower() not in {"ltr", "rtl"}:
            yield subject.on_page(UNTOLD, f"{what} does not say its language and direction.", needles=["<mjml"])
            return
        if element.get("dir", "").lower() != wanted:
            way = "from right to left" if wanted == "rtl" else "from left to right"
            yield subject.on_page(
                UNTOLD,
                f"{what} says the wrong direction: {_named(subject.language)} is written {way}.",
                needles=["dir="],
            )
            return


def _has(element: Element, name: str) -> bool:
    return (element.get(name) or "").strip().lower() not in {"", "und"}


def _title(subject: LintContext, page: Page) -> Iterator[Finding]:
    title = page.root.find("head/title")
    if title is None or not (title.text or "").strip():
        yield subject.on_page(UNTITLED, "The title of the page (<title>) is empty.", needles=["<mj-title", "<mj-head"])


def _tables(subject: LintContext, page: Page) -> Iterator[Finding]:
    bare = [
        one
        for one in page.body.iter("table")
        if one.get("role") not in {"presentation", "none"} and one.find(".//th") is None
    ]
    if bare:
        words = " ".join("".join(str(piece) for piece in bare[0].itertext()).split())
        message = f"The table with {quoted(words)} in it{and_more(len(bare))} has no role."
        yield subject.on_page(TABLE, message, needles=["<table>", "<table", "<mj-table"])


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield what is wrong with the languages of the texts, and with what the page says of itself."""
    yield from _languages(subject)
    yield from on_each_page(_told, _title, _tables)(subject)


CHECKS = (Checker("accessibility: what a screen reader is told", (LANGUAGE, UNTOLD, UNTITLED, TABLE), look),)
