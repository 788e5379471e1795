"""Check for excessive capitals, exclamation marks and emoji; another check covers the subject line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.sentences import listed
from newsletter.preflight.text_spans import TextSpan

CAPITALS = warning(
    "NL720",
    "Several words in a row are in capitals.",
    name="capitals-in-text",
    why="Capitals look like shouting and are slower to read, and some screen readers spell them out.",
    fix="Use lower case. **Bold** is emphasis enough.",
    wrong="intro: PLEASE BRING YOUR OWN MUG to the open day.",
    right="intro: Please **bring your own mug** to the open day.",
)
TITLE = warning(
    "NL721",
    "A title or button is in capitals.",
    name="capitals-in-title",
    why="Capitals look like shouting, and some screen readers spell them out letter by letter.",
    fix="Use lower case. The templates make titles stand out enough.",
    wrong="sections:\n  - kind: story\n    heading: SPRING OPEN DAY\n    text: Come and see the shed.\n",
    right="sections:\n  - kind: story\n    heading: Spring open day\n    text: Come and see the shed.\n",
)
MARKS = note(
    "NL722",
    "There are several exclamation marks in a row.",
    name="repeated-exclamation-marks",
    why="One is enough: more look like junk mail to readers and spam filters.",
    fix="Keep one, or none.",
    wrong="intro: The gate is open!!!",
    right="intro: The gate is open!",
)
MANY_MARKS = note(
    "NL723",
    "The issue has a lot of exclamation marks.",
    name="many-exclamation-marks",
    why="If everything is exciting, nothing stands out.",
    fix="Keep only the one or two that matter most.",
    wrong="intro: We did it! The gate is open! Come and see! Bring a friend! There will be tea!",
    right="intro: We did it! The gate is open. Come and see, and bring a friend. There will be tea.",
)
EMOJI = note(
    "NL724",
    "A title has a lot of emoji.",
    name="many-title-emoji",
    why="Screen readers read out each one's name among the words: “seedling, spring, sunflower, open day”.",
    fix="Keep one, at the end.",
    wrong="sections:\n  - kind: story\n    heading: 🌱 Spring 🌻 open day 🎉\n    text: Come and see the shed.\n",
    right="sections:\n  - kind: story\n    heading: Spring open day 🌱\n    text: Come and see the shed.\n",
)

_CAPITAL_WORD = r"[A-ZÀ-Þ]['’A-ZÀ-Þ]*[A-ZÀ-Þ]"
_LOUD = re.compile(rf"(?<![\w’'-]){_CAPITAL_WORD}(?:,?[ \t](?:{_CAPITAL_WORD}|[AI&]))+(?![\w’'-])")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_IN_A_ROW = re.compile(r"![ \t]?!+|[!?]{3,}")
_SIGN = re.compile(
    "[\U0001f1e6-\U0001faff\u2600-\u27bf\u2b50\u2b06]\ufe0f?(?:\u200d[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?)*"
)
_SIGNS_IN_A_ROW = re.compile(f"(?:{_SIGN.pattern}[\U0001f3fb-\U0001f3ff]?[ \t]*){{2}}")
_TITLES = listed("title heading label")
_MOST_MARKS = 4
_LONG = 4
"""Minimum letters in one of the words; shorter ones are abbreviations."""


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield the findings text by text, then one for the total of exclamation marks."""
    marks: list[tuple[TextSpan, int]] = []
    for run in subject.runs:
        if run.loc == ("subject",) or (run.loc == ("title",) and not subject.issue.subject):
            continue
        yield from _capitals(subject, run)
        yield from _signs(subject, run)
        row = _IN_A_ROW.search(run.words)
        if row:
            words = f"There is “{row[0]}” in “{_before(run, row.start())}{row[0]}”."
            yield subject.in_text(MARKS, run, *row.span(), words)
        marks += [(run, match.start()) for match in re.finditer(r"!+", run.words)]
    if len(marks) > _MOST_MARKS:
        run, start = marks[_MOST_MARKS]
        words = f"This is the fifth of {len(marks)} exclamation marks."
        yield subject.in_text(MANY_MARKS, run, start, start + 1, words)


def _capitals(subject: LintContext, run: TextSpan) -> Iterator[Finding]:
    words = _WORD.findall(run.words)
    letters = "".join(words)
    if run.field in _TITLES and len(words) >= 2 and letters.isupper() and any(len(word) > _LONG for word in words):
        yield subject.in_text(TITLE, run, 0, len(run.text), f"“{run.text}” is in capitals.")
        return
    for match in _LOUD.finditer(run.words):
        loud = _WORD.findall(match[0])
        if len(loud) >= 3 and sum(_is_word(subject, word, run.language) for word in loud) >= 2:
            yield subject.in_text(CAPITALS, run, *match.span(), f"“{match[0]}” is in capitals.")
            return


def _is_word(subject: LintContext, word: str, language: str) -> bool:
    """Return whether a word in capitals is a real word, not an abbreviation."""
    misspelt = subject.facts.misspelt
    return len(word) >= _LONG and (misspelt is None or not misspelt(word.casefold(), language))


def _signs(subject: LintContext, run: TextSpan) -> Iterator[Finding]:
    # another rule reports emoji in a row
    if run.field in _TITLES and not _SIGNS_IN_A_ROW.search(run.text):
        several = list(_SIGN.finditer(run.text))
        if len(several) >= 3:
            words = f"There are {len(several)} emoji in “{run.text}”."
            yield subject.in_text(EMOJI, run, *several[2].span(), words)


def _before(run: TextSpan, start: int) -> str:
    return re.split(r"\s", run.words[max(0, start - 20) : start])[-1]


CHECKS = (Checker("shouting", (CAPITALS, TITLE, MARKS, MANY_MARKS, EMOJI), look),)
