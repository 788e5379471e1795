"""The preheader: the words that an inbox shows behind the subject."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.markup import visible_words
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.rules.sending.subject_line import filled

MISSING = note("NL480", name="missing-preheader")
REPEATS = warning("NL481", name="preheader-repeats-subject")
LENGTH = note("NL482", name="preheader-length")
FURNITURE = warning("NL483", name="boilerplate-preheader")
RULES = (MISSING, REPEATS, LENGTH, FURNITURE)

SHORT, LONG = 40, 110
"""Characters that a preheader has at least, and at most."""

_SHOWN = 90
_LEAST_REPEATED = 12
_FURNITURE = compile_pattern(
    r"(?:view|read|open|see) (?:this |it |the )?(?:e-?mail |newsletter |issue |message )?"
    r"(?:online|in (?:your|a|the) browser)"
    r"|having (?:trouble|problems|difficult)|(?:trouble|problems) (?:viewing|reading|seeing)"
    r"|(?:if you )?can(?:’|')?(?:not|t) (?:see|read|view) this|unsubscribe|no images\?|click here"
    r"|¿?(?:no (?:puede|puedes) ver|problemas para ver)|ver en (?:línea|el navegador)|darllen(?:wch)? ar-lein"
    r"|(?:im browser|online) (?:ansehen|lesen|öffnen|anzeigen)"
    r"|(?:falls|wenn) (?:diese|die|sie diese) (?:e-?mail|nachricht)"
    r"|(?:probleme|schwierigkeiten) (?:mit der anzeige|beim lesen)|(?:newsletter )?abbestellen|hier klicken"
    r"|si no (?:ve|puedes ver|puede ver|se ve)|darse de baja|haz clic aquí|gweld yn (?:y )?porwr|methu gweld"
    r"|إذا (?:لم|كنت لا|تعذر)|عرض (?:هذه الرسالة|في المتصفح)|اضغط هنا",
    re.IGNORECASE,
)


def check(context: LintContext) -> Iterator[Finding]:
    """Yield what is wrong with the preheader."""
    loc = ("preheader",)
    shown = filled(context.issue.preheader or "")
    if not shown:
        yield context.on_issue(MISSING, f"There is no preheader{_instead(context)}.")
        return
    if _FURNITURE.match(shown):
        yield context.on_field(FURNITURE, loc, f"The preheader starts with “{' '.join(shown.split()[:4])}”.")
        return
    same = next((name for name, words in _heads(context) if _is_said_in(words, shown)), "")
    if same:
        yield context.on_field(REPEATS, loc, f"The preheader repeats the {same}.")
    elif not SHORT <= len(shown) <= LONG:
        kind = "only" if len(shown) < SHORT else "as many as"
        yield context.on_field(LENGTH, loc, f"The preheader has {kind} {len(shown)} characters.")


def _instead(context: LintContext) -> str:
    words = visible_words(context.message.html)[:_SHOWN].rsplit(" ", 1)[0] if context.message else ""
    return f", so readers see “{words} …” instead" if words else ""


def _heads(context: LintContext) -> Iterator[tuple[str, str]]:
    yield "subject", filled(context.issue.subject_line)
    yield "title", filled(context.issue.title)


def _is_said_in(words: str, shown: str) -> bool:
    """Return whether the preheader is these words, or begins with them, or is their beginning."""
    one, other = _plain(words), _plain(shown)
    short = min(len(one), len(other))
    return one == other or (short >= _LEAST_REPEATED and (one.startswith(other) or other.startswith(one)))


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


CHECKS = (Checker("preheader", RULES, check),)
