"""Findings for the composer: each beside its field, with what can be done about it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from newsletter.errors import UsageError
from newsletter.issue_file.editing.edit import Edit, Operation
from newsletter.model.findings import Finding, Severity
from newsletter.preflight.fixes import fixed
from newsletter.workflow.composer.field_places import label_of, path_of_line, written_path
from newsletter.workflow.composer.open_issue import OpenIssue, Snapshot

_WEIGHTS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def finding_id(finding: Finding) -> str:
    """Return a short name of a finding, the same as long as it says the same about the same words."""
    words = f"{finding.code}\0{finding.message}\0{finding.excerpt}\0{finding.place.column}"
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def finding_facts(findings: Iterable[Finding], snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return findings as plain data, the worst first."""
    ordered = sorted(findings, key=lambda one: (_WEIGHTS[one.severity], one.place.line))
    return [_facts(finding, snapshot) for finding in ordered]


def _facts(finding: Finding, snapshot: Snapshot) -> dict[str, Any]:
    document = snapshot.document
    is_here = document is not None and finding.place.path.endswith(document.path.name)
    path = path_of_line(document.root, finding.place.line, finding.place.column) if document and is_here else None
    if path is not None and document is not None:
        path = written_path(document.data, path)
    return {
        "id": finding_id(finding),
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        "why": finding.why,
        "path": list(path) if path is not None else None,
        "line": finding.place.line or None,
        "file": None if is_here else finding.place.path or None,
        "field_label": label_of(path),
        "excerpt": finding.excerpt,
        "fix": {"label": f"Change “{finding.fix.old}” to “{finding.fix.new}”"} if finding.fix else None,
        "can_ignore": bool(finding.name) and finding.severity is not Severity.ERROR,
    }


def wanted(findings: Sequence[Finding], name: str) -> Finding:
    """Return the finding with a name; raise UsageError where it is no longer there."""
    found = next((one for one in findings if finding_id(one) == name), None)
    if found is None:
        raise UsageError("This finding is no longer there.", hint="The list is brought up to date in a moment.")
    return found


def fix(issue: OpenIssue, snapshot: Snapshot, finding: Finding) -> Snapshot:
    """Make the change that fixes a finding."""
    if finding.fix is None:
        raise UsageError("This finding has no fix that can be made for you.", hint=finding.hint)
    result = fixed(snapshot.text, [finding])
    if not result.done:
        raise UsageError("The words have changed since.", hint="The list is brought up to date in a moment.")
    return issue.write_text(snapshot.version, result.text)


def ignore(issue: OpenIssue, snapshot: Snapshot, finding: Finding, reason: str) -> Snapshot:
    """Add a finding's rule to the issue's `ignore`, with the reason."""
    if not finding.name:
        raise UsageError("This finding cannot be ignored.", hint=finding.hint)
    if not reason.strip():
        raise UsageError("A reason is needed: why is the text right as it is?")
    data = snapshot.data if isinstance(snapshot.data, dict) else {}
    entry = {"rule": finding.name, "because": " ".join(reason.split())}
    count = len(data.get("ignore") or [])
    edit = Edit(op=Operation.INSERT, path=("ignore", count), value=entry)
    return issue.edit(snapshot.version, "Ignore a finding", [edit])[0]
