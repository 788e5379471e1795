"""Docs, help, messages and docstrings use the terms of the field, not the words that a translation would use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.cli.command_group import build
from newsletter.cli.registry import COMMANDS, command_module

PROJECT = Path(__file__).parents[2]
PACKAGE = PROJECT / "newsletter"
PAGES = sorted([PROJECT / "README.md", PROJECT / "CHANGELOG.md", *(PROJECT / "docs").rglob("*.md")])
MODULES = sorted(PACKAGE.rglob("*.py"))

AVOID = {
    r"mends?|mended|mending|put right": "fix",
    r"lays?|laid|laying": "create, put",
    r"tongues?": "language",
    r"errands?": "request",
    r"soundings?": "(name the thing)",
    r"whom|whose hour": "(rewrite)",
    r"what (?:became|becomes|came|comes) of": "status, results",
    r"for you to know": "for information",
    r"(?:take|takes|taken|taking|took) (?:it|them|that|a \w+) back|taken back": "cancel, undo",
    r"comes? by (?:itself|themselves)": "is added automatically",
    r"looks? (?:it|them|\w+ \w+) over|look over|looks over|looking over|looked over": "check, review",
    r"words for (?:a picture|pictures)": "alt text",
    r"where (?:the other|there) (?:is|are) none|which (?:is|are) none": "(say it the normal way round)",
    r"nowhere to be found": "missing",
    r"tells? the story|tells? more of": "show",
    r"what to ask of": "what to change and who can change it",
    r"how much it weighs": "severity",
}
"""Phrases of the left column of the style guide, as regular expressions, with what to write instead."""

PHRASES = re.compile("|".join(rf"\b(?:{phrase})\b" for phrase in AVOID), re.IGNORECASE)

PROVIDER = re.compile(r"\b(?:sending|email|the|your|each|a) services?\b", re.IGNORECASE)
"""A provider is called a provider in docs and help."""

UNREAD = (
    "newsletter/preflight/data/",  # word lists of many languages
    "newsletter/preflight/text/spelling/",  # dictionaries and lists of misspellings
    "newsletter/rehearsal/",  # docstrings of the simulated providers; their texts are read through `rehearse --help`
)
"""Folders whose strings are not read, each with the reason."""

RIGHT = {
    ("CHANGELOG.md", "mend"),  # the old name of a field in JSON output
    ("newsletter/preflight/rules/content/counts.py", "whom"),  # in a list of words that end a count
    ("docs/ledger.md", "the service"),  # the keyring's own term
    ("docs/checks/NL608.md", "the service"),  # a link shortener
}
"""Uses that are right, by file and phrase, each with the reason."""


def found(text: str, name: str, *patterns: re.Pattern[str]) -> list[str]:
    """Return the phrases in a text that should be others, each with what stands around it."""
    hits = (match for pattern in patterns for match in pattern.finditer(text))
    return [
        f"{name}: …{' '.join(text[max(0, hit.start() - 30) : hit.end() + 30].split())}…"
        for hit in hits
        if (name, hit[0].casefold()) not in RIGHT
    ]


def strings(path: Path) -> Iterator[str]:
    """Yield every string of a module: messages, help and docstrings."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_pages_use_plain_words(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert found(text, page.relative_to(PROJECT).as_posix(), PHRASES, PROVIDER) == []


@pytest.mark.parametrize("name", COMMANDS)
def test_help_uses_plain_words(name: str) -> None:
    command = build(name, COMMANDS[name])
    parts = [command.help, *(param.help for param in command.params if getattr(param, "help", None))]
    parts += [f"{line} {what}" for line, what in command_module(COMMANDS[name]).EXAMPLES]
    assert found("\n".join(parts), f"newsletter {name}", PHRASES, PROVIDER) == []


def test_messages_and_docstrings_use_plain_words() -> None:
    hits = []
    for path in MODULES:
        name = path.relative_to(PROJECT).as_posix()
        if not name.startswith(UNREAD):
            hits += [hit for text in strings(path) for hit in found(text, name, PHRASES)]
    assert hits == []


@pytest.mark.parametrize(
    "words", ["It lays a folder.", "what became of it", "The send was taken back.", "for you to know"]
)
def test_the_phrases_are_found(words: str) -> None:
    assert found(words, "a page", PHRASES)
