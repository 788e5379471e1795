"""Settings and `ignore` name rules by name, code or group; unknown names get a suggestion."""

from __future__ import annotations

import pytest

from newsletter.errors import ContentError
from newsletter.model.findings import Finding, Severity
from newsletter.preflight.rule import Example
from newsletter.testing.checks import findings_of

WRONG_DAY = "intro: Join us on Wednesday 19 March at the town hall. The venue is to be confirmed.\n"
"""An error in the group dates (NL401 weekday-mismatch) and a warning in the group content (NL501)."""


def findings(issue: str = WRONG_DAY, settings: str = "") -> dict[str, Finding]:
    return {one.code: one for one in findings_of(Example(issue, settings=settings))}


def severity(chosen: str) -> str:
    return f"checks:\n  severity: {{{chosen}}}\n"


def test_the_example_has_both_findings_with_their_names():
    found = findings()
    assert {code: (one.name, one.severity) for code, one in found.items()} == {
        "NL401": ("weekday-mismatch", Severity.ERROR),
        "NL501": ("unconfirmed-detail", Severity.WARNING),
    }
    assert found["NL401"].label == "NL401 weekday-mismatch"


@pytest.mark.parametrize("key", ["weekday-mismatch", "NL401", "nl401", "Weekday-Mismatch", "dates"])
@pytest.mark.parametrize("level", ["warning", "note"])
def test_a_rule_gets_the_severity_of_its_name_code_or_group(key, level):
    found = findings(settings=severity(f"{key}: {level}"))
    assert {code: str(one.severity) for code, one in found.items()} == {"NL401": level, "NL501": "warning"}


@pytest.mark.parametrize("key", ["weekday-mismatch", "NL401", "dates"])
def test_a_rule_that_is_off_is_not_shown(key):
    assert set(findings(settings=severity(f"{key}: off"))) == {"NL501"}


def test_a_rule_can_be_made_an_error():
    assert findings(settings=severity("unconfirmed-detail: error"))["NL501"].blocks


@pytest.mark.parametrize("chosen", ["dates: off, weekday-mismatch: note", "NL401: note, dates: off"])
def test_the_setting_of_a_rule_wins_over_that_of_its_group_in_any_order(chosen):
    assert findings(settings=severity(chosen))["NL401"].severity is Severity.NOTE


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("weekday-mismach", "weekday-mismatch"),
        ("weekday_mismatch", "weekday-mismatch"),
        ("Weekday mismatch", "weekday-mismatch"),
        ("date", "dates"),
        ("readabilty", "readability"),
    ],
)
def test_an_unknown_name_gets_a_suggestion_at_its_line(key, near):
    found = findings(settings=severity(f"{key}: off"))
    assert f"Did you mean “{near}”?" in found["NL393"].message
    assert found["NL393"].place.path.endswith("newsletter.yaml")
    assert found["NL393"].place.line
    assert "NL401" in found


@pytest.mark.parametrize("key", ["NL999", "NL013", "zzz"])
def test_what_is_like_no_name_is_unknown_without_a_suggestion(key):
    found = findings(settings=severity(f"{key}: off"))
    assert key in found["NL393"].message
    assert "Did you mean" not in found["NL393"].message


NO_LINK = Example(
    "intro: Hello.",
    templates={
        "parts/footer.mjml.j2": "{% macro footer(ruled) %}\n<mj-section><mj-column><mj-text>"
        "{{ brand.why or words.why }} {{ brand.address }}</mj-text></mj-column></mj-section>\n{% endmacro %}\n"
    },
)


@pytest.mark.parametrize("level", ["off", "note", "warning"])
@pytest.mark.parametrize("key", ["missing-unsubscribe-link", "NL920"])
def test_a_rule_that_is_always_on_stays_an_error(key, level):
    example = Example(NO_LINK.issue, settings=severity(f"{key}: {level}"), templates=NO_LINK.templates)
    found = {one.code: one for one in findings_of(example)}
    assert found["NL920"].blocks
    assert "NL920 missing-unsubscribe-link" in found["NL394"].message
    assert found["NL394"].place.line


def test_a_group_is_turned_off_around_the_rules_that_are_always_on():
    settings = severity("sending: off") + "  ignore: [{rule: sending, because: We know}]\n"
    example = Example("preheader:", settings=settings, templates=NO_LINK.templates)
    assert [one.code for one in findings_of(example)] == ["NL920"]


@pytest.mark.parametrize("entry", ["code: NL401", "rule: NL401", "rule: weekday-mismatch", "rule: dates"])
@pytest.mark.parametrize("place", ["issue", "settings"])
def test_ignore_takes_a_code_a_name_or_a_group(entry, place):
    ignore = f"ignore: [{{{entry}, because: It is a joke}}]\n"
    found = findings(WRONG_DAY + ignore) if place == "issue" else findings(settings=f"checks:\n  {ignore}")
    assert set(found) == {"NL501"}


@pytest.mark.parametrize("entry", ["rule: unsubscribe-link-missing", "rule: weekday-mismach"])
@pytest.mark.parametrize("place", ["issue", "settings"])
def test_an_unknown_name_in_ignore_is_reported(entry, place):
    ignore = f"ignore: [{{{entry}, because: It is a joke}}]\n"
    found = findings(WRONG_DAY + ignore) if place == "issue" else findings(settings=f"checks:\n  {ignore}")
    assert set(found) == {"NL393", "NL401", "NL501"}


def test_a_group_in_ignore_that_finds_nothing_is_reported_unless_that_is_off():
    ignore = "ignore: [{rule: links, because: Once}]\n"
    assert set(findings(WRONG_DAY + ignore)) == {"NL392", "NL401", "NL501"}
    assert set(findings(WRONG_DAY + ignore, severity("unused-ignore: off"))) == {"NL401", "NL501"}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("checks: {severity: {readability: quiet}}", "error`, `warning`, `note`, `off"),
        ("checks: {severity: {'weekday mismatch!': off}}", "is not the name or the code of a rule"),
        ("checks: {ignore: [{code: weekday-mismatch, because: Fun}]}", "is not the name or the code of a rule"),
        ("checks: {ignore: [{because: Fun}]}", "needs either `rule` or `code`"),
        ("checks: {ignore: [{rule: dates, code: NL401, because: Fun}]}", "needs either `rule` or `code`"),
    ],
)
def test_a_malformed_entry_is_explained(settings, said):
    with pytest.raises(ContentError) as caught:
        findings(settings=settings)
    [finding] = caught.value.findings
    assert said in f"{finding.message} {finding.hint}"
