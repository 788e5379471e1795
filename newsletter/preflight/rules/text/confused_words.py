"""Check for words that are spelt correctly but were not meant, such as “pubic” for “public”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.sentences import language_of

WRONG_WORD = warning("NL706", name="confused-word")

_SLIPS = (
    (r"\bpubic(?= (?!hair|bone|area|region|louse|lice|symphysis|arch)\w)", "public"),
    (r"\b((?:could|should|would|must|might|may)(?:n['’]t)?) of(?= \w+(?:ed|en|ne|t|d|me|de|ld|id)\b)", r"\1 have"),
    (r"\b(kind|best|warm|kindest|warmest) retards\b", r"\1 regards"),
    (r"\b(project|line|case|office|general|senior|programme|service|volunteer|community|site|finance) manger(s?)\b",
     r"\1 manager\2"),
    (r"\bcostumer(s?)(?= (?:service|care|support|feedback|satisfaction)s?\b)", r"customer\1"),
    (r"\b(day|night|late|early|first|next|volunteer|evening|morning) shit(s?)\b", r"\1 shift\2"),
    (r"\b(to|will|can|must|we|they|you) asses (?=(?:the|how|what|your|our|their|whether|each|all|needs|risks?)\b)",
     r"\1 assess "),
    (r"\b(to|will|not|never|don['’]t|may|can|could|you) loose (?=(?:your|our|the|their|any|weight|money|touch)\b)",
     r"\1 lose "),
    (r"\b(are|is|was|were|be|been|and) definitively (?=(?:coming|going|worth|happening)\b)", r"\1 definitely "),
    (r"\bper say\b", "per se"),
    (r"\bfor all intensive purposes\b", "for all intents and purposes"),
    (r"\bin the mist of(?= (?!the (?:morning|valley|hills?|moor|sea|mountains?))\w)", "in the midst of"),
    (r"\bsneak peak(s?)\b", r"sneak peek\1"),
    (r"\b(a|free|the|wild|full) (?:reign)(?= to\b)", r"\1 rein"),
    (r"\b(untied)(?= (?:kingdom|nations|states|way|reformed)\b)", "united"),
    (r"\b(stationary)(?= (?:shop|cupboard|supplies|set|order)\b)", "stationery"),
)  # fmt: skip
"""Pattern (case-insensitive) and replacement pairs."""

_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), meant) for pattern, meant in _SLIPS)


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield the findings in English text, in text order."""
    for run in subject.runs:
        if language_of(run) != "en":
            continue
        for pattern, meant in _PATTERNS:
            for match in pattern.finditer(run.words):
                words = match[0].strip()
                new = _like(words, match.expand(meant).strip())
                end = match.start() + len(words)
                message = f"Did you mean “{new}” instead of “{words}”?"
                yield subject.in_text(WRONG_WORD, run, match.start(), end, message, hint=f"Write “{new}”.")


def _like(words: str, meant: str) -> str:
    """Return the replacement, capitalised like the original."""
    return meant[:1].upper() + meant[1:] if words[:1].isupper() else meant


CHECKS = (Checker("confused words", (WRONG_WORD,), look),)
