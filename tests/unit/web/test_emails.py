"""What readers see, as the composer shows it: fields are marked, nothing runs and nothing leads anywhere."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from tests.composer_server import Client

FEBRUARY = "/api/issues/2024-02"


def page_of(client: Client, query: str = "") -> BeautifulSoup:
    answer = client.get(f"{FEBRUARY}/email{query}")
    assert answer.status == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def test_each_element_tells_its_field_as_it_is_written(client: Client) -> None:
    fields = {unescape(str(one["data-field"])) for one in page_of(client).select("[data-field]")}
    paths = [json.loads(one) for one in fields]
    assert ["title"] in paths
    assert ["sections", 1, "items", 0] in paths  # a plain line, which has no field of its own
    assert ["sections", 2, "items", 2, "events", 0] in paths
    assert ["hero", "image"] in paths


def test_nothing_runs_and_nothing_leads_anywhere(client: Client) -> None:
    path = client.folder / "issues" / "2024-02.yaml"
    evil = (
        "intro: '<script>alert(1)</script> <img src=x onerror=alert(1)> <svg onload=alert(1)></svg> "
        "[x](javascript:alert(1)) ![y](https://evil.example/pixel.gif)'\n"
    )
    text = path.read_text("utf-8")
    start, end = text.index("intro:"), text.index("sections:")
    path.write_text(text[:start] + evil + text[end:], encoding="utf-8")
    answer = client.get(f"{FEBRUARY}/email")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-same-origin" in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    page = BeautifulSoup(answer.text, "html.parser")
    assert not page.select("script, svg, iframe, object, embed, form, base, link")
    for element in page.find_all(True):
        assert not [name for name in element.attrs if name.lower().startswith("on")]
        assert element.get("href", "#_") == "#_"
        assert "javascript:" not in str(element.get("data-href", ""))


def test_the_views_of_an_email(client: Client) -> None:
    assert "@media not all" in client.get(f"{FEBRUARY}/email").text
    assert "@media all" in client.get(f"{FEBRUARY}/email?mode=dark").text
    assert "invert(1)" in client.get(f"{FEBRUARY}/email?mode=forced-dark").text
    assert not page_of(client, "?pictures=off").select("img[src]")
    bare = page_of(client, "?styles=off")
    assert not bare.select("style, [style]")
    assert "border-radius" not in client.get(f"{FEBRUARY}/email?client=outlook").text
    assert "*{background:none!important" in client.get(f"{FEBRUARY}/email?media=print").text
    assert client.get(f"{FEBRUARY}/email?mode=pink").status == 400


def test_pictures_are_served_by_their_content(client: Client) -> None:
    source = str(page_of(client).select_one("img[data-field]")["src"])  # type: ignore[index]
    picture = client.get(source)
    assert picture.headers["content-type"] == "image/jpeg"
    assert picture.body.startswith(b"\xff\xd8")
    assert client.get(f"{FEBRUARY}/images/nothing").status == 404


def test_a_broken_file_keeps_the_last_good_email(client: Client) -> None:
    good = client.get(f"{FEBRUARY}/email").headers["x-newsletter-version"]
    path = client.folder / "issues" / "2024-02.yaml"
    path.write_text("title: [\n", encoding="utf-8")
    answer = client.get(f"{FEBRUARY}/email")
    assert answer.status == 200
    assert answer.headers["x-newsletter-version"] == good
    assert json.loads(unquote(answer.headers["x-newsletter-problem"]))["message"]
    assert "February Team Update" in answer.text


def test_readers_text_and_inbox(client: Client) -> None:
    readers = client.get("/api/issues/2024-03/readers").json
    assert {one["id"] for one in readers} >= {"named", "nameless"}
    assert "February Team Update" in client.get(f"{FEBRUARY}/plain-text").json["text"]
    inbox = client.get(f"{FEBRUARY}/inbox").json
    assert {row["client"] for row in inbox["rows"]} == {"gmail", "apple", "outlook"}
    size = inbox["size"]
    assert 20_000 < size["bytes"] < size["limit"]
    assert [one["path"] for one in size["sections"][1:]] == [["sections", number] for number in range(3)]


@pytest.mark.parametrize("name", ["../../secret.png", "/etc/passwd", "images/../../secret.png"])
def test_no_picture_outside_of_the_folder_is_shown(client: Client, tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.png").write_bytes((client.folder / "issues" / "images" / "hearts.jpg").read_bytes())
    version = client.get(FEBRUARY).json["version"]
    edits = [{"op": "set", "path": ["hero", "image"], "value": name}]
    client.post(f"{FEBRUARY}/edits", {"version": version, "label": "x", "edits": edits})
    answer = client.get(f"{FEBRUARY}/email")
    assert answer.status == 422
    assert "secret" not in answer.headers.get("content-type", "")
