"""The archive before html-validate: every page, with each kind of section, and nothing switched off."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.archives import built, every_kind, files_in, golden, newsletter_folder

from .judges import node_package, run

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
SETTINGS = """\
archive:
  url: https://example.org/newsletter/
  sign_up: {form: 'https://lists.example.org/join', fields: {l: a}, honeypot: b_1, text: One email a month.}
"""
RULES = {"root": True, "extends": ["html-validate:recommended"]}


@pytest.mark.parametrize(("language", "theme"), [("en-GB", "classic"), ("cy", "letter"), ("ar", "bold")])
def test_html_validate_finds_no_error(tmp_path: Path, language: str, theme: str) -> None:
    issues = {name: (PROJECT / "issues" / f"{name}.yaml").read_text("utf-8") for name in ("2024-02", "2024-03")}
    issues |= {"2023-12": every_kind("2023-12-12"), "2024-01": golden("arabic", "2024-01-12")}
    root = newsletter_folder(tmp_path / "news", issues, f"language: {language}\n{SETTINGS}")
    shutil.copytree(PROJECT / "issues" / "images", root / "issues" / "images")
    settings = root / "newsletter.yaml"
    settings.write_text(settings.read_text("utf-8").replace("brand:\n", f"brand:\n  theme: {theme}\n", 1), "utf-8")
    assert built(root).left_out == []
    pages = [root / "site" / path for path in files_in(root / "site") if path.endswith(".html")]
    assert len(pages) > 15
    judge = node_package("html-validate") / "bin" / "html-validate.mjs"
    config, report = tmp_path / "htmlvalidate.json", tmp_path / "report.json"
    config.write_text(json.dumps(RULES), encoding="utf-8")
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text('<!DOCTYPE html><html lang="en"><title>x</title><p><img src="x.png"><div></p>', encoding="utf-8")
    run("node", judge, "--config", config, "--formatter", f"json={report}", *pages, spoilt)
    told: dict[str, list[dict[str, Any]]] = {
        file["filePath"]: file["messages"] for file in json.loads(report.read_text(encoding="utf-8"))
    }
    assert told.pop(str(spoilt)), "the judge would notice"
    assert [(file, one["ruleId"], one["message"]) for file, messages in told.items() for one in messages] == []
