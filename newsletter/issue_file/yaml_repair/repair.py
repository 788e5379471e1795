"""One thing that may be wrong in a draft, and the lines that would be right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.yaml_repair.line_scanner import Line
from newsletter.issue_file.yaml_repair.tree import Mark

_AS_TEXT = frozenset({Code.COLON, Code.FIRST_CHARACTER, Code.QUOTE_CURLY, Code.BRACKET_FORM})


class Repair(NamedTuple):
    """One thing that may be wrong at a place of the draft, and what would put it right."""

    code: Code
    line: int
    column: int
    message: str
    hint: str
    lines: Mapping[int, str]
    """The lines as they would be right, by number; empty where that cannot be known."""
    suggestion: str | None = None
    """What to paste, where it is not the line at the place; empty for nothing."""

    empties: Mark | None = None
    """Where the words are left out in memory that the reading goes on without."""

    value: Mark | None = None
    """Where the value begins that it takes for text."""

    @property
    def paste(self) -> str:
        """Return what to paste in place of the line."""
        return self.lines.get(self.line, "") if self.suggestion is None else self.suggestion


def put(line: Line, code: Code, message: str, hint: str, value: str, *, column: int = 0) -> Repair:
    """Return what puts another value on a line; the column is the value's where none is given."""
    new = line.with_value(value)
    start = Mark(line.number, line.value_column)
    value_mark = start if code in _AS_TEXT else None
    return Repair(code, line.number, column or start.column, message, hint, {line.number: new}, value=value_mark)
