"""Paragraphs of past issues that stand in this one again, as they do when last month's file was copied."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.model.issue import Issue
from newsletter.model.item import Item, LinkEntry
from newsletter.preflight.context import LintContext, PreviousIssue
from newsletter.preflight.issue_dates import day_of
from newsletter.preflight.issue_tree import kind_of, part_of
from newsletter.preflight.rule import Checker, Example, note, warning
from newsletter.preflight.text.sentences import shown
from newsletter.preflight.text.similarity import Index, Paragraph, Twin, paragraphs
from newsletter.preflight.text_spans import TextSpan

_SHED = "We painted the garden shed in three colours, and then it rained for a whole week."
_STORY = "sections:\n  - kind: story\n    heading: {}\n    text: {}\n"

PARAGRAPH = warning(
    "NL510",
    "A paragraph is identical to one in a past issue.",
    name="copied-paragraph",
    why="Readers have already read it. It was probably left when last month’s file was copied.",
    fix="Replace it with something new, or delete it.",
    wrong=Example(_STORY.format("The shed again", _SHED), past=_STORY.format("The shed", _SHED)),
    right=Example(
        _STORY.format("The shed again", "The rain is over, and the second coat of paint is on."),
        past=_STORY.format("The shed", _SHED),
    ),
)
NEARLY = warning(
    "NL511",
    "A paragraph is almost identical to one in a past issue.",
    name="near-copied-paragraph",
    why="If only a name or a month was changed, the rest may be out of date.",
    fix="Check that all of it is true this month.",
    wrong=Example(_STORY.format("The fence", _SHED.replace("shed", "fence")), past=_STORY.format("The shed", _SHED)),
    right=Example(
        _STORY.format("The fence", "The garden fence has three colours too."), past=_STORY.format("The shed", _SHED)
    ),
)
STILL_RUNS = note(
    "NL512",
    "A text from a past issue is used again, perhaps on purpose.",
    name="reused-text",
    why="Readers who have read it learn nothing new.",
    fix="Say what has changed since, or leave it as it is.",
    wrong=Example(
        "sections:\n  - kind: get_involved\n    items:\n      - title: Help with the shed\n"
        f"        text: {_SHED}\n        deadline: 2024-03-29\n",
        past="sections:\n  - kind: get_involved\n    items:\n      - title: Help with the shed\n"
        f"        text: {_SHED}\n        deadline: 2024-03-29\n",
    ),
    right=Example(
        "sections:\n  - kind: get_involved\n    items:\n      - title: Help with the shed\n"
        "        text: Six of you have said yes, so we need four more.\n        deadline: 2024-03-29\n",
        past="sections:\n  - kind: get_involved\n    items:\n      - title: Help with the shed\n"
        f"        text: {_SHED}\n        deadline: 2024-03-29\n",
    ),
)

_NOT_COMPARED = frozenset(
    {"title", "subject", "preheader", "heading", "alt", "credit", "sign_off", "label", "role", "name"}
)
_OWN_TEXT = frozenset({"last_month", "coming_up", "get_involved", "people", "links"})
"""Kinds of sections whose `text` only leads in what they list."""


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield one finding for each text with a paragraph that a past issue had, save what all of them had."""
    indexes = [(past, Index(paragraphs(_compared(past.runs)))) for past in subject.past]
    if not indexes:
        return
    found: dict[TextSpan, list[tuple[Paragraph, PreviousIssue, Twin]]] = {}
    for paragraph in paragraphs(_compared(subject.runs)):
        twins = [(past, twins[0]) for past, index in indexes if (twins := index.twins(paragraph))]
        stands_always = len(twins) == len(indexes) > 1
        if twins and not stands_always:
            past, twin = max(twins, key=lambda pair: pair[1].likeness)
            found.setdefault(paragraph.run, []).append((paragraph, past, twin))
    for run, several in found.items():
        yield _told(subject, run, several)


def _compared(runs: tuple[TextSpan, ...]) -> list[TextSpan]:
    return [run for run in runs if run.field not in _NOT_COMPARED]


def _told(subject: LintContext, run: TextSpan, several: list[tuple[Paragraph, PreviousIssue, Twin]]) -> Finding:
    paragraph, past, twin = several[0]
    start, end = paragraph.passage.start, paragraph.passage.end
    words = shown(run.words[start:end])
    more = len(several) - 1
    rest = f" The same is true of {more} more paragraph{'' if more == 1 else 's'} of this text." if more else ""
    if twin.likeness == 1:
        rule = STILL_RUNS if _may_be_meant(subject.issue, run) else PARAGRAPH
        return subject.in_text(rule, run, start, end, f"“{words}” was also in the issue of {past.name}.{rest}")
    if _may_be_meant(subject.issue, run):
        return subject.in_text(
            STILL_RUNS, run, start, end, f"“{words}” was almost the same in the issue of {past.name}.{rest}"
        )
    return subject.in_text(NEARLY, run, start, end, f"“{words}” was in the issue of {past.name}{_change(twin)}.{rest}")


def _change(twin: Twin) -> str:
    """Return in words what differs first."""
    if twin.here and twin.there:
        return f", with “{shown(twin.there, 30)}” instead of “{shown(twin.here, 30)}”"
    if twin.there:
        return f", with “{shown(twin.there, 30)}” in it"
    return f", without “{shown(twin.here, 30)}”"


def _may_be_meant(issue: Issue, run: TextSpan) -> bool:
    """Say whether a text belongs to something that is still to come, or only leads in what a section lists."""
    if len(run.loc) == 3 and run.section is not None:
        return kind_of(issue, run.section) in _OWN_TEXT
    holder = part_of(issue, run.loc[:-1])
    if isinstance(holder, Item):
        moments = [holder.when, holder.ends, holder.deadline, *(event.when for event in holder.events)]
        return any(moment is not None and day_of(moment) >= issue.date for moment in moments)
    return isinstance(holder, LinkEntry) and holder.deadline is not None and day_of(holder.deadline) >= issue.date


CHECKS = (Checker("paragraphs from past issues", (PARAGRAPH, NEARLY, STILL_RUNS), look),)
