"""Findings on a terminal: location, message, the line with a caret, the corrected line, the hint; notes shortened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from newsletter.cli.output import sentence, width
from newsletter.model.findings import Finding, Severity
from newsletter.workflow.paths import shown_place

_EXCERPT = 76
"""How many characters of a long line are shown around the mistake, at most."""

_PER_RULE = 3
"""How many notes of one rule are listed in the short form."""

_STYLE = frozenset({"NL710", "NL714", "NL723", "NL731", "NL734"})
"""Codes of notes on style: the short form has one line for each of them, with its first place."""

_MARGIN = 6
"""Columns for the indent and the two ellipses of a shortened line."""

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


class Notes(StrEnum):
    """How much of the notes is shown, so that they do not hide what must be fixed."""

    WHOLE = "whole"
    SHORT = "short"
    COUNTED = "counted"


class Block(NamedTuple):
    """A piece of text on the screen."""

    text: str
    colour: str = ""
    indent: str = ""
    wrap: bool = True


def report_of(findings: Sequence[Finding], notes: Notes = Notes.SHORT) -> Iterator[Block]:
    """Yield what is shown of findings: errors, then warnings, both in full, then the notes.

    The hint and reason of a rule are shown only below its first finding.
    """
    by_severity = {severity: [one for one in findings if one.severity is severity] for severity in Severity}
    short = [] if notes is Notes.WHOLE else by_severity.pop(Severity.NOTE)
    whole = [finding for group in by_severity.values() for finding in group]
    told: set[str] = set()
    for finding in whole:
        yield from blocks_of(finding, told)
        yield Block("")
    if short and notes is Notes.COUNTED:
        count, them = ("1 note", "it") if len(short) == 1 else (f"{len(short)} notes", "them")
        yield Block(f"{count} not shown. Run `newsletter check` to see {them}.")
        yield Block("")
    elif short:
        yield from _in_short(short)


def _in_short(notes: Sequence[Finding]) -> Iterator[Block]:
    count = "1 note" if len(notes) == 1 else f"{len(notes)} notes"
    yield Block(f"{count} for information (add --notes for details):", "bold")
    total = Counter(finding.label for finding in notes)
    of_style = {finding.label for finding in notes if finding.code in _STYLE}
    seen: Counter[str] = Counter()
    for finding in notes:
        seen[finding.label] += 1
        is_style = finding.label in of_style
        if seen[finding.label] <= (1 if is_style else _PER_RULE):
            words = f"{shown_place(finding.place)}  {finding.label}  {sentence(finding.message)}"
            more = total[finding.label] - 1
            yield Block(f"{words} (and {more} more)" if is_style and more else words, "cyan", "  ")
    for label, number in seen.items():
        if number > _PER_RULE and label not in of_style:
            yield Block(f"and {number - _PER_RULE} more {label}", "cyan", "  ")
    yield Block("")


def blocks_of(finding: Finding, told: set[str] | None = None) -> Iterator[Block]:
    """Yield what is shown of a finding, from the location to the fix; without a hint or reason that is in `told`."""
    told = set() if told is None else told
    yield Block(f"{shown_place(finding.place)}  {finding.severity} {finding.label}", "bold")
    yield Block(sentence(finding.message), _COLOURS[finding.severity], "  ")
    if finding.excerpt:
        line, caret = excerpt_lines(finding.excerpt, finding.place.column)
        yield Block(line, indent="    ", wrap=False)
        if caret:
            yield Block(caret, "yellow", "    ", wrap=False)
    if finding.suggestion:
        yield Block("write instead:", "dim", "  ")
        yield Block(finding.suggestion, "green", "    ", wrap=False)
    for words, colour in ((finding.hint, ""), (finding.why, "dim")):
        if words and words not in told:
            told.add(words)
            yield Block(sentence(words), colour, "  ")


def excerpt_lines(excerpt: str, column: int) -> tuple[str, str]:
    """Return a line shortened around a column, and the line with the caret below it (empty if unknown).

    Tabs and other control characters are shown as one visible character each, so that the caret is in place.
    """
    shown = "".join("→" if letter == "\t" else letter if letter.isprintable() else "·" for letter in excerpt)
    room = min(_EXCERPT, width() - _MARGIN)
    start = 0 if len(shown) <= room else max(0, min(column - 1 - room // 2, len(shown) - room))
    part = shown[start : start + room]
    left, right = "…" if start else "", "…" if start + room < len(shown) else ""
    caret = " " * (column - 1 - start + len(left)) + "^" if 1 <= column <= len(shown) + 1 else ""
    return f"{left}{part}{right}", caret


def count_of(findings: Sequence[Finding]) -> tuple[str, str]:
    """Return how many findings of each severity there are, as text, and the colour to show it in."""
    counts = [(severity, sum(f.severity is severity for f in findings)) for severity in Severity]
    words = [f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in counts if count]
    worst = next(severity for severity, count in counts if count)
    return ", ".join(words) + ".", _COLOURS[worst]
