"""The tables fit their issues, and the issues are valid. What the checks find in them is tested elsewhere."""

from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.issue_file.load_issue import load_issue
from tests.preflight.outside.cases import (
    KINDS,
    SETS,
    Row,
    RowError,
    apply_row,
    issue_names,
    issue_path,
    parse_yaml,
    read_cases,
    read_rows,
)
from tests.preflight.outside.measure import measure_defect, table_of

TABLES = ("defects", "fine")


@pytest.mark.parametrize("table", TABLES)
def test_every_row_changes_one_place_and_leaves_yaml(table: str) -> None:
    cases = list(read_cases(table))
    for case in cases:
        assert case.source != case.path.read_text(encoding="utf-8"), case.row
        assert case.row.at.splitlines()[0] in case.source.splitlines()[case.line - 1], case.row
    assert {case.issue for case in cases} == set(issue_names())


@pytest.mark.parametrize("name", issue_names())
def test_the_issue_and_its_right_changes_are_valid(name: str, tmp_path: Path) -> None:
    path = tmp_path / issue_path(name).name
    right = [case.source for case in read_cases("fine") if case.issue == name]
    for source in [issue_path(name).read_text(encoding="utf-8"), *right]:
        path.write_text(source, encoding="utf-8")
        assert load_issue(path, zone=ZoneInfo("Europe/London")).issue.sections


def test_no_two_rows_make_the_same_change() -> None:
    changes = Counter((row.issue, row.old, row.new) for table in TABLES for row in read_rows(table))
    assert [change for change, count in changes.items() if count > 1] == []


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_a_known_kind_and_a_reason(table: str) -> None:
    for row in read_rows(table):
        assert row.kind in KINDS, row
        assert len(row.why) > 10, row
        assert row.why.endswith("."), row


@pytest.mark.parametrize("one", SETS)
def test_the_tables_are_wide_enough(one: str) -> None:
    """The spread that was asked for, so that no later edit thins a kind or a language out."""
    rows = read_rows("defects", [one])
    kinds = Counter(row.kind for row in rows)
    least = {"dates": 45, "links": 30, "words": 40, "numbers": 15, "leftover": 18, "accessibility": 12, "subject": 12}
    assert {kind: count for kind, count in least.items() if kinds[kind] < count} == {}
    other = {name for name in issue_names([one]) if not _language(name).startswith("en")}
    assert len(other) >= 4
    assert sum(row.issue in other for row in rows) >= 45
    assert len(rows) >= 170
    assert len(read_rows("fine", [one])) >= 60


def test_a_row_that_does_not_fit_is_refused() -> None:
    row = Row("foodbank", "words", "no such words", "x", "x", "It is not there.")
    with pytest.raises(RowError, match="0 times"):
        apply_row(row)
    row = Row("foodbank", "words", 'title: "January', 'title: "January"', "January", "It is no YAML any more.")
    with pytest.raises(RowError, match="not YAML"):
        apply_row(row)


def _language(name: str) -> str:
    settings = parse_yaml((issue_path(name).parent.parent / "newsletter.yaml").read_text(encoding="utf-8"))
    return str(settings["language"])


def test_a_mistake_is_measured_by_the_findings_that_it_brings() -> None:
    case = next(case for case in read_cases("defects") if "Lorem ipsum" in case.source)
    result = measure_defect(case)
    assert "NL503" in {finding.code for finding in result.at_line}
    assert table_of([result], lambda one: one.row.kind)[-1].startswith("| **all** | 1 | 1 | 1 | 100% |")
