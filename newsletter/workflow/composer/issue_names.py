"""What the composer calls an issue: by its month, where a message has the name of its file for the command line."""

from __future__ import annotations

import re

from newsletter.workflow.months import issue_month

_NAME = r"(?P<name>\d{4}-(?:0[1-9]|1[0-2]))"
_FILE = re.compile(rf"`?(?:[\w.-]+/)*{_NAME}\.ya?ml`?(?![\w:])")
_TOLD_TWICE = re.compile(rf" already: (?:[\w.-]+/)*{_NAME}\.ya?ml\.")
_NAMED_ISSUE = re.compile(rf"\bissue (?:of )?{_NAME}(?![\w-])")
_BARE = re.compile(rf"(?<![\w\-`“\"'/.=]){_NAME}(?![\w\-.:][\w]|-|, [A-Z])")
_COMMAND = re.compile(r"(`[^`]*`)")


def name_issues(text: str) -> str:
    """Return a message with `issues/2026-12.yaml` and `2026-12` as “the December 2026 issue”; commands stay."""
    text = _TOLD_TWICE.sub(" already.", text).replace("Edit that file, or", "Open that issue, or")
    text = _NAMED_ISSUE.sub(lambda found: f"{_words(found)} issue", text)
    text = _FILE.sub(lambda found: _named(found, text), text)
    return "".join(one if one.startswith("`") else _without_names(one) for one in _COMMAND.split(text))


def _without_names(text: str) -> str:
    return _BARE.sub(lambda found: _named(found, text), text)


def _named(found: re.Match[str], text: str) -> str:
    before = text[: found.start()].rstrip()
    start = "The" if not before or before[-1] in ".!?" else "the"
    return f"{start} {_words(found)} issue"


def _words(found: re.Match[str]) -> str:
    month = issue_month(found["name"])
    assert month is not None  # noqa: S101  the pattern has months only
    return month.words
