"""A text as a YAML tree, with every fault of its syntax told in words.

Where the parser gives up, remedies are tried in memory, the likeliest first; one that lets the parser get further tells
what was wrong, and the reading goes on with it, so that the author hears of all faults at once.
"""

from __future__ import annotations

from typing import NamedTuple

from newsletter.issue_file.problem import Problem
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import Source
from newsletter.issue_file.yaml_repair.line_scanner import LineScan
from newsletter.issue_file.yaml_repair.patched_text import PatchedText
from newsletter.issue_file.yaml_repair.repair import Repair
from newsletter.issue_file.yaml_repair.repairs_spaces import invisible_spaces
from newsletter.issue_file.yaml_repair.silent_traps import oddity_complaints, quiet_faults
from newsletter.issue_file.yaml_repair.tree import Mark, Node, Reading, Scalar, SyntaxProblem, TreeFault, read_tree

MAX_REMEDIES = 30
"""Faults of syntax that are told at once."""

_WORK = 2_000_000
"""Characters that are read again and again at most, to keep the answer quick."""


_ABOUT_THE_REST = frozenset(
    {
        Code.MISSING_FIELD,
        Code.MISSING_KIND,
        Code.EMPTY_VALUE,
        Code.NOTHING_INSIDE,
        Code.ALT_MISSING,
        Code.IMAGE_MISSING,
        Code.END_WITHOUT_START,
    }
)
"""What cannot be said of a part: the lines that could not be read may hold what is missing."""


class Yaml(NamedTuple):
    """The tree, the faults of syntax, and the line from which on nothing is sure (0 where all is)."""

    root: Node | None
    complaints: tuple[Problem, ...]
    unsure_from: int = 0

    @property
    def is_whole(self) -> bool:
        """Return whether the file could be read to its end."""
        return not self.unsure_from

    def is_sure_of(self, complaint: Problem) -> bool:
        """Return whether a complaint about the tree holds, though the file could not be read to its end."""
        return self.is_whole or (complaint.mark.line < self.unsure_from and complaint.code not in _ABOUT_THE_REST)


class _Reader:
    """Read a draft, putting right what can be."""

    def __init__(self, source: Source, draft: PatchedText, names: frozenset[str]) -> None:
        self.source = source
        self.draft = draft
        self.names = names
        self.work = _WORK
        self.complaints: list[Problem] = []
        self.fixed: set[int] = set()
        self.unsure_from = 0

    def read(self) -> Yaml:
        """Return what could be read."""
        spaces = invisible_spaces(LineScan(self.draft, self.names))
        if spaces is not None:
            self._take(spaces)
        reading = self._parse(self.draft)
        for _ in range(MAX_REMEDIES):
            trouble = _trouble_of(reading)
            if trouble is None:
                break
            found = self._remedy(trouble)
            if found is None:
                self._give_up(trouble)
                break
            remedy, reading = found
            self._take(remedy)
        else:
            trouble = _trouble_of(reading)
            if trouble is not None:
                self.unsure_from = trouble.mark.line
        self._after(reading)
        return Yaml(reading.root, tuple(self.complaints), self.unsure_from)

    def _parse(self, draft: PatchedText) -> Reading:
        text = draft.text
        self.work -= len(text)
        return read_tree(text, draft.original if draft.is_shifted else None)

    def _take(self, remedy: Repair) -> None:
        """Report a mistake, and continue as if it were fixed."""
        mark = self.draft.original(Mark(remedy.line, remedy.column))
        value = self.draft.original(remedy.value) if remedy.value else None
        spoils = (self.draft.original(remedy.empties),) if remedy.empties else ()
        self.complaints.append(
            Problem(remedy.code, mark, remedy.message, remedy.hint, paste=remedy.paste, value=value, spoils=spoils)
        )
        self.fixed |= set(remedy.lines)
        self.draft = self.draft.changed(remedy.lines)

    def _remedy(self, trouble: SyntaxProblem) -> tuple[Repair, Reading] | None:
        """Return the first remedy with which the parser gets further, and how far."""
        from newsletter.issue_file.yaml_repair.repairs_structure import remedies  # noqa: PLC0415  most files need none

        sketch = LineScan(self.draft, self.names)
        last = len(self.draft.lines)
        number = min(trouble.mark.line, last)
        while number > 1 and sketch.line(number).is_blank:
            number -= 1
        context = min(trouble.context.line, last) if trouble.context else number
        tried = set()
        for remedy in remedies(sketch, number, context, trouble.problem):
            key = tuple(remedy.lines.items())
            if self.work < 0 or key in tried:
                continue
            tried.add(key)
            reading = self._parse(self.draft.changed(remedy.lines))
            if _is_further(_trouble_of(reading), trouble, remedy):
                return remedy, reading
        return None

    def _give_up(self, trouble: SyntaxProblem) -> None:
        mark = self.draft.original(trouble.mark)
        last = len(self.draft.lines)
        line = min(mark.line, last)
        while line > 1 and not self.draft.line(line).strip():
            line -= 1
        column = mark.column if line == mark.line else 1
        begun = ""
        if trouble.context and trouble.context.line < line:
            begun = f", or what was begun in line {trouble.context.line} is not finished"
        self.unsure_from = min(line, trouble.context.line if trouble.context else line)
        self.complaints.append(
            Problem(
                Code.UNREADABLE,
                Mark(line, column),
                f"this line does not fit here{begun}",
                "Compare it with the lines above it: the indentation, the colon after a name, the dash before an "
                "entry, and whether each quotation mark and bracket is closed.",
            )
        )

    def _after(self, reading: Reading) -> None:
        """Tell of what the parser took without a word."""
        found = list(oddity_complaints(reading.oddities, self.source))
        if reading.root is not None and not isinstance(reading.root, Scalar):
            found += quiet_faults(reading.root, self.source, self.names)
        self.complaints += [complaint for complaint in found if complaint.mark.line not in self.fixed]
        if any(oddity.fault is TreeFault.DEPTH for oddity in reading.oddities):
            depth = next(oddity for oddity in reading.oddities if oddity.fault is TreeFault.DEPTH)
            self.unsure_from = depth.start.line


def read_yaml(source: Source, draft: PatchedText, names: frozenset[str]) -> Yaml:
    """Read a text as far as it goes; `names` are those of all fields that it may have."""
    return _Reader(source, draft, names).read()


def _trouble_of(reading: Reading) -> SyntaxProblem | None:
    """Return what keeps the parser from going on; a second document does too."""
    if reading.trouble:
        return reading.trouble
    second = next((oddity for oddity in reading.oddities if oddity.fault is TreeFault.DOCUMENT), None)
    return SyntaxProblem(second.start, None, "document") if second else None


def _is_further(now: SyntaxProblem | None, before: SyntaxProblem, remedy: Repair) -> bool:
    """Return whether the parser got past the repaired line, without the same error again."""
    if now is None:
        return True
    if now.mark == before.mark and now.problem == before.problem:
        return False
    if now.mark.line > remedy.line:
        return True
    # a line can hold two faults, but one that was moved must fit
    return (
        remedy.code not in {Code.INDENT, Code.TAB}
        and now.mark.line == before.mark.line
        and now.mark.column > before.mark.column
    )
