"""What the composer calls an issue: by its month, where a message has the name of its file for the command line."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from newsletter.workflow.months import issue_month

_NAME = r"(?P<name>\d{4}-(?:0[1-9]|1[0-2]))"
_FILE = re.compile(rf"`?(?:[\w.-]+/)*{_NAME}\.ya?ml`?(?![\w:])")
_TOLD_TWICE = re.compile(rf" already: (?:[\w.-]+/)*{_NAME}\.ya?ml\.")
_NAMED_ISSUE = re.compile(rf"\bissue (?:of )?{_NAME}(?![\w-])")
_BARE = re.compile(rf"(?<![\w\-`“\"'/.=]){_NAME}(?![\w\-.:][\w]|-|, [A-Z])")
_COMMAND = re.compile(r"(`[^`]*`)")


def name_issues(text: str, own: str = "") -> str:
    """Return a message with `issues/2026-12.yaml` and `2026-12` as “the December 2026 issue”; commands stay.

    `own` is the name of the issue that the message is shown on: that one is “this issue”, whatever its file is called.
    """
    text = _TOLD_TWICE.sub(" already.", text).replace("Edit that file, or", "Open that issue, or")
    if own:
        text = _name_own(text, own)
    text = _NAMED_ISSUE.sub(lambda found: f"{_words(found)} issue", text)
    text = _replace(text, _FILE, _month_issue)
    return _outside_commands(text, _BARE, _month_issue)


def name_issues_in(facts: Mapping[str, Any], own: str, *names: str) -> dict[str, Any]:
    """Return facts with the issues named in these of them, which are texts or missing."""
    return {**facts, **{name: name_issues(facts[name], own) for name in names if facts.get(name)}}


def _name_own(text: str, own: str) -> str:
    name = re.escape(own)
    file = re.compile(rf"`?(?:[\w.-]+/)*{name}\.ya?ml`?(?![\w:])")
    bare = re.compile(rf"(?:\b(?:[Tt]he |[Tt]his )?issue (?:of )?)?(?<![\w\-`“\"'/.=]){name}(?![\w-]|[.:]\w)")
    return _outside_commands(_replace(text, file, _this_issue), bare, _this_issue)


def _outside_commands(text: str, pattern: re.Pattern[str], words: Callable[[re.Match[str]], str]) -> str:
    return "".join(one if one.startswith("`") else _replace(one, pattern, words) for one in _COMMAND.split(text))


def _replace(text: str, pattern: re.Pattern[str], words: Callable[[re.Match[str]], str]) -> str:
    """Return a text with other words in place of a pattern, with a capital where a sentence begins."""

    def change(found: re.Match[str]) -> str:
        before, new = text[: found.start()].rstrip(), words(found)
        return new[0].upper() + new[1:] if not before or before[-1] in ".!?" else new

    return pattern.sub(change, text)


def _this_issue(_: re.Match[str]) -> str:
    return "this issue"


def _month_issue(found: re.Match[str]) -> str:
    return f"the {_words(found)} issue"


def _words(found: re.Match[str]) -> str:
    month = issue_month(found["name"])
    assert month is not None  # noqa: S101  the pattern has months only
    return month.words
