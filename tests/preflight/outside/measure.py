"""Measure what the checks find in the tables: `python -m tests.preflight.outside.measure`.

For every defect: whether a finding appears that the clean issue does not have, and whether one stands on the line of
the mistake. For every harmless change: the errors and warnings that appear, each of them wrong. A third of the
defects, chosen by a hash, is held out: `--missed` does not show it, so that rules are not written for its rows.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from newsletter.errors import ContentError
from newsletter.model.findings import Finding, Severity
from newsletter.preflight.registry import built_in
from newsletter.preflight.rule import Checker, Example
from newsletter.preflight.runner import run
from newsletter.testing.checks import subject_of
from tests.preflight.outside.cases import (
    KINDS,
    SETS,
    Case,
    Row,
    apply_row,
    issue_names,
    issue_path,
    parse_yaml,
    read_cases,
    read_rows,
)

PAGE_GROUPS = frozenset({"html", "sending"})
"""The groups whose checks render the issue; they run only where the others say nothing on the right line."""
PAGE_KINDS = frozenset({"accessibility", "subject", "leftover", "links"})
"""The kinds of mistake that those groups may find; rendering an issue costs four times as much as all the others."""
TEXT = tuple(check for check in built_in() if check.group not in PAGE_GROUPS)
PAGE = tuple(check for check in built_in() if check.group in PAGE_GROUPS)


@dataclass(frozen=True)
class Result:
    """One case and the findings that its change brings."""

    case: Case
    new: tuple[Finding, ...]

    @property
    def at_line(self) -> tuple[Finding, ...]:
        """Return the new findings on the line of the mistake."""
        return tuple(finding for finding in self.new if finding.place.line == self.case.line)

    @property
    def loud(self) -> tuple[Finding, ...]:
        """Return the new errors and warnings."""
        return tuple(finding for finding in self.new if finding.severity is not Severity.NOTE)


def is_held_out(row: Row) -> bool:
    """Return whether a row belongs to the third that nobody reads while writing rules."""
    return hashlib.sha256(f"{row.issue}|{row.old}|{row.new}".encode()).digest()[0] % 3 == 0


def language_of_issue(name: str) -> str:
    """Return the language of an organisation's settings, without its region."""
    return str(parse_yaml(_settings(name))["language"]).partition("-")[0]


def check_source(name: str, source: str, checkers: Sequence[Checker]) -> tuple[Finding, ...]:
    """Return what the checks, or the reader of the file, find in an issue on the day of the clean one."""
    today = parse_yaml(issue_path(name).read_text(encoding="utf-8"))["date"]
    example = Example(source, settings=_settings(name), facts={"today": today}, file=issue_path(name).name)
    try:
        with subject_of(example) as subject:
            return run(subject, checkers)
    except ContentError as error:
        return tuple(error.findings)


@cache
def clean_findings(name: str, *, page: bool) -> tuple[Finding, ...]:
    """Return the findings in the unchanged issue, of the text or of the page."""
    return check_source(name, issue_path(name).read_text(encoding="utf-8"), PAGE if page else TEXT)


def measure_defect(case: Case) -> Result:
    """Return what a mistake brings up; the page is only looked at where the text says nothing on its line."""
    result = _measure(case, page=False)
    return result if result.at_line else _with_page(result)


def measure_fine(case: Case) -> Result:
    """Return what a harmless change brings up, of the text and of the page."""
    return _with_page(_measure(case, page=False))


def _with_page(result: Result) -> Result:
    if result.case.row.kind not in PAGE_KINDS:
        return result
    return Result(result.case, (*result.new, *_measure(result.case, page=True).new))


def _measure(case: Case, *, page: bool) -> Result:
    known = Counter(map(_key, clean_findings(case.issue, page=page)))
    new = []
    for finding in check_source(case.issue, case.source, PAGE if page else TEXT):
        if known[_key(finding)]:
            known[_key(finding)] -= 1
        else:
            new.append(finding)
    return Result(case, tuple(new))


def _key(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.message


@cache
def _settings(name: str) -> str:
    return (issue_path(name).parent.parent / "newsletter.yaml").read_text(encoding="utf-8")


def table_of(results: Iterable[Result], group: Callable[[Case], str]) -> list[str]:
    """Return a Markdown table of the recall by some property of a case, and of all together."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[group(result.case)].append(result)
        groups["**all**"].append(result)
    names = [*sorted(set(groups) - {"**all**"}), "**all**"]
    head = ["| | mistakes | found | on the right line | recall | held out |", "|---|--:|--:|--:|--:|--:|"]
    return head + [_table_row(name, groups[name]) for name in names]


def _table_row(name: str, results: Sequence[Result]) -> str:
    found = sum(bool(result.new) for result in results)
    right = sum(bool(result.at_line) for result in results)
    held = [result for result in results if is_held_out(result.case.row)]
    held_right = sum(bool(result.at_line) for result in held)
    return f"| {name} | {len(results)} | {found} | {right} | {right / len(results):.0%} | {held_right} of {len(held)} |"


def _one_line(finding: Finding) -> str:
    return f"{finding.severity.name.lower()} {finding.code} line {finding.place.line}: {finding.message}"


def _show_clean(sets: Sequence[str]) -> None:
    print("## The clean issues\n")
    for name in issue_names(sets):
        found = [*clean_findings(name, page=False), *clean_findings(name, page=True)]
        counts = Counter(finding.severity.name.lower() for finding in found)
        print(f"- {name}: {counts['error']} errors, {counts['warning']} warnings, {counts['note']} notes")
        for finding in found:
            print(f"    {_one_line(finding)}")


def _show_fine(only: str, sets: Sequence[str]) -> None:
    results = [measure_fine(case) for case in read_cases("fine", sets) if only in case.issue]
    wrong = [(result, finding) for result in results for finding in result.loud]
    notes = sum(len(result.new) - len(result.loud) for result in results)
    print(f"\n## Harmless changes: {len(wrong)} wrong errors and warnings, {notes} notes in {len(results)} rows\n")
    for result, finding in wrong:
        print(f"- {result.case.issue}: “{result.case.row.at}”: {_one_line(finding)}")


def _show_defects(only: str, sets: Sequence[str], *, kind: str, missed: bool) -> None:
    rows = [row for row in read_rows("defects", sets) if only in row.issue and kind in ("", row.kind)]
    results = [measure_defect(apply_row(row)) for row in rows]
    print("\n## Mistakes by kind\n", *table_of(results, lambda case: case.row.kind), sep="\n")
    print("\n## Mistakes by language\n", *table_of(results, lambda case: language_of_issue(case.issue)), sep="\n")
    if missed:
        print("\n## Missed, without those that are held out\n")
        for result in results:
            if not result.at_line and not is_held_out(result.case.row):
                row = result.case.row
                print(f"- {row.issue} {row.kind} line {result.case.line}: “{row.at}”: {row.why}")
                print(*(f"    elsewhere: {_one_line(finding)}" for finding in result.new), sep="\n")


def main() -> None:
    """Measure what was asked for and print it as Markdown."""
    parser = argparse.ArgumentParser(description="Measure what the checks find in the tables.")
    parser.add_argument("--issue", default="", help="only the issues whose name contains this")
    parser.add_argument("--set", choices=SETS, help="only the issues of this set")
    parser.add_argument("--kind", choices=KINDS, default="", help="only the mistakes of this kind")
    parser.add_argument("--missed", action="store_true", help="list the mistakes that are missed")
    parser.add_argument("--clean", action="store_true", help="list the findings in the clean issues")
    parser.add_argument("--fine", action="store_true", help="measure the harmless changes only")
    arguments = parser.parse_args()
    sets = (arguments.set,) if arguments.set else SETS
    if arguments.clean:
        _show_clean(sets)
        return
    if not arguments.kind:
        _show_fine(arguments.issue, sets)
    if not arguments.fine:
        _show_defects(arguments.issue, sets, kind=arguments.kind, missed=arguments.missed)


if __name__ == "__main__":
    main()
