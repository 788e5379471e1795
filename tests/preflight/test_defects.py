"""Defects planted one by one in an issue in which nothing is wrong: each is found, at its line.

The tables lie in `defects/`, one a subject: the code that must come up, the words that are replaced and by what. `at`
are the words in the new ones that the finding must point at, where they do not begin them; `past`, `settings` and
`file` are those of an Example.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from newsletter.model.findings import Finding, Severity
from newsletter.preflight.fixes import fixed
from newsletter.preflight.rule import Example
from newsletter.testing.checks import findings_of, subject_of

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
def found(number: int) -> tuple[Finding, ...]:
    return findings_of(defects()[number].example)


def test_the_issue_itself_is_clean():
    assert findings_of(CLEAN) == ()


def test_there_are_two_hundred_of_them_of_sixty_kinds():
    assert len(defects()) >= 200
    assert len({one.code for one in defects()}) >= 60


@pytest.mark.parametrize("number", range(len(defects())), ids=lambda number: f"{defects()[number].code}-{number}")
def test_the_defect_is_found_at_its_line_and_nothing_else_blocks(number):
    """A defect may bring up a second finding on its own line, but blocks nothing by another one elsewhere.

    Where it can be fixed, the fixed issue can be read.
    """
    defect = defects()[number]
    assert (defect.code, defect.line) in {(one.code, one.place.line) for one in found(number)}
    elsewhere = [one for one in found(number) if one.code != defect.code and one.place.line != defect.line]
    assert [one for one in elsewhere if one.severity is Severity.ERROR] == []
    if any(one.fix for one in found(number)):
        result = fixed(defect.text, found(number))
        assert result.done
        with subject_of(replace(defect.example, issue=result.text)):  # which reads it
            pass
