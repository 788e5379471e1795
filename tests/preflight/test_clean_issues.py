"""Issues that are in order give no error and at most three warnings, each of them right."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.model.findings import Severity
from newsletter.preflight.rule import Example
from newsletter.testing.checks import findings_of

PROJECT = Path(__file__).parents[2]
FILES = {
    "February": PROJECT / "issues" / "2024-02.yaml",
    "March": PROJECT / "issues" / "2024-03.yaml",
    **{
        name: PROJECT / "tests" / "golden" / f"{name}.yaml"
        for name in ("arabic", "spanish", "welsh", "two-languages", "smallest")
    },
}


@pytest.mark.parametrize("name", FILES)
def test_an_issue_in_order_is_left_alone(name):
    past = FILES["February"].read_text("utf-8") if name == "March" else ""
    found = findings_of(Example(FILES[name].read_text("utf-8"), past=past))
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    warnings = [finding for finding in found if finding.severity is Severity.WARNING]
    assert errors == []
    assert len(warnings) <= 3, [f"{one.code} {one.place.line}: {one.message}" for one in warnings]
