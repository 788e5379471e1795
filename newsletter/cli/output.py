"""Text and JSON on the terminal: wrapped lines in colour, next steps, one JSON object."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from newsletter.cli.streams import put

MAX_WIDTH = 100
"""The maximum width of a line; longer lines are hard to read."""


def width() -> int:
    """Return the width of a line of text in columns."""
    return max(20, min(shutil.get_terminal_size((80, 24)).columns, MAX_WIDTH))


def say(text: str = "", *, colour: str = "", indent: str = "", wrap: bool = True) -> None:
    """Print a text; each line is wrapped to the terminal."""
    put(sys.stdout, _formatted(text, indent, wrap=wrap), colour)


def complain(text: str, *, colour: str = "", indent: str = "", wrap: bool = True) -> None:
    """Print a text on stderr: an error, or a message beside other output."""
    put(sys.stderr, _formatted(text, indent, wrap=wrap), colour)


def _formatted(text: str, indent: str, *, wrap: bool) -> str:
    return "\n".join(_wrapped(line, indent) if wrap else indent + line for line in text.split("\n"))


def _wrapped(line: str, indent: str) -> str:
    lead = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line.strip(),
        width(),
        initial_indent=indent + lead,
        subsequent_indent=indent + lead,
        break_long_words=False,
        break_on_hyphens=False,
    )


def print_json(data: Mapping[str, Any]) -> None:
    """Print one JSON object, the only thing on stdout of a command called with --json."""
    import json

    put(sys.stdout, json.dumps(data, indent=2, ensure_ascii=True, default=str))


def sentence(text: str) -> str:
    """Return the text with a capital and a full stop, if it begins with a word and ends without punctuation."""
    first = text.split(" ", 1)[0]
    start = text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text
    last = start.rsplit(" ", 1)[-1]
    # an address, a link or a path would be copied with the full stop
    return start if not last or last[-1] in '.!?:…”"' or {"@", "/"} & set(last) else f"{start}."


def done(text: str) -> None:
    """Print that something was done."""
    say(f"✓ {text}", colour="green")


def next_steps(steps: Sequence[str]) -> None:
    """Print the next steps: each is a command and, after ` # `, what it does."""
    if not steps:
        return
    say()
    say("Next:", colour="bold")
    for step in steps:
        line, _, what = step.partition(" # ")
        say(f"  {line}", colour="cyan" if line.startswith(("newsletter ", "cd ")) else "", wrap=False)
        if what:
            say(what, indent="      ")
