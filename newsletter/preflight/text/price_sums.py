"""Prices that follow from others: by the month and the year, singly and together, reduced by a share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from newsletter.preflight.text.arithmetic import Mistake
from newsletter.preflight.text.number_passages import NumberPassage
from newsletter.preflight.text.quantities import HUNDRED, Quantity, format_quantity, is_slip

_OR = r"[^\w.;:]*(?:(?:<so>|or|oder|und|and|o|y|neu|a|ac|أو|و)(?!\w))?[^\w.;:]*(?:only|just|about|nur|solo|sólo)? ?"
_PERIODS = (("weekly", 52), ("monthly", 12), ("quarterly", 4))
"""The names of the words for a period, and how many of it are in a year."""
_MOST_SINGLES = 2_000
"""Hundredths of a count; more of a thing are not sold together."""
_LEAST_SHARE = 1_000
"""Hundredths of a sum from which on another digit in it is a slip, and not another sum."""
_NEAR = 70


def wrong_prices(span: NumberPassage) -> Iterator[Mistake]:
    """Yield the prices of a sentence or paragraph that others contradict."""
    sums = [one for one in span.found if one.is_money]
    if len({one.unit for one in sums}) != 1:
        return
    yield from _share_received(span, sums)
    if len(sums) < 2:
        return
    yield from _by_the_year(span, sums)
    yield from _dearer_together(span, sums)
    yield from _dearer_family(span, sums)
    yield from _reduced(span, sums)


def _by_the_year(span: NumberPassage, sums: Sequence[Quantity]) -> Iterator[Mistake]:
    """Yield “£29 a month, or £384 a year”; a year may cost less than its months."""
    for one, other in pairwise(sums):
        if not span.matches(r"^ ?(?:<yearly>)(?!\w)", span.after(other, 25)):
            continue
        for period, times in _PERIODS:
            due = one.hundredths * times
            is_swapped = due != other.hundredths and sorted(str(due)) == sorted(str(other.hundredths))
            is_said = span.matches(rf"^ ?(?:<{period}>){_OR}$", span.between(one, other))
            if is_said and (other.hundredths > due or is_swapped):
                yield _times(span, str(times), one, other)


def _dearer_together(span: NumberPassage, sums: Sequence[Quantity]) -> Iterator[Mistake]:
    """Yield “£1 each, six for £8” and “one ticket costs £1, six tickets cost £8”."""
    for single, count, price in zip(span.found, span.found[1:], span.found[2:], strict=False):
        if single not in sums or price not in sums or count.unit or not 100 < count.hundredths <= _MOST_SINGLES:
            continue
        gap = span.between(single, count)
        is_each = span.matches(r"^ ?(?:<each>)[^\w.;]*(?:\w+ )?$", gap)
        is_one = span.matches(r"(?<!\w)(?:<one>) (?:\w+ ){0,2}(?:<costs>)\W*$", span.before(single, 50))
        is_sold = span.matches(r"^ (?:\w+ ){0,2}(?:<costs>|<for_price>) ?$", span.between(count, price))
        is_joined = span.matches(r"^(?:<each>|[^.;\d])*$", gap)
        if (
            is_sold
            and (is_each or (is_one and is_joined))
            and price.hundredths * 100 > single.hundredths * count.hundredths
        ):
            yield _times(span, count.text, single, price, count.hundredths // 100)


def _dearer_family(span: NumberPassage, sums: Sequence[Quantity]) -> Iterator[Mistake]:
    """Yield “adults £6, children £3, a family of two adults and two children £25”."""
    known: dict[str, Quantity] = {}
    for number, price in enumerate(sums):
        start = max(sums[number - 1].end if number else span.start, price.start - _NEAR)
        counts = {
            who: count.hundredths
            for who in ("adults", "children")
            for count in span.found
            if start <= count.start < price.start and span.matches(rf"^ (?:<{who}>)(?!\w)", span.after(count, 20))
        }
        if len(counts) == len(known) == 2:
            due = sum(known[who].hundredths * count // 100 for who, count in counts.items())
            if price.hundredths > due:
                single = format_quantity(due, price.unit, span.language)
                yield Mistake(price, f"Single tickets for them cost {single}, and the text says {price.text}.")
        for who in ("adults", "children"):
            is_after = span.matches(rf"^ (?:for |für |para |i )?(?:<{who}>)(?!\w)", span.after(price, 25))
            is_before = span.matches(rf"(?<!\w)(?:<{who}>)(?!\w)[^.;£$€\d]{{0,20}}$", span.flat[start : price.start])
            if not counts and who not in known and (is_after or is_before):
                known[who] = price


def _reduced(span: NumberPassage, sums: Sequence[Quantity]) -> Iterator[Mistake]:
    """Yield “half price: £80 instead of £120” and “20% off: £90 instead of £100”."""
    for new, old in pairwise(sums):
        if not span.matches(r"^[^.;:\d]{0,25}(?<!\w)(?:<instead>) (?:\w+ ){0,2}$", span.between(new, old)):
            continue
        share = _share_off(span, new, old)
        due = share and old.hundredths * (HUNDRED - share) // HUNDRED
        # a price may be rounded to a whole number
        if due and abs(due - new.hundredths) > 100:
            right = format_quantity(due, old.unit, span.language)
            less = f"{format_quantity(share, '%', span.language)} less than {old.text}"
            what = f"half of {old.text}" if share * 2 == HUNDRED else less
            yield Mistake(new, f"The text says {new.text}, but {what} is {right}.")


def _share_off(span: NumberPassage, new: Quantity, old: Quantity) -> int:
    """Return the share in hundredths of a per cent by which the text says that a price is reduced; 0 for none."""
    near = span.flat[max(span.start, new.start - _NEAR) : min(span.end, old.end + _NEAR)]
    shares = [
        one.hundredths
        for one in span.found
        if one.unit == "%" and span.matches(r"^ ?(?:<off>|<cheaper>)(?!\w)", span.after(one, 20))
    ]
    if span.matches(r"(?<!\w)(?:<half_price>)(?!\w)", near):
        return 0 if shares else HUNDRED // 2
    return shares[0] if len(shares) == 1 and shares[0] < HUNDRED else 0


def _share_received(span: NumberPassage, sums: Sequence[Quantity]) -> Iterator[Mistake]:
    """Yield “we keep 10%: if you sell boots for £40, you get £32”, where one digit would make it right."""
    shares = [one.hundredths for one in span.found if one.unit == "%" and one.hundredths < HUNDRED]
    for whole, part in pairwise(span.found):
        if (
            whole not in sums
            or part.unit not in {"", whole.unit}
            or min(whole.hundredths, part.hundredths) < _LEAST_SHARE
        ):
            continue
        if not shares or not span.matches(r"(?<!\w)(?:<you_get>) (?:\w+ )?$", span.between(whole, part)):
            continue
        due = [whole.hundredths * of // HUNDRED for one in shares for of in (HUNDRED - one, HUNDRED + one, one)]
        slipped = {one for one in due if is_slip(one, part.hundredths)}
        if part.hundredths not in due and len(slipped) == 1:
            right = format_quantity(slipped.pop(), whole.unit, span.language)
            yield Mistake(part, f"With the share in the text it is {right}, and the text says {part.text}.")


def _times(span: NumberPassage, count: str, single: Quantity, said: Quantity, times: int = 0) -> Mistake:
    due = format_quantity(single.hundredths * (times or int(count)), said.unit, span.language)
    return Mistake(said, f"{count} times {single.text} is {due}, and the text says {said.text}.")
