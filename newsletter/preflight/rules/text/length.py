"""Check the length of the issue: its words, stories and buttons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from newsletter.issue_file.positions import FieldPath
from newsletter.model.findings import Finding
from newsletter.model.item import Item
from newsletter.model.section import Story
from newsletter.preflight.context import LintContext
from newsletter.preflight.issue_tree import is_for_some
from newsletter.preflight.rule import Checker, note
from newsletter.preflight.text.sentences import WORD

WORDS = note("NL713", name="long-issue")
STORIES = note("NL714", name="many-stories")
BUTTONS = note("NL715", name="many-buttons")

_MOST_WORDS = 1500
_MOST_STORIES = 12
_MOST_BUTTONS = 2
_STORY_WORDS = 12
"""Words from which on an item counts as a story."""


def check(context: LintContext) -> Iterator[Finding]:
    """Yield the findings; content for only some readers is not counted."""
    count = sum(
        len(WORD.findall(run.words))
        for run in context.runs
        if run.field not in {"subject", "preheader", "alt"} and not is_for_some(context.issue, run.loc)
    )
    if count > _MOST_WORDS:
        minutes = round(count / 230)
        yield context.on_issue(WORDS, f"It has about {count} words, which take {minutes} minutes to read.")
    # of an issue that is too long anyway, the number of its stories says nothing new
    yield from (one for one in _stories_and_buttons(context) if one.code != STORIES.code or count <= _MOST_WORDS)


def _stories_and_buttons(context: LintContext) -> Iterator[Finding]:
    stories: list[FieldPath] = []
    buttons: Counter[int] = Counter()
    for loc, model in context.models:
        if not isinstance(model, Item | Story) or is_for_some(context.issue, loc):
            continue
        if isinstance(model, Story) or (model.title and len(WORD.findall(model.text or "")) >= _STORY_WORDS):
            stories.append(loc)
        if model.button:
            section = int(loc[1])
            buttons[section] += 1
            if buttons[section] == _MOST_BUTTONS + 1:
                yield context.on_key(BUTTONS, (*loc, "button"), "This is the third button in this section.")
    if len(stories) > _MOST_STORIES:
        words = f"This is the thirteenth of {len(stories)} stories."
        yield context.on_key(STORIES, stories[_MOST_STORIES], words)


CHECKS = (Checker("length", (WORDS, STORIES, BUTTONS), check),)
