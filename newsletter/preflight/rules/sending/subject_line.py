"""The subject: what an inbox shows of the issue, and what makes its filters suspicious."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newsletter.model import merge_tags
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text_spans import TextSpan

TOO_LONG = note(
    "NL470",
    "The subject is longer than an inbox shows.",
    name="long-subject",
    why="A phone shows some 40 characters of it and a computer some 60; the rest is cut off.",
    fix="Put what matters first, and stay under 60 characters.",
    wrong='subject: "A garden, two workshops, a new kettle and a great many thanks to all who came"',
    right="subject: A garden, two workshops and a new kettle",
)
SHOUTING = warning(
    "NL471",
    "The subject shouts.",
    name="shouting-subject",
    why="Capitals and rows of exclamation marks are what junk mail looks like, to readers and to filters.",
    fix="Write it as you would say it, with one exclamation mark at most.",
    wrong='subject: "THE GARDEN IS OPEN!!"',
    right="subject: The garden is open",
)
EMOJI = warning(
    "NL472",
    "There is a heap of emoji in the subject.",
    name="many-subject-emoji",
    why="A screen reader reads each of them out by its name, and filters count them.",
    fix="Keep one at most, behind the words.",
    wrong='subject: "🎉🎉🎉 The garden is open"',
    right='subject: "The garden is open 🌱"',
)
SPAM = warning(
    "NL473",
    "The subject has words that junk mail is known by.",
    name="spam-words-in-subject",
    why="They can send it to the junk folder, where nobody reads it.",
    fix="Say plainly what there is.",
    wrong='subject: "Act now: 100% free workshops"',
    right='subject: "Two workshops this spring, free for all"',
)
REPLY = warning(
    "NL474",
    "The subject pretends to be an answer, or to be passed on.",
    name="fake-reply-subject",
    why="Readers feel tricked, filters know the trick, and some laws forbid it.",
    fix="Take it out.",
    wrong='subject: "Re: your garden"',
    right="subject: Your garden",
)
MONTH_ONLY = note(
    "NL475",
    "The subject tells no more than the month.",
    name="generic-subject",
    why="Readers open what they know something of: name the best thing in the issue.",
    fix="Write as `subject` what the first story is about.",
    wrong="subject: March newsletter",
    right="subject: A garden, two workshops and a new kettle",
)
LONG_TITLE = note(
    "NL476",
    "The title is very long.",
    name="long-title",
    why="It is the largest text of the issue, and takes half of a phone's screen.",
    fix="Stay under 90 characters, and say the rest in `intro`.",
    wrong="""\
title: "March news: spring is here at last, the garden gate is open, and there are two workshops that you can book"
subject: The garden gate is open""",
    right='title: "March news: the garden gate is open"',
)
RULES = (TOO_LONG, SHOUTING, EMOJI, SPAM, REPLY, MONTH_ONLY, LONG_TITLE)

LONG, PHONE, TITLE = 60, 40, 90
"""Characters: of the subject as a computer shows it, as a phone shows it, and of the title."""

_HEAP = 3
_EMOJI = re.compile("[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a\u23f0]")
_BANGS = re.compile(r"(?<=[!?])\s*[!?]*![!?]*|(?<=!)\s*\?+|\?{2,}")
_REPLY = re.compile(r"(?:re|fwd?|aw|wg|tr|rv|ymateb)\s*:\s*", re.IGNORECASE)
_CAPITALS = re.compile(r"[^\W\d_]{4,}")
_SPAM = re.compile(
    r"\b(?:100 ?% (?:free|guaranteed|off)|act now|click (?:now|here|below)|buy now|order now|apply now!|call now|"
    r"urgent(?: response)?!|limited[- ]time|no obligation|risk[- ]free|once in a lifetime|you(?:’|')?(?:ve| have) won|"
    r"you are a winner|congratulations!|cash bonus|double your|earn (?:money|cash)|extra income|make money|"
    r"money back|this is(?:n(?:’|')t| not) spam|don(?:’|')t delete|for free!|special promotion|winner!|"
    r"haz clic aquí|gana dinero|actúa ya|cliciwch yma)(?!\w)|\bfree!|[$£€]{2,}|\bFREE\b",
)
_SPAM_ANY_CASE = re.compile(_SPAM.pattern.replace(r"|\bFREE\b", ""), re.IGNORECASE)
_GENERIC_WORDS = (
    "newsletter newsletters enewsletter news update updates bulletin e-newsletter e-news monthly team issue edition no",
    "number the our for of and from latest your this month’s month's digest",
    "boletín boletin noticias mensual de del el cylchlythyr newyddion mis y yr نشرة أخبار شهر",
)
_GENERIC = frozenset(word for line in _GENERIC_WORDS for word in line.split())
_WORD = re.compile(r"[\w’'-]+")


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield what is wrong with the subject, or with the title that stands in for it."""
    by_loc = {run.loc: run for run in subject.runs}
    title, run = by_loc[("title",)], by_loc.get(("subject",), by_loc[("title",)])
    shown = filled(run.text)
    yield from _length(subject, run, shown)
    yield from _shouting(subject, run, shown)
    yield from _words(subject, run, shown)
    if len(filled(title.text)) > TITLE:
        yield subject.on_field(LONG_TITLE, title.loc, f"The title has {len(filled(title.text))} characters.")


def filled(text: str) -> str:
    """Return a line as a reader without a name sees it."""
    return " ".join(merge_tags.fill(text, {}).split())


def _length(subject: LintContext, run: TextSpan, shown: str) -> Iterator[Finding]:
    if len(shown) > LONG:
        phone = shown[:PHONE].rsplit(" ", 1)[0] if " " in shown[:PHONE] else shown[:PHONE]
        message = f"The subject has {len(shown)} characters; on a phone readers see little more than “{phone}…”."
        yield subject.on_field(TOO_LONG, run.loc, message)


def _shouting(subject: LintContext, run: TextSpan, shown: str) -> Iterator[Finding]:
    letters = [letter for letter in shown if letter.isupper() or letter.islower()]
    loud = [word for word in _CAPITALS.findall(shown) if word.isupper() and not _is_known(subject, word)]
    if len(loud) > 1 and sum(letter.isupper() for letter in letters) > 0.7 * len(letters):
        yield subject.on_field(SHOUTING, run.loc, "The subject is in capitals.")
    elif bangs := _BANGS.search(run.text):
        start, end = bangs.span()
        sign = run.text[start - 1] if start else ""
        several = run.text[max(0, start - 1) : end]
        new = "" if sign == "!" and not bangs[0].strip("! ") else None
        yield subject.in_text(SHOUTING, run, start, end, f"“{several}” is more than one sign.", new=new)
    elif shown.count("!") > 1:
        yield subject.on_field(SHOUTING, run.loc, f"There are {shown.count('!')} exclamation marks in the subject.")
    if len(emoji := _EMOJI.findall(shown)) >= _HEAP:
        yield subject.on_field(EMOJI, run.loc, f"There are {len(emoji)} emoji in the subject.")


def _is_known(subject: LintContext, word: str) -> bool:
    return word in subject.checking.abbreviations or word in subject.checking.words


def _words(subject: LintContext, run: TextSpan, shown: str) -> Iterator[Finding]:
    if reply := _REPLY.match(run.text):
        message = f"The subject begins with “{reply[0].strip()}”, as if it were no newsletter."
        yield subject.in_text(REPLY, run, 0, reply.end(), message, new="")
    spam = _SPAM_ANY_CASE.search(run.text) or _SPAM.search(run.text)
    if spam and not (spam[0] == "FREE" and _is_known(subject, "FREE")):
        yield subject.in_text(SPAM, run, spam.start(), spam.end(), f"“{spam[0]}” is what junk mail says.")
    if _says_only_the_month(subject, shown):
        yield subject.on_field(MONTH_ONLY, run.loc, f"“{shown}” says nothing of what is in the issue.")


def _says_only_the_month(subject: LintContext, shown: str) -> bool:
    words = {word.casefold() for word in _WORD.findall(shown) if not word.isdigit()} - _GENERIC
    brand = subject.presentation.brand
    own = {word.casefold() for name in (brand.name, brand.newsletter or "") for word in _WORD.findall(name)}
    words -= own
    return len(words) <= 1 and words <= _months(subject.language)


@cache
def _months(language: str) -> frozenset[str]:
    from babel.dates import get_month_names  # noqa: PLC0415  most subjects need no look at it

    code = language.replace("-", "_")
    names = [name for width in ("wide", "abbreviated") for name in get_month_names(width, locale=code).values()]
    return frozenset(name.casefold().rstrip(".") for name in names)


CHECKS = (Checker("the subject", RULES, look),)
