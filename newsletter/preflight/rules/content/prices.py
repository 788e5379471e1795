"""Check prices that contradict each other, and sums in another currency than the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from newsletter.compiled_patterns import compile_pattern
from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.model.media_sections import Table
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.number_passages import NumberPassage, number_passages
from newsletter.preflight.text.numbers import has_digit
from newsletter.preflight.text.quantities import Quantity, format_quantity
from newsletter.preflight.text_spans import TextSpan

FREE = warning("NL537", name="free-and-priced")
PRICES = warning("NL538", name="contradictory-prices")
REDUCED = warning("NL539", name="reduced-price-higher")
CURRENCY = warning("NL540", name="foreign-currency")

_FREE = compile_pattern(
    r"\b(?:free|gratis|kostenlos|kostenfrei|am ddim|gratuit[oa]s?|مجاني|مجانية|مجانا|مجانًا)\s*"
    r"\((?:[£$€]\s?\d[\d.,]*|\d[\d.,]*\s?(?:£|\$|€|euros?|Euro|جنيه\w*|دولار\w*|pounds?))"
    r"(?:\s(?:per person|each|pro Person|por persona|por cabeza|y pen|yr un|للشخص|a head|on the door))?\)",
    re.IGNORECASE,
)
_RATE = compile_pattern(
    r"([£$€]) ?(\d+(?:[.,]\d\d)?) (?:an|a|per|the) (hour|day|year|month|session|week)\b"
    r"|(\d+(?:,\d\d)?) ?(?:€|Euro|euros) (?:pro|die|la|por|al|je|im) (Stunde|Tag|Monat|Jahr|hora|día|mes|año)\b",
    re.IGNORECASE,
)
_LESS = compile_pattern(
    r"\b(?:under|child\w*|concession\w*|reduced|student\w*|member\w*|senior\w*|ermäßigt|Kinder|Mitglieder|menores|niñ[oa]s|"
    r"reducid[oa]|soci[oa]s|plant|aelodau|consesiwn)\b",
    re.IGNORECASE,
)
_PRICE = compile_pattern(r"[£$€] ?(\d+(?:[.,]\d\d)?)|(\d+(?:[.,]\d\d)?) ?(?:€|Euro|euros)")
_SAVE = compile_pattern(
    r"\b(?:sav(?:e|es|ing)|spar(?:en|t|e)(?: Sie)?|ahorr\w+|arbed\w*)(?: (?:yourself|ihr|du|te|os))? $", re.IGNORECASE
)
_SIGN = compile_pattern(r"[£$€](?= ?\d)|(?<=\d )€|(?<=\d)€")
_AMOUNT = compile_pattern(
    r"(?<![A-Z])[£$€] ?(\d[\d.,]*)(?![\d.,]*\s?(?:million|bn|m\b|k\b))|(\d[\d.,]*) ?(?:€|Euro\b|euros\b)"
    r"|(\d[\d.,]*) (?:US-)?(?:Dollar|dollars|dólares)\b"
)
_CONVERTED = 12
"""Characters within which two currencies are one amount and its conversion."""
_SMALL_SUM = 100
_SAME_LIST = 60
"""Characters between two prices of one list."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield contradictory numbers in the order of the texts, then those of tables and of the whole issue."""
    for run in context.runs:
        if not has_digit(run.words):
            continue
        for match in _FREE.finditer(run.words):
            yield context.in_text(FREE, run, *match.span(), f"“{match[0]}” says that it is free, and names a price.")
    yield from _rates(context)
    yield from _named(context)
    yield from _reduced(context)
    yield from _saved(context)
    yield from _tables(context)
    yield from _currency(context)


def _rates(context: LintContext) -> Iterator[Finding]:
    """Yield a wage or fee per hour, day or month that another field of the same item gives differently."""
    first: dict[tuple[object, ...], tuple[TextSpan, str]] = {}
    many = Counter((run.loc[:-1], run.loc) for run in context.runs for _ in _RATE.finditer(run.words))
    for run in context.runs:
        for match in _RATE.finditer(run.words):
            unit, price = (match[3] or match[5]).casefold(), (match[2] or match[4])
            if many[run.loc[:-1], run.loc] > 1:
                continue
            other = first.setdefault((run.loc[:-1], unit), (run, price))
            if other[0] is not run and other[1] != price:
                message = f"“{match[0]}” is another price than the {other[1]} in the same item."
                yield context.in_text(PRICES, run, *match.span(), message)


def _tables(context: LintContext) -> Iterator[Finding]:
    """Yield rows of a table in which the reduced price is higher than the full one."""
    for loc, model in context.models:
        if not isinstance(model, Table) or not model.columns:
            continue
        reduced = [number for number, name in enumerate(model.columns) if _LESS.search(name or "")]
        for row_number, row in enumerate(model.rows):
            prices = {
                at: float((price[1] or price[2]).replace(",", "."))
                for at, cell in enumerate(row)
                if (price := _PRICE.fullmatch((cell or "").strip()))
            }
            full = [price for at, price in prices.items() if at not in reduced]
            wrong = [at for at in reduced if at in prices and full and prices[at] > max(full)]
            if wrong:
                message = f"“{row[wrong[0]]}” for “{model.columns[wrong[0]]}” is more than the full price."
                yield context.on_field(REDUCED, (*loc, "rows", row_number, wrong[0]), message)


def _currency(context: LintContext) -> Iterator[Finding]:
    """Yield the only small sum in another currency than all others, unless it is a conversion."""
    found = [(run, match) for run in context.runs for match in _AMOUNT.finditer(run.words)]
    signs = Counter(_sign(match[0]) for _, match in found)
    if len(signs) != 2:
        return
    (main, often), (other, once) = signs.most_common()
    if often == once or once > 1 or (often < 2 and main != _at_home(context.language)):
        return
    for run, match in found:
        if _sign(match[0]) != other:
            continue
        near = run.words[max(0, match.start() - _CONVERTED) : match.end() + _CONVERTED].replace(match[0], "")
        number = (match[1] or match[2] or match[3]).rstrip(".,")
        digits = re.sub(r"\D", "", re.sub(r"[.,]\d\d$", "", number))
        if not _SIGN.search(near) and digits and int(digits) < _SMALL_SUM:
            message = f"“{match[0].rstrip('.,')}” is in another currency than all other sums in this issue."
            yield context.in_text(CURRENCY, run, *match.span(), message)


def _at_home(language: str) -> str:
    """Return the currency of the country whose language an issue is in; empty where it has several."""
    return {"en-GB": "£", "cy": "£", "cy-GB": "£", "en-US": "$", "de": "€", "de-DE": "€", "de-AT": "€"}.get(
        language, "€" if language in {"es-ES", "fr-FR"} else ""
    )


def _sign(amount: str) -> str:
    if "ollar" in amount.casefold():
        return "$"
    return next((letter for letter in amount if letter in "£$€"), "€")


def _reduced(context: LintContext) -> Iterator[Finding]:
    """Yield “a full plot costs £26 and a half plot £48” and “14 Euro, ermäßigt 19 Euro”."""
    for _, spans in number_passages(context):
        for span in spans:
            sums = [one for one in span.found if one.is_money]
            for one, other in pairwise(sums):
                gap = span.between(one, other)
                if one.unit != other.unit or re.search(r"[.:]", gap) or len(gap) > _SAME_LIST:
                    continue
                full, less = _labels(span, one, other, gap)
                dear, cheap = (one, other) if less == 1 else (other, one)
                if less is None or (full is None and less == 0) or dear.hundredths >= cheap.hundredths:
                    continue
                message = f"“{cheap.text}” is the reduced price, and the full price is {dear.text}."
                yield context.in_text(REDUCED, span.run, cheap.start, cheap.end, message)
                return


def _saved(context: LintContext) -> Iterator[Finding]:
    """Yield “£12 at the door and £9 in advance: book early and save £5”."""
    for passage, _ in number_passages(context):
        sums = [one for one in passage.found if one.is_money]
        if len(sums) != 3 or len({one.unit for one in sums}) != 1 or len(passage.found) != 3:
            continue
        one, other, saved = sums
        due = abs(one.hundredths - other.hundredths)
        said = _SAVE.search(passage.before(saved, 30))
        if said and due and saved.hundredths != due and len(passage.between(one, other)) <= _SAME_LIST:
            right = format_quantity(due, one.unit, passage.language)
            message = f"From {one.text} to {other.text} is {right}, and the text says {saved.text}."
            yield context.in_text(PRICES, passage.run, saved.start, saved.end, message)


def _labels(span: NumberPassage, one: Quantity, other: Quantity, gap: str) -> tuple[int | None, int | None]:
    """Return which of two prices is the full one and which the reduced one, where words beside them tell."""
    before, after = span.before(one, 40), span.after(other, 25)
    label = r"\b(?<!non-)(?<!non )<{}>(?: \w+){{0,2}}\W*(?:<price>|are|is|pay|für|para|i)?\W*$"
    behind = r"^ (?:for|to|für|para|i|p/)? ?(?:the |an? )?<{}>\b"
    first, last = re.split(r"[,;(]| and | und | y | a | ac | neu | or ", before)[-1], gap

    def of(kind: str) -> set[int]:
        is_last = span.matches(label.format(kind), last) and not span.matches(behind.format(kind), gap)
        is_behind = span.matches(behind.format(kind), after) and not span.matches(r"\b(?:<full>|<reduced>)\W*$", gap)
        is_first = span.matches(label.format(kind), first) or span.matches(behind.format(kind), gap)
        return {place for place, there in ((0, is_first), (1, is_last or is_behind)) if there}

    full, less = of("full"), of("reduced")
    if len(less) != 1 or len(full) > 1 or full == less:
        return None, None
    return next(iter(full), None), less.pop()


def _named(context: LintContext) -> Iterator[Finding]:
    """Yield the price in a button or title that the text of the same item does not give."""
    prices: dict[FieldPath, set[int]] = {}
    labels: list[tuple[FieldPath, NumberPassage, Quantity]] = []
    for passage, _ in number_passages(context):
        loc = passage.run.loc
        sums = [one for one in passage.found if one.is_money]
        if not sums:
            continue
        item = _item_of(loc)
        if passage.run.field == "text" and passage.matches(r"\b<price>\b", passage.flat[passage.start : passage.end]):
            prices.setdefault(item, set()).update(one.hundredths for one in sums)
        elif passage.run.field in {"title", "label"} and len(sums) == 1:
            labels.append((item, passage, sums[0]))
    for item, passage, price in labels:
        given = prices.get(item)
        label = passage.flat[passage.start : passage.end]
        is_price = passage.matches(r"(?:\(|: ?|\b(?:for|at|um|für|por|a|am) )$", passage.before(price, 6))
        if given and is_price and price.hundredths not in given and not passage.matches(r"\b(?:<giving>)", label):
            others = " and ".join(format_quantity(one, price.unit, passage.language) for one in sorted(given)[:3])
            message = f"“{price.text}” is another price than in the text of the same item ({others})."
            yield context.in_text(PRICES, passage.run, price.start, price.end, message)


def _item_of(loc: FieldPath) -> FieldPath:
    """Return the item or section that a field belongs to, also where it is that of its button."""
    inner = loc[:-1]
    return inner[:-1] if inner and inner[-1] in {"button", "action"} else inner


CHECKS = (Checker("contradictory prices", (FREE, PRICES, REDUCED, CURRENCY), check),)
