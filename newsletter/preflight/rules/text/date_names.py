"""Check the names of weekdays and months: without a capital letter, or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.preflight.text.sentences import language_of
from newsletter.preflight.text.spelling.edit_distance import distance
from newsletter.preflight.text_spans import TextSpan

SMALL = warning("NL736", name="lower-case-date-name")
MISSPELT = warning("NL737", name="misspelt-date-name")

_ENGLISH_MONTHS = "january|february|april|june|july|august|september|october|november|december"
_SMALL_LETTERS = {
    # “march” and “may” are words of their own, so that a day must stand beside them
    "en": compile_pattern(
        rf"(?<![\w#@./-])(?:mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|{_ENGLISH_MONTHS}"
        r"|(?:march|may)(?= \d{1,2}(?:st|nd|rd|th|, \d{4}))|(?<=day, )(?:march|may)(?= \d)"
        r"|(?<=\d )(?:march|may)(?= \d{4}))"
        r"(?![\w/-]|\.\w)"
    ),
    "de": compile_pattern(
        r"(?<=\bam )(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)(?!\w)"
        r"|(?<=\d\. )(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)(?!\w)"
    ),
    "cy": compile_pattern(r"(?:(?<=\b[Dd]ydd )|(?<=\bddydd ))(?:llun|mawrth|mercher|iau|gwener|sadwrn|sul)(?!\w)"),
}
_WORD = compile_pattern(r"[^\W\d_]{6,}")
_BESIDE = compile_pattern(r"\d|\b(?:de|del|on|el|am|im|the|from|until)\s*$", re.IGNORECASE)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield these names in the order of the texts."""
    for run in context.runs:
        pattern = _SMALL_LETTERS.get(language_of(run))
        for match in pattern.finditer(run.words) if pattern else ():
            new = match[0][0].upper() + match[0][1:]
            yield context.in_text(SMALL, run, *match.span(), f"“{match[0]}” is written “{new}”.", new=new)
        yield from _misspelt(context, run)


def _misspelt(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    """Yield words beside a number that are one letter from a name, where no dictionary of the language tells."""
    language = language_of(run)
    if context.facts.has_dictionary and context.facts.has_dictionary(run.language):
        return
    names = _names(language)
    for match in _WORD.finditer(run.words) if names else ():
        word = match[0].casefold()
        if word in names or word.removesuffix("s") in names:
            continue
        # in Welsh the first letter of a word may change
        likely = [name for name in names if language != "cy" or name[0] == word[0]]
        near = next((name for name in likely if distance(word, name, 1) <= 1), "")
        before = run.words[max(0, match.start() - 8) : match.start()]
        after = run.words[match.end() : match.end() + 14]
        if near and (_BESIDE.search(before) or re.search(r"\d", after)):
            message = f"“{match[0]}” looks like “{near}”, misspelt."
            yield context.in_text(MISSPELT, run, *match.span(), message, hint=f"Write “{near}”.", likely=[near])


@cache
def _names(language: str) -> tuple[str, ...]:
    grammar = grammar_for(language)
    if grammar is None or language == "ar":
        return ()
    return tuple(name for name in (*grammar.months, *grammar.weekdays) if len(name) > 5 and name.isalpha())


CHECKS = (Checker("names of weekdays and months", (SMALL, MISSPELT), check),)
