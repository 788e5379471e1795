"""Messages that are written for the command line, with issues by their months."""

from __future__ import annotations

import pytest

from newsletter.workflow.composer.issue_names import name_issues

CASES = {
    "There is an issue for May 2026 already: issues/2026-05.yaml.": "There is an issue for May 2026 already.",
    "Nothing was changed. Edit that file, or choose another month.": (
        "Nothing was changed. Open that issue, or choose another month."
    ),
    "2026-12 has errors, so nothing was sent.": "The December 2026 issue has errors, so nothing was sent.",
    "These comments are about 2026-12.": "These comments are about the December 2026 issue.",
    "`issues/2026-12.yaml` cannot be saved.": "The December 2026 issue cannot be saved.",
    "Nothing changed. 2026-12.yaml is newer.": "Nothing changed. The December 2026 issue is newer.",
    "“Spring” was also in the issue of 2026-12.": "“Spring” was also in the December 2026 issue.",
    "There is no issue 2026-12 any more.": "There is no December 2026 issue any more.",
    # commands, dates, examples and what somebody wrote stay as they are
    "Run `newsletter send 2026-12 --yes`.": "Run `newsletter send 2026-12 --yes`.",
    "It is dated 2026-12-05.": "It is dated 2026-12-05.",
    "Write it as 2024-03, March 2024 or march.": "Write it as 2024-03, March 2024 or march.",
    "“2026-12” is not a day.": "“2026-12” is not a day.",
    "Open newsletter.yaml.": "Open newsletter.yaml.",
    "See https://example.org/2026-12/news for more.": "See https://example.org/2026-12/news for more.",
}


@pytest.mark.parametrize("message", CASES)
def test_an_issue_is_called_by_its_month(message: str) -> None:
    assert name_issues(message) == CASES[message]


OWN = {
    "2026-12 is dated Monday 7 December 2026, and would be sent on Friday.": (
        "This issue is dated Monday 7 December 2026, and would be sent on Friday."
    ),
    "Nothing was sent. 2026-12 is already scheduled.": "Nothing was sent. This issue is already scheduled.",
    "The issue 2026-12 was changed.": "This issue was changed.",
    "Its subject is that of 2026-11, and issues/2026-12.yaml has another.": (
        "Its subject is that of the November 2026 issue, and this issue has another."
    ),
    "Run `newsletter status 2026-12` to see who has it.": "Run `newsletter status 2026-12` to see who has it.",
    "It is dated 2026-12-05.": "It is dated 2026-12-05.",
}


@pytest.mark.parametrize("message", OWN)
def test_the_issue_itself_is_this_issue(message: str) -> None:
    assert name_issues(message, "2026-12") == OWN[message]


def test_an_issue_with_a_name_of_its_own_is_this_issue_too() -> None:
    assert name_issues("summer-fair was not sent.", "summer-fair") == "This issue was not sent."
    assert name_issues("See the summer-fair-2 page.", "summer-fair") == "See the summer-fair-2 page."
