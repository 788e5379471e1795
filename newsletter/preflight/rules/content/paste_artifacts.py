"""What is left over from where a text was copied: Word, an email program, a writing assistant, a wrong encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, error, note, warning
from newsletter.preflight.text.sentences import shown
from newsletter.preflight.text_spans import TextSpan

WORD = error("NL746", name="word-processor-error")
MAIL = warning("NL747", name="pasted-email-part")
REPLY = warning("NL748", name="reply-prefix-in-title")
GOODBYE = note("NL749", name="letter-closing")
ASSISTANT = warning("NL750", name="pasted-assistant-text")
GARBLED = warning("NL751", name="garbled-characters")

_WORD = re.compile(
    r"Error! (?:Reference source|Bookmark) not (?:found|defined)\.?|Error! (?:Hyperlink|Not a valid)[^.\n]*\.?"
    r"|Click (?:or tap )?here to (?:enter|add) (?:a )?(?:text|title|subtitle|date|name)\.?|Choose an item\."
    r"|\[(?:image|cid):[^\]\n]*\](?!\()|\[Type (?:text )?here\]|\bFormatted: Font\b|\bCommented \[\w+\]:"
    r"|¡Error! No se encuentra[^.\n]*\.?|Haga clic o pulse aquí para escribir texto\.?",
    re.IGNORECASE,
)
_MAIL = re.compile(
    r"\bSent from my (?:iPhone|iPad|Galaxy|Samsung|Android|Huawei|mobile|phone)\b[^\n.]*"
    r"|\bGet Outlook for (?:iOS|Android)\b|\bSent from (?:Outlook|Mail|Yahoo Mail|Proton ?Mail) (?:for|on) \w+"
    r"|-{3,} ?(?:Original|Forwarded) [Mm]essage ?-{3,}"
    r"|(?m:^[> ]*(?:From|To|Sent|Cc): .*[\w.+-]+@[\w.-]+.*$)|\bOn \w[^\n]{5,60}\bwrote:"
    r"|\bEnviado desde mi (?:iPhone|iPad|Samsung|m[oó]vil)\b|\bAnfonwyd o fy (?:iPhone|iPad|ffôn)\b"
    r"|تم الإرسال من (?:الـ ?)?iPhone|\b(?:EXTERNAL|CAUTION)(?: EMAIL| SENDER)?\]?: This (?:e-?mail|message)[^\n.]*",
)
_REPLY = re.compile(r"(?:(?:RE|Re|FW|Fw|FWD|Fwd|RV|WG|AW) ?: ?)+(?=\S)")
_FORWARDED = re.compile(r"(?:FW|Fw|FWD|Fwd|RV|WG|AW)|RE:")
_GOODBYE = re.compile(
    r"^[ \t]*((?:Kind|Kindest|Best|Warm|Warmest|Many thanks and (?:kind|best)) (?:regards|wishes)"
    r"|Yours (?:sincerely|faithfully)|(?:Un )?(?:cordial saludo|saludo cordial)|Saludos(?: cordiales)?|Atentamente"
    r"|Cofion(?: cynnes| gorau)?|Yn gywir|مع خالص التحية|مع أطيب التحيات)[ \t]*[,.]?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_ASSISTANT = re.compile(
    r"\bAs an AI(?: language)? (?:model|assistant)\b"
    r"|\b(?:Certainly|Sure(?: thing)?|Of course|Absolutely|Great)[!,.] "
    r"(?:Here(?:['’]s| is| are)|I(?:['’]ve| have) (?:re)?(?:written|drafted|revised))\b"
    r"|\bHere(?:['’]s| is) (?:a|an|the|your) (?:\w+ ){0,3}?(?:draft|version|rewrite|revision) of your\b"
    r"|\b(?:Would you like me to|Let me know if you(?:['’]d| would) like me to) \w+"
    r"|\bI hope this (?:e-?mail|message) finds you well\b|:?contentReference\[|\boaicite\b"
    r"|\bturn\d+(?:search|view|news)\d+|【[^】\n]*】|\bRegenerate response\b|\bknowledge cut-?off\b",
    re.IGNORECASE,
)
_GARBLED = re.compile("[ÃÂ][\u0080-\u00ff]|[ÃÅ][\u0152-\u2122]|â[€„][\u0080-\u2122]|ðŸ[\u0080-\u2122]{2}|ï¿½|\ufffd")


_LOOKED_FOR = (
    (
        WORD,
        _WORD,
        "“{}” is an error message from a word processor.",
        ("error!", "click ", "choose an item", "[image", "[cid", "[type", "formatted", "commented [", "aquí para"),
    ),
    (
        MAIL,
        _MAIL,
        "“{}” is part of an email.",
        (
            *("sent from", "get outlook", "----", "from:", "to:", "sent:", "cc:", "wrote:", "enviado desde"),
            *("anfonwyd o", "تم الإرسال", "external", "caution"),
        ),
    ),
    (
        ASSISTANT,
        _ASSISTANT,
        "“{}” reads like the reply of an AI writing assistant.",
        (
            *("as an ai", "certainly", "sure", "of course", "absolutely", "great", "here's", "here’s", "here is"),
            *("me to", "finds you well", "contentref", "oaicite", "turn", "【", "regenerate", "knowledge cut"),
        ),
    ),
)
"""What to look for and what to say of it; and letters without which it is not there, which is seen much sooner."""


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield each of these in the order of the texts."""
    for run in subject.runs:
        small = run.text.casefold()
        for rule, pattern, said, signs in _LOOKED_FOR:
            match = pattern.search(run.text) if any(sign in small for sign in signs) else None
            if match:
                yield subject.in_text(rule, run, *match.span(), said.format(shown(match[0])))
        yield from _reply(subject, run)
        yield from _goodbye(subject, run)
        yield from _garbled(subject, run)


def _reply(subject: LintContext, run: TextSpan) -> Iterator[Finding]:
    # what the subject begins with, a check of the subject tells
    if run.field not in {"title", "heading"} or (run.loc == ("title",) and not subject.issue.subject):
        return
    match = _REPLY.match(run.text)
    if match:
        # “Re: your shed” may be meant as “about your shed”
        new = "" if _FORWARDED.match(match[0]) else None
        words = f"The title starts with “{match[0].strip()}”."
        yield subject.in_text(REPLY, run, *match.span(), words, new=new)


def _goodbye(subject: LintContext, run: TextSpan) -> Iterator[Finding]:
    if not run.is_prose or run.field in {"sign_off", "quote"}:
        return
    match = _GOODBYE.search(run.text)
    if match:
        yield subject.in_text(GOODBYE, run, *match.span(1), f"“{match[1]}” is the closing of a letter.")


def _garbled(subject: LintContext, run: TextSpan) -> Iterator[Finding]:
    for match in _GARBLED.finditer(run.text):
        meant = _meant(match[0])
        if meant is not None:
            words = f"“{match[0]}” should probably be “{meant}”."
            yield subject.in_text(GARBLED, run, *match.span(), words, new=meant)
        elif match[0][0] not in "ÃÂÅ":
            yield subject.in_text(GARBLED, run, *match.span(), f"“{match[0]}” is garbled.")


def _meant(letters: str) -> str | None:
    """Return what letters were before UTF-8 was taken for Windows-1252; None where that cannot be known."""
    try:
        return letters.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None


CHECKS = (Checker("pasted text", (WORD, MAIL, REPLY, GOODBYE, ASSISTANT, GARBLED), look),)
