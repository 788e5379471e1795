"""How findings look on a terminal: place, words, the line with a caret, the line to paste, the hint; notes in short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.cli.output import sentence, width
from newsletter.model.findings import Finding, Severity
from newsletter.workflow.paths import shown_place

_EXCERPT = 76
"""How many letters of a long line are shown around the fault, at most."""

_OF_ONE_KIND = 3
"""How many notes of one kind are shown in short."""

_MARGIN = 6
"""Columns that the indent and the two dots of a cut line take."""

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


class Notes(StrEnum):
    """How much is shown of the findings that only inform, so that they do not hide what must be fixed."""

    WHOLE = "whole"
    SHORT = "short"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Block:
    """Some words on the screen."""

    text: str
    colour: str = ""
    indent: str = ""
    wrap: bool = True


def report_of(findings: Sequence[Finding], notes: Notes = Notes.SHORT) -> Iterator[Block]:
    """Yield what is shown of findings: errors first, warnings next, both whole, then the notes.

    What is said of a kind of finding stands below the first of that kind alone.
    """
    by_severity = {severity: [one for one in findings if one.severity is severity] for severity in Severity}
    short = [] if notes is Notes.WHOLE else by_severity.pop(Severity.NOTE)
    whole = [finding for group in by_severity.values() for finding in group]
    told: set[str] = set()
    for finding in whole:
        yield from blocks_of(finding, told)
        yield Block("")
    if short and notes is Notes.COUNTED:
        there, them = ("There is a note", "it") if len(short) == 1 else (f"There are {len(short)} notes", "them")
        yield Block(f"{there} too; `newsletter check` shows {them}.")
        yield Block("")
    elif short:
        yield from _in_short(short)


def _in_short(notes: Sequence[Finding]) -> Iterator[Block]:
    count = "A note" if len(notes) == 1 else f"{len(notes)} notes"
    yield Block(f"{count}, for you to know (--notes tells more):", "bold")
    seen: Counter[str] = Counter()
    for finding in notes:
        seen[finding.label] += 1
        if seen[finding.label] <= _OF_ONE_KIND:
            words = f"{shown_place(finding.place)}  {finding.label}  {sentence(finding.message)}"
            yield Block(words, "cyan", "  ")
    for label, number in seen.items():
        if number > _OF_ONE_KIND:
            yield Block(f"and {number - _OF_ONE_KIND} more {label}", "cyan", "  ")
    yield Block("")


def blocks_of(finding: Finding, told: set[str] | None = None) -> Iterator[Block]:
    """Yield what is shown of a finding, from the place to the fix; of hint and reason what is not in `told` yet."""
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
    """Return a line cut to the part around a column, and the line that points at it (empty where unknown).

    Tabs and other control characters are shown as one visible sign each, so that the caret stands right.
    """
    shown = "".join("→" if letter == "\t" else letter if letter.isprintable() else "·" for letter in excerpt)
    room = min(_EXCERPT, width() - _MARGIN)
    start = 0 if len(shown) <= room else max(0, min(column - 1 - room // 2, len(shown) - room))
    part = shown[start : start + room]
    left, right = "…" if start else "", "…" if start + room < len(shown) else ""
    caret = " " * (column - 1 - start + len(left)) + "^" if 1 <= column <= len(shown) + 1 else ""
    return f"{left}{part}{right}", caret


def count_of(findings: Sequence[Finding]) -> tuple[str, str]:
    """Return how many findings of each weight there are, in words, and the colour to say it in."""
    counts = [(severity, sum(f.severity is severity for f in findings)) for severity in Severity]
    words = [f"{count} {severity}{'' if count == 1 else 's'}" for severity, count in counts if count]
    worst = next(severity for severity, count in counts if count)
    return ", ".join(words) + ".", _COLOURS[worst]
