"""Check for abbreviations that are not explained."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import AcceptableWords, Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.data_files import read_words
from newsletter.preflight.rule import Checker, note
from newsletter.preflight.text.sentences import language_of, listed
from newsletter.preflight.text_spans import TextSpan

UNEXPLAINED = note("NL718", name="unexplained-abbreviation")

_ROMAN = compile_pattern(r"(?=.)M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_SHORT = compile_pattern(
    r"(?<![\w@#/.&’'-])(?:[A-Z]{2,6}|[A-Z]{1,3}(?:&[A-Z]{1,2})+|[A-Z][a-z]?(?:[A-Z][a-z]?)+)s?(?![\w@/&-])"
)
_CAPITALS = compile_pattern(r"[A-ZÀ-Þ]{2,}[\W\d]+[A-ZÀ-Þ]{2,}[\W\d]+[A-ZÀ-Þ]{2,}")
_SKIPPED = listed("credit source contact payment alt name who subject preheader")
"""Fields that hold names, or that have no room for an explanation."""
_LETTERS = range(2, 7)
"""Lengths of abbreviations; longer ones are names."""
_NAME = 5
"""Letters from which on a word in capitals that the dictionary has as a name is that name: “FRIDAY”."""
_NAMED = 5
"""Abbreviations that the message names; of the rest it gives the number."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield one finding for all unexplained abbreviations, where the first is first used."""
    first: dict[str, tuple[TextSpan, int, int]] = {}
    counts: Counter[str] = Counter()
    runs = [run for run in context.runs if language_of(run) == "en"]
    known = _known(context)
    for run in runs:
        if run.field in _SKIPPED or _CAPITALS.search(run.words):
            continue
        for match in _SHORT.finditer(run.words):
            short = _singular(match[0])
            if short not in known and len(short) in _LETTERS and not _is_a_word(context, short, run.language):
                counts[short] += 1
                first.setdefault(short, (run, *match.span()))
    unexplained = [
        short
        for short in first
        if not any(_explains(short, other) for other in runs if short in other.text)
        and not any(_spells_out(short, other.words) for other in runs[: runs.index(first[short][0]) + 2])
    ]
    if unexplained:
        run, start, end = first[unexplained[0]]
        written = [run.words[start:end] for run, start, end in map(first.__getitem__, unexplained)]
        finding = context.in_text(UNEXPLAINED, run, start, end, _message(written, counts[unexplained[0]]))
        acceptable = AcceptableWords(setting="abbreviations", words=tuple(written[:_NAMED]))
        yield finding.model_copy(update={"acceptable": acceptable})


def _message(written: list[str], count: int) -> str:
    if len(written) == 1:
        often = f"; it is used {count} times" if count > 1 else ""
        return f"“{written[0]}” is not explained{often}."
    quoted = [f"“{one}”" for one in written[:_NAMED]]
    left = len(written) - _NAMED
    last = f"{left} more" if left > 0 else quoted.pop()
    return f"{', '.join(quoted)} and {last} are not explained."


def _known(context: LintContext) -> frozenset[str]:
    """Return abbreviations that need no explanation: well-known ones and those in the settings and brand name."""
    checking, brand = context.checking, context.presentation.brand
    named = re.findall(r"[\w&]+", f"{brand.name} {brand.newsletter or ''}")
    initials = "".join(word[0] for word in brand.name.split() if word[0].isupper())
    named.append(initials)
    well_known = read_words("abbreviations.txt")
    return well_known | {_singular(one) for one in (*checking.abbreviations, *checking.words)} | frozenset(named)


def _singular(short: str) -> str:
    return short[:-1] if short.endswith("s") and short[:-1].isupper() else short


def _spells_out(short: str, words: str) -> bool:
    """Return whether a text has the words that an abbreviation stands for: “Hill Farm School” for “HFS”."""
    pattern = _words_of(short)
    return pattern is not None and pattern.search(words) is not None


@lru_cache(maxsize=256)
def _words_of(short: str) -> re.Pattern[str] | None:
    """Return the pattern of the words that an abbreviation stands for; None where it is too short to tell."""
    letters = [letter for letter in short if letter.isalpha()]
    if len(letters) < 3 or not short.isupper():
        return None
    between = r"[\s,-]+(?:(?:of|the|and|for|in|to|de)\s+|&\s+)*"
    return re.compile(r"(?<!\w)" + between.join(rf"{letter}[a-z’']+" for letter in letters) + r"(?!\w)")


def _is_a_word(context: LintContext, short: str, language: str) -> bool:
    """Return whether it is a Roman numeral or an ordinary word in capitals."""
    if _ROMAN.fullmatch(short):
        return True
    misspelt = context.facts.misspelt
    if misspelt is None or not short.isalpha() or not short.isupper():
        return False
    is_name = len(short) >= _NAME and not misspelt(short.capitalize(), language)
    return is_name or not misspelt(short.casefold(), language)


def _explains(short: str, run: TextSpan) -> bool:
    """Return whether a text gives the abbreviation in brackets after its meaning, or the other way round."""
    return _explanation(short).search(run.text) is not None


@lru_cache(maxsize=256)
def _explanation(short: str) -> re.Pattern[str]:
    escaped = re.escape(short)
    behind = (
        rf"[^\W\d_]{{2,}}[”’\"*_]*\s+\(\s*[‘“\"*_\[]*(?:(?:the|or|also known as|also|formerly|now)\s+)?{escaped}s?\b"
    )
    words = r"\((?=[^)]*[^\W\d_]{2,}\s+[^)]*\w{2,})"
    before = rf"\b{escaped}s?[*_’”\"]*\s*(?:{words}|,? (?:which )?(?:stands|is short) for\b)"
    return re.compile(f"{behind}|{before}")


CHECKS = (Checker("abbreviations", (UNEXPLAINED,), check),)
