"""Check how easy the issue is to read: its reading ease, longest sentence and long paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note
from newsletter.preflight.text.readability import ease_of
from newsletter.preflight.text.sentences import WORD, language_of, passages, sentences, shown
from newsletter.preflight.text_spans import TextSpan

HARD = note("NL710", name="readability")
LONG_SENTENCE = note("NL711", name="long-sentence")
LONG_PARAGRAPH = note("NL712", name="long-paragraph")

_LEAST = 100
"""Minimum words in an issue for a meaningful score."""
_EASE = 50
"""Score below which a text counts as difficult."""
_WORDS = 40
"""Maximum words in a sentence. GOV.UK recommends 25, but an occasional longer one is fine."""
_PARAGRAPH = 150
_SKIPPED = frozenset({"credit", "alt", "subject", "preheader"})


class Sentence(NamedTuple):
    """A sentence with its words and position."""

    run: TextSpan
    start: int
    end: int
    words: tuple[str, ...]


def check(context: LintContext) -> Iterator[Finding]:
    """Yield at most one finding for the issue, one for sentences, and one for paragraphs."""
    every = [one for run in context.runs if run.field not in _SKIPPED for one in _sentences(run)]
    yield from _hard(context, every)
    yield from _long_sentence(context, every)
    yield from _long_paragraphs(context)


def _long_paragraphs(context: LintContext) -> Iterator[Finding]:
    long = [
        (run, passage, count)
        for run in context.runs
        if len(run.text) > _PARAGRAPH * 3
        for passage in passages(run)
        if (count := len(WORD.findall(run.words, passage.start, passage.end))) > _PARAGRAPH
    ]
    if long:
        run, passage, count = long[0]
        more = len(long) - 1
        others = f"; {more} more {'is' if more == 1 else 'are'} also very long" if more else ""
        yield context.in_text(
            LONG_PARAGRAPH, run, passage.start, passage.end, f"The paragraph has {count} words{others}."
        )


def _sentences(run: TextSpan) -> Iterator[Sentence]:
    for passage in passages(run):
        for start, end in sentences(run.words, passage):
            yield Sentence(run, start, end, tuple(WORD.findall(run.words, start, end)))


def _hard(context: LintContext, every: list[Sentence]) -> Iterator[Finding]:
    if context.language.partition("-")[0] != "en":
        return
    ease = ease_of(one.words for one in every if one.run.is_prose and language_of(one.run) == "en")
    if ease is not None and ease.words >= _LEAST and ease.score < _EASE:
        average = round(ease.words / ease.sentences)
        words = (
            f"Its reading ease is {max(round(ease.score), 0)} out of 100 (60 is plain English), "
            f"with an average of {average} words a sentence."
        )
        yield context.on_issue(HARD, words)


def _long_sentence(context: LintContext, every: list[Sentence]) -> Iterator[Finding]:
    long = [one for one in every if len(one.words) > _WORDS]
    if not long:
        return
    longest = max(long, key=lambda one: len(one.words))
    more = len(long) - 1
    others = f"; {more} more {'is' if more == 1 else 'are'} also very long" if more else ""
    words = f"“{shown(longest.run.words[longest.start : longest.end], 40)}” has {len(longest.words)} words{others}."
    yield context.in_text(LONG_SENTENCE, longest.run, longest.start, longest.end, words)


CHECKS = (Checker("readability", (HARD, LONG_SENTENCE, LONG_PARAGRAPH), check),)
