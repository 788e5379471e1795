"""Fix an issue's file where that is safe: what a person wrote otherwise stays byte for byte as it is."""

from __future__ import annotations

import os
import shutil
import tempfile
from codecs import BOM_UTF8
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import ContentError, UsageError
from newsletter.model.findings import Finding
from newsletter.preflight.fixes import FixResult, fixed
from newsletter.workflow.check_issue import check_issue

if TYPE_CHECKING:
    from newsletter.workflow.workspace import Workspace

ROUNDS = 5
"""One fix may uncover another, as where two touch the same letters; it ends after so many."""


def apply_fixes(workspace: Workspace, path: Path) -> tuple[Finding, ...]:
    """Apply the safe fixes to an issue's file and return the findings that they fix; raise UsageError on a full disk.

    A file that cannot be read as an issue is left alone: what is wrong with it needs a person.
    """
    done: list[Finding] = []
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


def _safely(workspace: Workspace, name: str, raw: bytes, findings: Sequence[Finding]) -> FixResult:
    """Apply the fixes after which the file can still be read: all at once, or else one after the other."""
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
    """Put new content in a file's place: whoever stops us in the middle finds the old file, whole."""
    place = path.resolve()
    number, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
        shutil.copymode(place, name)
        Path(name).replace(place)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise UsageError(f"{path.name} cannot be written: {error.strerror}.", hint="Nothing was changed.") from error
