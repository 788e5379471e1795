"""Each rule's own examples: the wrong one brings it up, the right one does not, and both are otherwise in order."""

from __future__ import annotations

import re

import pytest

from newsletter.model.findings import Severity
from newsletter.preflight.registry import built_in, rules
from newsletter.preflight.runner import OWN_RULES
from newsletter.testing.checks import findings_of

RULES = rules(built_in())
CHECKERS = {rule.code: (check,) for check in built_in() for rule in check.rules}
OF_THE_RUNNER = {rule.code for rule in OWN_RULES}
"""Whether an entry of `ignore` is needed shows only when every check has run."""


@pytest.mark.parametrize("code", RULES)
def test_the_wrong_example_is_found_and_the_right_one_is_not(code):
    compare_examples(code, None if code in OF_THE_RUNNER else CHECKERS[code])


@pytest.mark.slow
@pytest.mark.parametrize("code", RULES)
def test_the_examples_hold_among_all_checks(code):
    compare_examples(code, None)


def compare_examples(code, checks):
    rule = RULES[code]
    wrong = [finding for finding in findings_of(rule.wrong, checks) if finding.code == code]
    assert wrong
    assert all(finding.severity is rule.severity for finding in wrong)
    assert all(finding.message and finding.hint and finding.why for finding in wrong)
    right = findings_of(rule.right, checks)
    assert code not in {finding.code for finding in right}
    assert not [finding for finding in right if finding.severity is Severity.ERROR]


def test_each_code_belongs_to_one_rule():
    codes = [rule.code for check in built_in() for rule in check.rules]
    assert sorted(codes) == sorted(set(codes))


def test_each_rule_has_a_short_kebab_case_name_of_its_own():
    names = [rule.name for rule in (*RULES.values(), *OWN_RULES)]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+|readability", name)] == []
    assert [name for name in names if len(name) > 30] == []
    assert not set(names) & {checker.group for checker in built_in()}


def test_each_rule_is_in_the_group_of_its_folder():
    assert {checker.group for checker in built_in()} == {"content", "dates", "html", "links", "sending", "text"}


def test_only_errors_are_always_on():
    always_on = {rule.name for rule in RULES.values() if rule.always_on}
    assert always_on == {
        "foreign-merge-tag",
        "lost-merge-tag",
        "unsupported-merge-tag",
        "secret-link",
        "missing-unsubscribe-link",
        "missing-postal-address",
        "sample-postal-address",
        "sample-sender-address",
        "empty-audience",
        "missing-image",
        "unreadable-image",
        "sample-text",
        "unknown-merge-tag",
        "malformed-merge-tag",
        "unsupported-part",
    }


@pytest.mark.parametrize("code", RULES)
def test_a_rule_says_what_is_needed_in_whole_sentences(code):
    rule = RULES[code]
    assert re.fullmatch(r"NL[2-9]\d\d", code)
    for words in (rule.title, rule.why, rule.fix):
        assert re.fullmatch(r"[A-Z“`0-9].*[.!?”]", words), words
