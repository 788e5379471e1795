"""Check phone numbers in the texts: a digit too few or too many, or a letter in place of a digit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning

NUMBER = warning("NL638", name="phone-number-length")


class Plan(NamedTuple):
    """How the numbers of a country are written, and how many digits they have."""

    pattern: re.Pattern[str]
    lengths: frozenset[int]


_UK = Plan(
    # 020 7946 0788, 0161 496 0730, 01234 567890: at least two groups after the first, or one that is long
    compile_pattern(
        r"(?<![\w+/.,:£$€-])0(?:2\d|1\d{2,3}|3\d{2}|7\d{3}|8\d{2})(?:[ -][\dOolI]{2,8}){1,3}(?![\w/-]|[.,:]\d)"
    ),
    frozenset({10, 11}),
)
_PLANS = {
    "GB": _UK,
    "US": Plan(
        compile_pattern(
            r"(?<![\w+/.,:£$€-])\(?[2-9][\dOolI]{2}(?:\) ?|[-.])[\dOolI]{2,4}[-.][\dOolI]{3,5}(?![\w/-]|[.,:]\d)"
        ),
        frozenset({10}),
    ),
    "ES": Plan(
        compile_pattern(r"(?<![\w+/.,:£$€-])[679]\d{1,2}(?: \d{1,3}){2,3}(?![\w/-]|[.,:]\d| (?:euros?|€))"),
        frozenset({9}),
    ),
}
_LETTERS = compile_pattern(r"[OolI]")
_SHORT_UK = ("0800", "0845")
"""Some of these numbers have fewer digits than others."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield each number that no phone of the issue's country has."""
    country = _country(context)
    plan = _PLANS.get(country)
    if plan is None:
        return
    for run in context.runs:
        for match in plan.pattern.finditer(run.words):
            number = match[0]
            digits = re.sub(r"\D", "", number)
            letter = _LETTERS.search(number)
            if letter and len(digits) >= min(plan.lengths) - 2:
                message = f"The phone number “{number}” has the letter “{letter[0]}” in it."
            elif letter or len(digits) in _lengths(plan, digits, country) or len(digits) < min(plan.lengths) - 2:
                continue
            else:
                many = " or ".join(map(str, sorted(_lengths(plan, digits, country))))
                message = f"The phone number “{number}” has {len(digits)} digits instead of {many}."
            yield context.in_text(NUMBER, run, *match.span(), message)


def _lengths(plan: Plan, digits: str, country: str) -> frozenset[int]:
    if country == "GB" and digits.startswith(("02", "03", "07", "011", "0121", "0131", "0141", "0151", "0161", "0191")):
        return frozenset({11})
    if country == "GB" and digits.startswith(_SHORT_UK):
        return frozenset({7, 8, 10, 11})
    return plan.lengths


def _country(context: LintContext) -> str:
    """Return the country that a number without a country code is of: that of the time zone or the language."""
    zone = str(context.presentation.zone)
    by_zone = {"Europe/London": "GB", "Europe/Madrid": "ES", "Atlantic/Canary": "ES"}
    if zone in by_zone:
        return by_zone[zone]
    return "US" if context.language.casefold() in {"en-us", "en-ca"} and zone.startswith("America/") else ""


CHECKS = (Checker("phone numbers in texts", (NUMBER,), check),)
