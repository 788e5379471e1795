"""`newsletter schema` writes what editors read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def test_the_issues_schema_goes_where_the_issues_look_for_it(folder: Path, cli: Any) -> None:
    done = cli("schema")
    assert done.code == 0
    schema = json.loads((folder / ".newsletter" / "issue.schema.json").read_text(encoding="utf-8"))
    assert "sections" in schema["properties"]
    assert "# yaml-language-server: $schema=../.newsletter/issue.schema.json" in done.out


def test_a_kind_of_ones_own_is_in_it(folder: Path, cli: Any) -> None:
    (folder / "templates" / "sections" / "recipe.mjml.j2").write_text(
        "{# fields:\n  serves: {type: line, description: How many it feeds}\n#}\n<mj-section></mj-section>\n",
        encoding="utf-8",
    )
    assert '"recipe"' in cli("schema", "-o", "-").out


def test_the_settings_have_one_too(folder: Path, cli: Any) -> None:
    done = cli("schema", "--settings")
    schema = json.loads((folder / ".newsletter" / "settings.schema.json").read_text(encoding="utf-8"))
    assert "before_sending" in schema["properties"]
    assert "$schema=.newsletter/settings.schema.json" in done.out


def test_the_settings_schema_needs_no_settings(tmp_path: Path, cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "properties" in json.loads(cli("schema", "--settings", "-o", "-").out)
    assert cli("schema").code == 2


def test_a_file_of_ones_own(folder: Path, cli: Any) -> None:
    done = cli("schema", "-o", "deep/issue.json")
    assert done.out == "✓ Wrote deep/issue.json.\n"
    assert "properties" in json.loads((folder / "deep" / "issue.json").read_text(encoding="utf-8"))


def test_a_file_that_cannot_be_written_is_told(folder: Path, cli: Any) -> None:
    assert "cannot be written" in cli("schema", "-o", "issues").said
