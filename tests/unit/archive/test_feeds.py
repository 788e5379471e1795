"""The feeds are valid, are read whole by feedparser, and hold every issue with full addresses."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree

from newsletter.archive.feeds import MOST
from tests.archives import built, files_in, issue, newsletter_folder

feedparser = pytest.importorskip("feedparser")

SCHEMAS = Path(__file__).parents[2] / "data" / "schemas"
PROJECT = Path(__file__).parents[3]
BODY = """\
intro: |
  Hello & <welcome>, ]]> “friends”.

  See [below](https://example.org/?a=1&b=2).
sections:
  - kind: coming_up
    headline: First of all
    items:
      - {title: A walk, when: 2024-03-19 13:00, link: "https://example.org/walk", image: images/hearts.jpg, alt: Hearts}
  - {kind: news, heading: News & more, items: [Something <new>]}
  - {kind: quote, heading: Said, text: It works.}
  - {kind: links, heading: Read, items: [{title: A guide, link: "https://example.org/guide"}]}
"""
ISSUES = {f"2022-{n:02d}": issue(f"Issue {n} & <more>", f"2022-{n:02d}-05", BODY) for n in range(1, 13)}
ISSUES |= {f"2023-{n:02d}": issue(f"Number {n}", f"2023-{n:02d}-05", BODY) for n in range(1, 13)}
ISSUES["2024-01"] = issue("Llongyfarchiadau", "2024-01-05", BODY, language="cy", preheader="Croeso i bawb")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    root = newsletter_folder(tmp_path_factory.mktemp("news"), ISSUES)
    (root / "issues" / "images").mkdir()
    (root / "issues" / "images" / "hearts.jpg").write_bytes((PROJECT / "issues/images/hearts.jpg").read_bytes())
    built(root)
    return files_in(root / "site")


def relaxng(name: str) -> etree.RelaxNG:
    return etree.RelaxNG(etree.parse(str(SCHEMAS / name)))


@pytest.mark.parametrize(("feed", "schema"), [("atom.xml", "atom.rng"), ("feed.xml", "rss.rng")])
def test_the_feed_is_valid(site: dict[str, bytes], feed: str, schema: str) -> None:
    judge = relaxng(schema)
    assert judge.validate(etree.fromstring(site[feed])), judge.error_log
    for spoilt in (
        re.sub(rb"<title>.*?</title>", b"", site[feed], count=1),
        site[feed].replace(b"https://example.org/newsletter/", b"", 1),
        re.sub(rb"2024", b"20x4", site[feed]),
    ):
        assert not judge.validate(etree.fromstring(spoilt)), "the judge would notice"


def test_the_json_feed_is_valid(site: dict[str, bytes]) -> None:
    schema = json.loads((SCHEMAS / "json-feed.json").read_text(encoding="utf-8"))
    feed = json.loads(site["feed.json"])
    jsonschema.validate(feed, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(feed | {"version": "1"}, schema)


@pytest.mark.parametrize("name", ["atom.xml", "feed.xml"])
def test_feedparser_reads_all_of_it(site: dict[str, bytes], name: str) -> None:
    feed: Any = feedparser.parse(site[name])
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == {"atom.xml": "atom10", "feed.xml": "rss20"}[name]
    assert feed.feed.title == "Team Update – Example Trust"
    assert feed.feed.link == "https://example.org/newsletter/"
    assert len(feed.entries) == MOST == 20
    told = json.loads(site["feed.json"])["items"]
    for entry, item in zip(feed.entries, told, strict=True):
        assert html.unescape(entry.title) == item["title"]
        assert entry.id == entry.link == item["id"] == item["url"]
        moment = dt.datetime(*entry.published_parsed[:6], tzinfo=dt.UTC)
        assert moment == dt.datetime.fromisoformat(item["date_published"])
        assert html.unescape(entry.summary) == item["summary"]
        assert "A walk" in entry.content[0].value
        assert "https://example.org/newsletter/media/hearts-" in entry.content[0].value
    assert [entry.title for entry in feed.entries][:2] == ["Llongyfarchiadau", "Number 12"]


def test_the_content_is_whole_and_leads_to_full_addresses(site: dict[str, bytes]) -> None:
    content = json.loads(site["feed.json"])["items"][1]["content_html"]
    assert "<h1>" not in content, "the feed has the title of its own"
    assert 'class="contents"' not in content
    assert "Hello &amp;" in content
    for address in re.findall(r'(?:href|src)="([^"]*)"', content):
        assert address.startswith(("https://", "mailto:", "tel:")), address


def test_each_issue_has_its_language(site: dict[str, bytes]) -> None:
    items = json.loads(site["feed.json"])["items"]
    assert [one["language"] for one in items[:2]] == ["cy", "en-GB"]
    entries = etree.fromstring(site["atom.xml"]).findall("{*}entry")
    assert entries[0].get("{http://www.w3.org/XML/1998/namespace}lang") == "cy"


def test_the_same_issues_give_the_same_feed(site: dict[str, bytes], tmp_path: Path) -> None:
    root = newsletter_folder(tmp_path, ISSUES)
    (root / "issues" / "images").mkdir()
    (root / "issues" / "images" / "hearts.jpg").write_bytes((PROJECT / "issues/images/hearts.jpg").read_bytes())
    built(root)
    again = files_in(root / "site")
    assert {name: again[name] for name in ("atom.xml", "feed.xml", "feed.json")} == {
        name: site[name] for name in ("atom.xml", "feed.xml", "feed.json")
    }


def test_without_an_address_there_are_no_feeds_and_the_author_is_told(tmp_path: Path) -> None:
    made = built(newsletter_folder(tmp_path, {"2024-03": issue()}, settings=""))
    assert not {"atom.xml", "feed.xml", "feed.json", "sitemap.xml"} & set(files_in(tmp_path / "site"))
    assert any("no feeds" in note and "archive.url" in note for note in made.notes)
    page = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "feed.xml" not in page
    assert "og:url" not in page


def test_an_archive_without_issues_is_valid_too(tmp_path: Path) -> None:
    built(newsletter_folder(tmp_path, {"2024-03": issue()}), every=False)
    files = files_in(tmp_path / "site")
    assert relaxng("atom.rng").validate(etree.fromstring(files["atom.xml"]))
    assert relaxng("rss.rng").validate(etree.fromstring(files["feed.xml"]))
    assert "index.html" in files
