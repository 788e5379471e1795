"""Fix the form of a file that cannot be read as an issue, with the lines that its errors say to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import ContentError
from newsletter.model.findings import Finding, Fix

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace

_MOST = 40
"""Most lines that are fixed: a file with more mistakes of form is something else."""
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}(?!\d)")
_TIME = re.compile(r"(?<!\d)\d{1,2}:\d\d(?!\d)")
_GUESSES = frozenset({"NL051", "NL057"})
"""Codes of dates that do not exist: what to write instead is one of several."""
_DATE_ALONE = "NL054"
_STAND_INS = re.compile(r"[→·␀-␟]")


def fix_form(workspace: Workspace, name: str, text: str) -> tuple[str, tuple[Finding, ...]]:
    """Return the text with the lines to write instead, as far as they leave fewer errors, and what they fix."""
    done: list[Finding] = []
    errors = _errors(workspace, name, text)
    tried: set[tuple[str, str]] = set()
    while len(done) < _MOST:
        finding = next((one for one in errors if _is_certain(text, one) and (one.code, one.excerpt) not in tried), None)
        if finding is None:
            break
        tried.add((finding.code, finding.excerpt))
        changed = _replaced(text, finding)
        left = _errors(workspace, name, changed)
        here = (finding.code, finding.place.line)
        if len(left) > len(errors) or here in {(one.code, one.place.line) for one in left}:
            continue
        old, new = _line(text, finding.place.line), finding.suggestion
        fix = Fix(line=finding.place.line, column=1, old=old.strip(), new=new.strip())
        done.append(finding.model_copy(update={"fix": fix}))
        text, errors = changed, left
    return text, tuple(done)


def _errors(workspace: Workspace, name: str, text: str) -> Sequence[Finding]:
    """Return why a text cannot be read as an issue; nothing if it can."""
    try:
        workspace.load_text(Path(name), text)
    except ContentError as error:
        return [one for one in error.findings if isinstance(one, Finding)]
    return ()


def _is_certain(text: str, finding: Finding) -> bool:
    """Return whether a line can be written by itself: it is whole, and a date in it can only be read in one way."""
    old = _line(text, finding.place.line)
    if not finding.suggestion or finding.suggestion == old or _STAND_INS.search(finding.suggestion):
        return False
    loses_time = len(_TIME.findall(old)) > len(_TIME.findall(finding.suggestion)) and finding.code != _DATE_ALONE
    if finding.code in _GUESSES or loses_time or "!!python" in old:
        return False
    date = _NUMERIC_DATE.search(old)
    return date is None or date[1] == date[2] or max(int(date[1]), int(date[2])) > 12


def _line(text: str, number: int) -> str:
    lines = _LINE_ENDS.split(text)
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _replaced(text: str, finding: Finding) -> str:
    """Return the text with the suggested line in place of the wrong one; all other bytes stay as they are."""
    ends = list(_LINE_ENDS.finditer(text))
    number = finding.place.line
    start = ends[number - 2].end() if number > 1 else 0
    end = ends[number - 1].start() if number <= len(ends) else len(text)
    mark = ends[0][0] if ends else "\n"
    return text[:start] + finding.suggestion.replace("\n", mark) + text[end:]
