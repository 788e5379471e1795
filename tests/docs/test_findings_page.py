"""Every code of a finding in the source is told on the page of findings, and none that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).parents[2]
CODE = re.compile(r"\bNL\d{3}\b")


def codes_in_source() -> set[str]:
    found: set[str] = set()
    for path in (PROJECT / "newsletter").rglob("*.py"):
        found |= set(re.findall(r"[\"'](NL\d{3})[\"']", path.read_text(encoding="utf-8")))
    return found


def codes_told() -> list[str]:
    page = (PROJECT / "docs" / "findings.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `?(NL\d{3})`? \|", page, re.MULTILINE)


def test_every_code_has_a_row_and_every_row_a_code() -> None:
    told = codes_told()
    assert set(told) == codes_in_source()
    assert len(told) == len(set(told))
