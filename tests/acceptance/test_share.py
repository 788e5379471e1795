"""`newsletter share` writes a page for whoever approves; `newsletter comments` reads what comes back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def test_a_page_goes_out_and_comes_back_with_comments(folder: Path, cli: Any) -> None:
    done = cli("share", "2024-02")
    assert done.code == 0
    assert "Wrote review/2024-02.html." in done.out
    page = (folder / "review" / "2024-02.html").read_text("utf-8")
    comment = {"name": "A colleague", "text": "Is this\x1b[31m right?", "path": None, "quote": ""}
    copy = page.replace('"comments": []}', f'"comments": [{json.dumps(comment)}]}}')
    assert copy != page
    (folder / "copy.html").write_text(copy, encoding="utf-8")
    told = cli("comments", "copy.html")
    assert told.code == 0
    assert "A colleague, about “the whole email”:" in told.out
    assert "\x1b" not in told.out
    data = json.loads(cli("comments", "copy.html", "--json").out)
    assert data["issue"] == "2024-02"
    assert data["comments"][0]["name"] == "A colleague"


def test_a_page_of_ones_own_name_and_a_file_that_is_none(folder: Path, cli: Any) -> None:
    data = json.loads(cli("share", "2024-02", "-o", "february.html", "--json").out)
    assert Path(data["path"]).name == "february.html"
    assert len(data["fingerprint"]) == 12
    assert "There are no comments on 2024-02" in cli("comments", "february.html").out
    wrong = cli("comments", "newsletter.yaml")
    assert wrong.code == 2
    assert "no page that `newsletter share` made" in wrong.said
