"""Defects planted one by one in an issue in which nothing is wrong: each is found, at its line.

The tables lie in `defects/`, one a subject: the code that must come up, the words that are replaced and by what. `at`
are the words in the new ones that the finding must point at, where they do not begin them; `past`, `settings` and
`file` are those of an Example.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from newsletter.model.report import Severity
from newsletter.preflight.rule import Example
from newsletter.testing.checks import findings_of

HERE = Path(__file__).parent
CLEAN = (HERE / "clean.yaml").read_text("utf-8")


@dataclass(frozen=True)
class Defect:
    """One row of a table."""

    code: str
    old: str
    new: str
    at: str = ""
    past: str = ""
    settings: str = ""
    file: str = ""

    @property
    def text(self) -> str:
        assert CLEAN.count(self.old) == 1, f"{self.old!r} is there {CLEAN.count(self.old)} times"
        return CLEAN.replace(self.old, self.new)

    @property
    def example(self) -> Example:
        return Example(self.text, past=self.past, settings=self.settings, file=self.file)

    @property
    def line(self) -> int:
        start = CLEAN.index(self.old)
        return CLEAN.count("\n", 0, start) + self.new.count("\n", 0, self.new.index(self.at)) + 1


@cache
def defects() -> tuple[Defect, ...]:
    rows: list[dict[str, Any]] = []
    for path in sorted((HERE / "defects").glob("*.yaml")):
        rows += YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    return tuple(Defect(**row) for row in rows)


@cache
def found(number: int) -> frozenset[tuple[str, int]]:
    defect = defects()[number]
    example = defect.example
    return frozenset((finding.code, finding.place.line) for finding in findings_of(example))


def missed() -> list[Defect]:
    return [one for number, one in enumerate(defects()) if (one.code, one.line) not in found(number)]


def test_the_issue_itself_is_clean():
    assert findings_of(CLEAN) == ()


@pytest.mark.parametrize("number", range(len(defects())), ids=lambda number: f"{defects()[number].code}-{number}")
def test_the_defect_is_found_at_its_line(number):
    defect = defects()[number]
    assert (defect.code, defect.line) in found(number)


def test_no_defect_brings_up_an_error_that_is_not_there():
    """A planted defect may bring up a second finding on its own line, but blocks nothing by another one elsewhere."""
    for defect in defects():
        others = [
            finding
            for finding in findings_of(defect.example)
            if finding.severity is Severity.ERROR and finding.code != defect.code and finding.place.line != defect.line
        ]
        assert others == [], defect
