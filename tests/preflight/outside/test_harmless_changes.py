"""No check of the texts, dates and links gives an error or a warning about a harmless change."""

from __future__ import annotations

import pytest

from newsletter.model.findings import Severity
from tests.preflight.outside.cases import SETS, issue_names, read_cases
from tests.preflight.outside.measure import TEXT, check_source, clean_findings

KNOWN = {"N. N. bringt ein Nest mit", "21:00 GMT"}
"""An artist’s name that nobody can tell from a name to be filled in, and a time in another style than the others."""


@pytest.mark.parametrize("name", issue_names(SETS))
def test_a_harmless_change_brings_no_error_or_warning(name: str) -> None:
    known = {(finding.code, finding.message) for finding in clean_findings(name, page=False)}
    wrong = [
        (case.row.at, finding.code, finding.message)
        for case in read_cases("fine", SETS)
        if case.issue == name and case.row.at not in KNOWN
        for finding in check_source(name, case.source, TEXT)
        if finding.severity is not Severity.NOTE and (finding.code, finding.message) not in known
    ]
    assert wrong == []
