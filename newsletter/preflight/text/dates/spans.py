"""Put together what belongs together in a text: two dates or times to a span, a date and its time to a moment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Generic, TypeVar

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.dates.dates import WrittenDate, dates_in
from newsletter.preflight.text.dates.locale_grammar import SPACE, grammar_for
from newsletter.preflight.text.dates.times import WrittenTime, times_in

T = TypeVar("T", WrittenDate, WrittenTime)


@dataclass(frozen=True, slots=True)
class Span(Generic[T]):
    """From one date or time to another; `opening` is the word before it, `joint` what stands between."""

    first: T
    last: T
    joint: str
    opening: str = ""


_DASH = "–—-"
_OPENING = r"(?<!\w)(?:{between}|from|de|desde|del|o|من)\s+(?:the\s+|el\s+)?$"
_AT = compile_pattern(
    rf"(?:{SPACE}|,{SPACE}?|{SPACE}?[–—-]{SPACE}?|:{SPACE}?|{SPACE}?\()"
    rf"(?:(?:at|from|between|by|@|a las|am|الساعة){SPACE})?",
    re.IGNORECASE,
)
_AND = compile_pattern(rf"{SPACE}(?:and|or|und|oder|y|o|a|ac|neu|&){SPACE}(?:on{SPACE})?", re.IGNORECASE)
_ON = compile_pattern(rf"(?:{SPACE}|,{SPACE}?|{SPACE}?\()(?:(?:on|el|ar){SPACE})?(?:the{SPACE})?", re.IGNORECASE)


def shares_date(words: str, end: int, dated: Sequence[tuple[int, int]]) -> bool:
    """Return whether a weekday that ends there shares dates with the next: “Thursday and Friday (11 and 12 March)”."""
    joint = _AND.match(words, end)
    return joint is not None and any(start <= joint.end() < last for start, last in dated)


def date_spans(words: str, language: str) -> Iterator[Span[WrittenDate]]:
    """Yield the spans of dates in a text."""
    return _spans(dates_in(words, language), words, language)


def time_spans(words: str, language: str) -> Iterator[Span[WrittenTime]]:
    """Yield the spans of times in a text."""
    return _spans(times_in(words, language), words, language)


def times_of(date: WrittenDate, words: str, language: str) -> list[WrittenTime]:
    """Return the times that stand beside a date, as in “1 March at 1pm”, “noon on 1 March”, “1 March, 1–2pm”."""
    times = times_in(words, language)
    beside = [time for time in times if _stand_together(date, time, words)]
    for span in time_spans(words, language):
        if span.first in beside and span.last not in beside:
            beside.append(span.last)
        elif span.last in beside and span.first not in beside:
            beside.insert(0, span.first)
    return beside


def _stand_together(date: WrittenDate, time: WrittenTime, words: str) -> bool:
    if time.start >= date.end:
        gap = words[date.end : time.start]
        return len(gap) < 16 and _AT.fullmatch(gap) is not None
    if time.end <= date.start:
        gap = words[time.end : date.start]
        return len(gap) < 12 and _ON.fullmatch(gap) is not None
    return False


def _spans(found: tuple[T, ...], words: str, language: str) -> Iterator[Span[T]]:
    if len(found) < 2:
        return
    joint, between = _joints(language)
    for first, last in pairwise(found):
        gap = words[first.end : last.start]
        if len(gap) > 24 or not (match := joint.fullmatch(gap)):
            continue
        opening = between.search(words, max(0, first.start - 16), first.start)
        if match["and"] and not match["dash"] and not (opening and opening["between"]):
            continue
        yield Span(first, last, gap, opening[0].strip() if opening else "")


@lru_cache(maxsize=32)
def _joints(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    locale_grammar = grammar_for(language)
    grammar = locale_grammar.grammar if locale_grammar else None
    until, and_ = (grammar.until, grammar.and_) if grammar else ("to", "and")
    between = grammar.between if grammar else "between"
    dash = rf"(?P<dash>{SPACE}?[{_DASH}]{SPACE}?)"
    return (
        compile_pattern(
            rf"(?:{SPACE}?\))?(?:,?{SPACE}(?:(?P<and>{and_})|(?P<until>{until}))(?:{dash}|{SPACE})|{SPACE}?[{_DASH}](?:{SPACE}?"
            rf"(?:{until}|{and_}){SPACE}|{SPACE}?))(?:(?:the|on|el|las){SPACE})?",
            re.IGNORECASE,
        ),
        compile_pattern(_OPENING.format(between=f"(?P<between>{between})"), re.IGNORECASE),
    )
