"""Lists of words and phrases, each with what to write instead; they are found in any case, over line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from newsletter.preflight.runs import Run


@dataclass(frozen=True, slots=True)
class Phrase:
    """An entry of a list: its forms, what to write instead, and why."""

    forms: tuple[str, ...]
    instead: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that stands in the texts: its first place, and how often it stands there in all."""

    phrase: Phrase
    run: Run
    start: int
    end: int
    count: int

    @property
    def words(self) -> str:
        """Return the words as they stand there."""
        return " ".join(self.run.words[self.start : self.end].split())

    @property
    def more(self) -> str:
        """Return in words how often it stands there beside the first time."""
        if self.count == 1:
            return ""
        return f", and {'once' if self.count == 2 else f'{self.count - 1} times'} more"


def read(table: str) -> tuple[Phrase, ...]:
    """Return the phrases of a table: a line each, as `form|form = instead = why`."""
    found = []
    for line in table.strip().splitlines():
        forms, instead, *why = (part.strip() for part in line.split(" = "))
        found.append(Phrase(tuple(forms.split("|")), instead, *why))
    return tuple(found)


def given(words: Mapping[str, str]) -> tuple[Phrase, ...]:
    """Return the user's own list, less those that only switch an entry of ours off."""
    return tuple(Phrase((one.casefold(),), instead) for one, instead in words.items() if instead)


def without(phrases: tuple[Phrase, ...], named: Mapping[str, str]) -> tuple[Phrase, ...]:
    """Return phrases less those of which a form is named."""
    names = {" ".join(one.casefold().split()) for one in named}
    return tuple(phrase for phrase in phrases if names.isdisjoint(phrase.forms))


def hits(phrases: tuple[Phrase, ...], runs: tuple[Run, ...]) -> list[Hit]:
    """Return each phrase that stands in the texts, at its first place."""
    if not phrases:
        return []
    pattern, by_form = _compiled(phrases)
    first: dict[Phrase, tuple[Run, int, int]] = {}
    counts: dict[Phrase, int] = {}
    for run in runs:
        for form, start, end in _found(pattern, run):
            phrase = by_form[form]
            first.setdefault(phrase, (run, start, end))
            counts[phrase] = counts.get(phrase, 0) + 1
    return [Hit(phrase, *place, counts[phrase]) for phrase, place in first.items()]


def _found(pattern: re.Pattern[str], run: Run) -> Iterator[tuple[str, int, int]]:
    for match in pattern.finditer(run.words):
        yield " ".join(match[0].casefold().replace("’", "'").split()), match.start(), match.end()


@lru_cache(maxsize=16)
def _compiled(phrases: tuple[Phrase, ...]) -> tuple[re.Pattern[str], dict[str, Phrase]]:
    by_form = {form.replace("’", "'"): phrase for phrase in phrases for form in phrase.forms}
    forms = sorted(by_form, key=len, reverse=True)
    any_of = "|".join(re.escape(form).replace(r"\ ", r"\s+").replace("'", "['’]") for form in forms)
    return re.compile(rf"(?<![\w’'-])(?:{any_of})(?![\w-])", re.IGNORECASE), by_form
