"""Paragraphs that are like one another: found by runs of words that they share, then measured."""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from newsletter.preflight.text.sentences import Passage, passages, plain_words
from newsletter.preflight.text_spans import TextSpan

LEAST = 8
"""Words that a paragraph must have to be compared: shorter ones are alike by chance."""
ALIKE = 0.84
"""The share of words in order from which on two paragraphs are the same, fixed here and there."""
_GRAM = 3
_SHARED = 0.4


class Paragraph(NamedTuple):
    """A paragraph of a text with its words, as they are compared."""

    run: TextSpan
    passage: Passage
    words: tuple[str, ...]


class Twin(NamedTuple):
    """A paragraph that is like another: how much, and the first words that differ (both empty where none do)."""

    other: Paragraph
    likeness: float
    here: str = ""
    there: str = ""


def paragraphs(runs: Iterable[TextSpan]) -> list[Paragraph]:
    """Return the paragraphs of some texts that are long enough to be compared; headings are none."""
    return [
        Paragraph(run, passage, words)
        for run in runs
        for passage in passages(run)
        if not passage.is_heading and len(words := plain_words(run.words[passage.start : passage.end])) >= LEAST
    ]


class Index:
    """Paragraphs to be found by their words."""

    def __init__(self, known: Sequence[Paragraph]) -> None:
        self._known = known
        self._by_gram: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for number, one in enumerate(known):
            for gram in _grams(one.words):
                self._by_gram[gram].append(number)

    def twins(self, paragraph: Paragraph) -> list[Twin]:
        """Return the paragraphs that are like this one, the likest first."""
        grams = _grams(paragraph.words)
        shared = Counter(number for gram in grams for number in self._by_gram.get(gram, ()))
        found = []
        for number, count in shared.items():
            other = self._known[number]
            if count >= _SHARED * max(len(grams), len(other.words) - _GRAM + 1):
                twin = _measured(paragraph, other)
                if twin.likeness >= ALIKE:
                    found.append(twin)
        return sorted(found, key=lambda twin: -twin.likeness)


def _grams(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {words[start : start + _GRAM] for start in range(len(words) - _GRAM + 1)}


def _measured(one: Paragraph, other: Paragraph) -> Twin:
    if one.words == other.words:
        return Twin(other, 1.0)
    matcher = difflib.SequenceMatcher(None, other.words, one.words, autojunk=False)
    changed = next(code for code in matcher.get_opcodes() if code[0] != "equal")
    _, before, before_end, after, after_end = changed
    return Twin(other, matcher.ratio(), " ".join(one.words[after:after_end]), " ".join(other.words[before:before_end]))
