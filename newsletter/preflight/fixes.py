"""Apply the fixes of findings to a file's text: each changes some letters of one line, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.findings import Finding, Fix

_LINES = compile_pattern(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""A line with its end: the lines of `newsletter.issue_file.source_text`."""


class FixResult(NamedTuple):
    """A text with fixes applied, and the findings whose fixes they were."""

    text: str
    done: tuple[Finding, ...]
    left: tuple[Finding, ...]
    """Findings whose fix could not be applied, as another one touches the same letters."""


def fixed(text: str, findings: Iterable[Finding]) -> FixResult:
    """Apply all fixes that do not touch one another; line ends and every other byte stay as they are."""
    lines = _LINES.findall(text)
    done: list[Finding] = []
    left: list[Finding] = []
    reach: dict[int, int] = {}
    for finding, fix in sorted(_with_fixes(findings), key=lambda pair: (pair[1].line, -pair[1].column)):
        end = fix.column + len(fix.old)
        line = lines[fix.line - 1] if 0 < fix.line <= len(lines) else ""
        new = fix.applied(line) if end <= reach.get(fix.line, len(line) + 2) else None
        if new is None:
            left.append(finding)
            continue
        lines[fix.line - 1] = new
        reach[fix.line] = fix.column
        done.append(finding)
    return FixResult("".join(lines), tuple(done), tuple(left))


def _with_fixes(findings: Iterable[Finding]) -> list[tuple[Finding, Fix]]:
    return [(finding, finding.fix) for finding in findings if finding.fix is not None]
