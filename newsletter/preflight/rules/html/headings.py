"""Check headings, which screen reader users rely on to get an overview and to jump between sections."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.model.findings import Finding
from newsletter.preflight.context import LintContext
from newsletter.preflight.html.example_templates import frame, story
from newsletter.preflight.html.page import Page
from newsletter.preflight.html.per_variant import on_each_page, quoted
from newsletter.preflight.rule import Checker, Example, note, warning
from newsletter.preflight.text_spans import TextSpan

_JUMP = "Screen reader users jump from heading to heading and rely on the levels as an outline."
_TEXT = "<mj-text>{words}</mj-text>"

TITLES = warning(
    "NL802",
    "The page does not have exactly one main heading.",
    name="main-heading-count",
    why="The main heading (h1) tells screen reader users what the email is about.",
    fix="In your template, use h1 for the issue's title and nothing else.",
    wrong=Example("intro: Hello, all of you.", templates=frame("<h1>{{ title }}</h1>", "<p>{{ title }}</p>")),
    right=Example("intro: Hello, all of you.", templates=frame()),
)
SKIPPED = warning(
    "NL803",
    "A heading skips a level.",
    name="skipped-heading-level",
    why=_JUMP,
    fix="Use the next level: h3 below h2, and so on. You can set the size separately.",
    wrong=Example("intro: Hello, all of you.", templates=story(_TEXT.format(words="<h4>{{ heading }}</h4>"))),
    right=Example("intro: Hello, all of you.", templates=story(_TEXT.format(words="<h2>{{ heading }}</h2>"))),
)
NO_WORDS = warning(
    "NL804",
    "A heading is empty.",
    name="empty-heading",
    why="Screen readers say “heading” and then nothing.",
    fix="Write the heading after the # characters, or delete the line.",
    wrong='intro: "The garden is open.\\n\\n##\\n\\nCome and see."',
    right='intro: "The garden is open.\\n\\n## When\\n\\nCome on Saturdays."',
)
BOLD = note(
    "NL805",
    "A line of bold text is used as a heading.",
    name="bold-as-heading",
    why="It looks like a heading, but screen reader users cannot jump to it.",
    fix="Write ## before it instead of ** around it.",
    wrong='intro: "**The garden**\\n\\nThe gate is open at last."',
    right='intro: "## The garden\\n\\nThe gate is open at last."',
)
TWICE = warning(
    "NL806",
    "Two headings are the same.",
    name="duplicate-heading",
    why="Nobody can tell them apart in the table of contents or in a screen reader's list of headings.",
    fix="Give one of them a different heading, with `heading`.",
    wrong="""\
sections:
  - {kind: coming_up, items: [A walk by the river]}
  - {kind: coming_up, items: [A supper in the hall]}
""",
    right="""\
sections:
  - {kind: coming_up, items: [A walk by the river]}
  - {kind: coming_up, heading: And in the evenings, items: [A supper in the hall]}
""",
)
LONG = note(
    "NL807",
    "A heading is as long as a paragraph.",
    name="long-heading",
    why="Readers cannot take it in at a glance, and on a phone it fills the screen.",
    fix="Keep a few words as the heading and move the rest into the text.",
    wrong="sections: [{kind: story, heading: "
    f'"{"We met, we talked, we wrote down what we had heard, and we " * 3}went home", text: It rained.}}]',
    right="sections: [{kind: story, heading: We met and talked, text: It rained.}]",
)

_EMPTY = re.compile(r"(?m)^ {0,3}(?:[-*+>] +)?#{1,6}[ \t]*#*[ \t]*$")
_BOLD_LINE = re.compile(r"(?m)(?<![^\n]\n)^(\*\*|__)(?P<words>[^*_\n]{2,70}[^*_\n.!?,;:…])\1[ \t]*\n(?=[ \t]*\n*[^\s])")
_LONGEST = 150


def _levels(subject: LintContext, page: Page) -> Iterator[Finding]:
    titles = [(words, element) for level, words, element in page.headings if level == 1]
    if not titles:
        yield subject.on_page(TITLES, "The page has no main heading (h1).", needles=["<mj-body", "<h2"])
    elif len(titles) > 1:
        words = titles[1][0]
        yield subject.on_page(
            TITLES, f"{quoted(words)} is a second main heading (h1).", words=words, needles=["<h1>", "<h1"]
        )
    before = 0
    for level, words, _ in page.headings:
        if before and level > before + 1:
            yield subject.on_page(
                SKIPPED,
                f"{quoted(words)} is a level {level} heading, but the one before it is level {before}.",
                words=words,
                needles=[f"<h{level}>", f"<h{level}"],
            )
        before = level


def _empty(subject: LintContext, page: Page) -> Iterator[Finding]:
    bare = [element for _, words, element in page.headings if not words and element.find(".//img") is None]
    if not bare:
        return
    for run in subject.runs:
        for match in _EMPTY.finditer(run.text):
            yield subject.in_text(NO_WORDS, run, match.start(), match.end(), "A heading is empty.")
            return
    tag = bare[0].tag
    yield subject.on_page(NO_WORDS, f"A heading ({tag}) is empty.", needles=[f"<{tag}>", f"<{tag}"])


def _bold(subject: LintContext) -> Iterator[Finding]:
    for run in subject.runs:
        if run.field in {"text", "intro"} and ("**" in run.text or "__" in run.text):
            for match in _BOLD_LINE.finditer(run.text):
                words = match["words"]
                yield subject.in_text(
                    BOLD, run, match.start(), match.end("words") + 2, f"{quoted(words)} looks like a heading."
                )


def _alike(subject: LintContext) -> Iterator[Finding]:
    known: set[tuple[str, str]] = set()
    for number, section in enumerate(subject.issue.sections):
        if section.only is not None:  # a reader in one segment may see only one of the two
            continue
        heading = section.heading
        key = (_letters(heading), "") if heading else (section.kind, section.language or "")
        if not heading and section.kind in {"story", "quote"}:
            continue
        if key in known:
            words = f"{quoted(heading)} is" if heading else f"The default heading of `{section.kind}` sections is"
            loc = ("sections", number, "heading" if heading else "kind")
            yield subject.on_field(TWICE, loc, f"{words} used twice.")
        known.add(key)


def _long(subject: LintContext) -> Iterator[Finding]:
    for run in subject.runs:
        if run.field in {"title", "heading"} and len(run.loc) > 1:
            count = len(run.words.strip())
            if count > _LONGEST:
                yield subject.in_text(
                    LONG, run, 0, len(run.text), f"The heading {quoted(_line(run))} has {count} characters."
                )


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _line(run: TextSpan) -> str:
    return " ".join(run.words.split())


def look(subject: LintContext) -> Iterator[Finding]:
    """Yield findings for the headings of the page, then for those in the issue."""
    yield from on_each_page(_levels, _empty)(subject)
    yield from _bold(subject)
    yield from _alike(subject)
    yield from _long(subject)


CHECKS = (Checker("accessibility: headings", (TITLES, SKIPPED, NO_WORDS, BOLD, TWICE, LONG), look),)
