"""Check headings, which screen reader users rely on to get an overview and to jump between sections."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.page import Page
from newsletter.preflight.html.per_variant import and_more, on_each_page, quoted
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text_spans import TextSpan

TITLES = warning("NL802", name="main-heading-count")
SKIPPED = warning("NL803", name="skipped-heading-level")
NO_WORDS = warning("NL804", name="empty-heading")
BOLD = note("NL805", name="bold-as-heading")
TWICE = warning("NL806", name="duplicate-heading")
LONG = note("NL807", name="long-heading")

_EMPTY = compile_pattern(r"(?m)^ {0,3}(?:[-*+>] +)?#{1,6}[ \t]*#*[ \t]*$")
_BOLD_LINE = compile_pattern(
    r"(?m)(?<![^\n]\n)^(\*\*|__)(?P<words>[^*_\n]{2,70}[^*_\n.!?,;:…])\1[ \t]*\n(?=[ \t]*\n*[^\s])"
)
_LONGEST = 150


def _levels(context: LintContext, page: Page) -> Iterator[Finding]:
    titles = [(words, element) for level, words, element in page.headings if level == 1]
    if not titles:
        yield context.on_page(TITLES, "The page has no main heading (h1).", needles=["<mj-body", "<h2"])
    elif len(titles) > 1:
        words = titles[1][0]
        yield context.on_page(
            TITLES, f"{quoted(words)} is a second main heading (h1).", words=words, needles=["<h1>", "<h1"]
        )
    before = 0
    for level, words, _ in page.headings:
        if before and level > before + 1:
            yield context.on_page(
                SKIPPED,
                f"{quoted(words)} is a level {level} heading, but the one before it is level {before}.",
                words=words,
                needles=[f"<h{level}>", f"<h{level}"],
            )
        before = level


def _empty(context: LintContext, page: Page) -> Iterator[Finding]:
    bare = [element for _, words, element in page.headings if not words and element.find(".//img") is None]
    if not bare:
        return
    for run in context.runs:
        for match in _EMPTY.finditer(run.text):
            yield context.in_text(NO_WORDS, run, match.start(), match.end(), "A heading is empty.")
            return
    tag = bare[0].tag
    yield context.on_page(NO_WORDS, f"A heading ({tag}) is empty.", needles=[f"<{tag}>", f"<{tag}"])


def _bold(context: LintContext) -> Iterator[Finding]:
    found = [
        (run, match)
        for run in context.runs
        if run.field in {"text", "intro"} and ("**" in run.text or "__" in run.text)
        for match in _BOLD_LINE.finditer(run.text)
        if not match["words"].startswith(("-", "–", "—"))  # the name below a quotation
    ]
    if found:
        run, match = found[0]
        words = f"{quoted(match['words'])}{and_more(len(found))} looks like a heading."
        yield context.in_text(BOLD, run, match.start(), match.end("words") + 2, words)


def _alike(context: LintContext) -> Iterator[Finding]:
    known: set[tuple[str, str]] = set()
    for number, section in enumerate(context.issue.sections):
        if section.only is not None:  # a reader in one segment may see only one of the two
            continue
        heading = section.heading
        key = (_letters(heading), "") if heading else (section.kind, section.language or "")
        if not heading and section.kind in {"story", "quote"}:
            continue
        if key in known:
            words = f"{quoted(heading)} is" if heading else f"The default heading of `{section.kind}` sections is"
            loc = ("sections", number, "heading" if heading else "kind")
            yield context.on_field(TWICE, loc, f"{words} used twice.")
        known.add(key)


def _long(context: LintContext) -> Iterator[Finding]:
    for run in context.runs:
        if run.field in {"title", "heading"} and len(run.loc) > 1:
            count = len(run.words.strip())
            if count > _LONGEST:
                yield context.in_text(
                    LONG, run, 0, len(run.text), f"The heading {quoted(_line(run))} has {count} characters."
                )


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _line(run: TextSpan) -> str:
    return " ".join(run.words.split())


def check(context: LintContext) -> Iterator[Finding]:
    """Yield findings for the headings of the page, then for those in the issue."""
    yield from on_each_page(_levels, _empty)(context)
    yield from _bold(context)
    yield from _alike(context)
    yield from _long(context)


CHECKS = (Checker("accessibility: headings", (TITLES, SKIPPED, NO_WORDS, BOLD, TWICE, LONG), check),)
