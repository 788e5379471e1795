"""Check for typing mistakes: repeated words, missing or extra spaces, mixed quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, Rule, note, warning
from newsletter.preflight.text.language_data import language_data, words_of_all
from newsletter.preflight.text.sentences import language_of, listed
from newsletter.preflight.text_spans import TextSpan

DOUBLED_WORD = warning("NL730", name="repeated-word")
DOUBLED_SPACE = note("NL731", name="double-space")
SPACE_BEFORE = note("NL732", name="space-before-punctuation")
NO_SPACE = note("NL733", name="missing-punctuation-space")
MIXED_QUOTES = note("NL734", name="mixed-quotes")

_WESTERN = frozenset({"en", "cy", "es", "de"})
_TWICE = compile_pattern(r"(?<![\w'’-])([^\W\d_]+)(\s+)(\1)(?![\w'’-])", re.IGNORECASE)
_PHRASE_TWICE = compile_pattern(r"(?<![\w’'-])((?:[^\W\d_]+[ \n]){2,4}[^\W\d_]+)[ \n]\1(?![\w’'-])", re.IGNORECASE)
_PAIR_TWICE = compile_pattern(r"(?<![\w'’-])([^\W\d_]{2,}\s+[^\W\d_]{3,})\s+\1(?![\w'’-])", re.IGNORECASE)
_JOINING = listed("and und y e a ac by after on over or oder um bei zu tras poco times step day round")
"""Words with which a phrase is repeated on purpose: “again and again and again”."""
_REPEATING = {"en": 2, "es": 2, "de": 4, "ar": 3}
"""Languages in which any word counts that is not repeated on purpose, and its least length."""
_ON_PURPOSE = {
    "es": compile_pattern(
        r"que\s+que\s+(?:no\s+|se\s+)?(?:haya|sea|esté|tenga|pueda|venga|vaya|quiera|haga|llegue|salga|quede)(?:[ns]|mos)?\b",
        re.IGNORECASE,
    )
}
"""Where a word that is hardly ever repeated is right twice: “lo raro es que que haya mula se lo debemos”."""
_MARKS_BETWEEN = compile_pattern(r"[*_]*(?:[ \t]+|[ \t]*\n[ \t]*)[*_]*")
_SPACES = compile_pattern(r"(?<=\S) {2,}(?=\S)")
_BETWEEN_SENTENCES = compile_pattern(r"[.!?:…][*_)\]”’\"']*$")
_HABIT = 2
"""Double spaces between sentences from which on they are no slip but a typist's habit, and harmless in an email."""
_ONE_LINE = frozenset({"title", "subject", "preheader", "heading", "label"})
_SPACE_BEFORE = compile_pattern(r"(?<=[\w”’)\]*%])[ \t]+(?:[,.;!?](?=\s|$)|[,.](?=[A-ZÀ-Þ][a-zà-ÿ])|,(?=[^\W\d_]))")
_SPACED_MARKS = tuple(f"{space}{mark}" for space in " \t" for mark in ",.;!?")
"""Characters one of which every match of the pattern contains."""
_GLUED = compile_pattern(
    r"[.!?](?<=[^\W\d_A-ZÀ-Þ]{2}.)(?=([A-ZÀ-Þ¿¡][a-zà-ÿ]+)\b(?!\.))|,(?<=[^\W\d_]{2}.)(?=([^\W\d_]{2,}))"
    r"|[.!?؟،](?<=[\u0621-\u064a]{2}.)(?=[\u0621-\u064a]{2})"
)
_TWO_STOPS = compile_pattern(r"(?<=[^\W\d_]{2})\.\.(?=[^\W\d_])|(?<=\w)\.\.(?=\s|$)|(?<=\w),,(?=\s)")
_TAG_START, _TAG_END = compile_pattern(r"[\[{][^\]}\s]{1,60}$"), compile_pattern(r"[^\]}\s]{0,60}[=|]")
"""Around a comma in what another program puts a name in for: `[firstname,fallback=there]`."""
_ENDINGS = listed("com org net uk io eu co ac gov wales cymru london scot info html pdf docx")
_STRAIGHT = compile_pattern(r"'(?:(?<=[^\W_]')(?!\d)|(?=[^\W\d_]))|\"(?<!\d\")")
_CURLY = compile_pattern(r"[’‘“”]")
_MOST = 3
"""Most findings of one rule that are listed one by one."""


class Slip(NamedTuple):
    """A typing mistake: its position, the message, and the replacement text."""

    run: TextSpan
    start: int
    end: int
    words: str
    new: str


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the mistakes in each text, then mixed quotation marks across the issue."""
    for run in context.runs:
        yield from _doubled_words(context, run)
        yield from _doubled_pairs(context, run)
    yield from _told(context, DOUBLED_SPACE, _without_habit(chain.from_iterable(map(_spaces, context.runs))))
    for rule, find in ((SPACE_BEFORE, _spaces_before), (NO_SPACE, _glued)):
        yield from _told(context, rule, chain.from_iterable(map(find, context.runs)))
    yield from _mixed_quotes(context)


def _doubled_words(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    language = language_of(run)
    never = _never_repeated(language)
    for match in _TWICE.finditer(run.words):
        first, second = match[1], match[3]
        word = first.casefold()
        between = run.text[match.start(2) : match.end(2)]
        if not _MARKS_BETWEEN.fullmatch(between) or (first[0].isupper() and second[0].isupper()):
            continue
        on_purpose = _ON_PURPOSE.get(language)
        if on_purpose and on_purpose.match(run.words, match.start()):
            continue
        if word not in never and (
            language not in _REPEATING
            or word in words_of_all("repeated_on_purpose")
            or len(word) < _REPEATING[language]
        ):
            continue
        new = first if word in never and not between.strip(" ") else None
        start, end = match.span()
        yield context.in_text(DOUBLED_WORD, run, start, end, f"The word is repeated in “{first} {second}”.", new=new)


def _doubled_pairs(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    """Yield several words that stand there twice: “that costs that costs”, “to be able to be able to share”."""
    for match in _PHRASE_TWICE.finditer(run.words):
        if len(set(match[1].casefold().split())) > 2 and not match[1].istitle():
            message = f"The words are repeated in “{' '.join(match[0].split())}”."
            yield context.in_text(DOUBLED_WORD, run, *match.span(), message)
    for match in _PAIR_TWICE.finditer(run.words):
        words = match[1].casefold().split()
        if not _JOINING & set(words) and words[0] != words[1] and not match[1].istitle():
            message = f"The words are repeated in “{' '.join(match[0].split())}”."
            yield context.in_text(DOUBLED_WORD, run, *match.span(), message)


@cache
def _never_repeated(language: str) -> frozenset[str]:
    return listed(language_data(language).never_repeated_words)


def _told(context: LintContext, rule: Rule, slips: Iterable[Slip]) -> Iterator[Finding]:
    """Yield the first mistakes of one rule; the last message gives the number of the rest."""
    every = list(slips)
    for number, slip in enumerate(every[:_MOST], 1):
        left = len(every) - _MOST if number == _MOST else 0
        more = f" There are {left} more of these." if left > 1 else " There is one more of these." if left == 1 else ""
        yield context.in_text(rule, slip.run, slip.start, slip.end, slip.words + more, new=slip.new)


def _spaces(run: TextSpan) -> Iterator[Slip]:
    if "  " not in run.text:
        return
    for match in _SPACES.finditer(run.text):
        start, end = match.span()
        # after a list bullet, spaces are layout
        before = run.text[run.text.rfind("\n", 0, start) + 1 : start]
        if before.strip(" \t-*+#>0123456789.)"):
            yield Slip(run, start, end, f"There are two spaces in “{_around(run, start, end)}”.", " ")


def _without_habit(slips: Iterable[Slip]) -> Iterator[Slip]:
    """Yield double spaces, without those between sentences where the writer puts them again and again."""
    every = list(slips)
    between = [
        slip
        for slip in every
        if slip.run.field not in _ONE_LINE
        and _BETWEEN_SENTENCES.search(slip.run.text, max(0, slip.start - 8), slip.start)
    ]
    yield from (slip for slip in every if len(between) < _HABIT or slip not in between)


def _spaces_before(run: TextSpan) -> Iterator[Slip]:
    if language_of(run) in _WESTERN:
        for match in _TWO_STOPS.finditer(run.words) if ".." in run.words or ",," in run.words else ():
            words = f"“{_around(run, *match.span())}” has two marks in place of one."
            yield Slip(run, *match.span(), words, match[0][0])
        has_space_before = any(one in run.text for one in _SPACED_MARKS)
        for match in _SPACE_BEFORE.finditer(run.text) if has_space_before else ():
            mark = match[0].strip()
            yield Slip(
                run, *match.span(), f"There is a space before the “{mark}” in “{_around(run, *match.span())}”.", mark
            )


def _glued(run: TextSpan) -> Iterator[Slip]:
    if language_of(run) not in _WESTERN | {"ar"}:
        return
    for match in _GLUED.finditer(run.words):
        is_tag = _TAG_START.search(run.text[: match.start()]) and _TAG_END.match(run.text[match.end() :])
        if (match[1] or "").casefold() not in _ENDINGS and not is_tag:
            yield Slip(run, *match.span(), f"A space is missing in “{_around(run, *match.span())}”.", f"{match[0]} ")


def _around(run: TextSpan, start: int, end: int) -> str:
    """Return a position with the words on either side."""
    before = re.split(r"\s", run.text[max(0, start - 20) : start])[-1]
    after = re.split(r"\s", run.text[end : end + 20])[0]
    return f"{before}{run.text[start:end]}{after}"


def _mixed_quotes(context: LintContext) -> Iterator[Finding]:
    straight = [(run, match) for run in context.runs for match in _STRAIGHT.finditer(run.words)]
    curly = [(run, match) for run in context.runs for match in _CURLY.finditer(run.words)]
    if not straight or not curly:
        return
    rare, kind = (straight, "straight") if len(straight) <= len(curly) else (curly, "curly")
    run, match = rare[0]
    others = f" (and {len(rare) - 1} more)" if len(rare) > 1 else ""
    count, kinds = max(len(straight), len(curly)), "curly" if kind == "straight" else "straight"
    words = f"The {match[0]} here is {kind}{others}; the other {count} in this issue are {kinds}."
    yield context.in_text(MIXED_QUOTES, run, *match.span(), words)


CHECKS = (Checker("typing mistakes", (DOUBLED_WORD, DOUBLED_SPACE, SPACE_BEFORE, NO_SPACE, MIXED_QUOTES), check),)
