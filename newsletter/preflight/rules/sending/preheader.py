"""The preheader: the words that an inbox shows behind the subject."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.markup import visible_words
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.rules.sending.subject_line import filled

MISSING = note(
    "NL480",
    "The issue has no preheader.",
    name="missing-preheader",
    why="Inboxes then show whatever text comes first in the issue.",
    fix="Say in `preheader` what else is in the issue, in 40 to 110 characters.",
    wrong="preheader:",
    right="preheader: The garden gate is open, and there are two workshops to book",
)
REPEATS = warning(
    "NL481",
    "The preheader repeats the subject.",
    name="preheader-repeats-subject",
    why="Readers see the same words twice and learn nothing more about the issue.",
    fix="Say in the preheader what the subject leaves out.",
    wrong="""\
subject: The garden gate is open
preheader: The garden gate is open.""",
    right="""\
subject: The garden gate is open
preheader: And there are two workshops to book, and a new kettle""",
)
LENGTH = note(
    "NL482",
    "The preheader is too short or too long.",
    name="preheader-length",
    why="After a short one, inboxes also show the first words of the issue. A long one is cut off.",
    fix="Use 40 to 110 characters.",
    wrong="preheader: News from us",
    right="preheader: The garden gate is open, and there are two workshops to book",
)
FURNITURE = warning(
    "NL483",
    "The preheader is “View online” or similar text.",
    name="boilerplate-preheader",
    why="It is the first thing that readers see of the issue, and suggests that something is broken.",
    fix="Say what is in the issue. The link to view it online is added automatically.",
    wrong="preheader: Having trouble reading this email? View it in your browser instead",
    right="preheader: The garden gate is open, and there are two workshops to book",
)
RULES = (MISSING, REPEATS, LENGTH, FURNITURE)

SHORT, LONG = 40, 110
"""Characters that a preheader has at least, and at most."""

_SHOWN = 90
_LEAST_REPEATED = 12
_FURNITURE = re.compile(
    r"(?:view|read|open|see) (?:this |it |the )?(?:e-?mail |newsletter |issue |message )?"
    r"(?:online|in (?:your|a|the) browser)"
    r"|having (?:trouble|problems|difficult)|(?:trouble|problems) (?:viewing|reading|seeing)"
    r"|(?:if you )?can(?:’|')?(?:not|t) (?:see|read|view) this|unsubscribe|no images\?|click here"
    r"|¿?(?:no (?:puede|puedes) ver|problemas para ver)|ver en (?:línea|el navegador)|darllen(?:wch)? ar-lein",
    re.IGNORECASE,
)


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield what is wrong with the preheader."""
    loc = ("preheader",)
    shown = filled(subject.issue.preheader or "")
    if not shown:
        yield subject.on_issue(MISSING, f"There is no preheader{_instead(subject)}.")
        return
    if _FURNITURE.match(shown):
        yield subject.on_field(FURNITURE, loc, f"The preheader starts with “{' '.join(shown.split()[:4])}”.")
        return
    same = next((name for name, words in _heads(subject) if _is_said_in(words, shown)), "")
    if same:
        yield subject.on_field(REPEATS, loc, f"The preheader repeats the {same}.")
    elif not SHORT <= len(shown) <= LONG:
        kind = "only" if len(shown) < SHORT else "as many as"
        yield subject.on_field(LENGTH, loc, f"The preheader has {kind} {len(shown)} characters.")


def _instead(subject: LintContext) -> str:
    words = visible_words(subject.message.html)[:_SHOWN].rsplit(" ", 1)[0] if subject.message else ""
    return f", so readers see “{words} …” instead" if words else ""


def _heads(subject: LintContext) -> Iterator[tuple[str, str]]:
    yield "subject", filled(subject.issue.subject_line)
    yield "title", filled(subject.issue.title)


def _is_said_in(words: str, shown: str) -> bool:
    """Say whether the preheader is these words, or begins with them, or is their beginning."""
    one, other = _plain(words), _plain(shown)
    short = min(len(one), len(other))
    return one == other or (short >= _LEAST_REPEATED and (one.startswith(other) or other.startswith(one)))


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


CHECKS = (Checker("preheader", RULES, look),)
