"""Check parts against their total: lists, what is left, shares, percentages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, Rule, warning
from newsletter.preflight.text.arithmetic import Mistake, wrong_shares, wrong_sums
from newsletter.preflight.text.number_passages import NumberPassage, number_passages
from newsletter.preflight.text.quantities import HUNDRED, Quantity, format_quantity, is_slip, slipped_parts

PARTS = warning("NL536", name="parts-against-total")
SHARES = warning("NL550", name="shares-above-hundred")

_JOINT = compile_pattern(
    r"(?:^|[,;،]|\b(?:and|und|sowie|y|e|a|ac)\b|\bو|[–—&]) *(?:the |another |other |die |los |las |otros? )?$"
)
_NEAR = 90
"""Characters within which numbers belong together."""
_MOST_COUNTS = 5
_LEFT = (
    r"^(?: (?:are|is|more|of them|places|seats|shifts|bleiben|sind|plazas))*(?: (?:still|noch|todavía))? ?\b<left>\b"
    r"|^ (?:\w+ )?(?:to go|waiting|left)\b"
)
_PART = (
    r"^(?: \w+)? (?:<of_them>|are|is|have|has|were|was|sind|wurden|están)\b"
    r"|^ (?:\w+ )?(?:filled|taken|sold|booked|gone|vergeben|belegt|ocupad[oa]s)\b"
)
_INCLUDING = compile_pattern(
    r"\b(?:includ\w+|such as|among them|mostly|mainly|at least|up to|plus|over|about|around"
    r"|darunter|etwa|rund|mindestens"
    r"|incluid\w+|entre ell[oa]s|unos|unas|gan gynnwys|tua)\b",
    re.IGNORECASE,
)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the sums that are wrong, one a sentence, in the order of the texts."""
    for passage, parts in number_passages(context):
        told_at: set[int] = set()
        for sentence in parts:
            for finding in _of_sentence(context, sentence):
                told_at.add(sentence.start)
                yield finding
                break
        if not told_at and len(parts) > 1:
            yield from _rest(context, passage)
            yield from _balance(context, passage)
            yield from _votes(context, passage)
            yield from _reported(context, passage, PARTS, wrong_sums(passage))


def _of_sentence(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    yield from _more_than_all(context, sentence)
    yield from _above_hundred(context, sentence)
    if len(sentence.found) > 1:
        yield from _complement(context, sentence)
        yield from _share_of(context, sentence)
    if len(sentence.found) > 2:
        yield from _share_first(context, sentence)
        yield from _listed(context, sentence)
        yield from _rest(context, sentence)
        yield from _balance(context, sentence)
        yield from _in_all(context, sentence)
        yield from _votes(context, sentence)
        yield from _of_sum(context, sentence)
        yield from _reported(context, sentence, PARTS, wrong_sums(sentence))
        yield from _reported(context, sentence, SHARES, wrong_shares(sentence))


def _reported(
    context: LintContext, passage: NumberPassage, rule: Rule, mistakes: Iterator[Mistake]
) -> Iterator[Finding]:
    for at, message in mistakes:
        yield context.in_text(rule, passage.run, at.start, at.end, message)


def _more_than_all(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    """Yield “12 of our 10 places”."""
    article = r"(?:the |our |all |these |those |den |unseren |los |las |nuestr[oa]s |['’]r |ein )?"
    for one, other in pairwise(sentence.found):
        joined = sentence.words.find(rf" <of> {article}").fullmatch(sentence.between(one, other))
        same = one.unit == other.unit and one.text.isalpha() == other.text.isalpha()
        if joined and same and one.hundredths > other.hundredths >= 200:
            whole = f"{one.text}{sentence.between(one, other)}{other.text}"
            yield context.in_text(PARTS, sentence.run, one.start, one.end, f"“{whole}” is more than all of them.")


def _above_hundred(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    """Yield “110 per cent of the takings”, unless something has grown or was aimed at."""
    for one in sentence.found:
        if one.unit == "%" and one.hundredths > HUNDRED:
            near = sentence.flat[max(sentence.start, one.start - 60) : min(sentence.end, one.end + 60)]
            share = sentence.matches(
                r"^ <of> (?!<growth>|what|last|lo que|dessen|(?:the )?(?:usual|normal|level)|\d)", sentence.after(one)
            )
            # “more than 150% of residents” is no growth
            near = re.sub(r"\b(?:more than|over|mehr als|más del?) (?=" + re.escape(one.text) + ")", "", near)
            if share and not sentence.matches("<growth>", near):
                message = f"“{one.text}” of something is more than all of it."
                yield context.in_text(SHARES, sentence.run, one.start, one.end, message)


def _complement(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    """Yield “65% were members and 45% were not”."""
    shares = [one for one in sentence.found if one.unit == "%"]
    if len(shares) != 2 or sum(one.hundredths for one in shares) == HUNDRED:
        return
    one, other = shares
    is_after = sentence.matches(r"^(?:\W+\w+){0,3}?\W*\b<not_one>\b", sentence.after(other, 30))
    is_before = sentence.matches(r"\b<not_one>\W*(?:\w+ ){0,2}\(?$", sentence.before(other))
    if other.start - one.end > _NEAR or not (is_after or is_before):
        return
    if re.search(r"[.;:]", sentence.between(one, other)):
        return
    total = format_quantity(one.hundredths + other.hundredths, "%", sentence.language)
    message = f"“{one.text}” and “{other.text}” make {total}, not 100%."
    yield context.in_text(SHARES, sentence.run, other.start, other.end, message)


def _share_of(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    """Yield “£41,500, which is 93% of our target of £50,000”."""
    for number, share in enumerate(sentence.found):
        if share.unit != "%" or not 0 < number < len(sentence.found) - 1:
            continue
        some, whole = sentence.found[number - 1], sentence.found[number + 1]
        if some.unit != whole.unit or some.unit == "%" or not whole.hundredths:
            continue
        gap = sentence.between(some, share)
        is_said = sentence.matches(r"^[^.;:]{0,25}\b<so>\b[^.;:]{0,12}$|^ ?[(=–-] ?$|^, ?(?:or|o|oder|neu) $", gap)
        if not is_said or not sentence.matches(r"^ ?(?:<of>) [^.,;:]{0,40}$", sentence.between(share, whole)):
            continue
        due = some.hundredths / whole.hundredths * 100
        if abs(due - share.value) > 1.5 and not _INCLUDING.search(gap):
            message = f"{some.text} of {whole.text} is {due:.0f}%, and the text says {share.text}."
            yield context.in_text(PARTS, sentence.run, share.start, share.end, message)


def _share_first(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    """Yield “20% of the £500, that is £150”."""
    for number, share in enumerate(sentence.found[:-2]):
        whole, some = sentence.found[number + 1 : number + 3]
        if share.unit != "%" or whole.unit != some.unit or not whole.hundredths or share.value > 100:
            continue
        is_said = sentence.matches(
            r"^[^.;:]{0,25}\b<so>\b[^.;:]{0,12}$|^[^.;:]{0,12}[(=] ?$", sentence.between(whole, some)
        )
        if is_said and sentence.matches(r"^ ?(?:<of>) [^.,;:]{0,25}$", sentence.between(share, whole)):
            due = whole.hundredths * share.hundredths // HUNDRED
            if abs(due - some.hundredths) * 50 > whole.hundredths:
                right = format_quantity(due, whole.unit, sentence.language)
                message = f"{share.text} of {whole.text} is {right}, and the text says {some.text}."
                yield context.in_text(PARTS, sentence.run, some.start, some.end, message)


def _listed(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    """Yield “612 hampers: 340 for families, 187 for couples and 84 for people alone”, and the same in brackets."""
    mark = compile_pattern(r":| [–—] |\(").search(sentence.flat, sentence.found[0].end, sentence.end)
    if not mark:
        return
    parts = [one for one in sentence.found if one.start >= mark.end()]
    if mark[0] == "(":
        close = sentence.flat.find(")", mark.end())
        parts = [one for one in parts if one.end <= close]
    totals = [one for one in sentence.found if one.end <= mark.start()]
    if mark[0] != ":" and totals:
        totals = totals[-1:]
    if len(parts) < 2 or not _are_parts(sentence, parts, mark.end()):
        return
    totals = [one for one in totals if one.unit == parts[0].unit and one.hundredths > 300]
    if _INCLUDING.search(sentence.flat, mark.start() - 14, sentence.end):
        return
    yield from _compared(context, sentence, totals, parts)


def _are_parts(sentence: NumberPassage, parts: Sequence[Quantity], start: int) -> bool:
    """Return whether each quantity begins an entry of a list, and all count the same."""
    if len({one.unit for one in parts}) > 1 or parts[0].unit == "%":
        return False
    first = sentence.flat[start : parts[0].start].strip(" *_")
    joined = all(_JOINT.search(sentence.between(one, other)) for one, other in pairwise(parts))
    afters = [sentence.after(one, 12) for one in parts]
    return not first and joined and not any(re.match(r" ?(?:[-–/x×]|per\b|pro\b|por\b)", after) for after in afters)


def _compared(
    context: LintContext, sentence: NumberPassage, totals: Sequence[Quantity], parts: Sequence[Quantity]
) -> Iterator[Finding]:
    """Yield a list whose sum is no total, where one digit would make it so, or it is more than the only total."""
    due = sum(one.hundredths for one in parts)
    if not totals or any(total.hundredths == due for total in totals):
        return
    for total in totals:
        slipped = [] if is_slip(total.hundredths, due) else slipped_parts(parts, total.hundredths)
        is_near = len(parts) > 2 and abs(due - total.hundredths) * 4 < total.hundredths
        if is_slip(total.hundredths, due) or slipped or (len(totals) == 1 and is_near):
            at = parts[slipped[0]] if slipped else total
            whole = format_quantity(due, total.unit, sentence.language)
            said = f"The parts add up to {whole}, and the text says {total.text}."
            yield context.in_text(PARTS, sentence.run, at.start, at.end, said)
            return


def _rest(context: LintContext, passage: NumberPassage) -> Iterator[Finding]:
    """Yield “64 shifts and 39 are filled, so 35 are left” and “16 issues. Twelve of them are fixed, the other six”."""
    counts = [one for one in passage.found if one.unit != "%" and (one.is_money or not one.hundredths % 100)]
    if len(counts) > _MOST_COUNTS:
        return
    for number in range(2, len(counts)):
        rest = counts[number]
        is_left = passage.matches(_LEFT, passage.after(rest))
        if not is_left and not passage.matches(r"\b<rest> $", passage.before(rest, 20)):
            continue
        found = _some_and_whole(passage, counts[number - 2], counts[number - 1])
        whole, some = counts[number - 2 : number]
        if found is None and not is_left and is_slip(rest.hundredths, whole.hundredths - some.hundredths):
            found = some, whole
        if found is None or rest.start - counts[number - 1].end > _NEAR:
            continue
        some, whole = found
        due = whole.hundredths - some.hundredths
        if due > 0 and rest.unit == whole.unit == some.unit and rest.hundredths not in {due, whole.hundredths}:
            terms = " less ".join(format_quantity(one.hundredths, one.unit, passage.language) for one in (whole, some))
            message = f"The text says {rest.text}, but {terms} is {format_quantity(due, rest.unit, passage.language)}."
            yield context.in_text(PARTS, passage.run, rest.start, rest.end, message)
            return


def _some_and_whole(passage: NumberPassage, one: Quantity, other: Quantity) -> tuple[Quantity, Quantity] | None:
    """Return the part and the whole of “37 of the 90” or “64 shifts. 39 of them are filled”."""
    between = passage.between(one, other)
    if passage.matches(r"^(?: \w+)? <of> (?:the |our |all |den |los |las |['’]r )?$", between):
        return one, other
    is_part = passage.matches(_PART, passage.after(other, 30)) and len(between) < _NEAR
    return (other, one) if is_part and one.hundredths > other.hundredths else None


def _balance(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    """Yield “income of £4,860 and spending of £4,130, so £550 goes into the fund”."""
    sums = [one for one in sentence.found if one.is_money]
    if len(sums) != 3 or len({one.unit for one in sums}) > 1:
        return
    one, other, rest = sums
    gap = sentence.between(other, rest)
    if not sentence.matches(r"\b<leaves> (?:about |noch |uns |us )?$", gap) or not re.search(
        r"[,;.–—-]|\bwhich\b", gap
    ):
        is_left = sentence.matches(r"^ <left>\b", sentence.after(rest)) and len(gap) < _NEAR
        if not is_left:
            return
    if not sentence.matches(r"\b(?:<minus>)\b", sentence.flat[sentence.start : other.end + 20]):
        return
    due = abs(one.hundredths - other.hundredths)
    if rest.hundredths not in {due, one.hundredths + other.hundredths} and due:
        terms = " less ".join(
            format_quantity(x.hundredths, x.unit, sentence.language) for x in sorted(sums[:2], key=_size)
        )
        message = f"The text says {rest.text}, but {terms} is {format_quantity(due, rest.unit, sentence.language)}."
        yield context.in_text(PARTS, sentence.run, rest.start, rest.end, message)


def _size(one: Quantity) -> int:
    return -one.hundredths


def _in_all(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    """Yield “£735 on the day and £415 online, so we raised £1,510 in all”."""
    last = sentence.found[-1]
    parts = [one for one in sentence.found[:-1] if one.unit == last.unit]
    if len(parts) < 2 or len(parts) != len(sentence.found) - 1 or last.unit == "%":
        return
    gap = sentence.between(sentence.found[-2], last)
    is_total = sentence.matches(r"^ ?(?:\w+ )?\b<total>(?!\w)", sentence.after(last, 25)) or sentence.matches(
        r"\b<total>:? (?:\w+ )?$", gap
    )
    if is_total and sentence.matches(r"\b<total_before>\b|[:=]", gap):
        due = sum(one.hundredths for one in parts)
        if due != last.hundredths and last.hundredths != parts[-1].hundredths:
            language = sentence.language
            message = f"The parts add up to {format_quantity(due, last.unit, language)}, and the text says {last.text}."
            yield context.in_text(PARTS, sentence.run, last.start, last.end, message)


def _of_sum(context: LintContext, sentence: NumberPassage) -> Iterator[Finding]:
    """Yield “Of the £48,000 the state gave £30,000, the town £12,000 and you £8,000”."""
    whole, *parts = sentence.found
    if not sentence.matches(
        r"^\W*<of> (?:the |our |these |den |los |las |['’]r )\W*$", sentence.flat[sentence.start : whole.start]
    ):
        return
    if len({one.unit for one in sentence.found}) > 1 or len(parts) < 2 or whole.unit == "%":
        return
    is_list = all(re.search(r",|\b(?:and|und|y|a|ac)\b", sentence.between(a, b)) for a, b in pairwise(parts))
    if is_list:
        yield from _compared(context, sentence, [whole], parts)


def _votes(context: LintContext, passage: NumberPassage) -> Iterator[Finding]:
    """Yield “87 members came” and “91 votes in favour”."""
    if not passage.matches(r"\b<votes>", passage.flat[passage.start : passage.end]):
        return
    came = [one for one in passage.found if passage.matches(r"^ (?:\w+ )?<voters>\b", passage.after(one, 25))]
    cast = [one for one in passage.found if passage.matches(r"^ (?:\w+ )?<votes>(?!\w)", passage.after(one, 25))]
    if len(came) != 1 or not passage.matches(r"\b<came>\b", passage.flat[passage.start : passage.end]):
        return
    for one in cast:
        if not one.unit and one.hundredths > came[0].hundredths > 200:
            message = f"{one.text} votes are more than the {came[0].text} who were there."
            yield context.in_text(PARTS, passage.run, one.start, one.end, message)
            return
    yield from _ballots(context, passage, came[0])


def _ballots(context: LintContext, passage: NumberPassage, came: Quantity) -> Iterator[Finding]:
    """Yield “all 50 members voted by 46 to 9” and “58 members came: 51 votes in favour and 17 abstentions”."""
    counts = [one for one in passage.found if not one.unit and one is not came]
    cast = [one for one in counts if passage.matches(r"^ (?:\w+ )?(?:<ballots>)(?!\w)", passage.after(one, 25))]
    for one, other in pairwise(counts):
        if passage.matches(r"\b(?:by|mit|por) $", passage.before(one, 8)) and passage.matches(
            r"^ (?:(?:votes|Stimmen|votos) )?(?:to|zu|gegen|contra|a) $", passage.between(one, other)
        ):
            cast = [one, other]
    total = sum(one.hundredths for one in cast)
    if len(cast) > 1 and total > came.hundredths > max(one.hundredths for one in cast):
        votes = format_quantity(total, "", passage.language)
        message = f"These are {votes} votes, more than the {came.text} who were there."
        yield context.in_text(PARTS, passage.run, cast[-1].start, cast[-1].end, message)


CHECKS = (Checker("parts and totals", (PARTS, SHARES), check),)
