"""The subject: what an inbox shows of the issue, and what makes its filters suspicious."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newsletter.compiled_patterns import compile_pattern
from newsletter.model import merge_tags
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text_spans import TextSpan

TOO_LONG = note("NL470", name="long-subject")
SHOUTING = warning("NL471", name="shouting-subject")
EMOJI = warning("NL472", name="many-subject-emoji")
SPAM = warning("NL473", name="spam-words-in-subject")
REPLY = warning("NL474", name="fake-reply-subject")
MONTH_ONLY = note("NL475", name="generic-subject")
LONG_TITLE = note("NL476", name="long-title")
RULES = (TOO_LONG, SHOUTING, EMOJI, SPAM, REPLY, MONTH_ONLY, LONG_TITLE)

LONG, PHONE, TITLE = 60, 40, 90
"""Characters: of the subject as a computer shows it, as a phone shows it, and of the title."""

_HEAP = 3
_EMOJI = compile_pattern("[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55\u231a\u23f0]")
_BANGS = compile_pattern(r"(?<=[!?])\s*[!?]*![!?]*|(?<=!)\s*\?+|\?{2,}")
_REPLY = compile_pattern(r"(?:re|fwd?|aw|wg|tr|rv|ymateb)\s*:\s*", re.IGNORECASE)
_CAPITALS = compile_pattern(r"[^\W\d_]{4,}")
_SPAM = compile_pattern(
    r"\b(?:100 ?% (?:free|guaranteed|off)|act now|click (?:now|here|below)|buy now|order now|apply now!|call now|"
    r"urgent(?: response)?!|limited[- ]time|no obligation|risk[- ]free|once in a lifetime|you(?:’|')?(?:ve| have) won|"
    r"you are a winner|congratulations!|cash bonus|double your|earn (?:money|cash)|extra income|make money|"
    r"money back|this is(?:n(?:’|')t| not) spam|don(?:’|')t delete|for free!|special promotion|winner!|"
    r"haz clic aquí|gana dinero|actúa ya|cliciwch yma)(?!\w)|\bfree!|[$£€]{2,}|\bFREE\b",
)
_SPAM_ANY_CASE = compile_pattern(_SPAM.pattern.replace(r"|\bFREE\b", ""), re.IGNORECASE)
_GENERIC_WORDS = (
    "newsletter newsletters enewsletter news update updates bulletin e-newsletter e-news monthly team issue edition no",
    "number the our for of and from latest your this month’s month's digest",
    "boletín boletin noticias mensual de del el cylchlythyr newyddion mis y yr نشرة أخبار شهر",
)
_GENERIC = frozenset(word for line in _GENERIC_WORDS for word in line.split())
_WORD = compile_pattern(r"[\w’'-]+")


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what is wrong with the subject, or with the title that stands in for it."""
    by_loc = {run.loc: run for run in context.runs}
    title, run = by_loc[("title",)], by_loc.get(("subject",), by_loc[("title",)])
    shown = filled(run.text)
    yield from _length(context, run, shown)
    yield from _shouting(context, run, shown)
    yield from _words(context, run, shown)
    if len(filled(title.text)) > TITLE:
        yield context.on_field(LONG_TITLE, title.loc, f"The title has {len(filled(title.text))} characters.")


def filled(text: str) -> str:
    """Return a line as a reader without a name sees it."""
    return " ".join(merge_tags.fill(text, {}).split())


def _length(context: LintContext, run: TextSpan, shown: str) -> Iterator[Finding]:
    if len(shown) > LONG:
        phone = shown[:PHONE].rsplit(" ", 1)[0] if " " in shown[:PHONE] else shown[:PHONE]
        message = f"The subject has {len(shown)} characters; phones show little more than “{phone}…”."
        yield context.on_field(TOO_LONG, run.loc, message)


def _shouting(context: LintContext, run: TextSpan, shown: str) -> Iterator[Finding]:
    letters = [letter for letter in shown if letter.isupper() or letter.islower()]
    loud = [word for word in _CAPITALS.findall(shown) if word.isupper() and not _is_known(context, word)]
    if len(loud) > 1 and sum(letter.isupper() for letter in letters) > 0.7 * len(letters):
        yield context.on_field(SHOUTING, run.loc, "The subject is in capitals.")
    elif bangs := _BANGS.search(run.text):
        start, end = bangs.span()
        sign = run.text[start - 1] if start else ""
        several = run.text[max(0, start - 1) : end]
        new = "" if sign == "!" and not bangs[0].strip("! ") else None
        yield context.in_text(SHOUTING, run, start, end, f"“{several}” is more than one punctuation mark.", new=new)
    elif shown.count("!") > 1:
        yield context.on_field(SHOUTING, run.loc, f"There are {shown.count('!')} exclamation marks in the subject.")
    if len(emoji := _EMOJI.findall(shown)) >= _HEAP:
        yield context.on_field(EMOJI, run.loc, f"There are {len(emoji)} emoji in the subject.")


def _is_known(context: LintContext, word: str) -> bool:
    return word in context.checking.abbreviations or word in context.checking.words


def _words(context: LintContext, run: TextSpan, shown: str) -> Iterator[Finding]:
    if reply := _REPLY.match(run.text):
        message = f"The subject begins with “{reply[0].strip()}”, like a reply or a forwarded message."
        yield context.in_text(REPLY, run, 0, reply.end(), message, new="")
    spam = _SPAM_ANY_CASE.search(run.text) or _SPAM.search(run.text)
    if spam and not (spam[0] == "FREE" and _is_known(context, "FREE")):
        yield context.in_text(SPAM, run, spam.start(), spam.end(), f"“{spam[0]}” is typical of spam.")
    if _says_only_the_month(context, shown):
        yield context.on_field(MONTH_ONLY, run.loc, f"“{shown}” does not say what is in the issue.")


def _says_only_the_month(context: LintContext, shown: str) -> bool:
    words = {word.casefold() for word in _WORD.findall(shown) if not word.isdigit()} - _GENERIC
    brand = context.presentation.brand
    own = {word.casefold() for name in (brand.name, brand.newsletter or "") for word in _WORD.findall(name)}
    words -= own
    return len(words) <= 1 and words <= _months(context.language)


@cache
def _months(language: str) -> frozenset[str]:
    from babel.dates import get_month_names  # noqa: PLC0415  most subjects need no look at it

    code = language.replace("-", "_")
    names = [name for width in ("wide", "abbreviated") for name in get_month_names(width, locale=code).values()]
    return frozenset(name.casefold().rstrip(".") for name in names)


CHECKS = (Checker("subject", RULES, check),)
