"""Check changes over time: “doubled from 20 to 30”, “founded in 1975, 40 years ago”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.arithmetic import wrong_rise
from newsletter.preflight.text.number_data import NumberWords, number_words
from newsletter.preflight.text.number_passages import number_passages_of
from newsletter.preflight.text.numbers import has_digit
from newsletter.preflight.text.quantities import NUMBER, hundredths_of
from newsletter.preflight.text.sentences import language_of, passages, sentences
from newsletter.preflight.text_spans import TextSpan

CHANGE = warning("NL557", name="wrong-change")
YEARS = warning("NL558", name="years-do-not-match")

_MONEY = r"(?:[£$€] ?)?"
_UNIT = r"(?: ?(?:%|€|Euros?|euros|[^\W\d_]+))?"
_YEAR = r"((?:1[5-9]|20)\d\d)(?![\d–/-])"
_THIS_YEAR = compile_pattern(r"\b(?:this year|(?:in )?diesem? Jahr|este año|eleni|هذا العام)\b", re.IGNORECASE)
_AGO = r"|\b(\d{2,3}) years ago\b"
_TIMES = {"doubled": (1.75, 2.4), "tripled": (2.6, 3.5), "halved": (0.4, 0.6)}


def check(context: LintContext) -> Iterator[Finding]:
    """Yield these in the order of the texts."""
    for run in context.runs:
        language = language_of(run)
        words = number_words(language)
        if words is None or not has_digit(run.words):
            continue
        yield from _rise(context, run, language)
        flat = run.words.replace("\n", " ")
        for part in passages(run):
            for start, end in sentences(run.words, part):
                yield from _change(context, run, words, flat[:end], start, language)
                yield from _age(context, run, words, flat[:end], start)


def _change(  # noqa: PLR0917  one sentence and its language
    context: LintContext, run: TextSpan, words: NumberWords, flat: str, start: int, language: str
) -> Iterator[Finding]:
    numbers = re.sub(r"[XY]", lambda _one: f"{_MONEY}({NUMBER}){_UNIT}", words.from_to)
    for match in words.find(rf"\b{numbers}").finditer(flat, start):
        first, last = (hundredths_of(match[at], language) for at in (1, 2))
        if not first or any(
            1800 <= value <= 2100 and "." not in text and "," not in text
            for value, text in ((first / 100, match[1]), (last / 100, match[2]))
        ):
            continue
        before = flat[max(start, match.start() - 45) : match.start()]
        after = flat[match.end(2) : match.end() + 25]
        near = f"{before} | {after if language == 'de' else ''}"
        message = ""
        for name, (least, most) in _TIMES.items():
            if words.find(rf"\b<{name}>\b").search(near) and not least <= last / first <= most:
                message = f"From {match[1]} to {match[2]} is {last / first:.1f} times as much."
        if not message and last < first and words.find(r"\b<up>\b").search(near):
            message = f"{match[2]} is less than {match[1]}, and the text says that it rose."
        if not message and last > first and words.find(r"\b<down>\b").search(near):
            message = f"{match[2]} is more than {match[1]}, and the text says that it fell."
        both = words.find(r"\b<up>\b").search(near) and words.find(r"\b<down>\b").search(near)
        if message and not both:
            yield context.in_text(CHANGE, run, *match.span(), message)


def _age(context: LintContext, run: TextSpan, words: NumberWords, flat: str, start: int) -> Iterator[Finding]:
    """Yield an anniversary in the sentence of its year, where another year is not named."""
    founded = list(words.find(rf"\b(?:<since>) {_YEAR}|\b{_YEAR} (?:<founded>)").finditer(flat, start))
    counted = list(
        words.find(r"\b(\d{1,3})(?:<anniversary>)|\b(?:<turns>) (\d{1,3})(?:<years>)" + _AGO).finditer(flat, start)
    )
    years = re.findall(rf"\b{_YEAR}", flat[start:])
    if len(founded) != 1 or len(counted) != 1 or len(years) > 2:
        return
    begin = founded[0][1] or founded[0][2]
    now = next((int(year) for year in years if year != begin), context.issue.date.year)
    due = now - int(begin)
    # the birthday of this year is exact; other ages may be one less until the day comes
    is_exact = counted[0][1] is not None and _THIS_YEAR.search(flat, start) is not None
    if abs(due - int(counted[0][1] or counted[0][2] or counted[0][3])) > (0 if is_exact else 1) and due > 0:
        message = f"From {begin} to {now} it is {due} years."
        yield context.in_text(YEARS, run, *counted[0].span(), message)


def _rise(context: LintContext, run: TextSpan, language: str) -> Iterator[Finding]:
    for passage, several in number_passages_of(run, language):
        for sentence in several or [passage]:
            for at, message in wrong_rise(sentence):
                yield context.in_text(CHANGE, run, at.start, at.end, message)


CHECKS = (Checker("changes and years", (CHANGE, YEARS), check),)
