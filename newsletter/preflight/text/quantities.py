"""The quantities of a text: numbers with their currency or per cent sign, without those of dates and times."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.dates.locale_grammar import grammar_for
from newsletter.preflight.text.number_data import word_values
from newsletter.preflight.text.spelling.edit_distance import distance

NUMBER = r"\d{1,3}(?:[.,\u00a0\u202f’]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,3})?(?!\d)"
_UNITS = r"%|€|£|¢|\bp\b|pence\b|cents?\b|per cent\b|percent\b|Prozent\b|por ciento\b|y cant\b|Euros?\b|dollars?\b"
_QUANTITY = compile_pattern(
    rf"(?<![\w.,/:#–£$€-])(?P<sign>[£$€])?[ \u00a0]?(?P<number>{NUMBER})(?![\w/]|[.,:]\d)"
    rf"(?:[ \u00a0]?(?P<unit>{_UNITS}))?"
    rf"|(?<![\w.,/:#–£$€-])(?P<glued>\d+)(?P<small>p|%|€|£|¢)(?!\w)"
    r"|(?<![\w’'-])(?P<word>[^\W\d_]+(?:-[^\W\d_]+)?)(?![\w’'-])",
    re.IGNORECASE,
)
_SIGNS = {"euro": "€", "euros": "€", "dollar": "$", "dollars": "$", "¢": "c", "cent": "c", "cents": "c"}
_HUNDREDTHS = {"p", "pence"}
HUNDRED = 10_000
"""A hundred, in hundredths."""
_COMMA_DECIMALS = frozenset({"de", "es", "fr", "it", "pl", "pt", "nl", "ru"})


class Quantity(NamedTuple):
    """A number in a text: its value in hundredths, so that sums are exact, and its unit (empty for a count)."""

    hundredths: int
    unit: str
    start: int
    end: int
    text: str

    @property
    def is_money(self) -> bool:
        """Return whether it is a sum of money."""
        return self.unit in {"£", "$", "€"}

    @property
    def value(self) -> float:
        """Return the number."""
        return self.hundredths / 100


def format_quantity(hundredths: int, unit: str, language: str) -> str:
    """Return a number as a language writes it: `£1,250`, `12,50 €`."""
    whole, rest = divmod(abs(hundredths), 100)
    number = f"{whole:,}" + (f".{rest:02}" if rest else "")
    if language in _COMMA_DECIMALS:
        number = number.translate(str.maketrans(",.", ".,"))
    if unit in {"£", "$", "€"} and language not in _COMMA_DECIMALS:
        return unit + number
    return f"{number} {unit}" if unit in {"£", "$", "€"} else number + unit


def is_slip(said: int, right: int) -> bool:
    """Return whether one number is the other with a digit wrong, more or fewer, or two of them swapped."""
    one, other = _digits(said), _digits(right)
    return said != right and distance(one, other, 1) <= 1


def slipped_parts(parts: Sequence[Quantity], whole: int) -> list[int]:
    """Return the numbers of the parts that are a digit away from the right one, those with swapped digits first."""
    total = sum(one.hundredths for one in parts)
    due = [whole - total + one.hundredths for one in parts]
    found = [at for at, one in enumerate(parts) if due[at] > 0 and is_slip(one.hundredths, due[at])]
    return sorted(found, key=lambda at: sorted(str(due[at])) != sorted(str(parts[at].hundredths)))


def quantities(words: str, language: str) -> tuple[Quantity, ...]:
    """Return the quantities of a text in order."""
    return _quantities(words, language)


@lru_cache(maxsize=1024)
def _quantities(words: str, language: str) -> tuple[Quantity, ...]:
    values = word_values(language)
    dates = [match.span() for match in _dates(language).finditer(words)]
    found = []
    for match in _QUANTITY.finditer(words):
        if match["word"]:
            value = values.get(match["word"].casefold())
            if value is not None:
                found.append(Quantity(value * 100, "", *match.span(), match[0]))
            continue
        if any(start < match.end() and match.start() < end for start, end in dates):
            continue
        hundredths = hundredths_of(match["number"] or match["glued"], language)
        unit = (match["sign"] or match["unit"] or match["small"] or "").casefold()
        unit = "p" if unit in _HUNDREDTHS else _SIGNS.get(unit, unit)
        unit = "%" if unit.endswith(("cent", "cant", "prozent", "ciento")) and unit != "c" else unit
        start = match.end() - len(match[0].lstrip())
        found.append(Quantity(hundredths, unit, start, match.end(), match[0].strip()))
    return tuple(found)


def hundredths_of(number: str, language: str) -> int:
    """Return the value of digits with their marks, in hundredths."""
    number = re.sub(r"[\u00a0\u202f’]", "", number)
    thousands, decimal = (".", ",") if language in _COMMA_DECIMALS else (",", ".")
    whole, mark, rest = number.replace(thousands, "").partition(decimal)
    if thousands in number and not re.search(rf"\d{re.escape(thousands)}\d\d\d", number):
        whole, mark, rest = number.partition(thousands)  # the other mark, as people slip
    return int(whole) * 100 + (int((rest + "00")[:2]) if mark else 0)


def _digits(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)


@cache
def _dates(language: str) -> re.Pattern[str]:
    """Return a pattern of what has numbers that are no quantities: dates, times of day, years."""
    grammar = grammar_for(language)
    months = "|".join(sorted(map(re.escape, grammar.months), key=len, reverse=True)) if grammar else "(?!)"
    days = "|".join(sorted(map(re.escape, grammar.weekdays), key=len, reverse=True)) if grammar else "(?!)"
    day = r"(?:[12]?\d|3[01])(?:st|nd|rd|th|\.|º|af|il|ydd|fed|ed|eg|ain)?"
    joint = r"(?:,? (?:and|to|or|bis|und|oder|y|a|al|ac|i|و|إلى) (?:the )?|, ?| ?[–-] ?)"
    return compile_pattern(
        rf"\b{day}(?:{joint}{day})*,? ?(?:of |de |o |ve |mis )*(?:{months})\b\.?(?:,? (?:de(?:l)? )?\d{{4}})?"
        rf"|\b(?:{months})\b(?:(?<=\b\w{{3}})\.)? (?:the )?{day}(?![\d%])(?:{joint}{day}(?![\d%]))*(?:,? \d{{4}})?"
        rf"|\b(?:{months})\b \d{{4}}"
        rf"|\b(?:{days})\b,? (?:den |dem |the |el |yr? |día )?{day}(?!\d)"
        r"|\b(?:1[5-9]|20)\d\d(?:[–/-]\d\d(?:\d\d)?)?\b(?![.,]\d)(?<![£$€]\d{4})(?<![£$€] \d{4})"
        rf"|(?<![£$€\d.,])\b\d{{1,2}}(?:[.:h]\d\d)?(?:{' ?' if language == 'en' else ''}[ap]\.?m\b\.?"
        r"| ?(?:Uhr|o[’']clock|y (?:bore|prynhawn|nos)))"
        r"|\b\d{1,2}:\d\d|\b(?:um|ab|a las|at|am) \d{1,2}(?:[.:]\d\d)?(?![\d,%]|\.\d)(?= |[.,]?$)"
        r"|(?:§|No\.?|Nr\.|n\.º|core|page|Seite|rhif|room|Raum|sala|Level|version) ?\d+",
        re.IGNORECASE,
    )
