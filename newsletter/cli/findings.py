"""How findings look on a terminal: place, words, the line with a caret, the line to paste, the hint; notes in short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.cli.output import sentence, shown_place, width
from newsletter.model.report import Finding, Severity

_EXCERPT = 76
"""How many letters of a long line are shown around the fault, at most."""

_MARGIN = 6
"""Columns that the indent and the two dots of a cut line take."""

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


class Notes(StrEnum):
    """How much is shown of the findings that only inform, so that they do not hide what must be mended."""

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
    """Yield what is shown of findings: what is to be mended first and whole, then the notes."""
    whole = [one for one in findings if notes is Notes.WHOLE or one.severity is not Severity.NOTE]
    rest = [] if notes is Notes.WHOLE else [one for one in findings if one.severity is Severity.NOTE]
    for finding in whole:
        yield from blocks_of(finding)
        yield Block("")
    if not rest:
        return
    one = len(rest) == 1
    if notes is Notes.COUNTED:
        there = "There is a note" if one else f"There are {len(rest)} notes"
        yield Block(f"{there} too; `newsletter check` shows {'it' if one else 'them'}.")
    else:
        yield Block(f"{'A note' if one else f'{len(rest)} notes'}, for you to know (--notes tells more):", "bold")
        for finding in rest:
            words = f"{shown_place(finding.place)}  {finding.code}  {sentence(finding.message)}"
            yield Block(words, "cyan", "  ")
    yield Block("")


def blocks_of(finding: Finding) -> Iterator[Block]:
    """Yield what is shown of a finding, from the place to the mend."""
    yield Block(f"{shown_place(finding.place)}  {finding.severity} {finding.code}", "bold", wrap=False)
    yield Block(sentence(finding.message), _COLOURS[finding.severity], "  ")
    if finding.excerpt:
        line, caret = excerpt_lines(finding.excerpt, finding.place.column)
        yield Block(line, indent="    ", wrap=False)
        if caret:
            yield Block(caret, "yellow", "    ", wrap=False)
    if finding.suggestion:
        yield Block("write instead:", "dim", "  ")
        yield Block(finding.suggestion, "green", "    ", wrap=False)
    if finding.hint:
        yield Block(sentence(finding.hint), indent="  ")
    if finding.why:
        yield Block(sentence(finding.why), "dim", "  ")


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
