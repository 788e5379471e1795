"""Check for words that are spelt correctly but were not meant, such as “pubic” for “public”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.data_files import any_of, read_rows
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.sentences import language_of

WRONG_WORD = warning("NL706", name="confused-word")


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return each pattern with its replacement."""
    name = "confused_words.tsv"
    return tuple((any_of(name, [pattern]), meant) for pattern, meant in read_rows(name, 2))


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the findings in English text, in text order."""
    for run in context.runs:
        if language_of(run) != "en":
            continue
        for pattern, meant in _patterns():
            for match in pattern.finditer(run.words):
                words = match[0].strip()
                new = _like(words, match.expand(meant).strip())
                end = match.start() + len(words)
                message = f"Did you mean “{new}” instead of “{words}”?"
                yield context.in_text(WRONG_WORD, run, match.start(), end, message, hint=f"Write “{new}”.")


def _like(words: str, meant: str) -> str:
    """Return the replacement, capitalised like the original."""
    return meant[:1].upper() + meant[1:] if words[:1].isupper() else meant


CHECKS = (Checker("confused words", (WRONG_WORD,), check),)
