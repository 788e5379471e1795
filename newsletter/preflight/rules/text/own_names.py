"""Check names against the settings and against each other: a letter off in the own name or in a person's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.own_name_slips import is_near, is_told_apart
from newsletter.preflight.text.sentences import language_of
from newsletter.preflight.text_spans import TextSpan

OWN = warning("NL760", name="misspelt-own-name")
PERSON = warning("NL763", name="misspelt-person")

_TOKEN = compile_pattern(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NAME_FIELDS = frozenset({"people", "who", "name", "source", "credit", "contact", "joiners", "leavers"})
_SHORT = 5


class Word(NamedTuple):
    """A word of a text and where it stands."""

    text: str
    run: TextSpan
    start: int

    @property
    def end(self) -> int:
        """Return where it ends."""
        return self.start + len(self.text)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield slips in the own name, then in the names of people."""
    texts = [
        (run, [Word(match[0], run, match.start()) for match in _TOKEN.finditer(run.words)]) for run in context.runs
    ]
    told: set[tuple[object, int]] = set()
    for run, start, end, right in context.own_name_slips:
        told.add((run.loc, start))
        message = f"“{run.words[start:end]}” is spelt “{right}” in the settings."
        yield context.in_text(OWN, run, start, end, message, hint=f"Write “{right}”.", likely=[right])
    for word, other in _people(context, texts):
        if (word.run.loc, word.start) not in told and not _is_long_name(word, other):
            told.add((word.run.loc, word.start))
            line = context.loaded.places.within(other.run.loc, other.start).line
            message = f"“{word.text}” is spelt “{other.text}” on line {line}."
            yield context.in_text(PERSON, word.run, word.start, word.end, message)


def _is_long_name(word: Word, other: Word) -> bool:
    """Return whether both stand in names of the same length that the rule for names of several words compares."""
    names = [_name_around(one) for one in (word, other)]
    same = len(names[0]) == len(names[1]) and names[0][:1] == names[1][:1]
    return same and min(len(word.text), len(other.text)) > _SHORT and word.text[0] == other.text[0]


def _name_around(word: Word) -> list[str]:
    """Return the capitalised words that a word stands among."""
    before = re.search(r"(?:[A-ZÀ-Þ][\w’'-]+ )*$", word.run.words[: word.start])
    after = re.match(r"(?: [A-ZÀ-Þ][\w’'-]+)*", word.run.words[word.end :])
    return f"{before[0] if before else ''}{word.text}{after[0] if after else ''}".split()


def _people(context: LintContext, texts: Sequence[tuple[TextSpan, list[Word]]]) -> Iterator[tuple[Word, Word]]:
    """Yield a word of a person's name that is a letter off the same name elsewhere."""
    misspelt = context.facts.misspelt
    if misspelt is None:
        return
    places: dict[str, list[Word]] = defaultdict(list)
    surnames: dict[str, set[str]] = defaultdict(set)
    parts: set[str] = set()
    for run, words in texts:
        names = [word for word in words if word.text[0].isupper() and word.text[1:].islower()]
        for word in names:
            places[_owner(word.text)].append(word)
        for before, word in pairwise(names):
            is_joined = not run.words[before.end : word.start].strip(" \n")
            if is_joined and len(before.text) > 2 and misspelt(before.text.casefold(), "en-GB"):
                surnames[before.text].add(_owner(word.text))
                if language_of(run) == "en" or run.field in _NAME_FIELDS:
                    parts |= {before.text, _owner(word.text)}
    alike = [pair for several in surnames.values() for pair in combinations(sorted(several), 2)]
    alike = [pair for pair in alike if _is_other_spelling(*pair, same_start=False)]
    alone = [text for text in sorted(set(places) - parts) if len(places[text]) == 1 and misspelt(text, "en-GB")]
    alike += [(text, part) for text in alone for part in sorted(parts) if _is_other_spelling(text, part)]
    for one, other in alike:
        yield from _rarer(places[one], places[other])


def _owner(text: str) -> str:
    return text.removesuffix("'s").removesuffix("’s")


def _is_other_spelling(text: str, part: str, *, same_start: bool = True) -> bool:
    """Return whether a word may be a slip of a name; short ones resemble each other, but for two swapped letters."""
    short = min(len(text), len(part))
    is_like = short > _SHORT or (short == _SHORT and sorted(text) == sorted(part))
    return is_like and (part[0] == text[0] or not same_start) and is_near(text, part)


def _rarer(some: list[Word], others: list[Word]) -> Iterator[tuple[Word, Word]]:
    """Yield the first of the rarer spelling with one of the other; a field with a name counts as right."""

    def weight(words: list[Word]) -> tuple[bool, int]:
        return any(word.run.field in _NAME_FIELDS for word in words), len(words)

    if not some or not others:
        return
    wrong, right = (some, others) if weight(some) <= weight(others) else (others, some)
    if weight(some) == weight(others) and some[0].run is not others[0].run:
        wrong, right = (others, some) if some[0].run.loc < others[0].run.loc else (some, others)
    if not any(is_told_apart(word.run, word.start, word.end, right[0].text) for word in wrong):
        yield wrong[0], right[0]


CHECKS = (Checker("own names", (OWN, PERSON), check),)
