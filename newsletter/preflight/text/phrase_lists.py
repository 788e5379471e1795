"""Lists of words and phrases, each with what to write instead; they are found in any case, over line ends."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.data_files import read_rows
from newsletter.preflight.text_spans import TextSpan

_LITERAL = {"going forward": compile_pattern(r"\b(?:clocks?|momentum|moves?|keeps?|kept|it|us)\s+$", re.IGNORECASE)}
"""What stands before a phrase where it is meant literally."""


class Phrase(NamedTuple):
    """An entry of a list: its forms, what to write instead, and why."""

    forms: tuple[str, ...]
    instead: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that stands in the texts: its first place, and how often it stands there in all."""

    phrase: Phrase
    run: TextSpan
    start: int
    end: int
    count: int

    @property
    def words(self) -> str:
        """Return the words as they are written."""
        return " ".join(self.run.words[self.start : self.end].split())

    @property
    def more(self) -> str:
        """Return in brackets how often the words are used, or an empty string if once."""
        return f" (used {self.count} times)" if self.count > 1 else ""


@cache
def plain_words() -> tuple[Phrase, ...]:
    """Return long-winded words and office jargon of British English, with plain words for them."""
    return tuple(Phrase(tuple(forms.split("|")), instead) for forms, instead in read_rows("plain_words.tsv", 2))


@cache
def inclusive_words() -> tuple[Phrase, ...]:
    """Return words that leave people out or hurt them, with what British style guides write instead, and why."""
    rows = read_rows("inclusive_words.tsv", 3)
    return tuple(Phrase(tuple(forms.split("|")), instead, why) for forms, instead, why in rows)


def given(words: Mapping[str, str]) -> tuple[Phrase, ...]:
    """Return the user's own list, less those that only switch an entry of ours off."""
    return tuple(Phrase((one.casefold(),), instead) for one, instead in words.items() if instead)


def without(phrases: tuple[Phrase, ...], named: Mapping[str, str]) -> tuple[Phrase, ...]:
    """Return phrases less those of which a form is named."""
    names = {" ".join(one.casefold().split()) for one in named}
    return tuple(phrase for phrase in phrases if names.isdisjoint(phrase.forms))


def hits(phrases: tuple[Phrase, ...], runs: tuple[TextSpan, ...]) -> list[Hit]:
    """Return each phrase that stands in the texts, at its first place."""
    # a long list is soon seen not to be there; only what may be is then looked for word by word
    whole = "\n".join(_plain(run.words) for run in runs)
    there = {form: phrase for phrase in phrases for form in phrase.forms if _plain_form(form) in whole}
    if not there:
        return []
    pattern = _compiled(tuple(sorted(there, key=len, reverse=True)))
    by_form = {_plain_form(form): phrase for form, phrase in there.items()}
    first: dict[Phrase, tuple[TextSpan, int, int]] = {}
    counts: Counter[Phrase] = Counter()
    for run in runs:
        for match in pattern.finditer(run.words):
            if _is_literal(run.words, match):
                continue
            phrase = by_form[_plain(match[0])]
            first.setdefault(phrase, (run, *match.span()))
            counts[phrase] += 1
    return [Hit(phrase, *place, counts[phrase]) for phrase, place in first.items()]


def _is_literal(words: str, match: re.Match[str]) -> bool:
    """Return whether a phrase means what its words say: “the clocks going forward”."""
    before = _LITERAL.get(_plain(match[0]))
    return before is not None and before.search(words, 0, match.start()) is not None


def _plain(words: str) -> str:
    """Return words in small letters, on one line, with straight apostrophes."""
    return " ".join(words.casefold().replace("’", "'").split())


@lru_cache(maxsize=4096)
def _plain_form(form: str) -> str:
    """Return a form of a phrase in plain letters; there are some hundred, the same for each issue."""
    return _plain(form)


@lru_cache(maxsize=64)
def _compiled(forms: tuple[str, ...]) -> re.Pattern[str]:
    any_of = "|".join(re.escape(_plain(form)).replace(r"\ ", r"\s+").replace("'", "['’]") for form in forms)
    return re.compile(rf"(?<![\w’'-])(?:{any_of})(?![\w-])", re.IGNORECASE)
