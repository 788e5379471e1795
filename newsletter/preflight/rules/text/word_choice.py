"""Check word choice: jargon, words that exclude people, and words that the settings rule out."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.phrase_lists import given, hits, inclusive_words, plain_words, without
from newsletter.preflight.text.sentences import language_of

JARGON = note("NL716", name="wordy-phrase")
OWN_JARGON = warning("NL717", name="house-style-word")
EXCLUDING = note("NL725", name="non-inclusive-word")
OWN_EXCLUDING = warning("NL726", name="house-non-inclusive-word")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield one finding for each word, where it is first used; quotations are skipped."""
    ours = tuple(
        run for run in context.runs if run.field not in {"credit", "source"} and not _is_said(context, run.section)
    )
    english = tuple(run for run in ours if language_of(run) == "en")
    own, fair = context.checking.jargon, context.checking.inclusive
    for hit in hits(without(plain_words(), own), english):
        words = f"“{hit.words}”{hit.more} is not plain English. Try “{hit.phrase.instead}”."
        yield context.in_text(JARGON, hit.run, hit.start, hit.end, words)
    for hit in hits(given(own), ours):
        words = f"“{hit.words}”{hit.more} is on your list. Use “{hit.phrase.instead}” instead."
        yield context.in_text(OWN_JARGON, hit.run, hit.start, hit.end, words)
    for hit in hits(without(inclusive_words(), fair), english):
        words = f"“{hit.words}”{hit.more} may exclude people. {hit.phrase.why}. Try “{hit.phrase.instead}”."
        yield context.in_text(EXCLUDING, hit.run, hit.start, hit.end, words)
    for hit in hits(given(fair), ours):
        words = f"“{hit.words}”{hit.more} is on your list. Use “{hit.phrase.instead}” instead."
        yield context.in_text(OWN_EXCLUDING, hit.run, hit.start, hit.end, words)


def _is_said(context: LintContext, section: int | None) -> bool:
    """Return whether a section is a quotation."""
    return section is not None and getattr(context.issue.sections[section], "kind", "") == "quote"


CHECKS = (Checker("word choice", (JARGON, OWN_JARGON, EXCLUDING, OWN_EXCLUDING), check),)
