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
