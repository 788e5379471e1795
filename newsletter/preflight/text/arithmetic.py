"""Sums and products that a sentence or paragraph states: what is left, what parts make, what several cost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.number_passages import NumberPassage
from newsletter.preflight.text.quantities import HUNDRED, Quantity, format_quantity

_LEAST = 300
"""Hundredths of a number that is a count of something rather than “one of two”."""
_NEAR = 90
_SHARED = compile_pattern(
    r"\b(?:more than one|several|multiple|all that apply|mehrere|Mehrfach\w*|varias|respectively)\b"
)


class Mistake(NamedTuple):
    """A quantity that does not follow from the others, and why, in words."""

    at: Quantity
    message: str


def wrong_sums(passage: NumberPassage) -> Iterator[Mistake]:
    """Yield numbers of a sentence or paragraph that others contradict."""
    yield from _left(passage)
    yield from _of_them(passage)
    yield from _in_brackets(passage)


def wrong_shares(sentence: NumberPassage) -> Iterator[Mistake]:
    """Yield the last of several shares in one list that make more than a hundred per cent."""
    shares = [one for one in sentence.found if one.unit == "%"]
    text = sentence.flat[sentence.start : sentence.end]
    if len(shares) < 3 or _SHARED.search(text) or sentence.matches(r"\b(?:<up>|<off>)(?!\w)", text):
        return
    is_list = all(
        re.fullmatch(r"[^.;:%\d]{0,40}?(?:,|;| (?:and|und|y|a|ac|or|oder|o) )[^.;:%\d]{0,12}", sentence.between(a, b))
        for a, b in pairwise(shares)
    )
    total = sum(one.hundredths for one in shares)
    if is_list and HUNDRED + 100 < total < 1.3 * HUNDRED:
        sum_of_all = format_quantity(total, "%", sentence.language)
        yield Mistake(shares[-1], f"These shares make {sum_of_all}, not 100%.")


def wrong_totals(sentence: NumberPassage) -> Iterator[Mistake]:
    """Yield “six weeks at £5 a week, £35 in all”."""
    sums = [one for one in sentence.found if one.is_money]
    counts = [one for one in sentence.found if not one.unit and one.hundredths > 100]
    if len(sums) != 2 or len(counts) != 1 or sums[0].unit != sums[1].unit:
        return
    count, (price, total) = counts[0], sums
    if not count.end < price.start or count.hundredths % 100 or total.hundredths < price.hundredths:
        return
    is_price = sentence.matches(r"^ [^.;:\d]{0,40}\b(?:<at_price>) $", sentence.between(count, price))
    gap = sentence.between(price, total)
    is_total = sentence.matches(r"^[^.;:]{0,40}\b(?:<comes_to>)(?: only)? $", gap) or (
        sentence.matches(r"^[^.;:]{0,30}[,–—(] ?(?:<so> )?$", gap)
        and sentence.matches(r"^ <total>(?!\w)", sentence.after(total, 25))
    )
    due = count.hundredths // 100 * price.hundredths
    if is_price and is_total and due != total.hundredths:
        right = format_quantity(due, total.unit, sentence.language)
        yield Mistake(total, f"{count.text} times {price.text} is {right}, and the text says {total.text}.")


def wrong_rise(sentence: NumberPassage) -> Iterator[Mistake]:
    """Yield “1,204 visitors, up from 1,340”."""
    for one, other in pairwise(sentence.found):
        if one.unit != other.unit:
            continue
        gap = sentence.between(one, other)
        is_up = sentence.matches(r"^ ?[^.;:]{0,30}, ?<up_from> $", gap)
        is_down = sentence.matches(r"^ ?[^.;:]{0,30}, ?<down_from> $", gap)
        if is_up and one.hundredths < other.hundredths:
            yield Mistake(other, f"{one.text} is less than {other.text}, and the text says that it rose.")
        if is_down and one.hundredths > other.hundredths:
            yield Mistake(other, f"{one.text} is more than {other.text}, and the text says that it fell.")


def _left(passage: NumberPassage) -> Iterator[Mistake]:
    """Yield “The hall seats 120. We have sold 84 tickets, leaving 46” and “missing 2,800 of 5,000, 3,200 are there”."""
    counts = [one for one in passage.found if one.unit != "%"]
    # “3,200 of the 5,000 euros” names the unit once
    if (
        len(counts) != 3
        or len({one.unit for one in counts} - {""}) > 1
        or min(one.hundredths for one in counts) < _LEAST
    ):
        return
    whole = max(counts, key=lambda one: one.hundredths)
    rests = [
        one
        for one in counts
        if one is not whole
        and (
            passage.matches(
                r"\b(?:<leaves>|<missing>) (?:only |just |another |noch |sólo |solo )?$", passage.before(one)
            )
            or passage.matches(r"^ (?:\w+ )?(?:<left>)(?!\w)", passage.after(one, 25))
        )
    ]
    if len(rests) != 1 or counts[-1].start - counts[0].end > 2 * _NEAR:
        return
    some = next(one for one in counts if one is not whole and one is not rests[0])
    is_last = rests[0].start > max(whole.start, some.start)
    is_one = passage.matches(r"<missing>", passage.before(rests[0]))
    due = whole.hundredths - some.hundredths
    if (is_last or is_one) and due not in {0, rests[0].hundredths} and rests[0].hundredths != some.hundredths:
        terms = " less ".join(format_quantity(one.hundredths, one.unit, passage.language) for one in (whole, some))
        right = format_quantity(due, rests[0].unit or whole.unit, passage.language)
        yield Mistake(rests[0], f"The text says {rests[0].text}, but {terms} is {right}.")


def _of_them(passage: NumberPassage) -> Iterator[Mistake]:
    """Yield “36 people came, 14 of them new members and 26 old ones”."""
    counts = [one for one in passage.found if not one.unit]
    for whole, some, other in zip(counts, counts[1:], counts[2:], strict=False):
        is_of = passage.matches(r"^ (?:<of_them>)(?!\w)", passage.after(some, 25)) or passage.matches(
            r"\b(?:<of_them>) $", passage.before(some, 15)
        )
        gap = passage.between(some, other)
        is_joined = re.fullmatch(r"[^.;:\d]{0,40} (?:and|und|y|e|a|ac) (?:the )?", gap)
        total = some.hundredths + other.hundredths
        if is_of and is_joined and whole.hundredths > _LEAST and total > whole.hundredths > some.hundredths:
            parts = f"{some.text} and {other.text}"
            sum_of_parts = format_quantity(total, "", passage.language)
            yield Mistake(other, f"{parts} are {sum_of_parts}, more than the {whole.text} in all.")


def _in_brackets(sentence: NumberPassage) -> Iterator[Mistake]:
    """Yield “the £6,000 pays for the roof (£4,200) and the gutters (£2,800)”."""
    sums = [one for one in sentence.found if one.is_money]
    parts = [one for one in sums if _is_alone_in_brackets(sentence, one)]
    wholes = [one for one in sums if one not in parts]
    if len(parts) < 2 or len(wholes) != 1 or len({one.unit for one in sums}) > 1 or wholes[0].start > parts[0].start:
        return
    total = sum(one.hundredths for one in parts)
    if _is_list(sentence, parts) and total > wholes[0].hundredths > max(one.hundredths for one in parts):
        said = format_quantity(total, parts[0].unit, sentence.language)
        yield Mistake(parts[-1], f"The parts add up to {said}, more than {wholes[0].text}.")


def _is_alone_in_brackets(sentence: NumberPassage, one: Quantity) -> bool:
    return sentence.before(one, 1) == "(" and sentence.after(one, 1) == ")"


def _is_list(sentence: NumberPassage, parts: Sequence[Quantity]) -> bool:
    return all("." not in sentence.between(one, other) for one, other in pairwise(parts))
