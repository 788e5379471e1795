"""Apply safe fixes to an issue file; everything else stays byte for byte as it is."""

from __future__ import annotations

import tempfile
from codecs import BOM_UTF8
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import ContentError, UsageError
from newsletter.model.findings import Finding
from newsletter.preflight.fixes import FixResult, fixed
from newsletter.workflow.atomic_write import replace_file
from newsletter.workflow.check_issue import check_issue
from newsletter.workflow.fix_form import fix_form

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace

ROUNDS = 5
"""How often the file is checked again, as one fix may uncover another."""


def apply_fixes(workspace: Workspace, path: Path) -> tuple[Finding, ...]:
    """Apply the safe fixes to an issue's file and return the findings that they fix; raise UsageError on a full disk.

    Where the file cannot be read as an issue, the lines that its errors say to write instead are written first.
    """
    done: list[Finding] = [*_fix_form(workspace, path)]
    for _ in range(ROUNDS):
        findings = check_issue(workspace, path).findings
        raw = path.read_bytes()
        mark = BOM_UTF8 if raw.startswith(BOM_UTF8) else b""
        result = _safely(workspace, path.name, raw.removeprefix(mark), findings)
        if not result.done:
            break
        _write(path, mark + result.text.encode())
        done += result.done
    return tuple(done)


def _fix_form(workspace: Workspace, path: Path) -> tuple[Finding, ...]:
    """Fix the form of a file that cannot be read; one in another encoding needs a person."""
    raw = path.read_bytes()
    mark = BOM_UTF8 if raw.startswith(BOM_UTF8) else b""
    try:
        text = raw.removeprefix(mark).decode()
    except UnicodeDecodeError:
        return ()
    changed, done = fix_form(workspace, path.name, text)
    if done:
        _write(path, mark + changed.encode())
    return done


def _safely(workspace: Workspace, name: str, raw: bytes, findings: Sequence[Finding]) -> FixResult:
    """Apply the fixes that keep the file readable: all at once or, if that fails, one by one."""
    to_fix = [finding for finding in findings if finding.fix]
    if not to_fix:
        return FixResult("", (), ())
    text = raw.decode()
    result = fixed(text, to_fix)
    if _reads(workspace, name, result.text):
        return result
    kept: list[Finding] = []
    for finding in result.done:
        if _reads(workspace, name, fixed(text, [*kept, finding]).text):
            kept.append(finding)
    return fixed(text, kept)


def _reads(workspace: Workspace, name: str, text: str) -> bool:
    with tempfile.TemporaryDirectory(prefix="newsletter-") as folder:
        path = Path(folder) / name
        path.write_bytes(text.encode())
        try:
            workspace.load_path(path)
        except ContentError:
            return False
    return True


def _write(path: Path, data: bytes) -> None:
    """Replace a file atomically, so that an interruption leaves the old content."""
    try:
        replace_file(path, data)
    except OSError as error:
        raise UsageError(f"{path.name} cannot be written: {error.strerror}.", hint="Nothing was changed.") from error
