"""Check products: a price for each of several things against the price of all of them, and halves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.arithmetic import wrong_totals
from newsletter.preflight.text.number_passages import NumberPassage, number_passages
from newsletter.preflight.text.price_sums import wrong_prices
from newsletter.preflight.text.quantities import Quantity, format_quantity, is_slip

PRODUCT = warning("NL551", name="wrong-product")

_SMALL = {"c", "p"}
_NOUN = compile_pattern(r"^[ -](?:\w+[ -]){0,2}?(\w{3,})")
_ROUND = compile_pattern(
    r"(?:\b(?:about|around|roughly|nearly|almost|approximately|approx|some|over|under|ca|circa|etwa|rund|fast|knapp|gut|"
    r"unos|unas|casi|tua|bron|oddeutu|حوالي|نحو)\.?|~) ?$",
    re.IGNORECASE,
)
"""Words before a price that is rounded."""
_ROUNDED = 0.1
"""The share by which a rounded price differs at most."""
_AVERAGE = compile_pattern(
    r"\b(?:(?:an|on) average(?: of)?|averaging|im (?:Durchschnitt|Schnitt)|(?:una )?media de|de media|ar gyfartaledd)"
    r"\W{0,2}$",
    re.IGNORECASE,
)
_STEM = 4
"""Letters by which two forms of a noun are the same."""
_MOST = 3
"""Sentences in a row that may make one sum."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the first product of each paragraph that is wrong."""
    for passage, parts in number_passages(context):
        count = sum(one.is_money or one.unit in _SMALL for one in passage.found)
        if count < 2 and not (count and any(one.unit == "%" for one in passage.found)):
            continue
        spans = [passage, *parts] if len(parts) <= _MOST else parts
        finding = next((one for span in spans for one in _of_span(context, span)), None)
        if finding:
            yield finding


def _of_span(context: LintContext, span: NumberPassage) -> Iterator[Finding]:
    yield from _half(context, span)
    yield from _average(context, span)
    yield from _product(context, span)
    for at, message in (*wrong_totals(span), *wrong_prices(span)):
        yield context.in_text(PRODUCT, span.run, at.start, at.end, message)


def _half(context: LintContext, span: NumberPassage) -> Iterator[Finding]:
    """Yield “half of the £1,260 goes to each, that is £620”."""
    sums = [one for one in span.found if one.is_money]
    if len(sums) != 2 or len({one.unit for one in sums}) != 1:
        return
    whole, part = sums
    gap = span.between(whole, part)
    is_half = span.matches(r"\b<half>\b", gap) or span.matches(r"\b<half> (?:\w+ ){0,2}$", span.before(whole))
    is_said = span.matches(r"\b<so>\b[^.;]{0,12}$", gap) or span.matches(r"^ <half_each>", span.after(part))
    if is_half and is_said and part.hundredths * 2 != whole.hundredths and part.hundredths < whole.hundredths:
        due = format_quantity(whole.hundredths // 2, whole.unit, span.language)
        message = f"Half of {whole.text} is {due}, and the text says {part.text}."
        yield context.in_text(PRODUCT, span.run, part.start, part.end, message)


def _average(context: LintContext, span: NumberPassage) -> Iterator[Finding]:
    """Yield “40 books for £120, an average of £4 each”."""
    if len(span.found) != 3:
        return
    counts, (*totals, said) = [one for one in span.found if not one.unit], [*span.found[:2], span.found[2]]
    total = next((one for one in totals if one.is_money), None)
    is_told = _AVERAGE.search(span.before(said, 40)) and not re.search(r"[.;]", span.between(span.found[1], said))
    if len(counts) != 1 or total is None or not is_told or total.unit != said.unit or counts[0].hundredths < 200:
        return
    due = round(total.hundredths * 100 / counts[0].hundredths)
    if abs(due - said.hundredths) > max(_ROUNDED * due, 50):
        right = format_quantity(due, said.unit, span.language)
        message = f"{total.text} divided by {counts[0].text} is {right}, and the text says {said.text}."
        yield context.in_text(PRODUCT, span.run, said.start, said.end, message)


def _product(context: LintContext, span: NumberPassage) -> Iterator[Finding]:
    """Yield “£180 for 60 students, which is £2 a student”, where one digit would make it right."""
    sums = [one for one in span.found if one.is_money or one.unit in _SMALL]
    counts = [one for one in span.found if not one.unit and one.hundredths > 100]
    if len(sums) != 2 or not counts:
        return
    for number, unit in enumerate(sums):
        other = sums[1 - number]
        noun = _per(span, unit)
        if noun is None:
            continue
        count = _count_of(span, counts, noun, unit, other)
        if count is None:
            continue
        price = unit.hundredths // 100 if unit.unit in _SMALL else unit.hundredths
        due = price * count.hundredths // 100
        total = other.hundredths
        # the price of all may be lower than the sum, but never higher
        is_all = noun == "*" and total > due
        each = total * 100 // count.hundredths
        is_wrong = is_slip(total, due) or is_slip(price, each) or total in {due * 10, due * 100}
        # “£60 for ten, or £7 each” is a discount
        # and so is “£1 each, six for £5”
        gap = span.between(*sorted(sums, key=_place))
        is_discount = total < due and re.search(r"\b(?:or|oder|o|neu|أو) $|\w (?:for|für|por|am) $", gap)
        is_round = _ROUND.search(span.before(unit)) and abs(each - price) <= _ROUNDED * each
        if is_discount or is_round or abs(due - total) < 100 or not (is_all if noun == "*" else is_wrong):
            continue
        at = max(unit, other, key=lambda one: one.start)
        sign = next((one.unit for one in sums if one.is_money), "")
        right = format_quantity(due, sign, span.language)
        message = f"{count.text} times {unit.text} is {right}, and the text says {other.text}."
        yield context.in_text(PRODUCT, span.run, at.start, at.end, message)
        return


def _place(one: Quantity) -> int:
    return one.start


def _per(span: NumberPassage, unit: Quantity) -> str | None:
    """Return the noun that a price is for one of: empty for “each”, a star for “one …, all …”; None for none."""
    after = span.after(unit)
    noun = re.match(rf" ?(?:/ ?|(?:{span.words.per}) )(\w{{3,}})", after, re.IGNORECASE)
    if noun and not span.matches(r"^ ?(?:<each>)", after):
        return noun[1].casefold()
    if span.matches(r"^ ?(?:<each>)(?!\w)", after):
        return ""
    start = span.flat[span.start : unit.start]
    one = re.search(
        r"\b(?:one|a single|eine?|un|una|un o|pob|each|jeder?|cada) (?:\w+ )?\w{3,} "
        r"(?:costs?|is|kostet|cuesta|yn costio)\W*$",
        start,
        re.IGNORECASE,
    )
    return "*" if one else None


def _count_of(
    span: NumberPassage, counts: list[Quantity], noun: str, unit: Quantity, other: Quantity
) -> Quantity | None:
    """Return the count that a price per unit belongs to; None where no connection is made."""
    if noun == "*":
        gap = span.between(unit, other)
        found = [one for one in counts if unit.end < one.start < other.start]
        is_all = span.matches(r"\b<all_of> (?:\w+ )?$", span.before(found[0], 12)) if len(found) == 1 else False
        return found[0] if is_all and "." not in gap else None
    first, second = sorted((unit, other), key=lambda one: one.start)
    gap = span.between(first, second)
    if not span.matches(r"\b<so>\b|, ?or |, ?sef ", gap):
        return None
    if noun:
        same = [
            one for one in counts if (after := _NOUN.match(span.after(one))) and _is_noun(span, one, noun, after[1])
        ]
        return same[0] if len(same) == 1 else None
    return counts[0] if len(counts) == 1 else None


def _is_noun(span: NumberPassage, count: Quantity, noun: str, after: str) -> bool:
    noun = "people" if noun == "person" else noun
    words = [word.casefold() for word in re.findall(r"\w{3,}", span.after(count, 30))[:3]]
    return any(word[:_STEM] == noun[:_STEM] for word in (after.casefold(), *words))


CHECKS = (Checker("products", (PRODUCT,), check),)
