"""One page for whoever approves an issue, and the comments that come back in a copy of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from newsletter.errors import UsageError
from newsletter.workflow.share_issue import read_comment_file, read_comments, share_issue
from newsletter.workflow.workspace import Workspace
from tests.composer_server import Client

FEBRUARY = "/api/issues/2024-02"
EMPTY = re.compile(r'(<script type="application/json" id="newsletter-comments">).*?(</script>)', re.DOTALL)


def with_comments(page: str, *comments: dict[str, Any], issue: str = "2024-02") -> str:
    data = json.dumps({"issue": issue, "fingerprint": "abc", "comments": comments}).replace("<", "\\u003c")
    return EMPTY.sub(lambda found: f"{found[1]}{data}{found[2]}", page)


@pytest.fixture
def page(folder: Path) -> str:
    workspace = Workspace.find(folder)
    return share_issue(workspace, workspace.issue_path("2024-02")).page


def test_the_page_is_complete_in_itself_and_small(page: str) -> None:
    assert len(page.encode()) < 2_000_000
    assert page.count("data:image/jpeg;base64,") == 2
    data = json.loads(re.search(r'id="newsletter-issue">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert {reader["label"] for reader in data["readers"]} >= {"a reader with no name"}
    assert len(data["emails"]) == 1
    assert "data-field" in data["emails"][0]
    assert 'href="http' not in data["emails"][0]
    assert not re.findall(r"""(?:src|href)=["']https?:""", page.replace("\\u003c", "<"))
    assert "default-src 'none'" in page


def test_comments_come_back_in_a_copy(page: str, tmp_path: Path) -> None:
    assert read_comments(page).comments == ()
    comment = {"name": "A colleague", "text": "Is this right?\n<b>x</b>", "path": ["title"], "quote": "February"}
    file = tmp_path / "copy.html"
    file.write_text(with_comments(page, {**comment, "at": "2024-02-01T10:00:00Z"}), encoding="utf-8")
    found = read_comment_file(file)
    assert found.issue == "2024-02"
    assert found.comments[0].text == "Is this right?\n<b>x</b>"
    assert found.comments[0].path == ("title",)


BAD = [
    {"name": "x"},
    {"name": "", "text": "y"},
    {"name": "x", "text": "y", "more": 1},
    {"name": "x", "text": "y" * 20_000},
    {"name": "x", "text": "y", "path": ["a"] * 50},
]


@pytest.mark.parametrize("comment", BAD)
def test_a_file_with_anything_else_in_it_is_refused(page: str, comment: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        read_comments(with_comments(page, comment))


def test_what_is_no_such_page_is_refused(tmp_path: Path) -> None:
    for text in ("", "<html></html>", '<script id="newsletter-comments">{"issue": [' + "[" * 100_000 + "</script>"):
        with pytest.raises(UsageError):
            read_comments(text)
    with pytest.raises(UsageError):
        read_comment_file(tmp_path / "missing.html")


def test_the_composer_writes_the_page_and_keeps_the_comments(client: Client) -> None:
    made = client.post(f"{FEBRUARY}/share").json
    assert made["file"] == "review/2024-02.html"
    page = (client.folder / made["file"]).read_text("utf-8")
    assert client.get(f"{FEBRUARY}/comments").json == []
    copy = with_comments(page, {"name": "A", "text": "B", "path": ["sections", 0, "heading"]})
    kept = client.post(f"{FEBRUARY}/comments", {"file": copy}).json
    assert [(one["name"], one["path"], one["field_label"]) for one in kept] == [
        ("A", ["sections", 0, "heading"], "Heading")
    ]
    assert client.post(f"{FEBRUARY}/comments", {"file": copy}).json == kept
    assert client.get(f"{FEBRUARY}/comments").json == kept
    other = with_comments(page, issue="2024-03")
    assert client.post(f"{FEBRUARY}/comments", {"file": other}).status == 400
