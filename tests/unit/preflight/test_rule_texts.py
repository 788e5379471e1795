"""The texts of the built-in rules are whole, and a wrong data file is reported with its name and place."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsletter.errors import UsageError
from newsletter.preflight import data_files
from newsletter.preflight.registry import built_in
from newsletter.preflight.rule_texts import load_texts
from newsletter.preflight.runner import OWN_RULES

CODES = {rule.code for check in built_in() for rule in check.rules} | {rule.code for rule in OWN_RULES}
TEXTS = """\
title = "It is so."
why = "It matters."
fix = "Fix it."
wrong = { issue = "intro: A." }
right = { issue = "intro: B." }
"""


@pytest.fixture
def lay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(data_files, "FOLDER", tmp_path)
    (tmp_path / "rules").mkdir()
    return lambda text: (tmp_path / "rules" / "NL900.toml").write_bytes(text.encode())


def test_each_rule_has_a_file_and_each_file_a_rule():
    files = {path.stem for path in (data_files.FOLDER / "rules").glob("*.toml")}
    assert files == CODES
    assert all(load_texts(code).title for code in CODES)


def test_a_file_is_read(lay):
    lay(TEXTS)
    texts = load_texts("NL900")
    assert (texts.title, texts.wrong.issue, texts.right.facts) == ("It is so.", "intro: A.", None)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('why = "It matters."', "", "why: field required"),
        ("why =", "wy =", "why: field required"),
        ('"It matters."', "3", "why: input should be a valid string"),
        ("right = {", "right = { isue = 1, ", "right.isue: extra inputs are not permitted"),
        ("why = ", "why ", "Expected '=' after a key in a key/value pair (at line 2, column 5)"),
    ],
)
def test_a_wrong_file_is_reported_with_its_name_and_place(lay, old, new, reason):
    lay(TEXTS.replace(old, new, 1))
    with pytest.raises(UsageError) as caught:
        load_texts("NL900")
    assert caught.value.message == f"The file rules/NL900.toml of newsletter is wrong: {reason}."
    assert "NL900.toml" in caught.value.hint


def test_a_missing_file_is_reported(lay):
    with pytest.raises(UsageError, match="No such file"):
        load_texts("NL900")
