"""Check word choice: jargon, words that exclude people, and words that the settings rule out."""

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
    "The text uses jargon or long-winded words.",
    name="wordy-phrase",
    why="More people understand plain words, and read them faster.",
    fix="Use the plain words, or give the word an empty value under `jargon` in the settings.",
    wrong="intro: We will utilise the shed from May.",
    right="intro: We will use the shed from May.",
)
OWN_JARGON = warning(
    "NL717",
    "The text uses a word from your own jargon list.",
    name="house-style-word",
    why="It is on your own list of words to avoid: `jargon` under `checks` in the settings.",
    fix="Use the words that your list gives instead.",
    wrong=Example(
        "intro: We asked our stakeholders.", settings="checks:\n  jargon: {stakeholders: the people concerned}\n"
    ),
    right=Example(
        "intro: We asked the people concerned.", settings="checks:\n  jargon: {stakeholders: the people concerned}\n"
    ),
)
EXCLUDING = note(
    "NL725",
    "A word may exclude or offend people.",
    name="non-inclusive-word",
    why="Some readers may feel that the newsletter is not for them.",
    fix="Use a different word, or give this one an empty value under `inclusive` in the settings.",
    wrong="intro: Our new chairman takes over in May.",
    right=Example("intro: Our new chairman takes over in May.", settings='checks:\n  inclusive: {chairman: ""}\n'),
)
OWN_EXCLUDING = warning(
    "NL726",
    "The text uses a word from your own list of words that exclude people.",
    name="house-non-inclusive-word",
    why="It is on your own list of words to avoid: `inclusive` under `checks` in the settings.",
    fix="Use the words that your list gives instead.",
    wrong=Example("intro: Hello guys, spring is here.", settings="checks:\n  inclusive: {guys: everyone}\n"),
    right=Example("intro: Hello everyone, spring is here.", settings="checks:\n  inclusive: {guys: everyone}\n"),
)


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield one finding for each word, where it is first used; quotations are skipped."""
    ours = tuple(
        run for run in subject.runs if run.field not in {"credit", "source"} and not _is_said(subject, run.section)
    )
    english = tuple(run for run in ours if language_of(run) == "en")
    own, fair = subject.checking.jargon, subject.checking.inclusive
    for hit in hits(without(plain_words(), own), english):
        words = f"“{hit.words}”{hit.more} is not plain English. Try “{hit.phrase.instead}”."
        yield subject.in_text(JARGON, hit.run, hit.start, hit.end, words)
    for hit in hits(given(own), ours):
        words = f"“{hit.words}”{hit.more} is on your list. Use “{hit.phrase.instead}” instead."
        yield subject.in_text(OWN_JARGON, hit.run, hit.start, hit.end, words)
    for hit in hits(without(inclusive_words(), fair), english):
        words = f"“{hit.words}”{hit.more} may exclude people. {hit.phrase.why}. Try “{hit.phrase.instead}”."
        yield subject.in_text(EXCLUDING, hit.run, hit.start, hit.end, words)
    for hit in hits(given(fair), ours):
        words = f"“{hit.words}”{hit.more} is on your list. Use “{hit.phrase.instead}” instead."
        yield subject.in_text(OWN_EXCLUDING, hit.run, hit.start, hit.end, words)


def _is_said(subject: LintContext, section: int | None) -> bool:
    """Return whether a section is a quotation."""
    return section is not None and getattr(subject.issue.sections[section], "kind", "") == "quote"


CHECKS = (Checker("word choice", (JARGON, OWN_JARGON, EXCLUDING, OWN_EXCLUDING), look),)
