"""Findings in formats for other programs: GitHub annotations, SARIF 2.1.0 and Markdown."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from newsletter import __version__
from newsletter.model.findings import Finding, Severity

_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_SARIF = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    MARKDOWN = "markdown"


def github(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield a GitHub workflow command for each finding, which GitHub shows at its line."""
    for finding in findings:
        place = {"file": _relative(finding.place.path), "line": finding.place.line, "col": finding.place.column}
        given = {**{name: value for name, value in place.items() if value}, "title": finding.label}
        properties = ",".join(f"{name}={_property(str(value))}" for name, value in given.items())
        words = "\n".join(part for part in (finding.message, finding.hint) if part)
        yield f"::{_GITHUB[finding.severity]} {properties}::{_data(words)}"


def markdown(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield the lines of a table in Markdown, for a comment on a pull request."""
    if not findings:
        yield "No problems."
        return
    yield from ("| Line | What | How to fix it |", "| --- | --- | --- |")
    for finding in findings:
        where = f"{Path(_relative(finding.place.path)).name}:{finding.place.line}" if finding.place.line else "–"
        yield f"| {where} | **{finding.severity}** {_cell(finding.message)} ({finding.code}) | {_cell(finding.hint)} |"


def _cell(text: str) -> str:
    """Return a text as it is, on one line of a table; nothing in it is Markdown or HTML."""
    flat = " ".join(text.split())
    return re.sub(r"([\\|<>*_\[\]`@#])", r"\\\1", flat)


def sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the findings as a SARIF log of one run."""
    rules = {finding.code: finding for finding in findings}
    driver = {
        "name": "newsletter",
        "version": __version__,
        "rules": [_rule(finding) for _, finding in sorted(rules.items())],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(one) for one in findings]}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(finding: Finding) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": finding.code, "defaultConfiguration": {"level": _SARIF[finding.severity]}}
    if finding.name:
        rule["name"] = finding.name
    if finding.why:
        rule["help"] = {"text": finding.why}
    return rule


def _result(finding: Finding) -> dict[str, Any]:
    place = finding.place
    physical: dict[str, Any] = {"artifactLocation": {"uri": Path(_relative(place.path)).as_posix()}}
    if place.line:
        physical["region"] = {"startLine": place.line, **({"startColumn": place.column} if place.column else {})}
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _SARIF[finding.severity],
        "message": {"text": " ".join(part for part in (finding.message, finding.hint) if part)},
        "locations": [{"physicalLocation": physical}],
    }
    if finding.fix:
        fix = finding.fix
        region = {"startLine": fix.line, "startColumn": fix.column, "endColumn": fix.column + len(fix.old)}
        change = {
            "artifactLocation": physical["artifactLocation"],
            "replacements": [{"deletedRegion": region, "insertedContent": {"text": fix.new}}],
        }
        result["fixes"] = [{"description": {"text": finding.hint}, "artifactChanges": [change]}]
    return result


def _relative(path: str) -> str:
    try:
        return os.path.relpath(path) if Path(path).is_absolute() else path
    except ValueError:  # another drive of Windows
        return path


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
