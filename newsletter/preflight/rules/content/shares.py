"""Check shares against the numbers beside them: “half of you, 64%”, “a third (45 of 90)”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.number_data import NumberWords
from newsletter.preflight.text.number_passages import NumberPassage, number_passages
from newsletter.preflight.text.quantities import Quantity, format_quantity

SHARE = warning("NL564", name="contradictory-share")

_ROUGH = 9.0
"""Per cent by which a share in words may differ from one in digits: people round."""
_EXACT = 2.0
"""Per cent by which a share in digits may differ from its two numbers."""
_GAP = 45
_ARTICLE = r"(?:the |our |all |these |den |unseren |los |las |nuestr[oa]s |['’]r |ein )?"
_RESULT = compile_pattern(
    r"\b(?:response(?: rate)?|turnout|share|rate|that is|which is|or|equals|also|das sind|das ist|Beteiligung von"
    r"|es decir|o sea|sef)(?: of)?(?: about| around| rund| etwa)? ?$",
    re.IGNORECASE,
)
"""What stands between a count and the share that it is."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the first share of each sentence that does not fit."""
    for passage, sentences in number_passages(context):
        several = [one for sentence in sentences for one in _of_sentence(context, sentence)]
        yield from several
        if not several:
            yield from _of_target(context, passage)


def _of_sentence(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    found = (*_in_words(context, sentence), *_changed(context, sentence), *_of_count(context, sentence))
    finding = next(iter(found), None)
    if finding:
        yield finding


def _in_words(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    """Yield a fraction in words and another share right behind it."""
    for start, end, share in _fractions(sentence):
        behind = [one for one in sentence.found if one.start >= end]
        if not behind or behind[0].start - end > _GAP or re.search(r"[.;:]", sentence.flat[end : behind[0].start]):
            continue
        gap = sentence.flat[end : behind[0].start]
        first = behind[0]
        if first.unit == "%" and sentence.matches(r"(?:[(,–—-]|\b<so>|\bor|\boder|\bo|\bneu) ?$", gap):
            said, at = first.value, first
        elif len(behind) > 1 and re.search(r"[(,–—] ?$", gap) and _is_of(sentence, *behind[:2]):
            said, at = 100 * first.hundredths / max(behind[1].hundredths, 1), behind[1]
        else:
            continue
        if abs(said - share) > _ROUGH and said <= 100:
            words = sentence.flat[start:end].strip()
            message = f"“{words}” is about {share:.0f}%, and the numbers beside it say {said:.0f}%."
            yield context.in_text(SHARE, sentence.run, first.start, at.end, message)
            return


def _is_of(sentence: NumberPassage, one: Quantity, other: Quantity) -> bool:
    is_joined = sentence.matches(r"^(?: \w+)? <of> (?:the |our |den |los |las )?$", sentence.between(one, other))
    return is_joined and one.unit == other.unit != "%" and 0 < one.hundredths <= other.hundredths


def _fractions(sentence: NumberPassage) -> Iterator[tuple[int, int, float]]:
    """Yield the fractions in words, each with its per cent: “two thirds”, “three in four”."""
    for match in _fraction_pattern(sentence.words).finditer(sentence.flat, sentence.start, sentence.end):
        values = _values(sentence.words).items()
        share = next(value for name, value in values if re.fullmatch(name, match[0], re.IGNORECASE))
        yield *match.span(), share


@cache
def _values(words: NumberWords) -> dict[str, float]:
    """Return the per cent of each fraction; the data has `pattern=percent`, separated by commas."""
    pairs = (entry.rpartition("=") for entry in words.fractions.split(","))
    return {name.strip(): float(value) for name, _, value in pairs}


@cache
def _fraction_pattern(words: NumberWords) -> re.Pattern[str]:
    names = sorted(_values(words), key=len, reverse=True)
    return compile_pattern(rf"(?<![\w’'-])(?:{'|'.join(names)})(?![\w’'-])", re.IGNORECASE)


def _changed(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    """Yield “rise by 10% from £20 to £24” and “20% off brings £50 down to £45”."""
    shares = [one for one in sentence.found if one.unit == "%"]
    others = [one for one in sentence.found if one.unit != "%"]
    if len(shares) != 1 or len(others) != 2 or others[0].unit != others[1].unit or not others[0].hundredths:
        return
    before, after = others
    share = shares[0]
    if not sentence.matches(r"^[^.;:,]{0,20}\b(?:<to_value>) (?:\w+ )?$", sentence.between(before, after)):
        return
    if not sentence.matches(r"\b(?:<up>|<down>|<off>)(?!\w)", sentence.flat[sentence.start : sentence.end]):
        return
    due = abs(after.hundredths - before.hundredths) / before.hundredths * 100
    if abs(due - share.value) > _EXACT and abs(100 * after.hundredths / before.hundredths - share.value) > _EXACT:
        message = f"From {before.text} to {after.text} is {due:.0f}%, and the text says {share.text}."
        yield context.in_text(SHARE, sentence.run, share.start, share.end, message)


def _of_count(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    """Yield “Of 80 households, 60 replied, a response of 65%”."""
    if len(sentence.found) != 3:
        return
    whole, part, share = sentence.found
    is_share = share.unit == "%" and not whole.unit and not part.unit and 0 < part.hundredths <= whole.hundredths
    led = sentence.matches(rf"(?:^|[.,;:] )\W*(?:<of>) {_ARTICLE}$", sentence.before(whole, 20))
    gap = sentence.between(part, share)
    joined = sentence.matches(r"(?:[,(–—]|\b(?:<so>)) ?$", gap) or _RESULT.search(gap)
    if not (is_share and led and joined) or len(gap) > _GAP:
        return
    due = 100 * part.hundredths / whole.hundredths
    if min(abs(due - share.value), abs(100 - due - share.value)) > _EXACT:
        message = f"{part.text} of {whole.text} is {due:.0f}%, and the text says {share.text}."
        yield context.in_text(SHARE, sentence.run, share.start, share.end, message)


def _of_target(context: LintContext, passage: NumberPassage) -> Iterator[Finding]:
    """Yield “Our target is £5,000. With £3,200 raised, we are at 84%”."""
    shares = [one for one in passage.found if one.unit == "%"]
    sums = [one for one in passage.found if one.is_money]
    if len(shares) != 1 or len(sums) != 2 or len(passage.found) != 3 or sums[0].unit != sums[1].unit:
        return
    if not passage.matches(r"\b<target>(?!\w)", passage.flat[passage.start : passage.end]):
        return
    small, large = sorted(sums, key=lambda one: one.hundredths)
    due = 100 * small.hundredths / max(large.hundredths, 1)
    share = shares[0]
    if share.value <= 100 and min(abs(share.value - due), abs(share.value - (100 - due))) > _EXACT:
        whole = format_quantity(large.hundredths, large.unit, passage.language)
        message = f"{small.text} of {whole} is {due:.0f}%, and the text says {share.text}."
        yield context.in_text(SHARE, passage.run, share.start, share.end, message)


CHECKS = (Checker("shares", (SHARE,), check),)
