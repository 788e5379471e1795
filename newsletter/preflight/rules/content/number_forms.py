"""Check how numbers are written: numbered lists, ordinals, decimal marks, ranges, words beside digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.number_data import number_words, word_values
from newsletter.preflight.text.numbers import has_digit
from newsletter.preflight.text.sentences import language_of
from newsletter.preflight.text_spans import TextSpan

NUMBERING = note("NL552", name="broken-numbering")
ORDINAL = warning("NL553", name="wrong-ordinal-ending")
DECIMAL = warning("NL554", name="foreign-decimal-mark")
BACKWARDS = warning("NL555", name="reversed-range")
TWICE = warning("NL556", name="number-in-two-ways")

_ENTRY = compile_pattern(r"^([ \t]*)(\d{1,3})([.)])[ \t]+(?=\S)", re.MULTILINE)
_ORDINALS = {
    "en": compile_pattern(r"(?<![\w.,£$€/-])(\d{1,3})(st|nd|rd|th)\b"),
    "cy": compile_pattern(r"(?<![\w.,£$€/-])(\d{1,2})(af|il|ydd|edd|fed|ed|eg|ain)\b"),
}
_WELSH = {
    1: "af",
    2: "il",
    3: "ydd",
    4: "ydd",
    5: "ed",
    6: "ed",
    11: "eg",
    13: "eg",
    14: "eg",
    16: "eg",
    17: "eg",
    19: "eg",
}
_COMMA = compile_pattern(r"([£$] ?\d{1,3}),(\d\d)(?![\d,])")
_THREE = compile_pattern(r"(£ ?\d{1,3})\.(\d\d0)(?![\d.])")
_DOT = compile_pattern(r"(?<![\w.,/:-])(\d{1,4})\.(\d\d)(?= ?(?:€|Euro\b|euros\b))|(?<=€ )(\d{1,4})\.(\d\d)(?![\d.])")
_MEASURES = (
    "km|kg|g|m|l|cm|mm|ha|t|Grad|Prozent|Promille|Liter|Meter|Kilo|Kilometer|Tonnen|Millionen|Milliarden|kilos?|metros"
    "|kilómetros|litros|toneladas|millones|por"
)
_THOUSAND = compile_pattern(rf"(?<![\w.,/:-])([1-9]\d?),(\d00|\d\d0)(?= (?!(?:{_MEASURES})\b)[^\W\d_]{{4,}})")
_EUROPE = frozenset({"de", "es", "es-ES", "de-DE", "de-AT"})
_TWO = compile_pattern(r"(?<![\w-])([^\W\d_]+(?:-[^\W\d_]+)?) \((\d{1,3})\)")
_CLOCK = r"[\d.,:%]\d|\d|[ap]m| (?:Uhr|o['’]clock|am|pm|de \w+bre|de \w+o\b)"


def check(context: LintContext) -> Iterator[Finding]:
    """Yield these in the order of the texts."""
    for run in context.runs:
        if not has_digit(run.text):
            continue
        language = language_of(run)
        yield from _numbering(context, run)
        yield from _ordinals(context, run, language)
        yield from _decimals(context, run, language)
        yield from _ranges(context, run, language)
        yield from _twice(context, run, language)


def _numbering(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    """Yield the first entry of each list that has not the number after the one before; all ones are a habit."""
    lists: list[list[re.Match[str]]] = []
    for match in _ENTRY.finditer(run.text):
        last = lists[-1][-1] if lists else None
        gap = run.text[last.end() : match.start()] if last else "\n\n\n"
        goes_on = (
            last is not None and last[1] == match[1] and not re.search(r"\n[ \t]*\n(?![ \t])(?=.)", gap.rstrip(" "))
        )
        if goes_on:
            lists[-1].append(match)
        else:
            lists.append([match])
    for entries in lists:
        numbers = [int(one[2]) for one in entries]
        if len(numbers) < 3 or len(set(numbers)) == 1 or numbers[0] not in {0, 1}:
            continue
        for place, one in enumerate(entries):
            right = numbers[0] + place
            if int(one[2]) != right:
                message = f"This entry has the number {one[2]}; it is number {right} of the list."
                yield context.in_text(NUMBERING, run, one.start(2), one.end(2), message, new=str(right))
                break


def _ordinals(context: LintContext, run: TextSpan, language: str) -> Iterator[Finding]:
    pattern = _ORDINALS.get(language)
    for match in pattern.finditer(run.words) if pattern else ():
        number, ending = int(match[1]), match[2]
        right = _english_ending(number) if language == "en" else _welsh_ending(number)
        if right and ending != right and not (language == "cy" and {ending, right} == {"ydd", "edd"}):
            message = f"“{match[0]}” is written “{number}{right}”."
            yield context.in_text(ORDINAL, run, *match.span(), message, new=f"{number}{right}")


def _english_ending(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _welsh_ending(number: int) -> str:
    if number > 31 or number < 1:
        return ""
    return _WELSH.get(number, "ain" if number > 20 else "fed")


def _decimals(context: LintContext, run: TextSpan, language: str) -> Iterator[Finding]:
    if language in {"en", "cy"}:
        for match in _COMMA.finditer(run.words):
            yield _decimal(context, run, match, f"{match[1]}.{match[2]}")
        for match in _THREE.finditer(run.words):
            yield _decimal(context, run, match, f"{match[1]},{match[2]}")
    elif run.language in _EUROPE:
        for match in _DOT.finditer(run.words):
            yield _decimal(context, run, match, f"{match[1] or match[3]},{match[2] or match[4]}")
        for match in _THOUSAND.finditer(run.words):
            yield _decimal(context, run, match, f"{match[1]}.{match[2]}")


def _decimal(context: LintContext, run: TextSpan, match: re.Match[str], right: str) -> Finding:
    message = f"“{match[0]}” should be “{right}” in this language."
    return context.in_text(DECIMAL, run, *match.span(), message, hint=f"Write “{right}”.", likely=[right])


def _ranges(context: LintContext, run: TextSpan, language: str) -> Iterator[Finding]:
    words = number_words(language)
    if words is None:
        return
    flat = run.words.replace("\n", " ")
    number = r"(\d{1,3})"
    joint = r"(?: ?[–—-] ?| (?:<to>) )"
    patterns = (
        rf"\b(?:<between>) {number}{joint}{number}(?!{_CLOCK})",
        rf"(?<![\d.,:/£$€–-]){number}(?:[–—]|-| (?:to|bis|a|i|إلى) ){number}[ -](?:<range_units>)\b",
    )
    seen: set[int] = set()
    for pattern in patterns:
        for match in words.find(pattern).finditer(flat):
            first, last = int(match[1]), int(match[2])
            before = flat[max(0, match.start() - 60) : match.start()]
            if first > last and match.start(1) not in seen and not words.find(r"\b(?:<down>|<up>)\b").search(before):
                seen.add(match.start(1))
                whole = flat[match.start(1) : match.end(2)]
                message = f"“{whole}” runs from the larger number to the smaller."
                yield context.in_text(BACKWARDS, run, match.start(1), match.end(2), message)


def _twice(context: LintContext, run: TextSpan, language: str) -> Iterator[Finding]:
    values = word_values(language)
    for match in _TWO.finditer(run.words):
        value = values.get(match[1].casefold())
        if value is not None and value != int(match[2]):
            yield context.in_text(TWICE, run, *match.span(), f"“{match[0]}” gives two different numbers.")


CHECKS = (Checker("forms of numbers", (NUMBERING, ORDINAL, DECIMAL, BACKWARDS, TWICE), check),)
