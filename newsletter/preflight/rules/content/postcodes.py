"""Check postcodes: a letter in place of a digit, a digit too many or too few."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, warning
from newsletter.preflight.text.numbers import has_digit
from newsletter.preflight.text.sentences import listed
from newsletter.preflight.text_spans import TextSpan

POSTCODE = warning("NL568", name="malformed-postcode")

_UK_AREAS = listed(
    "ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh en ex fk fy g"
    " gl gu ha hd hg hp hr hs hu hx ig ip iv ka kt kw ky l la ld le ll ln ls lu m me mk ml n ne ng nn np nr nw ol ox pa"
    " pe ph pl po pr rg rh rm s sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn"
    " wr ws wv yo ze"
)
_UK = compile_pattern(r"(?<![\w-])([A-Z]{1,2})(\d[\dOIl]?[A-Z]?|[OIl]\d) ([\dOIl]{1,2})([A-Z]{2,3}|[A-Z])(?![\w-])")
_UK_RIGHT = compile_pattern(r"[A-Z]{1,2}\d(?:\d|[A-HJKMNP-Z])? \d[A-Z]{2}")
_US_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA"
    "|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC"
)
_US = compile_pattern(
    rf"(?<=, )(?:{_US_STATES}) (\d{{4}}|\d{{6}}|\d{{5}}-(?:\d{{1,3}}|\d{{5,}}))(?=\s*(?:[.,;:)!?]|$|\n))"
)
_DE = compile_pattern(
    r"(?i:straße|str\.|weg|platz|allee|gasse|ring|damm|ufer|markt) \d{1,3} ?[a-z]?(?:,|\n) ?"
    r"((?!19|20)\d{4}|\d{6}) (?=[A-ZÄÖÜ][a-zäöüß])"
)
_AUSTRIA_AND_SWITZERLAND = frozenset({"Europe/Vienna", "Europe/Zurich", "Europe/Vaduz", "Europe/Luxembourg"})


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the postcodes that the issue's country cannot have, in the order of the texts."""
    zone = str(context.presentation.zone)
    for run in context.runs:
        if not has_digit(run.words):
            continue
        language = run.language.casefold()
        if zone == "Europe/London" or language == "en-gb":
            yield from _british(context, run)
        if language == "en-us":
            for match in _US.finditer(run.words):
                message = f"“{match[0]}” is no ZIP code: it has five digits, or nine with a hyphen."
                yield context.in_text(POSTCODE, run, *match.span(1), message)
        if language.partition("-")[0] == "de" and language in {"de", "de-de"} and zone not in _AUSTRIA_AND_SWITZERLAND:
            for match in _DE.finditer(run.words):
                message = f"“{match[1]}” is no postcode in Germany, where all have five digits."
                yield context.in_text(POSTCODE, run, *match.span(1), message)


def _british(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    for match in _UK.finditer(run.words):
        area, district, digits, unit = match.groups()
        if area.casefold() not in _UK_AREAS or _is_right(match[0], district):
            continue
        if len(area + district) < 3 and len(digits) > 1:  # “A4 10X” and the like are sizes and models
            continue
        letter = re.search(r"[OIl]", district[-1] + digits if len(district) > 1 else district + digits)
        if letter:
            message = f"“{match[0]}” has the letter “{letter[0]}” where a postcode has a digit."
        elif len(digits) != 1 and len(unit) == 2:
            message = f"“{match[0]}” has a digit too many for a postcode."
        elif len(unit) != 2 and len(digits) == 1 and len(district) > 1:
            message = f"“{match[0]}” has a letter too {'many' if len(unit) > 2 else 'few'} for a postcode."
        else:
            continue
        yield context.in_text(POSTCODE, run, *match.span(), message)


def _is_right(code: str, district: str) -> bool:
    return _UK_RIGHT.fullmatch(code) is not None and not (len(district) > 1 and district[-1] in "OIl")


CHECKS = (Checker("postcodes", (POSTCODE,), check),)
