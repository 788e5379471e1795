"""The gate before a send."""

from __future__ import annotations

import pytest

from newsletter.errors import GateError, Place, UsageError
from newsletter.ledger.records import ClearanceKind
from newsletter.model.findings import Finding, Severity
from newsletter.sending.policy import SendPolicy, approve, enforce, record_check, record_test, violations

from .conftest import outgoing_of

TEST_ONLY = SendPolicy()
BOTH = SendPolicy(approval=True)
NAMED = SendPolicy(test=False, approval=True, approvers=("Director", "Editor"))


def finding(severity: Severity) -> Finding:
    return Finding(code="NL001", severity=severity, message="m", place=Place("p"))


def test_untested_it_may_not_go(ledger, outgoing):
    with pytest.raises(GateError, match="It has not been sent as a test yet") as caught:
        enforce(ledger, outgoing, TEST_ONLY, "kim")
    assert "newsletter test 2024-02 --to" in caught.value.hint


def test_tested_it_may_go(ledger, outgoing):
    record_test(ledger, outgoing, 2, "kim")
    enforce(ledger, outgoing, TEST_ONLY, "kim")


def test_without_rules_anything_may_go(ledger, outgoing):
    enforce(ledger, outgoing, SendPolicy(test=False), "kim")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subject": "X"}, "since then the subject has changed"),
        ({"subject": "X", "html": "Y"}, "since then the subject and the HTML have changed"),
    ],
)
def test_after_a_change_it_must_be_tested_again_and_the_change_is_named(ledger, outgoing, change, words):
    record_test(ledger, outgoing, 1, "kim")
    with pytest.raises(GateError, match=words) as caught:
        enforce(ledger, outgoing_of(**change), TEST_ONLY, "kim")
    assert "by kim" in caught.value.message


def test_changed_back_it_may_go(ledger, outgoing):
    record_test(ledger, outgoing, 1, "kim")
    record_test(ledger, outgoing_of(subject="X"), 1, "kim")
    enforce(ledger, outgoing, TEST_ONLY, "kim")


def test_a_test_of_another_issue_counts_for_nothing(ledger, outgoing):
    record_test(ledger, outgoing_of(issue="2024-01"), 1, "kim")
    assert len(violations(ledger, outgoing, TEST_ONLY, "kim")) == 1


def test_all_that_is_missing_is_told_at_once(ledger, outgoing):
    with pytest.raises(GateError, match=r"sent as a test yet\. It has not been approved yet") as caught:
        enforce(ledger, outgoing, BOTH, "kim")
    assert caught.value.hint.count("newsletter ") == 2


def test_ones_own_approval_is_not_enough(ledger, outgoing):
    record_test(ledger, outgoing, 1, "kim")
    approve(ledger, outgoing, BOTH, "kim")
    with pytest.raises(GateError, match="Only you, kim"):
        enforce(ledger, outgoing, BOTH, "kim")
    approve(ledger, outgoing, BOTH, "lee")
    enforce(ledger, outgoing, BOTH, "kim")


def test_only_those_who_are_named_approve(ledger, outgoing):
    with pytest.raises(UsageError, match="kim is not one of the approvers") as caught:
        approve(ledger, outgoing, NAMED, "kim")
    assert "Director, Editor" in caught.value.hint
    approve(ledger, outgoing, NAMED, "Editor")
    enforce(ledger, outgoing, NAMED, "kim")


def test_an_approval_by_someone_no_longer_named_counts_for_nothing(ledger, outgoing):
    approve(ledger, outgoing, BOTH, "lee")
    with pytest.raises(GateError, match="approved by lee, who is not an approver") as caught:
        enforce(ledger, outgoing, NAMED, "kim")
    assert "--as Director" in caught.value.hint


def test_an_approval_is_of_exactly_this_content(ledger, outgoing):
    approve(ledger, outgoing, NAMED, "Editor")
    with pytest.raises(GateError, match="the text has changed"):
        enforce(ledger, outgoing_of(text="X"), NAMED, "kim")


def test_errors_shut_the_gate(ledger, outgoing):
    with pytest.raises(GateError, match="has errors"):
        record_check(ledger, outgoing, [finding(Severity.ERROR)], "kim")


def test_the_same_check_is_written_once(ledger, outgoing):
    for findings in ([], [], [finding(Severity.WARNING)], [finding(Severity.WARNING)]):
        record_check(ledger, outgoing, findings, "kim")
    words = [event.words for event in ledger.history.story("2024-02")]
    assert words == ["checked it: nothing to fix", "checked it: 1 warning"]
    assert len(ledger.history.clearances("2024-02", ClearanceKind.CHECK)) == 2
