"""Each broken file is said to be broken where it is, once, in our own words, with what fixes it."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from newsletter.errors import ContentError
from newsletter.issue_file.load_issue import load_issue
from newsletter.issue_file.source_text import MAX_BYTES
from newsletter.model.findings import Finding, Severity

HERE = Path(__file__).parent
EXPECTED: dict[str, dict[str, Any]] = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
GOOD = "title: A title\ndate: 2024-05-01\nsections:\n  - kind: quote\n    text: It changed how we work.\n"
FOREIGN_WORDS = (
    "input should",
    "validation error",
    "extra inputs",
    "field required",
    "[type=",
    "pydantic",
    "ruamel",
    "while scanning",
    "while parsing",
    "mapping",
    "sequence",
    "scalar",
    "token",
    "valid string",
    "dictionary",
    "tuple",
    "null",
    "None",
    "\\u",
)


def findings_in(path: Path) -> list[Finding]:
    with pytest.raises(ContentError) as caught:
        load_issue(path, zone=ZoneInfo("Europe/London"))
    assert caught.value.message.endswith(".")
    return [finding for finding in caught.value.findings if isinstance(finding, Finding)]


def only_finding(path: Path) -> Finding:
    findings = findings_in(path)
    assert len(findings) == 1, [(f.place.line, f.code, f.message) for f in findings]
    return findings[0]


def check_words(finding: Finding) -> None:
    said = f"{finding.message} {finding.hint}"
    assert not [word for word in FOREIGN_WORDS if word in said], said
    assert finding.severity is Severity.ERROR
    assert finding.hint
    assert finding.message[0] == finding.message[0].upper()


def test_there_are_forty_and_more() -> None:
    files = {path.name for path in HERE.glob("*.yaml")}
    assert files == set(EXPECTED)
    assert len(files) >= 40


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_broken_file_is_told_by_place_and_fix(name: str) -> None:
    expected = EXPECTED[name]
    findings = findings_in(HERE / name)
    if not expected.get("others"):
        assert len(findings) == 1, [(f.place.line, f.code, f.message) for f in findings]
    finding = next(finding for finding in findings if finding.code == expected["code"])
    assert (finding.place.line, finding.place.column) == (expected["line"], expected["column"])
    assert finding.place.path == str(HERE / name)
    assert expected["says"].casefold() in finding.message.casefold()
    assert expected["fix"] in finding.hint
    if "paste" in expected:
        assert finding.suggestion == expected["paste"]
    for each in findings:
        check_words(each)


@pytest.mark.parametrize("name", sorted(name for name in EXPECTED if EXPECTED[name].get("paste")))
def test_the_line_to_paste_fixes_the_file(name: str, tmp_path: Path) -> None:
    finding = findings_in(HERE / name)[0]
    lines = (HERE / name).read_text(encoding="utf-8").split("\n")
    lines[finding.place.line - 1 : finding.place.line] = finding.suggestion.split("\n")
    fixed = tmp_path / "fixed.yaml"
    fixed.write_text("\n".join(lines), encoding="utf-8")
    try:
        load_issue(fixed, zone=ZoneInfo("Europe/London"))
    except ContentError as error:
        left = [each for each in error.findings if isinstance(each, Finding)]
        assert name in NEEDS_MORE, [(f.place.line, f.code, f.message) for f in left]
        assert (finding.code, finding.place.line) not in [(each.code, each.place.line) for each in left]
    else:
        assert name not in NEEDS_MORE


NEEDS_MORE = {
    "tab-indent.yaml",  # the second line with a tab
    "text-at-the-margin.yaml",  # the second line of the text
}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "older Word"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "picture (PNG)"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "picture (JPEG)"),
        (b"SQLite format 3\0" + bytes(50), "database"),
        (bytes(range(256)) * 8, "binary file"),
    ],
)
def test_another_kind_of_file_is_told_by_its_kind(data: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "2024-05.yaml"
    path.write_bytes(data)
    finding = only_finding(path)
    assert (finding.code, finding.place.line) == ("NL005", 1)
    assert says in finding.message
    check_words(finding)


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ("word/document.xml", "Word document"),
        ("xl/workbook.xml", "Excel workbook"),
        ("ppt/presentation.xml", "PowerPoint"),
        ("a.txt", "ZIP archive"),
    ],
)
def test_an_office_document_is_told_by_its_program(inside: str, says: str, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(inside, "<w:document/>")
    path = tmp_path / "2024-05.yaml"
    path.write_bytes(buffer.getvalue())
    finding = only_finding(path)
    assert finding.code == "NL005"
    assert says in finding.message


def test_a_file_of_fifty_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "2024-05.yaml"
    with path.open("wb") as file:
        file.truncate(50 * MAX_BYTES)
    finding = only_finding(path)
    assert finding.code == "NL004"
    assert "50.0 MB" in finding.message
    assert "image:" in finding.hint


def test_a_file_of_just_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "2024-05.yaml"
    path.write_text(GOOD + "#" * (MAX_BYTES - len(GOOD)), encoding="utf-8")
    assert load_issue(path, zone=ZoneInfo("Europe/London")).issue.title == "A title"


def test_a_missing_file_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    (tmp_path / "2024-02.yaml").write_text(GOOD, encoding="utf-8")
    finding = only_finding(tmp_path / "2024-20.yaml")
    assert (finding.code, finding.place.line) == ("NL001", 0)
    assert finding.hint == f"Did you mean {tmp_path / '2024-02.yaml'}?"
    other_end = only_finding(tmp_path / "2024-02.yml")
    assert "2024-02.yaml" in other_end.hint
    assert "newsletter new" in only_finding(tmp_path / "something else").hint
    assert "no folder" in only_finding(tmp_path / "nowhere" / "2024-02.yaml").hint


def test_a_folder_is_told_with_a_file_in_it(tmp_path: Path) -> None:
    assert only_finding(tmp_path).hint == "Name a file in it."
    (tmp_path / "2024-02.yaml").write_text(GOOD, encoding="utf-8")
    finding = only_finding(tmp_path)
    assert finding.code == "NL002"
    assert str(tmp_path / "2024-02.yaml") in finding.hint


def test_a_name_that_no_disk_takes_is_told(tmp_path: Path) -> None:
    assert only_finding(tmp_path / ("x" * 300)).code == "NL001"
    assert only_finding(tmp_path / "a\0b").code == "NL003"


def test_a_device_is_not_read() -> None:
    assert "no ordinary file" in only_finding(Path(os.devnull)).message


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "2024-05.yaml"
    path.write_text(GOOD, encoding="utf-8")

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    finding = only_finding(path)
    assert finding.code == "NL003"
    assert "Ask its owner" in finding.hint


def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "2024-05.yaml"
    path.write_text(GOOD, encoding="utf-8")

    def fail(self: Path) -> bytes:
        raise OSError(5, "Input/output error", str(self))

    monkeypatch.setattr(Path, "read_bytes", fail)
    assert "Input/output error" in only_finding(path).message


def test_deep_nesting_and_long_lines_are_quick(tmp_path: Path) -> None:
    path = tmp_path / "2024-05.yaml"
    path.write_text("\n".join(" " * depth + "a:" for depth in range(700)), encoding="utf-8")
    assert "NL029" in [finding.code for finding in findings_in(path)]
    path.write_text("title: " + "x " * 200_000 + "\n" + GOOD, encoding="utf-8")
    findings = findings_in(path)
    assert [finding.code for finding in findings] == ["NL065", "NL027"]
    path.write_text("title: x: " + "y " * 100_000, encoding="utf-8")
    finding = next(finding for finding in findings_in(path) if finding.code == "NL065")
    assert len(finding.excerpt) <= 400
    path.write_text("title: x: " + "y " * 900, encoding="utf-8")
    finding = next(finding for finding in findings_in(path) if finding.code == "NL010")
    assert len(finding.excerpt) <= 400
    assert len(finding.suggestion) > 1_800
