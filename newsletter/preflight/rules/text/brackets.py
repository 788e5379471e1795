"""Check for brackets and quotation marks that are opened and never closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.sentences import passages, shown
from newsletter.preflight.text_spans import TextSpan

UNCLOSED = warning("NL735", name="unclosed-bracket")

_CODE = compile_pattern(r"`[^`\n]*`")
_SMILEY = compile_pattern(r"(?:[:;=]|(?<![\w–-])8)['’]?[-o^]?[()]+")
_NUMBERED = compile_pattern(r"(?<!\w)\w{1,3}\)")
_BRACKET = compile_pattern(r"[()]")
_INCHES = compile_pattern(r"\d\"")
_QUOTES = (("“", "”"), ("„", "“"), ("«", "»"))


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the first bracket and the first quotation mark of each paragraph that has no other half."""
    for run in context.runs:
        if run.field == "alt" or not any(mark in run.words for mark in '()"“„«'):
            continue
        words = _without(_SMILEY, _without(_CODE, run.text, run.words))
        parts = passages(run)
        for number, part in enumerate(parts):
            yield from _unclosed_bracket(context, run, words, part.start, part.end)
            after = parts[number + 1].start if number + 1 < len(parts) else len(words)
            # a quotation over several paragraphs opens each of them and closes the last
            goes_on = words[after : after + 3].lstrip("*_ ").startswith(('"', "“", "„", "«", "‘", "‚"))
            if not goes_on:
                yield from _unclosed_quote(context, run, words, part.start, part.end)


def _unclosed_bracket(context: LintContext, run: TextSpan, words: str, start: int, end: int) -> Iterator[Finding]:
    opened: list[int] = []
    for match in _BRACKET.finditer(words, start, end):
        if match[0] == "(":
            opened.append(match.start())
        elif opened:
            opened.pop()
    if opened and not _NUMBERED.search(words, opened[0], end):
        yield context.in_text(UNCLOSED, run, opened[0], opened[0] + 1, _message(words, opened[0], end))


def _unclosed_quote(context: LintContext, run: TextSpan, words: str, start: int, end: int) -> Iterator[Finding]:
    part = _INCHES.sub("  ", words[start:end])
    places = [match.start() for match in re.finditer('"', part)]
    if len(places) % 2 and part.count("”") == part.count("“") + 1:
        return  # opened straight and closed curly, as another rule says
    if len(places) % 2:
        # the odd one is the first that opens right after another, or else the last
        at = next((one for one in places if _opens(part, one) and _is_unanswered(part, one, places)), places[-1])
        yield context.in_text(UNCLOSED, run, start + at, start + at + 1, _message(words, start + at, end))
        return
    for opening, closing in _QUOTES:
        if opening == "“" and "„" in part:
            continue
        last = part.rfind(opening)
        if last >= 0 and part.count(opening) == part.count(closing) + 1:
            yield context.in_text(UNCLOSED, run, start + last, start + last + 1, _message(words, start + last, end))
            return


def _opens(part: str, at: int) -> bool:
    return at + 1 < len(part) and not part[at + 1].isspace() and (at == 0 or not part[at - 1].isalnum())


def _is_unanswered(part: str, at: int, places: list[int]) -> bool:
    """Return whether the mark after this one opens as well."""
    following = next((one for one in places if one > at), None)
    return following is None or _opens(part, following)


def _message(words: str, at: int, end: int) -> str:
    return f"“{shown(words[at:end], 30)}” is opened and never closed."


def _without(pattern: re.Pattern[str], text: str, words: str = "") -> str:
    """Return the words with what matches in the text blanked out."""
    found = list(words or text)
    for match in pattern.finditer(text):
        found[match.start() : match.end()] = " " * len(match[0])
    return "".join(found)


CHECKS = (Checker("unclosed brackets", (UNCLOSED,), check),)
