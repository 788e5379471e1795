"""A passage of a text with its quantities: what the rules about numbers look at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.preflight.context import LintContext
from newsletter.preflight.text.number_data import NumberWords, number_words
from newsletter.preflight.text.quantities import Quantity, quantities
from newsletter.preflight.text.sentences import language_of, passages, sentences
from newsletter.preflight.text_spans import TextSpan


class NumberPassage(NamedTuple):
    """A sentence or a paragraph of a text that has quantities; positions are those of the text."""

    run: TextSpan
    flat: str
    """The text's words with line ends as spaces, so that a pattern matches over them."""
    start: int
    end: int
    language: str
    words: NumberWords
    found: tuple[Quantity, ...]

    def search(self, pattern: str, start: int | None = None, end: int | None = None) -> re.Match[str] | None:
        """Return the first match of a pattern that names words of the language: `<half>`."""
        first = self.start if start is None else max(start, self.start)
        last = self.end if end is None else min(end, self.end)
        return self.words.find(pattern).search(self.flat, first, last)

    def between(self, one: Quantity, other: Quantity) -> str:
        """Return what stands between two quantities."""
        return self.flat[one.end : other.start]

    def before(self, one: Quantity, length: int = 30) -> str:
        """Return what stands before a quantity in the passage."""
        return self.flat[max(self.start, one.start - length) : one.start]

    def after(self, one: Quantity, length: int = 40) -> str:
        """Return what stands after a quantity in the passage."""
        return self.flat[one.end : min(self.end, one.end + length)]

    def matches(self, pattern: str, text: str) -> bool:
        """Return whether a text has a pattern that names words of the language."""
        return self.words.find(pattern).search(text) is not None


def number_passages(context: LintContext) -> Iterator[tuple[NumberPassage, list[NumberPassage]]]:
    """Yield the paragraphs that have quantities, each with its sentences that have some."""
    for run in context.runs:
        yield from number_passages_of(run, language_of(run))


def number_passages_of(run: TextSpan, language: str) -> Iterator[tuple[NumberPassage, list[NumberPassage]]]:
    """Yield the paragraphs of one text that have quantities, each with its sentences that have some."""
    words = number_words(language)
    if words is None:
        return
    flat = run.words.replace("\n", " ")
    found = quantities(flat, language)
    for part in passages(run) if found else ():
        here = tuple(one for one in found if part.start <= one.start < part.end)
        if here:
            passage = NumberPassage(run, flat, part.start, part.end, language, words, here)
            yield passage, list(_sentences(passage, sentences(run.words, part)))


def _sentences(passage: NumberPassage, places: tuple[tuple[int, int], ...]) -> Iterator[NumberPassage]:
    for start, end in places:
        here = tuple(one for one in passage.found if start <= one.start < end)
        if here:
            yield NumberPassage(passage.run, passage.flat, start, end, passage.language, passage.words, here)
