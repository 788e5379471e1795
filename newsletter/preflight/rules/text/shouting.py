"""Check for excessive capitals, exclamation marks and emoji; another check covers the subject line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.sentences import listed
from newsletter.preflight.text_spans import TextSpan

CAPITALS = warning("NL720", name="capitals-in-text")
TITLE = warning("NL721", name="capitals-in-title")
MARKS = note("NL722", name="repeated-exclamation-marks")
MANY_MARKS = note("NL723", name="many-exclamation-marks")
EMOJI = note("NL724", name="many-title-emoji")

_CAPITAL_WORD = r"[A-ZÀ-Þ]['’A-ZÀ-Þ]*[A-ZÀ-Þ]"
_LOUD = compile_pattern(rf"(?<![\w’'-]){_CAPITAL_WORD}(?:,?[ \t](?:{_CAPITAL_WORD}|[AI&]))+(?![\w’'-])")
_WORD = compile_pattern(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_IN_A_ROW = compile_pattern(r"![ \t]?!+|[!?]{3,}")
_SIGN = compile_pattern(
    "[\U0001f1e6-\U0001faff\u2600-\u27bf\u2b50\u2b06]\ufe0f?(?:\u200d[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?)*"
)
_SIGNS_IN_A_ROW = compile_pattern(f"(?:{_SIGN.pattern}[\U0001f3fb-\U0001f3ff]?[ \t]*){{2}}")
_TITLES = listed("title heading label")
_MOST_MARKS = 4
_WORDS_A_MARK = 75
"""Words of the issue to each exclamation mark, at least, where there are more."""
_LONG = 4
"""Minimum letters in one of the words; shorter ones are abbreviations."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the findings text by text, then one for the total of exclamation marks."""
    marks: list[tuple[TextSpan, int]] = []
    titles: list[TextSpan] = []
    rows: list[tuple[TextSpan, re.Match[str]]] = []
    for run in context.runs:
        if run.loc == ("subject",) or (run.loc == ("title",) and not context.issue.subject):
            continue
        if _is_loud_title(run):
            titles.append(run)
        else:
            yield from _capitals(context, run)
        yield from _signs(context, run)
        rows += [(run, row)] if (row := _IN_A_ROW.search(run.words)) else []
        marks += [(run, match.start()) for match in re.finditer(r"!+", run.words)]
    if titles:
        more = f" (and {len(titles) - 1} more)" if len(titles) > 1 else ""
        run = titles[0]
        yield context.in_text(TITLE, run, 0, len(run.text), f"“{run.text}”{more} is in capitals.")
    if rows:
        run, row = rows[0]
        more = f" (and {len(rows) - 1} more)" if len(rows) > 1 else ""
        words = f"There is “{row[0]}” in “{_before(run, row.start())}{row[0]}”{more}."
        yield context.in_text(MARKS, run, *row.span(), words)
    words_of_issue = sum(len(_WORD.findall(run.words)) for run in context.runs)
    if len(marks) > max(_MOST_MARKS, words_of_issue // _WORDS_A_MARK):
        run, start = marks[_MOST_MARKS]
        words = f"This is the fifth of {len(marks)} exclamation marks."
        yield context.in_text(MANY_MARKS, run, start, start + 1, words)


def _is_loud_title(run: TextSpan) -> bool:
    words = _WORD.findall(run.words) if run.field in _TITLES else []
    return len(words) >= 2 and "".join(words).isupper() and any(len(word) > _LONG for word in words)


def _capitals(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    for match in _LOUD.finditer(run.words):
        loud = _WORD.findall(match[0])
        if len(loud) >= 3 and len(set(loud)) > 1 and sum(_is_word(context, word, run.language) for word in loud) >= 2:
            yield context.in_text(CAPITALS, run, *match.span(), f"“{match[0]}” is in capitals.")
            return


def _is_word(context: LintContext, word: str, language: str) -> bool:
    """Return whether a word in capitals is a real word, not an abbreviation."""
    misspelt = context.facts.misspelt
    return len(word) >= _LONG and (misspelt is None or not misspelt(word.casefold(), language))


def _signs(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    # another rule reports emoji in a row
    if run.field in _TITLES and not _SIGNS_IN_A_ROW.search(run.text):
        several = list(_SIGN.finditer(run.text))
        if len(several) >= 3:
            words = f"There are {len(several)} emoji in “{run.text}”."
            yield context.in_text(EMOJI, run, *several[2].span(), words)


def _before(run: TextSpan, start: int) -> str:
    return re.split(r"\s", run.words[max(0, start - 20) : start])[-1]


CHECKS = (Checker("shouting", (CAPITALS, TITLE, MARKS, MANY_MARKS, EMOJI), check),)
