"""Check for emoji in a row, fancy Unicode letters, and directions that rely on sight."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note, warning

EMOJI = note("NL840", name="emoji-run")
FANCY = warning("NL841", name="lookalike-letters")
SIGHT = note("NL842", name="sight-only-direction")

_TONES = "\U0001f3fb-\U0001f3ff"
_SIGN = f"(?![{_TONES}])[\u2600-\u27bf\u2b50\u2b55\U0001f300-\U0001f6ff\U0001f900-\U0001faff][\ufe0f{_TONES}]*"
_TAGS = "[\U000e0020-\U000e007f]*"
_ONE = f"(?>[\U0001f1e6-\U0001f1ff]{{2}}|{_SIGN}{_TAGS}(?:\u200d{_SIGN})*)"
"""An emoji, including joined sequences, skin tones and flags."""

_ROW = compile_pattern(f"{_ONE}(?: ?{_ONE}){{2,}}")
_LETTER = "[\U0001d400-\U0001d7ff\u24b6-\u24e9\U0001f130-\U0001f149\U0001f170-\U0001f189]"
_FANCY = compile_pattern(rf"{_LETTER}+(?:[ '’-]+{_LETTER}+)+|{_LETTER}{{2,}}")
_COLOURS = "red|green|blue|yellow|orange|purple|pink|black|grey|gray|white"
_SIGHT = compile_pattern(
    rf"\b(?:the|our|a)\s+(?:(?:big|large|bright|dark|light)\s+)?(?:{_COLOURS})\s+"
    r"(?:(?:button|link)\b|(?:box|text|banner)\s+(?:below|above)\b)"
    r"|\b(?:button|box|picture|photo|image|panel|column|sidebar|link|menu|form)\s+(?:is\s+|are\s+)?"
    r"(?:on|at|to)\s+(?:the|your)\s+(?:left|right)(?:[ -]hand(?:\s+side)?)?\b(?!\s+of\b)",
    re.IGNORECASE,
)
_IN_THE_INBOX = frozenset({"subject", "preheader", "title"})


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the findings in text order."""
    for run in context.runs:
        text = run.text
        if not text.isascii():
            if run.field not in _IN_THE_INBOX:
                for match in _ROW.finditer(text):
                    yield context.in_text(EMOJI, run, *match.span(), f"There are several emoji in a row: {match[0]}.")
            for match in _FANCY.finditer(text):
                plain = unicodedata.normalize("NFKC", match[0])
                message = f"“{match[0]}” only looks like “{plain}”."
                yield context.in_text(FANCY, run, *match.span(), message, new=plain if plain.isascii() else None)
        if run.language.startswith("en"):
            for match in _SIGHT.finditer(run.words):
                yield context.in_text(
                    SIGHT, run, *match.span(), f"“{match[0]}” only makes sense to readers who can see the page."
                )


CHECKS = (Checker("accessibility: emoji and directions", (EMOJI, FANCY, SIGHT), check),)
