"""Running the checks: in the order of the file, each by itself, less what is ignored with a reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from newsletter.model.findings import Finding, Severity
from newsletter.preflight.context import LintContext
from newsletter.preflight.rule import Checker, Example, note, warning
from newsletter.testing.checks import findings_of

SHORT = {"why": "It matters.", "fix": "Fix it.", "wrong": "intro: A.", "right": "intro: B."}
HELLO = warning("OUR101", "It says hello.", **SHORT)
SPRING = note("OUR102", "It says spring.", **SHORT)


def _says(rule, word) -> Checker:
    def look(subject: LintContext) -> Iterator[Finding]:
        for run in subject.runs:
            start = run.words.casefold().find(word)
            if start >= 0:
                yield subject.in_text(rule, run, start, start + len(word), f"There is “{word}”.")

    return Checker(f"says {word}", (rule,), look)


def _broken(subject: LintContext) -> Iterator[Finding]:
    yield subject.on_issue(SPRING, "Found before it broke off.")
    raise ZeroDivisionError("division by zero")


CHECKS = [_says(HELLO, "hello"), _says(SPRING, "spring")]
BROKEN = Checker("a broken one", (SPRING,), _broken)


def codes(example, checks=CHECKS) -> list[str]:
    return [one.code for one in findings_of(example, checks)]


def test_findings_come_in_the_order_of_the_file_not_of_the_checks():
    assert codes("") == ["OUR102", "OUR101"]


def test_of_one_place_the_order_is_that_of_the_codes():
    both = [_says(SPRING, "hello"), _says(HELLO, "hello")]
    assert codes("", both) == ["OUR101", "OUR102"]


def test_a_broken_check_is_told_of_and_keeps_no_other_from_looking():
    found = findings_of("", [BROKEN, *CHECKS])
    assert [one.code for one in found] == ["NL391", "OUR102", "OUR101"]
    assert "a broken one" in found[0].message
    assert "ZeroDivisionError: division by zero" in found[0].message
    assert found[0].severity is Severity.WARNING


def test_what_the_issue_ignores_is_left_out():
    assert codes("ignore: [{code: OUR101, because: We greet}]") == ["OUR102"]


def test_what_the_settings_ignore_is_left_out_and_never_called_idle():
    ignore = "checks:\n  ignore: [{code: OUR101, because: We greet}, {code: OUR999, because: Once}]\n"
    assert codes(Example("", settings=ignore)) == ["OUR102"]


@pytest.mark.parametrize(
    ("code", "said"), [("OUR999", "NL393"), ("NL391", "NL393")], ids=["that no check has", "of the checks themselves"]
)
def test_ignoring_a_code_that_cannot_be_ignored_is_told(code, said):
    found = findings_of(f"ignore: [{{code: {code}, because: No reason}}]", CHECKS)
    assert said in [one.code for one in found]
    assert code in next(one.message for one in found if one.code == said)


def test_ignoring_what_is_not_there_is_told_at_its_place():
    found = findings_of("intro: Good day.\nignore:\n  - code: OUR101\n    because: We greet\n", CHECKS)
    idle = next(one for one in found if one.code == "NL392")
    assert "OUR101" in idle.message
    assert "code: OUR101" in idle.excerpt
