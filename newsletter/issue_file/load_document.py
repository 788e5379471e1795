"""A YAML file as a validated model, or every mistake in it at once, in its order, in words for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import ContentError
from newsletter.issue_file.expected_shape import field_names
from newsletter.issue_file.positions import PositionMap
from newsletter.issue_file.problem import LineEdit, Problem
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import Source
from newsletter.issue_file.to_plain import is_empty
from newsletter.issue_file.validate import validate
from newsletter.issue_file.yaml_repair.patched_text import PatchedText
from newsletter.issue_file.yaml_repair.syntax import Yaml, read_yaml
from newsletter.model.findings import Finding

M = TypeVar("M", bound=BaseModel)

MAX_FINDINGS = 200
"""Mistakes of one file that are told at once; nobody reads more."""

_PASSWORD_IN_URL = compile_pattern(r"://[^/\s]*:[^/\s]*@")

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Loaded(Generic[M]):
    """A file's value, its text, and where everything stands in it."""

    value: M
    path: Path
    source: str
    places: PositionMap


def read_document(
    source: Source,
    model: type[M],
    *,
    context: Mapping[str, Any] = _NOTHING,
    what: str = "issue",
    draft: PatchedText | None = None,
    yaml: Yaml | None = None,
) -> Loaded[M]:
    """Read a file's text; raise ContentError with all of its mistakes, in the order of the file.

    `context` goes to the model's validators; `what` is how the file is called in messages.
    `draft` is what to read of it if not all is YAML; `yaml` is its tree, where that is known.
    """
    if yaml is None:
        yaml = read_yaml(source, draft or PatchedText(source.lines), field_names(model, context.get("kinds", {})))
    value: M | None = None
    told: list[Problem] = list(yaml.complaints)
    root = None if yaml.root is None or is_empty(yaml.root) else yaml.root
    if root is not None:
        value, complaints = validate(root, source, model, context)
        told = _once(told, [each for each in complaints if yaml.is_sure_of(each)])
    count = len(source.faults) + len(told)
    told = sorted(told, key=lambda complaint: complaint.mark)[:MAX_FINDINGS]
    findings = [*source.faults, *_findings(source, told)]
    if root is None and not findings:
        findings.append(_nothing_in(source, what))
    if "sections" not in model.model_fields:
        findings = [_without_secret(finding, source) for finding in findings]
    if value is None or findings:
        raise _all_of(source, findings, count, whole=yaml.is_whole)
    return Loaded(value, source.path, source.text, PositionMap(source, root))


def _nothing_in(source: Source, what: str) -> Finding:
    return source.finding(
        Code.FILE_EMPTY,
        1,
        1,
        f"the {what} is empty: there is no field in it, and perhaps only comments",
        hint="A line that begins with # is a comment: delete the # from the lines that are meant.",
    )


def _once(syntax: list[Problem], fields: list[Problem]) -> list[Problem]:
    """Return both, without what only follows from another, or says less about the same value."""
    spoilt = {mark for complaint in syntax for mark in complaint.spoils}
    fields = [complaint for complaint in fields if complaint.mark not in spoilt]
    marks = {complaint.mark for complaint in fields if complaint.code not in {Code.EMPTY_VALUE, Code.MISSING_FIELD}}
    return [complaint for complaint in syntax if complaint.value not in marks] + fields


def _findings(source: Source, complaints: list[Problem]) -> list[Finding]:
    """Convert problems to findings; a suggested line has all known mistakes in it fixed."""
    lines: dict[int, list[LineEdit]] = {}
    for complaint in complaints:
        if complaint.edit:
            lines.setdefault(complaint.edit.line, []).append(complaint.edit)
    findings = []
    for complaint in complaints:
        line, column = complaint.mark
        suggestion = _edited(source.line(line), lines[line]) if complaint.edit else complaint.paste
        finding = source.finding(
            complaint.code, line, column, complaint.message, hint=complaint.hint, suggestion=suggestion
        )
        findings.append(finding.model_copy(update={"missing": complaint.missing}) if complaint.missing else finding)
    return findings


def _without_secret(finding: Finding, source: Source) -> Finding:
    """Show nothing of a line on which a secret may stand."""
    from newsletter.issue_file.messages.fields import HOW_TO_HIDE, SECRET_FIELD  # noqa: PLC0415  most files need none

    line = source.line(finding.place.line)
    if not (SECRET_FIELD.search(line) or _PASSWORD_IN_URL.search(line)):
        return finding
    changes = {"excerpt": "", "suggestion": ""}
    if finding.code not in {Code.SECRET, Code.LEDGER_FORM}:
        changes |= {"message": "This line cannot be read as it is, and it seems to hold a secret.", "hint": HOW_TO_HIDE}
    return finding.model_copy(update=changes)


def _edited(line: str, edits: list[LineEdit]) -> str:
    end = len(line) + 1
    for edit in sorted(set(edits), key=lambda edit: edit.column, reverse=True):
        if min(edit.end, len(line) + 1) <= end:
            line = line[: edit.column - 1] + edit.text + line[edit.end - 1 :]
            end = edit.column
    return line


def _all_of(source: Source, findings: list[Finding], count: int, *, whole: bool) -> ContentError:
    findings.sort(key=lambda finding: (finding.place.line, finding.place.column))
    message = f"{source.path.name} has {'a mistake' if count <= 1 else f'{count} mistakes'}."
    if count > len(findings):
        message += f" The first {len(findings)} are shown."
    if not whole:
        message += " There may be more: the file can be read further once these are fixed."
    first = findings[0]
    return ContentError(message, findings, hint=first.hint if len(findings) == 1 else "", place=first.place)
