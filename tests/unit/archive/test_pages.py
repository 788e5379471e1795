"""The pages: every link leads somewhere, nothing comes from elsewhere, and programs understand them."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from newsletter.archive.site_strings import KINDS
from newsletter.errors import UsageError
from newsletter.model.section import BUILT_IN_KINDS
from tests.archives import PageReader, broken_links, built, every_kind, files_in, issue, newsletter_folder

PROJECT = Path(__file__).parents[3]
HEAVIEST = 100_000
"""Bytes of a page, without its pictures."""

SIGN_UP = """\
archive:
  url: https://example.org/newsletter/
  about: News & dates, once a month.
  sign_up:
    form: https://lists.example.org/subscribe?u=1&id=2
    fields: {l: abc, tags: "1,2"}
    honeypot: b_1
    text: One email a month.
"""


def sample_issues() -> dict[str, str]:
    told = {name: (PROJECT / "issues" / f"{name}.yaml").read_text(encoding="utf-8") for name in ("2024-02", "2024-03")}
    told["2023-12"] = every_kind("2023-12-12")
    for year in range(2020, 2024):
        for month in range(1, 13):
            told.setdefault(f"{year}-{month:02d}", issue(f"Issue {month} of {year}", f"{year}-{month:02d}-05"))
    return told


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = newsletter_folder(tmp_path_factory.mktemp("news"), sample_issues(), SIGN_UP)
    shutil.copytree(PROJECT / "issues" / "images", root / "issues" / "images")
    made = built(root)
    assert made.left_out == []
    return root / "site"


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, PageReader]:
    return {path: PageReader.of(data.decode()) for path, data in files_in(folder).items() if path.endswith(".html")}


def test_every_link_leads_to_a_page_and_a_place_in_it(folder: Path) -> None:
    assert [*broken_links(folder)] == []
    (folder / "index.html").rename(folder / "moved")
    assert len([*broken_links(folder)]) > 50, "the reader would notice"
    (folder / "moved").rename(folder / "index.html")


def test_no_page_has_an_id_twice(pages: dict[str, PageReader]) -> None:
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), path


def test_each_page_is_light(folder: Path) -> None:
    files = files_in(folder)
    shared = sum(len(files[name]) for name in ("site.css", "site.js"))
    for path, data in files.items():
        if path.endswith(".html"):
            assert len(data) + shared < HEAVIEST, path


def test_nothing_is_loaded_from_elsewhere_and_browsers_are_told_so(folder: Path, pages: dict[str, PageReader]) -> None:
    for path, data in files_in(folder).items():
        if path.endswith((".css", ".js")):
            assert b"//" not in re.sub(rb"(?m)^ *//.*$", b"", data).replace(b"[^\\", b""), path
        if path.endswith(".html"):
            assert b"default-src 'none'" in data
            assert b" style=" not in data
            assert b" onclick" not in data
    assert "https://example.org/story.jpg" in pages["2023-12.html"].links, "a picture elsewhere is linked to"


def test_every_issue_is_listed_by_month_and_in_its_year(pages: dict[str, PageReader]) -> None:
    names = {f"{name}.html" for name in sample_issues()}
    assert names <= set(pages["issues.html"].links)
    assert names <= set(pages["search.html"].links)
    for name in names:
        assert f"../{name}" in pages[f"years/{name[:4]}.html"].links


def test_every_section_is_listed_by_its_kind(folder: Path, pages: dict[str, PageReader]) -> None:
    listed = {link for path, page in pages.items() if path.startswith("sections/") for link in page.links}
    for kind in ("last_month", "get_involved", "story", "people", "quote", "links"):
        assert f"sections/{kind.replace('_', '-')}.html" in pages["sections.html"].links
    assert "../2024-02.html#s1" in listed
    assert "../2024-02.html#s1-1" in listed
    coming = sorted(path for path in pages if path.startswith("sections/coming-up"))
    assert coming == [
        "sections/coming-up-2020.html",
        "sections/coming-up-2021.html",
        "sections/coming-up-2022.html",
        "sections/coming-up-2023.html",
        "sections/coming-up.html",
    ], "a page of earlier years stays as it is when a new year begins"
    assert set(KINDS) == set(BUILT_IN_KINDS)


def test_neighbours_are_linked(pages: dict[str, PageReader]) -> None:
    assert {"2024-02.html"} <= set(pages["2024-03.html"].links)
    assert {"2024-03.html", "2023-12.html"} <= set(pages["2024-02.html"].links)


def test_social_networks_and_search_engines_are_told(pages: dict[str, PageReader]) -> None:
    told = pages["2024-02.html"].properties
    assert told["og:title"] == "February Team Update: Sharing our love for co-production"
    assert told["og:url"] == "https://example.org/newsletter/2024-02.html"
    assert told["og:type"] == "article"
    assert re.fullmatch(r"https://example\.org/newsletter/media/hearts-\w+\.jpg", told["og:image"])
    assert told["og:image:alt"]
    assert told["description"].startswith("Workshops in Sunderland")
    assert pages["index.html"].properties["description"] == "News & dates, once a month."
    assert "https://example.org/newsletter/2024-02.html" in pages["2024-02.html"].links, "the canonical address"
    for path, page in pages.items():
        assert page.properties["description"], path


def test_structured_data_describes_the_issue_and_its_events(pages: dict[str, PageReader]) -> None:
    article, *events = json.loads(pages["2024-03.html"].data[0])
    assert article["@type"] == "Article"
    assert article["datePublished"].startswith("2024-03-11T12:00")
    assert article["mainEntityOfPage"] == "https://example.org/newsletter/2024-03.html"
    assert article["publisher"]["name"] == "Example Trust"
    assert [one["@type"] for one in events] == ["Event"] * len(events)
    assert "Spring Co-Pro Cuppa" in {one["name"] for one in events}
    website = json.loads(pages["index.html"].data[0])
    assert website["@type"] == "WebSite"
    assert website["potentialAction"]["target"].startswith("https://example.org/newsletter/search.html?q=")


def test_the_list_for_search_engines_has_every_page_that_they_may_show(
    folder: Path, pages: dict[str, PageReader]
) -> None:
    found = re.findall("<loc>(.*?)</loc>", (folder / "sitemap.xml").read_text(encoding="utf-8"))
    assert len(found) == len(set(found)) == len(pages) - 1
    assert "https://example.org/newsletter/2024-02.html" in found
    assert "https://example.org/newsletter/" in found
    assert "noindex" in (folder / "404.html").read_text(encoding="utf-8")


def test_the_page_for_what_is_missing_works_at_any_depth(pages: dict[str, PageReader]) -> None:
    page = pages["404.html"]
    assert "/newsletter/index.html" in page.links
    assert all(address.startswith("/newsletter/") for address in page.loads)


def test_the_sign_up_form_is_plain_html_for_the_provider(folder: Path) -> None:
    home = (folder / "index.html").read_text(encoding="utf-8")
    assert '<form action="https://lists.example.org/subscribe?u=1&amp;id=2" method="post">' in home
    assert '<input type="email" id="email" name="email" autocomplete="email" required>' in home
    assert '<input type="hidden" name="tags" value="1,2">' in home
    assert 'name="b_1"' in home
    assert "One email a month." in home
    assert "lists.example.org." in home, "visitors see where their address goes"


@pytest.mark.parametrize(
    ("provider", "field"), [("mailchimp", "EMAIL"), ("brevo", "EMAIL"), ("buttondown", "email"), ("outbox", "email")]
)
def test_the_email_field_is_the_providers(tmp_path: Path, provider: str, field: str) -> None:
    settings = f"provider: {provider}\narchive: {{sign_up: {{form: 'https://example.org/join'}}}}\n"
    built(newsletter_folder(tmp_path, {"2024-03": issue()}, settings))
    assert f'name="{field}" autocomplete="email"' in (tmp_path / "site" / "index.html").read_text(encoding="utf-8")


def test_a_link_takes_the_place_of_the_form(tmp_path: Path) -> None:
    settings = "archive: {sign_up: {link: 'https://example.org/join'}}\n"
    built(newsletter_folder(tmp_path, {"2024-03": issue()}, settings))
    home = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert 'class="button" href="https://example.org/join"' in home
    assert "<form" not in home


def test_another_language_is_marked_in_lists_and_pages(tmp_path: Path) -> None:
    issues = {"2024-02": issue("A title", "2024-02-01"), "2024-03": issue("نشرة", "2024-03-01", language="ar")}
    built(newsletter_folder(tmp_path, issues))
    files = files_in(tmp_path / "site")
    assert b'<article class="issue" lang="ar" dir="rtl">' in files["2024-03.html"]
    assert b'<dd lang="ar" dir="rtl">' in files["issues.html"]
    assert b'<html lang="en-GB" dir="ltr">' in files["2024-03.html"]


def test_two_pages_with_the_same_address_are_refused(tmp_path: Path) -> None:
    root = newsletter_folder(tmp_path, {"Search": issue()})
    with pytest.raises(UsageError, match=r"would have the same address, search\.html") as caught:
        built(root)
    assert "Rename the issue" in caught.value.hint
    assert not (root / "site").exists()


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    body = """\
intro: "</script><script>alert(1)</script> <img src=x onerror=alert(1)>"
sections:
  - kind: coming_up
    heading: "</script><b>bold</b>"
    items:
      - {title: "</script><script>alert(2)</script>", when: 2024-03-19 13:00, where: "\\"><script>", link: "https://e.org/\\"><script>"}
"""
    built(newsletter_folder(tmp_path, {"2024-03": issue("</title><script>alert(0)</script>", body=body)}))
    for path, data in files_in(tmp_path / "site").items():
        if path.endswith(".html"):
            page = data.decode()
            assert "<script>" not in page.replace("&lt;script&gt;", ""), path
            assert "<img src=x" not in page
            assert page.count("</script>") == page.count("<script "), path
