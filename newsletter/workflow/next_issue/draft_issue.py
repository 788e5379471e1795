"""Draft the next issue from the last one: its file, what is due when, and what is not carried over."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.issue_file.editing.document import IssueDocument
from newsletter.model.issue import Issue
from newsletter.preflight.draft_marks import mark_line
from newsletter.scaffold.starter import PLACEHOLDER
from newsletter.workflow.months import NAMES, Month
from newsletter.workflow.next_issue.carried import Calendar
from newsletter.workflow.next_issue.checklist import Step, checklist, day_words, holidays_of, sending_day
from newsletter.workflow.next_issue.draft_sections import DraftSections, draft_sections, marks_in
from newsletter.workflow.next_issue.draft_text import DraftWriter, comment

if TYPE_CHECKING:
    from newsletter.settings import Settings

_BREAK = re.compile(r"^(?P<head>[^:–—|]*\S)(?P<mark>: | – | — | \| )(?P<theme>.+)$")
"""A title that names the newsletter, and after a colon or a dash what the issue is about."""

_THEME = f"{PLACEHOLDER} the theme of the month"
_TITLE = f"{PLACEHOLDER} The headline of the issue"
_SUBJECT = f"{PLACEHOLDER} The subject line, if it is not the headline"
_PREHEADER = f"{PLACEHOLDER} The preview text in the inbox, best with 40 to 110 characters"
_INTRO = f"{PLACEHOLDER} Two or three sentences that make people read on."


@dataclass(frozen=True, slots=True)
class IssueDraft:
    """The draft of an issue."""

    text: str
    date: dt.date
    steps: tuple[Step, ...]
    """What is due when; empty for a month that is past."""
    over: tuple[str, ...]
    """Calls and events of the last issue that are over, each with its dates."""
    for_one_issue: tuple[str, ...]
    """Sections of the last issue that were for it alone."""
    marks: int
    """How many entries must be checked."""


def draft_issue(
    last: IssueDocument, last_month: Month, month: Month, today: dt.date, *, schema: str, settings: Settings
) -> IssueDraft:
    """Draft the issue of a month from the last one, as it would be on a day.

    Raise UsageError if the last issue cannot be read.
    """
    if last.loaded is None or last.data is None:
        raise UsageError(
            f"{last.path.name} has mistakes, so the next issue cannot be drafted from it.",
            hint=f"Run `newsletter check {last.path.stem}` and correct them, or run `newsletter new --blank`.",
        )
    issue, data = last.loaded.issue, last.data
    is_holiday = holidays_of(settings)
    day = sending_day(issue.date, month, today, is_holiday)
    primary = (issue.language or settings.language).partition("-")[0]
    sections = draft_sections(issue, data, Calendar(day, NAMES[last_month.number - 1], is_english=primary == "en"))
    steps = checklist(
        day,
        today,
        str(month),
        approval=settings.before_sending.approval,
        is_holiday=is_holiday,
    )
    writer = DraftWriter(last.text, last.root)
    head = _head(last, last_month, month, day, steps, sections)
    renamed = partial(_renamed, last=last_month, month=month)
    lines = [f"# yaml-language-server: $schema={schema}", *head, ""]
    lines += _top(issue, data, day, writer, renamed(str(data.get("title", ""))), NAMES[last_month.number - 1])
    lines += ["", "sections:"] if sections.sections else []
    for number, section in enumerate(sections.sections):
        for name in ("heading", "headline"):
            if isinstance(section.fields.get(name), str):
                section.fields[name] = renamed(section.fields[name])
        lines += [""] * bool(number) + list(writer.section(section))
    for name in ("sign_off", "signature"):
        if name in data:
            lines += ["", *writer.field(name, data[name])]
    marks = sum(1 for _ in marks_in(sections.sections)) + ("hero" in data) + ("button" in data)
    return IssueDraft("\n".join(lines) + "\n", day, steps, tuple(sections.over), tuple(sections.for_one_issue), marks)


def _head(
    last: IssueDocument, last_month: Month, month: Month, day: dt.date, steps: tuple[Step, ...], drafts: DraftSections
) -> Iterator[str]:
    """Yield the comment at the top of the file."""
    yield "#"
    yield from comment(
        f"The issue of {month.words}, drafted from the one of {last_month.words} ({last.path.name}). Text after a # is "
        f"a comment, which readers never see. Replace each text that starts with {PLACEHOLDER}. Where a comment starts "
        f"with {PLACEHOLDER}, check what is below it: change what is no longer right, or delete the comment."
    )
    if steps:
        yield from ("#", "# Dates:")
        width = max(len(step.day_words) for step in steps)
        yield from (f"#   {step.day_words:<{width}}  {step.words}" for step in steps)
    if drafts.over:
        yield from ("#", f"# Not carried over, because the deadline or the day is before {day_words(day)}:")
        yield from (f"#   {one}" for one in drafts.over)
    if drafts.for_one_issue:
        yield from ("#", f"# Not carried over, because it was for {last_month.words}:")
        yield from (f"#   {one}" for one in drafts.for_one_issue)


def _top(
    issue: Issue, data: dict[str, object], day: dt.date, writer: DraftWriter, title: str, last_month: str
) -> Iterator[str]:
    """Yield the lines of the fields above the sections."""
    parts = _BREAK.match(title)
    if parts:
        title = f"{parts['head']}{parts['mark']}{_THEME}"
    elif title == issue.title:  # no month in it: it is about what the issue was about
        title = _TITLE
    yield from writer.field("title", title)
    yield f"date: {day.isoformat()}"
    if "language" in data:
        yield from writer.field("language", data["language"])
    if "subject" in data:
        yield from writer.field("subject", _SUBJECT)
    yield from writer.field("preheader", _PREHEADER)
    if "hero" in data:
        yield from ("", mark_line(f"The picture is {last_month}’s: choose another one, and describe it.", 0))
        yield from writer.field("hero", data["hero"])
    yield from ("", *writer.field("intro", _INTRO))
    if "button" in data:
        yield mark_line(f"The button is {last_month}’s: is it still right?", 0)
        yield from writer.field("button", data["button"])


def _renamed(text: str, last: Month, month: Month) -> str:
    """Return a text with the month and the year of the issue in place of those of the last one."""
    names = {NAMES[last.number - 1]: NAMES[month.number - 1]}
    previous = {NAMES[last.previous().number - 1]: NAMES[month.previous().number - 1]}
    years = {str(last.year): str(month.year)}
    changes = previous | names | years
    return re.sub(r"\b(" + "|".join(map(re.escape, changes)) + r")\b", lambda found: changes[found[1]], text)
