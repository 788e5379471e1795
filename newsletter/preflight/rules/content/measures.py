"""Check measures against each other: miles and kilometres, how long something takes and its hours, malformed sums."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.dates.spans import date_spans
from newsletter.preflight.text.number_data import NumberWords, number_words, word_values
from newsletter.preflight.text.numbers import has_digit
from newsletter.preflight.text.quantities import hundredths_of
from newsletter.preflight.text.sentences import language_of, passages, sentences
from newsletter.preflight.text_spans import TextSpan

DURATION = warning("NL565", name="contradictory-duration")
CONVERSION = warning("NL566", name="wrong-conversion")
MALFORMED = warning("NL567", name="malformed-number")

_UNITS = {
    r"miles?|mi|milltir|Meilen|millas": ("length", 1609.3),
    r"km|kilomet(?:re|er)s?|Kilometer|kilómetros|cilomedr": ("length", 1000.0),
    r"m|met(?:re|er)s?|Meter|metros|metr": ("length", 1.0),
    r"ft|feet|foot|yards?": ("length", 0.3048),
    r"kg|kilos?|kilogram(?:me)?s?|Kilo": ("weight", 1.0),
    r"lbs?|pounds?": ("weight", 0.4536),
    r"st|stone": ("weight", 6.35),
    r"litres?|liters?|l|Liter|litros|litr": ("volume", 1.0),
    r"pints?": ("volume", 0.568),
    r"gallons?": ("volume", 4.4),
}
_ANY_UNIT = "|".join(_UNITS)
_NUMBER = r"\d[\d.,]*"
_CONVERTED = compile_pattern(
    rf"(?<![\w.,£$€])({_NUMBER})[ -]?({_ANY_UNIT}) ?(?:\(|/ ?|, or |or )"
    rf"(?:about |around |roughly |approx\.? |some |ca\. |etwa |rund |unos |tua |~)?({_NUMBER})[ -]?({_ANY_UNIT})(?!\w)",
    re.IGNORECASE,
)
_AWAY = 0.2
"""Share by which a rounded conversion may be off."""
_BAD_GROUPS = compile_pattern(r"(?<![\w.,])(?:[£$€] ?)?\d{1,3},(?:\d{4,}|\d{3},\d{1,2}(?!\d))(?![\w,])")
_BAD_GROUPS_COMMA = compile_pattern(r"(?<![\w.,/])\d{1,3}\.(?:\d{4,}|\d{3}\.\d{1,2}(?!\d))(?= ?(?:€|Euro\b|euros\b))")
_BAD_PENCE = compile_pattern(
    r"(?<![\w.,])[£$] ?\d+\.\d(?![\w.]|[,]\d)(?! ?(?:million|billion|bn|m\b|k\b|miliwn|biliwn))"
)
_TOGETHER = 30
"""Characters between a duration and the hours that it is compared with."""
_OTHER_CLAUSE = compile_pattern(r"[.;]| (?:and|but|or|und|aber|oder|y|o|pero|a|ac|neu) ")
_DAY_LONG = compile_pattern(r"(?<![\w.,-])(\w+)(?:[- ]day(?= \w)|tägig\w*)(?!-)", re.IGNORECASE)
_START_AND_END = compile_pattern(
    r"\b(?:starts?|begins?|beginning|starting) at (\d{1,2})(?:[.:](\d\d))? ?([ap]\.?m\b\.?)?"
    r"(?: \w+){0,3}?,? (?:and )?(?:it )?(?:ends?|finish(?:es)?|ending|finishing) (?:at|by) "
    r"(\d{1,2})(?:[.:](\d\d))? ?([ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_CLOCK = r"(\d{1,2})(?:[.:h](\d\d))?"


def check(context: LintContext) -> Iterator[Finding]:
    """Yield these in the order of the texts."""
    for run in context.runs:
        if not has_digit(run.words):
            continue
        language = language_of(run)
        words = number_words(language)
        yield from _converted(context, run, language)
        yield from _malformed(context, run, language)
        if words is not None:
            flat = run.words.replace("\n", " ")
            for part in passages(run):
                for start, end in sentences(run.words, part):
                    yield from _duration(context, run, words, flat[:end], start, language)
                    yield from _days(context, run, flat[:end], start, language)


def _converted(context: LintContext, run: TextSpan, language: str) -> Iterator[Finding]:
    for match in _CONVERTED.finditer(run.words):
        (one, first), (other, second) = _unit_of(match[2]), _unit_of(match[4])
        values = [hundredths_of(match[at].rstrip(".,"), language) / 100 for at in (1, 3)]
        if one != other or first == second or not all(values):
            continue
        due = values[0] * first / second
        if abs(due - values[1]) > _AWAY * max(due, 1):
            message = f"{match[1]} {match[2]} is about {due:.0f} {match[4]}, and the text says {match[3]}."
            yield context.in_text(CONVERSION, run, match.start(1), match.end(4), message)


def _unit_of(word: str) -> tuple[str, float]:
    return next(unit for names, unit in _UNITS.items() if re.fullmatch(names, word, re.IGNORECASE))


def _malformed(context: LintContext, run: TextSpan, language: str) -> Iterator[Finding]:
    """Yield “£1,0000” and “£12.5”."""
    is_english = language in {"en", "cy"}
    for pattern in (_BAD_GROUPS, _BAD_PENCE) if is_english else (_BAD_GROUPS_COMMA,):
        for match in pattern.finditer(run.words):
            message = f"“{match[0]}” has a digit too many or too few."
            yield context.in_text(MALFORMED, run, *match.span(), message)


def _duration(  # noqa: PLR0917  one sentence and its language
    context: LintContext, run: TextSpan, words: NumberWords, flat: str, start: int, language: str
) -> Iterator[Finding]:
    """Yield “lasts two hours, from 10am to 1pm”."""
    said = list(words.find(r"\b(?:<lasts>) ([\w.,½]+)[ -]?(<hours>)\b").finditer(flat, start))
    said += list(words.find(r"(?<![\w.,])([\w½]+)-?(<long>)(?!\w)").finditer(flat, start))
    times = list(
        words.find(rf"\b{_CLOCK} ?([ap]\.?m\b\.?)?(?:<clock>)? ?(?:<until>) ?{_CLOCK} ?([ap]\.?m\b\.?)?").finditer(
            flat, start
        )
    )
    if not times:
        times = list(_START_AND_END.finditer(flat, start))
    if len(said) != 1 or len(times) != 1:
        return
    first, last = sorted((said[0], times[0]), key=lambda match: match.start())
    gap = flat[first.end() : last.start()]
    if len(gap) > _TOGETHER or _OTHER_CLAUSE.search(gap):
        return
    minutes, range_minutes = _minutes(said[0], language), _length(times[0])
    if minutes and range_minutes and range_minutes < 12 * 60 and minutes != range_minutes:
        message = f"“{said[0][0]}” is not the time from {times[0][0].strip()}."
        yield context.in_text(DURATION, run, *said[0].span(), message)


def _days(context: LintContext, run: TextSpan, flat: str, start: int, language: str) -> Iterator[Finding]:
    """Yield “the ten-day festival runs from 8 to 15 March”, where neither the days nor the nights are as many."""
    said = list(_DAY_LONG.finditer(flat, start))
    spans = [span for span in date_spans(flat, language) if span.first.start >= start]
    if len(said) != 1 or len(spans) != 1:
        return
    first, last = spans[0].first, spans[0].last
    gap = flat[said[0].end() : first.start]
    if first.start < said[0].end() or len(gap) > _TOGETHER or _OTHER_CLAUSE.search(gap):
        return
    number = said[0][1].casefold()
    count = int(number) if number.isdecimal() else word_values(language).get(number, 0)
    month = last.month if first.month is None else first.month
    if not count or month != last.month or not first.exists or not last.exists:
        return
    days = last.day - first.day + 1
    if days > 1 and count not in {days, days - 1}:
        message = f"From {first.day} to {last.day} is {days} days, and the text says “{said[0][0]}”."
        yield context.in_text(DURATION, run, *said[0].span(), message)


def _minutes(match: re.Match[str], language: str) -> int:
    """Return how many minutes a duration has; nothing where its number is not understood."""
    number = match[1].casefold()
    value = 1.0 if number in {"one", "an", "a", "ein", "eine", "einer", "una", "awr"} else 0.0
    value = value or word_values(language).get(number, 0)
    if re.fullmatch(r"\d{1,3}(?:[.,]\d)?", number):
        value = float(number.replace(",", "."))
    elif re.fullmatch(r"\d?½", number):
        value = int(number[:-1] or 0) + 0.5
    is_minutes = match[2].casefold().startswith(("min", "mun", "دق"))
    return round(value * (1 if is_minutes else 60))


def _length(match: re.Match[str]) -> int:
    """Return the minutes of a range of times, each with or without its half of the day."""
    first, last = (int(match[at]) * 60 + int(match[at + 1] or 0) for at in (1, 4))
    half, other = ((match[at] or "").casefold().replace(".", "") for at in (3, 6))
    if other:
        last = last % 720 + (720 if other == "pm" else 0)
        half = half or (other if first % 720 <= last % 720 else "am")
        first = first % 720 + (720 if half == "pm" else 0)
    elif last <= first and last < 720:
        last += 720
    return max(0, last - first)


CHECKS = (Checker("measures", (DURATION, CONVERSION, MALFORMED), check),)
