"""Words that were to be replaced: TBC, TODO, lorem ipsum, XX, [[date]], “insert link”."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.model.merge_tags import BuiltInTag
from newsletter.preflight.context import LintContext
from newsletter.preflight.existence import load_existence
from newsletter.preflight.foreign_merge_tags import foreign_tags
from newsletter.preflight.rule import Checker, error, warning
from newsletter.preflight.text.sentences import language_of
from newsletter.preflight.text_spans import TextSpan

UNDECIDED = warning("NL501", name="unconfirmed-detail")
TO_DO = error("NL502", name="note-to-self")
FILLER = error("NL503", name="filler-text")
GAP = error("NL504", name="unfilled-blank")
INSTRUCTION = error("NL505", name="leftover-instruction")

RULES = (UNDECIDED, TO_DO, FILLER, GAP, INSTRUCTION)
_BY_CODE = {rule.code: rule for rule in RULES}

_CODE = compile_pattern(r"`[^`\n]+`")
_DETECTIVES = compile_pattern(r"\b(?:[Dd]ie|[Dd]er|[Dd]en) (?:drei|DREI) $")
"""Before the signs of “Die drei ???” and “Die drei !!!”, books that every German library has."""
_TODO_IS_A_WORD = frozenset({"es", "pt", "it", "gl", "ca", "eu"})


def check(context: LintContext) -> Iterator[Finding]:
    """Yield each of these in the order of the texts."""
    for run in context.runs:
        yield from _in(context, run)


def _in(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    words, text = run.words.casefold(), run.text.casefold()
    for one in load_existence("placeholders.toml"):
        rule = _BY_CODE[one.code]
        if not one.may_be_in(text if rule is GAP else words):
            continue
        for match in one.pattern.finditer(run.text if rule is GAP else run.words):
            if rule is INSTRUCTION and match[0][0] not in "[(<" and not match[0].endswith("here"):
                continue
            if rule is GAP and _is_no_gap(match, run, context):
                continue
            if match[0] == "TODO" and language_of(run) in _TODO_IS_A_WORD:
                continue
            if not any(link.at <= match.start() < link.at + len(link.target) for link in run.links):
                yield context.in_text(rule, run, match.start(), match.end(), one.message.format(match[0].strip()))


def _is_no_gap(match: re.Match[str], run: TextSpan, context: LintContext) -> bool:
    """Return whether these are signs of another kind: a merge tag of which another finding tells, code, or kisses."""
    if any(code.start() < match.start() and match.end() < code.end() for code in _CODE.finditer(run.text)):
        return True
    if _is_nearly_a_tag(match[0], context) or _is_foreign_tag(match, run):
        return True
    if _DETECTIVES.search(run.text, 0, match.start()):
        return True
    return set(match[0]) == {"x"} and not run.text[match.end() :].partition("\n")[0].strip(" .!*_")


def _is_nearly_a_tag(words: str, context: LintContext) -> bool:
    """Return whether words in braces are a merge tag written wrongly, of which another finding tells."""
    name = re.sub(r"[\s-]+", "_", words.strip("{}").partition("|")[0].strip().casefold())
    return words.startswith("{{") and bool(
        difflib.get_close_matches(name, [*BuiltInTag, *(context.facts.tags or ())], 1)
    )


def _is_foreign_tag(match: re.Match[str], run: TextSpan) -> bool:
    """Return whether these letters belong to a merge tag of another service, of which another finding tells."""
    return any(one.start < match.end() and match.start() < one.end for one in foreign_tags(run.text))


CHECKS = (Checker("placeholders", RULES, check),)
