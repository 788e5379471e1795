"""Paragraphs of past issues that stand in this one again, as they do when last month's file was copied."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.model.issue import Issue
from newsletter.model.item import Item, LinkEntry
from newsletter.preflight.context import LintContext, PreviousIssue
from newsletter.preflight.issue_dates import day_of
from newsletter.preflight.issue_tree import kind_of, part_of
from newsletter.preflight.rule import Checker, note, warning
from newsletter.preflight.text.sentences import shown
from newsletter.preflight.text.similarity import Index, Paragraph, Twin, paragraphs
from newsletter.preflight.text_spans import TextSpan

PARAGRAPH = warning("NL510", name="copied-paragraph")
NEARLY = warning("NL511", name="near-copied-paragraph")
STILL_RUNS = note("NL512", name="reused-text")

_NOT_COMPARED = frozenset(
    {"title", "subject", "preheader", "heading", "alt", "credit", "sign_off", "label", "role", "name"}
)
_OWN_TEXT = frozenset({"last_month", "coming_up", "get_involved", "people", "links"})
"""Kinds of sections whose `text` only leads in what they list."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield one finding for each text with a paragraph that a past issue had, save what all of them had."""
    indexes = [(past, Index(paragraphs(_compared(past.runs)))) for past in context.past]
    if not indexes:
        return
    found: dict[TextSpan, list[tuple[Paragraph, PreviousIssue, Twin]]] = {}
    for paragraph in paragraphs(_compared(context.runs)):
        twins = [(past, twins[0]) for past, index in indexes if (twins := index.twins(paragraph))]
        stands_always = len(twins) == len(indexes) > 1
        if twins and not stands_always:
            past, twin = max(twins, key=lambda pair: pair[1].likeness)
            found.setdefault(paragraph.run, []).append((paragraph, past, twin))
    for run, several in found.items():
        if context.is_marked(run.loc):
            continue  # another finding asks to check all of it
        yield _told(context, run, several)


def _compared(runs: tuple[TextSpan, ...]) -> list[TextSpan]:
    return [run for run in runs if run.field not in _NOT_COMPARED]


def _told(context: LintContext, run: TextSpan, several: list[tuple[Paragraph, PreviousIssue, Twin]]) -> Finding:
    paragraph, past, twin = several[0]
    start, end = paragraph.passage.start, paragraph.passage.end
    words = shown(run.words[start:end])
    more = len(several) - 1
    rest = f" The same is true of {more} more paragraph{'' if more == 1 else 's'} of this text." if more else ""
    if twin.likeness == 1:
        rule = STILL_RUNS if _may_be_meant(context.issue, run) else PARAGRAPH
        return context.in_text(rule, run, start, end, f"“{words}” was also in the issue of {past.name}.{rest}")
    if _may_be_meant(context.issue, run):
        return context.in_text(
            STILL_RUNS, run, start, end, f"“{words}” was almost the same in the issue of {past.name}.{rest}"
        )
    return context.in_text(NEARLY, run, start, end, f"“{words}” was in the issue of {past.name}{_change(twin)}.{rest}")


def _change(twin: Twin) -> str:
    """Return in words what differs first."""
    if twin.here and twin.there:
        return f", with “{shown(twin.there, 30)}” instead of “{shown(twin.here, 30)}”"
    if twin.there:
        return f", with “{shown(twin.there, 30)}” in it"
    return f", without “{shown(twin.here, 30)}”"


def _may_be_meant(issue: Issue, run: TextSpan) -> bool:
    """Return whether a text belongs to something that is still to come, or only leads in what a section lists."""
    if len(run.loc) == 3 and run.section is not None:
        return kind_of(issue, run.section) in _OWN_TEXT
    holder = part_of(issue, run.loc[:-1])
    if isinstance(holder, Item):
        moments = [holder.when, holder.ends, holder.deadline, *(event.when for event in holder.events)]
        return any(moment is not None and day_of(moment) >= issue.date for moment in moments)
    return isinstance(holder, LinkEntry) and holder.deadline is not None and day_of(holder.deadline) >= issue.date


CHECKS = (Checker("paragraphs from past issues", (PARAGRAPH, NEARLY, STILL_RUNS), check),)
