"""Words that were to be replaced: TBC, TODO, lorem ipsum, XX, [[date]], “insert link”."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.model.merge_tags import BuiltInTag
from newsletter.preflight.context import LintContext
from newsletter.preflight.foreign_merge_tags import foreign_tags
from newsletter.preflight.rule import Checker, error, warning
from newsletter.preflight.text.sentences import language_of
from newsletter.preflight.text_spans import TextSpan

UNDECIDED = warning("NL501", name="unconfirmed-detail")
TO_DO = error("NL502", name="note-to-self")
FILLER = error("NL503", name="filler-text")
GAP = error("NL504", name="unfilled-blank")
INSTRUCTION = error("NL505", name="leftover-instruction")

_PATTERNS = (
    (UNDECIDED, re.compile(r"\b(?:t\.b\.[cad]\.|tb[cad]|to be (?:confirmed|announced|decided))(?!\w)", re.IGNORECASE)),
    # “todo” is a word of Spanish, and “check this out” one of English
    (TO_DO, re.compile(r"\b(?:TODO|(?i:to ?do:|fixme|nb to self|note to self)|CHECK THIS)(?!\w)")),
    (
        FILLER,
        re.compile(r"\b(?:lorem ipsum|dolor sit amet|blah blah|asdf\w*|(?:your )?text goes here)\b", re.IGNORECASE),
    ),
    (
        GAP,
        re.compile(
            r"\[\[[^\]\n]+\]\]|<<[^>\n]+>>|\{\{[^}\n]+\}\}|\{%[^%\n]*%\}|\$\{[^}\n]+\}|%[A-Z_]{3,}%|_{4,}|(?<!\w)[Xx]{2,}(?!\w)"
            r"|(?<!\w)\?{2,}(?!\w)|\[(?:date|time|name|venue|link|place|month|number|title|url|email|photo)\](?!\()",
            re.IGNORECASE,
        ),
    ),
    (
        INSTRUCTION,
        re.compile(
            r"[\[(<]?\b(?:insert|add|put in|need) (?:the |a |your )?"
            r"(?:link|photo|picture|image|date|name|text|quote|details|url)s?(?: here)?\b[\])>]?",
            re.IGNORECASE,
        ),
    ),
)

_TODO_IS_A_WORD = frozenset({"es", "pt", "it", "gl", "ca", "eu"})


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield each of these in the order of the texts."""
    for run in subject.runs:
        yield from _in(subject, run)


def _in(subject: LintContext, run: TextSpan) -> Iterator[Finding]:
    for rule, pattern in _PATTERNS:
        for match in pattern.finditer(run.text if rule is GAP else run.words):
            if rule is INSTRUCTION and match[0][0] not in "[(<" and not match[0].endswith("here"):
                continue
            if rule is GAP and _is_no_gap(match, run, subject):
                continue
            if match[0] == "TODO" and language_of(run) in _TODO_IS_A_WORD:
                continue
            if not any(link.at <= match.start() < link.at + len(link.target) for link in run.links):
                yield subject.in_text(
                    rule, run, match.start(), match.end(), f"“{match[0].strip()}” is still in the text."
                )


def _is_no_gap(match: re.Match[str], run: TextSpan, subject: LintContext) -> bool:
    """Say whether these are signs of another kind: a merge tag of which another finding tells, or kisses."""
    if _is_nearly_a_tag(match[0], subject) or _is_foreign_tag(match, run):
        return True
    return set(match[0]) == {"x"} and not run.text[match.end() :].partition("\n")[0].strip(" .!*_")


def _is_nearly_a_tag(words: str, subject: LintContext) -> bool:
    """Say whether words in braces are a merge tag written wrongly, of which another finding tells."""
    name = re.sub(r"[\s-]+", "_", words.strip("{}").partition("|")[0].strip().casefold())
    return words.startswith("{{") and bool(
        difflib.get_close_matches(name, [*BuiltInTag, *(subject.facts.tags or ())], 1)
    )


def _is_foreign_tag(match: re.Match[str], run: TextSpan) -> bool:
    """Say whether these letters belong to a merge tag of another service, of which another finding tells."""
    return any(one.start < match.end() and match.start() < one.end for one in foreign_tags(run.text))


CHECKS = (Checker("placeholders", tuple(rule for rule, _ in _PATTERNS), look),)
