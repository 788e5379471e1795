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
from newsletter.preflight.text_spans import models_of

_TOLD = "We met, drank tea and talked about what went well, and then we all went home. "
_STORY = f"  - kind: story\n    heading: The shed, part {{}}\n    text: {_TOLD}It was day {{}}.\n"
_CALL = (
    "      - title: Help with {}\n        text: We need you.\n"
    "        button: {{label: Help with {}, link: 'https://example.org/{}'}}\n"
)

WORDS = note(
    "NL713",
    "The issue is very long.",
    name="long-issue",
    why="Most readers spend a minute or two on a newsletter, which is about 300 words.",
    fix="Move the details to your website and link to them.",
    wrong=f"intro: {_TOLD * 80}",
    right=f"intro: {_TOLD * 5}",
)
STORIES = note(
    "NL714",
    "The issue has a lot of stories.",
    name="many-stories",
    why="Few readers get as far as the last ones.",
    fix="Save some for next month, or shorten them to one line each.",
    wrong="sections:\n" + "".join(_STORY.format(number, number) for number in range(1, 10)),
    right="sections:\n" + "".join(_STORY.format(number, number) for number in range(1, 6)),
)
BUTTONS = note(
    "NL715",
    "One section has too many buttons.",
    name="many-buttons",
    why="If everything asks for a click, readers click on little.",
    fix="Keep the most important button and turn the others into links.",
    wrong="sections:\n  - kind: get_involved\n    items:\n"
    + "".join(_CALL.format(what, what, what) for what in ("beans", "peas", "seeds")),
    right="sections:\n  - kind: get_involved\n    items:\n"
    + _CALL.format("beans", "beans", "beans")
    + "      - title: Help with peas\n        text: '[Tell us](https://example.org/peas) that you come.'\n",
)

_MOST_WORDS = 1200
_MOST_STORIES = 8
_MOST_BUTTONS = 2
_STORY_WORDS = 12
"""Words from which on an item counts as a story."""


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield the findings; content for only some readers is not counted."""
    count = sum(
        len(WORD.findall(run.words))
        for run in subject.runs
        if run.field not in {"subject", "preheader", "alt"} and not is_for_some(subject.issue, run.loc)
    )
    if count > _MOST_WORDS:
        minutes = round(count / 230)
        yield subject.on_issue(WORDS, f"It has about {count} words, which take {minutes} minutes to read.")
    yield from _stories_and_buttons(subject)


def _stories_and_buttons(subject: LintContext) -> Iterator[Finding]:
    stories: list[FieldPath] = []
    buttons: Counter[int] = Counter()
    for loc, model in models_of(subject.issue):
        if not isinstance(model, Item | Story) or is_for_some(subject.issue, loc):
            continue
        if isinstance(model, Story) or (model.title and len(WORD.findall(model.text or "")) >= _STORY_WORDS):
            stories.append(loc)
        if model.button:
            section = int(loc[1])
            buttons[section] += 1
            if buttons[section] == _MOST_BUTTONS + 1:
                yield subject.on_key(BUTTONS, (*loc, "button"), "This is the third button in this section.")
    if len(stories) > _MOST_STORIES:
        words = f"This is the ninth of {len(stories)} stories."
        yield subject.on_key(STORIES, stories[_MOST_STORIES], words)


CHECKS = (Checker("length", (WORDS, STORIES, BUTTONS), look),)
