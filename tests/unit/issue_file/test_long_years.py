"""A year of five digits is explained as such, not as a range of times."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.errors import ContentError
from newsletter.issue_file.load_issue import load_issue


@pytest.mark.parametrize("date", ["10000-01-01", "20240-2-12"])
def test_a_year_with_five_digits_is_named(tmp_path: Path, date: str) -> None:
    path = tmp_path / "2024-02.yaml"
    path.write_text(f"title: x\ndate: {date}\nsections:\n  - kind: quote\n    text: x\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_issue(path, zone=ZoneInfo("Europe/London"), kinds={})
    [finding] = caught.value.findings
    assert "has a year with more than four digits" in getattr(finding, "message", "")
    assert "1000 to 2999" in getattr(finding, "hint", "")
