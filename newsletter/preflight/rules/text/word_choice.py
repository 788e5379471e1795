"""Words that are better said otherwise: office talk, what leaves people out, and what the user will not have."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, Example, note, warning
from newsletter.preflight.text.inclusive_words import inclusive_words
from newsletter.preflight.text.phrase_lists import given, hits, without
from newsletter.preflight.text.plain_words import plain_words
from newsletter.preflight.text.sentences import language_of

JARGON = note(
    "NL716",
    "Something is said in long-winded words or office talk.",
    name="wordy-phrase",
    why="Plain words are read by more people, and sooner.",
    fix="Write the plain words, or give the word an empty value under `jargon` in the settings.",
    wrong="intro: We will utilise the shed from May.",
    right="intro: We will use the shed from May.",
)
OWN_JARGON = warning(
    "NL717",
    "There is a word that you would rather not read here.",
    name="house-style-word",
    why="It is in your own list, `jargon` under `checks` in the settings.",
    fix="Write what your list says.",
    wrong=Example(
        "intro: We asked our stakeholders.", settings="checks:\n  jargon: {stakeholders: the people concerned}\n"
    ),
    right=Example(
        "intro: We asked the people concerned.", settings="checks:\n  jargon: {stakeholders: the people concerned}\n"
    ),
)
EXCLUDING = note(
    "NL725",
    "A word leaves people out, or may hurt them.",
    name="non-inclusive-word",
    why="Some readers will feel that the newsletter is not for them.",
    fix="Write it otherwise, or give the word an empty value under `inclusive` in the settings.",
    wrong="intro: Our new chairman takes over in May.",
    right=Example("intro: Our new chairman takes over in May.", settings='checks:\n  inclusive: {chairman: ""}\n'),
)
OWN_EXCLUDING = warning(
    "NL726",
    "There is a word of which your own list says that it leaves people out.",
    name="house-non-inclusive-word",
    why="It is in your list, `inclusive` under `checks` in the settings.",
    fix="Write what your list says.",
    wrong=Example("intro: Hello guys, spring is here.", settings="checks:\n  inclusive: {guys: everyone}\n"),
    right=Example("intro: Hello everyone, spring is here.", settings="checks:\n  inclusive: {guys: everyone}\n"),
)


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield each such word once, at its first place; what somebody else said is left as it was said."""
    ours = tuple(
        run for run in subject.runs if run.field not in {"credit", "source"} and not _is_said(subject, run.section)
    )
    english = tuple(run for run in ours if language_of(run) == "en")
    own, fair = subject.checking.jargon, subject.checking.inclusive
    for hit in hits(without(plain_words(), own), english):
        words = f"“{hit.words}” stands there{hit.more}: “{hit.phrase.instead}” is plainer."
        yield subject.in_text(JARGON, hit.run, hit.start, hit.end, words)
    for hit in hits(given(own), ours):
        words = f"“{hit.words}” stands there{hit.more}: you write “{hit.phrase.instead}”."
        yield subject.in_text(OWN_JARGON, hit.run, hit.start, hit.end, words)
    for hit in hits(without(inclusive_words(), fair), english):
        words = f"“{hit.words}” stands there{hit.more}. {hit.phrase.why}: “{hit.phrase.instead}” is better."
        yield subject.in_text(EXCLUDING, hit.run, hit.start, hit.end, words)
    for hit in hits(given(fair), ours):
        words = f"“{hit.words}” stands there{hit.more}: you write “{hit.phrase.instead}”."
        yield subject.in_text(OWN_EXCLUDING, hit.run, hit.start, hit.end, words)


def _is_said(subject: LintContext, section: int | None) -> bool:
    """Say whether a section is a quotation."""
    return section is not None and getattr(subject.issue.sections[section], "kind", "") == "quote"


CHECKS = (Checker("choice of words", (JARGON, OWN_JARGON, EXCLUDING, OWN_EXCLUDING), look),)
