"""Every code of a finding in the source is told on the page of findings, and none that does not exist."""

from __future__ import annotations

import re
from pathlib import Path

from newsletter.preflight.registry import built_in
from newsletter.preflight.runner import OWN_RULES

PROJECT = Path(__file__).parents[2]
RULES = {rule.code for check in built_in() for rule in check.rules} | {rule.code for rule in OWN_RULES}
"""The codes of the rules, which have a page each."""

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
    assert set(told) == {code for code in codes_in_source() if code not in RULES}
    assert len(told) == len(set(told))


def test_each_check_has_a_page_and_each_page_a_check() -> None:
    assert {path.stem for path in (PROJECT / "docs" / "checks").glob("*.md")} == RULES | {"README"}
