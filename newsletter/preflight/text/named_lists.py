"""Compare counts with the names right behind them: “our four helpers, Ann, Bill and Carol,”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.preflight.text.numbers import value_of
from newsletter.preflight.text.sentences import listed

_NAME = r"[A-ZÀ-Þ][\w’'-]+(?: [A-ZÀ-Þ][\w’'-]+){0,2}"
_NAMED = compile_pattern(
    r"\b(?:our|the|to|all|unser(?:e[nr]?)?|den|die|nuestr[oa]s|l[oa]s) "
    r"(?P<claim>(?P<number>(?!(?:our|the|all|unsere?n?)\b)\w+) (?:\w+ )?(?P<noun>\w{4,})),"
    rf" (?P<names>{_NAME}(?:, {_NAME})+,? (?:and|und|y|e) {_NAME})(?=[,.;:!?)–—]|\s*$)"
)
_ROLES = listed(
    "chair chairman chairwoman chairperson secretary treasurer director president trustee captain mayor vicar head"
    " manager patron founder councillor mp vorsitzender vorsitzende kassenwart schriftführer presidenta secretaria"
)


def miscounted_names(words: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a count stands that is not the number of the names after it, and what to say."""
    for match in _NAMED.finditer(words.replace("\n", " ")):
        count = value_of(match["number"], language)
        names = re.split(r",? (?:and|und|y|e) |, ", match["names"])
        is_role = any(name.split()[0].casefold() in _ROLES for name in names)
        is_noun = language == "de" or match["noun"].endswith("s") or match["noun"] in {"people", "children"}
        if count and count > 1 and is_noun and not is_role and count != len(names):
            yield *match.span("claim"), f"The text says “{match['claim']}”, but {len(names)} names follow."
