"""Each code has a part on the page of findings, and the examples there are as wrong and as right as they say."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from newsletter.errors import ContentError
from newsletter.issue_file.load_document import read_document
from newsletter.issue_file.rule_codes import Code
from newsletter.issue_file.source_text import text_source
from newsletter.model.findings import Finding
from newsletter.model.issue import Issue
from newsletter.settings import Settings

PAGE = (Path(__file__).parents[3] / "docs" / "findings.md").read_text(encoding="utf-8")
ISSUE = {
    "title": "title: A title\n",
    "date": "date: 2024-02-12\n",
    "sections": "sections:\n  - kind: quote\n    text: It changed how we work.\n",
}
SETTINGS = {
    "brand": "brand:\n  name: Us\n  address: Here\n",
    "sender": "sender:\n  name: Us\n  email: us@example.org\n",
}


def examples() -> list[tuple[str, str, str]]:
    pattern = r"^### (NL\d{3}):[^\n]*\n(?:(?!^###).)*?^(```|~~~)yaml\n# wrong\n(.*?)^# right\n(.*?)^\2$"
    found = re.findall(pattern, PAGE, re.MULTILINE | re.DOTALL)
    return [(code, wrong, right) for code, _, wrong, right in found]


def read(code: str, text: str, other: str) -> None:
    """Read an example; what it does not speak of is filled in."""
    needed, model = (SETTINGS, Settings) if fits_settings(code) else (ISSUE, Issue)
    rest = "".join(
        lines for name, lines in needed.items() if not re.search(rf"^[^\w\n ]*{name}\b", text + other, re.MULTILINE)
    )
    chosen: type[BaseModel] = model
    context = {"zone": ZoneInfo("Europe/London"), "kinds": {}, "root": Path()}
    read_document(text_source(Path("example.yaml"), text + rest), chosen, context=context)


def fits_settings(code: str) -> bool:
    return code == "NL062" or "NL070" <= code <= "NL082"


@pytest.mark.parametrize(("code", "wrong", "right"), examples(), ids=lambda value: value[:5])
def test_an_example_is_wrong_and_its_correction_right(code: str, wrong: str, right: str) -> None:
    with pytest.raises(ContentError) as caught:
        read(code, wrong, right)
    codes = {finding.code for finding in caught.value.findings if isinstance(finding, Finding)}
    assert codes <= {code, "NL027"} if code == "NL037" else codes == {code}
    read(code, right, wrong)


def test_each_code_has_a_part() -> None:
    told = re.findall(r"^### (NL\d{3}): \S", PAGE, re.MULTILINE)
    assert told == sorted(code.value for code in Code)
    with_example = {code for code, _, _ in examples()}
    assert len(with_example) >= 60
