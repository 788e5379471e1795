"""Check for lines of an issue's file that were indented too far and so became part of the text above them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import Place
from newsletter.issue_file.expected_shape import field_names
from newsletter.issue_file.yaml_repair.tree import Scalar, Style
from newsletter.model.findings import Finding
from newsletter.model.issue import Issue
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, error

SWALLOWED = error("NL739", name="field-inside-text")

_LINE = compile_pattern(r"[ \t]*(?:- +)?(?P<field>[a-z_]+):(?:[ \t]+(?P<value>\S.*))?$")
_OPENS = ("sections", "groups", "items", "events", "people", "figures", "pictures", "buttons", "hero", "quote")
"""Fields that hold others: nobody ends a line of prose with one of these, in small letters, and a colon."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield a finding for each text with lines that read as fields: the first of its lines."""
    known = field_names(Issue, {})
    for run in context.runs:
        if ":" not in run.text:
            continue
        node = context.loaded.places.node(run.loc)
        if isinstance(node, Scalar) and node.style in {Style.FOLDED, Style.LITERAL}:
            yield from _fields(context, node, known)


def _fields(context: LintContext, node: Scalar, known: frozenset[str]) -> Iterator[Finding]:
    source = context.loaded.places.source
    lines = [(number, source.line(number)) for number in range(node.start.line + 1, node.end.line + 1)]
    matches = ((number, _LINE.match(line)) for number, line in _within(lines))
    found = [(number, match) for number, match in matches if match and match["field"] in known]
    opening = [one for one in found if one[1]["field"] in _OPENS and not _words(one[1])]
    kinds = [one for one in found if one[1]["field"] == "kind" and one[1]["value"]]
    # one line such as “where: the hall” may be meant as text
    if opening or kinds or len(found) >= 3:
        number, match = found[0]
        place = Place(context.loaded.places.of(()).path, number, match.start("field") + 1)
        message = f"“{match['field']}:” is part of the text above it, so readers would see it as typed."
        yield context.on_place(SWALLOWED, place, message)


def _within(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield the numbered lines of a text, up to the first that is indented less: the parser's end is beyond it."""
    first = next((line for _, line in lines if line.strip()), "")
    indent = len(first) - len(first.lstrip())
    for number, line in lines:
        if line.strip() and len(line) - len(line.lstrip()) < indent:
            return
        yield number, line


def _words(match: re.Match[str]) -> str:
    return (match["value"] or "").partition("#")[0].strip()


CHECKS = (Checker("fields inside a text", (SWALLOWED,), check),)
