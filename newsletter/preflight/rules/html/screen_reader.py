"""Check what screen readers need to know: language, direction, page title and table roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.page import Page
from newsletter.preflight.html.per_variant import and_more, on_each_page, quoted
from newsletter.preflight.html.selectors import is_tag
from newsletter.preflight.rule import Checker, error, note, warning
from newsletter.preflight.text.language_detection import languages, other_language
from newsletter.preflight.text.sentences import passages
from newsletter.preflight.text_spans import TextSpan

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


LANGUAGE = note("NL830", name="language-mismatch")
UNTOLD = error("NL831", name="missing-page-language")
UNTITLED = error("NL832", name="missing-page-title")
TABLE = warning("NL833", name="layout-table-without-role")

_RIGHT_TO_LEFT = frozenset({"ar", "he", "fa", "ur", "yi", "ps", "sd", "ckb", "dv"})


def _languages(context: LintContext) -> Iterator[Finding]:
    """Yield one finding for each section with text in another language, or one for the whole issue."""
    found: dict[tuple[int | None, str], list[tuple[TextSpan, int, int]]] = {}
    every = 0
    for run in context.runs:
        if run.is_prose or run.field == "items":
            for passage in passages(run):
                every += len(run.words[passage.start : passage.end].split()) >= 12
                other = other_language(run.words[passage.start : passage.end], run.language)
                if other:
                    found.setdefault((run.section, other), []).append((run, passage.start, passage.end))
    if found and len({other for _, other in found}) == 1 and sum(map(len, found.values())) == every > 1:
        yield _whole(context, next(iter(found.values()))[0], next(iter(found))[1])
        return
    for (_, other), spots in found.items():
        run, start, end = spots[0]
        words = f"{quoted(_line(run, start, end))}{and_more(len(spots))}"
        message = f"{words} is {languages().names[other]} but is marked as {_named(run.language)}."
        yield context.in_text(LANGUAGE, run, start, end, message)


def _whole(context: LintContext, spot: tuple[TextSpan, int, int], other: str) -> Finding:
    run, start, end = spot
    message = f"The issue is {languages().names[other]} but is marked as {_named(run.language)}."
    hint = f"Add `language: {other}` below the issue's date."
    return context.in_text(LANGUAGE, run, start, end, message, hint=hint)


def _line(run: TextSpan, start: int, end: int) -> str:
    return " ".join(run.words[start:end].split())


def _named(language: str) -> str:
    return languages().names.get(language.partition("-")[0], language)


def _told(context: LintContext, page: Page) -> Iterator[Finding]:
    content = next((one for one in page.body if is_tag(one)), None)
    wanted = "rtl" if context.language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"
    for what, element in (("The page", page.root), ("The body of the page", content)):
        if element is None:
            continue
        if not _has(element, "lang") or element.get("dir", "").lower() not in {"ltr", "rtl"}:
            yield context.on_page(UNTOLD, f"{what} does not set its language and direction.", needles=["<mjml"])
            return
        if element.get("dir", "").lower() != wanted:
            way = "from right to left" if wanted == "rtl" else "from left to right"
            yield context.on_page(
                UNTOLD,
                f"{what} sets the wrong direction: {_named(context.language)} is written {way}.",
                needles=["dir="],
            )
            return


def _has(element: Element, name: str) -> bool:
    return (element.get(name) or "").strip().lower() not in {"", "und"}


def _title(context: LintContext, page: Page) -> Iterator[Finding]:
    title = page.root.find("head/title")
    if title is None or not (title.text or "").strip():
        yield context.on_page(UNTITLED, "The page title (<title>) is empty.", needles=["<mj-title", "<mj-head"])


def _tables(context: LintContext, page: Page) -> Iterator[Finding]:
    bare = [
        one
        for one in page.body.iter("table")
        if one.get("role") not in {"presentation", "none"} and one.find(".//th") is None
    ]
    if bare:
        words = " ".join("".join(str(piece) for piece in bare[0].itertext()).split())
        message = f"The table that contains {quoted(words)}{and_more(len(bare))} has no role."
        yield context.on_page(TABLE, message, needles=["<table>", "<table", "<mj-table"])


def check(context: LintContext) -> Iterator[Finding]:
    """Yield findings for the languages of the texts, then for the language, title and tables of the page."""
    yield from _languages(context)
    yield from on_each_page(_told, _title, _tables)(context)


CHECKS = (Checker("accessibility: screen readers", (LANGUAGE, UNTOLD, UNTITLED, TABLE), check),)
