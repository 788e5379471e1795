"""Apply the mends of findings to a file's text: each changes some letters of one line, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from newsletter.model.findings import Finding, Mend

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
"""A line with its end: the lines of `newsletter.issue_file.source_text`."""


@dataclass(frozen=True, slots=True)
class FixResult:
    """A text with mends applied, and the findings whose mends they were."""

    text: str
    done: tuple[Finding, ...]
    left: tuple[Finding, ...]
    """Findings whose mend could not be applied, as another one touches the same letters."""


def mended(text: str, findings: Iterable[Finding]) -> FixResult:
    """Apply all mends that do not touch one another; line ends and every other byte stay as they are."""
    lines = _LINES.findall(text)
    done: list[Finding] = []
    left: list[Finding] = []
    reach: dict[int, int] = {}
    for finding, mend in sorted(_with_mends(findings), key=lambda pair: (pair[1].line, -pair[1].column)):
        end = mend.column + len(mend.old)
        line = lines[mend.line - 1] if 0 < mend.line <= len(lines) else ""
        new = mend.applied(line) if end <= reach.get(mend.line, len(line) + 2) else None
        if new is None:
            left.append(finding)
            continue
        lines[mend.line - 1] = new
        reach[mend.line] = mend.column
        done.append(finding)
    return FixResult("".join(lines), tuple(done), tuple(left))


def _with_mends(findings: Iterable[Finding]) -> list[tuple[Finding, Mend]]:
    return [(finding, finding.mend) for finding in findings if finding.mend is not None]
