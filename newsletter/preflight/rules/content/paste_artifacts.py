"""What is left over from where a text was copied: Word, an email program, a writing assistant, a wrong encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.existence import load_existence
from newsletter.preflight.rule import Checker, error, note, warning
from newsletter.preflight.text.sentences import shown
from newsletter.preflight.text_spans import TextSpan

WORD = error("NL746", name="word-processor-error")
MAIL = warning("NL747", name="pasted-email-part")
REPLY = warning("NL748", name="reply-prefix-in-title")
GOODBYE = note("NL749", name="letter-closing")
ASSISTANT = warning("NL750", name="pasted-assistant-text")
GARBLED = warning("NL751", name="garbled-characters")

_REPLY = compile_pattern(r"(?:(?:RE|Re|FW|Fw|FWD|Fwd|RV|WG|AW) ?: ?)+(?=\S)")
_FORWARDED = compile_pattern(r"(?:FW|Fw|FWD|Fwd|RV|WG|AW)|RE:")
_GOODBYE = compile_pattern(
    r"^[ \t]*((?:Kind|Kindest|Best|Warm|Warmest|Many thanks and (?:kind|best)) (?:regards|wishes)"
    r"|Yours (?:sincerely|faithfully)|(?:Un )?(?:cordial saludo|saludo cordial)|Saludos(?: cordiales)?|Atentamente"
    r"|Cofion(?: cynnes| gorau)?|Yn gywir|مع خالص التحية|مع أطيب التحيات)[ \t]*[,.]?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_GARBLED = compile_pattern(
    "[ÃÂ][\u0080-\u00ff]|[ÃÅ][\u0152-\u2122]|â[€„][\u0080-\u2122]|ðŸ[\u0080-\u2122]{2}|ï¿½|\ufffd"
)
_LOST = compile_pattern(r"(?<![\w./?=&-])[^\W\d_]+\?[a-zà-ÿŵŷ]+(?![\w./?=&-])")
_BY_CODE = {rule.code: rule for rule in (WORD, MAIL, ASSISTANT)}


def check(context: LintContext) -> Iterator[Finding]:
    """Yield each of these in the order of the texts."""
    for run in context.runs:
        small = run.text.casefold()
        for one in load_existence("pasted_text.toml"):
            match = one.pattern.search(run.text) if one.may_be_in(small) else None
            if match:
                message = one.message.format(shown(match[0]))
                yield context.in_text(_BY_CODE[one.code], run, *match.span(), message)
        yield from _reply(context, run)
        yield from _goodbye(context, run)
        yield from _garbled(context, run)
        yield from _lost(context, run)


def _reply(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    # what the subject begins with, a check of the subject tells
    if run.field not in {"title", "heading"} or (run.loc == ("title",) and not context.issue.subject):
        return
    match = _REPLY.match(run.text)
    if match:
        # “Re: your shed” may be meant as “about your shed”
        new = "" if _FORWARDED.match(match[0]) else None
        words = f"The title starts with “{match[0].strip()}”."
        yield context.in_text(REPLY, run, *match.span(), words, new=new)


def _goodbye(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    if not run.is_prose or run.field in {"sign_off", "quote"}:
        return
    match = _GOODBYE.search(run.text)
    if match:
        yield context.in_text(GOODBYE, run, *match.span(1), f"“{match[1]}” is the closing of a letter.")


def _garbled(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    for match in _GARBLED.finditer(run.text):
        meant = _meant(match[0])
        if meant is not None:
            words = f"“{match[0]}” should probably be “{meant}”."
            yield context.in_text(GARBLED, run, *match.span(), words, new=meant)
        elif match[0][0] not in "ÃÂÅ":
            yield context.in_text(GARBLED, run, *match.span(), f"“{match[0]}” is garbled.")


def _lost(context: LintContext, run: TextSpan) -> Iterator[Finding]:
    """Yield a question mark within a word, in the place of a letter: “G?yl” for “Gŵyl”."""
    for match in _LOST.finditer(run.words):
        yield context.in_text(GARBLED, run, *match.span(), f"A letter was lost in “{match[0]}”.")


def _meant(letters: str) -> str | None:
    """Return what letters were before UTF-8 was taken for Windows-1252; None where that cannot be known."""
    try:
        return letters.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None


CHECKS = (Checker("pasted text", (WORD, MAIL, REPLY, GOODBYE, ASSISTANT, GARBLED), check),)
