"""`check --fix`: each fix puts the right words in, and every other byte of the file stays as it was.

The table lies in `fixes.yaml`: words of the clean issue, the defect that takes their place, and what the file must hold
there once it is fixed (the words themselves where nothing is said).
"""

from __future__ import annotations

from codecs import BOM_UTF8
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from newsletter.settings_file import load_settings
from newsletter.testing.checks import SETTINGS, whole
from newsletter.workflow.apply_fixes import apply_fixes
from newsletter.workflow.workspace import Workspace

HERE = Path(__file__).parent
CLEAN = (HERE / "clean.yaml").read_text("utf-8")
ROWS: list[dict[str, str]] = YAML(typ="safe", pure=True).load((HERE / "fixes.yaml").read_text("utf-8"))
COMMENT = "\n# A note to myself:   kept, with its spaces\t\n"


def planted(row: dict[str, str], words: str) -> str:
    assert CLEAN.count(row["old"]) == 1, f"{row['old']!r} is there {CLEAN.count(row['old'])} times"
    return CLEAN.replace(row["old"], words) + COMMENT


def fixed(folder: Path, data: bytes, settings: str = "") -> tuple[bytes, list[str]]:
    (folder / "issues").mkdir()
    (folder / "newsletter.yaml").write_text(whole(settings, SETTINGS), encoding="utf-8")
    path = folder / "issues" / "2024-04.yaml"
    path.write_bytes(data)
    done = apply_fixes(Workspace(load_settings(folder / "newsletter.yaml")), path)
    return path.read_bytes(), [finding.code for finding in done]


@pytest.mark.parametrize("number", range(len(ROWS)), ids=lambda number: f"{ROWS[number]['code']}-{number}")
def test_the_fix_is_right_and_touches_nothing_else(number, tmp_path):
    row = ROWS[number]
    before = planted(row, row["new"])
    after, codes = fixed(tmp_path, before.encode(), row.get("settings", ""))
    assert after.decode() == planted(row, row.get("fixed", row["old"]))
    assert row["code"] in codes


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["of Windows", "of old Macs"])
def test_line_ends_and_the_mark_at_the_start_stay(end, tmp_path):
    row = ROWS[0]
    before = BOM_UTF8 + planted(row, row["new"]).replace("\n", end).encode()
    after, _codes = fixed(tmp_path, before, row.get("settings", ""))
    assert after == BOM_UTF8 + planted(row, row.get("fixed", row["old"])).replace("\n", end).encode()


def test_all_that_can_be_fixed_is_fixed_in_one_call(tmp_path):
    """Rows whose words do not touch each other, planted together."""
    text, right, codes = CLEAN, CLEAN, set()
    for row in ROWS:
        if text.count(row["old"]) == 1 and right.count(row["old"]) == 1 and "settings" not in row:
            text, right = text.replace(row["old"], row["new"]), right.replace(row["old"], row.get("fixed", row["old"]))
            codes.add(row["code"])
    after, done = fixed(tmp_path, text.encode())
    assert after.decode() == right
    assert codes <= set(done)


@pytest.mark.parametrize("words", ["Lunch is at 12.30am.", "Lorem ipsum dolor sit amet, and the colour is blue."])
def test_what_is_wrong_in_another_way_is_not_made_to_look_right(words, tmp_path):
    before = CLEAN.replace("Tea and cake are on us.", words)
    assert fixed(tmp_path, before.encode()) == (before.encode(), [])


def test_a_clean_issue_is_not_written_at_all(tmp_path):
    data = CLEAN.encode()
    assert fixed(tmp_path, data) == (data, [])
    assert [path.name for path in (tmp_path / "issues").iterdir()] == ["2024-04.yaml"]


def test_there_are_thirty_of_them():
    assert len(ROWS) >= 30
    assert len({row["code"] for row in ROWS}) >= 8
