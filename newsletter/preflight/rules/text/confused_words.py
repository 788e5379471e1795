"""Check for words that are spelt correctly but were not meant, such as “pubic” for “public”."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.model.section import Quote
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.confusions import Hit, confusions_in
from newsletter.preflight.text.grammar_slips import grammar_slips
from newsletter.preflight.text.sentences import language_of
from newsletter.preflight.text.spelling.misspellings import misspellings
from newsletter.preflight.text_spans import TextSpan

WRONG_WORD = warning("NL706", name="confused-word")

_SPOKEN = frozenset(
    {
        "was",
        "were",
        "is",
        "are",
        "has",
        "have",
        "doesn't",
        "don't",
        "written",
        "gone",
        "done",
        "seen",
        "taken",
        "came",
        "saw",
    }
)
"""What grammar asks for and not everyone says."""


_BRITISH = frozenset({"licence", "licences", "practise", "practised", "practising"})
"""What is right in British English, where American English has another word."""

_GERMAN_NOUN = compile_pattern(r"(?<![\w-])[A-ZÄÖÜ][a-zäöüß]{5,}(?![\w-])")
_TWO_NOUNS = compile_pattern(r"(?=(?<![\w-])([A-ZÄÖÜ][a-zäöüß]{2,}) ([A-ZÄÖÜ][a-zäöüß]{2,})(?![\w-]))")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the findings, in text order."""
    for run in context.runs:
        language = language_of(run)
        slips = grammar_slips(run.words, language)
        reported: set[int] = set()
        for hit in (*confusions_in(run.words, language), *slips):
            start, end, meant, _ = hit
            if meant in _BRITISH and run.language.casefold() == "en-us":
                continue
            listed = misspellings().get(run.words[start:end].casefold(), " ") if language == "en" else " "
            if " " not in listed:
                continue  # reported as misspelt
            if _is_misspelt(context, run, hit):
                continue
            if not reported.isdisjoint(range(start, end)) or (meant in _SPOKEN and _is_quoted(context, run, start)):
                continue
            reported.update(range(start, end))
            yield _finding(context, run, hit)
    yield from _split_compounds(context)


def _is_misspelt(context: LintContext, run: TextSpan, hit: Hit) -> bool:
    """Return whether a finding about spelling says it already: of a word with that correction, or behind an article."""
    misspelt, corrected = context.facts.misspelt, context.facts.corrected
    *before, word = run.words[hit.start : hit.end].split()
    if misspelt is None or corrected is None or not word.isalpha() or not misspelt(word.lower(), run.language):
        return False
    right = corrected(word.lower(), run.language)
    return bool(right) and (hit.meant.endswith(f" {word}") if before else right == hit.meant.lower())


def _split_compounds(context: LintContext) -> Iterator[Finding]:
    """Yield “Bienen Stand” in a German text where “Bienenstand” stands elsewhere."""
    runs = [(run, run.words.replace("\n", " ")) for run in context.runs if language_of(run) == "de"]
    written = {word for _, flat in runs for word in _GERMAN_NOUN.findall(flat)}
    for run, flat in runs:
        for match in _TWO_NOUNS.finditer(flat):
            joined = match[1] + match[2].lower()
            if joined in written:
                message = f"“{match[1]} {match[2]}” is written “{joined}” elsewhere in this issue."
                hint = f"Write “{joined}”."
                yield context.in_text(
                    WRONG_WORD, run, match.start(1), match.end(2), message, hint=hint, likely=[joined]
                )


def _is_quoted(context: LintContext, run: TextSpan, start: int) -> bool:
    """Return whether a word stands in a quotation, where people may speak as they do."""
    if run.section is not None and isinstance(context.issue.sections[run.section], Quote):
        return True
    words = run.words
    paragraph = words[words.rfind("\n\n", 0, start) + 1 : start]
    return paragraph.count('"') % 2 == 1 or paragraph.count("“") > paragraph.count("”")


def _finding(context: LintContext, run: TextSpan, hit: Hit) -> Finding:
    start, end, meant, message = hit
    if message:
        return context.in_text(WRONG_WORD, run, start, end, message)
    words = " ".join(run.words[start:end].split())
    if meant.startswith("!"):
        advice = meant[1:].replace("'", "’")
        return context.in_text(WRONG_WORD, run, start, end, f"“{words}” is hardly meant: {advice}.")
    new = meant[:1].upper() + meant[1:] if words[:1].isupper() else meant
    new = new.replace("'", "’") if "’" in run.text else new
    message = f"Did you mean “{new}” instead of “{words}”?"
    return context.in_text(WRONG_WORD, run, start, end, message, hint=f"Write “{new}”.", likely=[new])


CHECKS = (Checker("confused words", (WRONG_WORD,), check),)
