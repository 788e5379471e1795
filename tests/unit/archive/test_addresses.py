"""The pages of the archive are where the links in the emails lead."""

from __future__ import annotations

import pytest

from newsletter.archive.addresses import SiteAddresses, addresses_of, relative
from newsletter.model.branding import ReaderLinks, Sender
from newsletter.model.campaign import Message
from newsletter.model.merge_tags import BuiltInTag
from newsletter.render.mime import reader_urls

BASE = "https://example.org/newsletter/"


def message() -> Message:
    sender = Sender(name="Us", email="news@example.org")
    return Message(title="T", subject="T", preheader="", html="", text="", sender=sender, language="en-GB")


@pytest.mark.parametrize(
    ("url", "view_online", "base", "file"),
    [
        (None, f"{BASE}{{month}}.html", BASE, "2024-02.html"),
        (BASE, f"{BASE}{{month}}.html", BASE, "2024-02.html"),
        (BASE.rstrip("/"), f"{BASE}{{month}}.html", BASE, "2024-02.html"),
        (None, f"{BASE}{{month}}/", BASE, "2024-02/index.html"),
        (None, f"{BASE}{{month}}", BASE, "2024-02.html"),
        ("https://example.org/", f"{BASE}{{month}}.html", "https://example.org/", "newsletter/2024-02.html"),
        (BASE, f"{BASE}issue-{{month}}.htm", BASE, "issue-2024-02.htm"),
        (BASE, f"{BASE}{{month}}/{{month}}.html", BASE, "2024-02/2024-02.html"),
        (None, "https://news.example.org/{month}", "https://news.example.org/", "2024-02.html"),
    ],
)
def test_an_issues_page_is_where_the_emails_link_to(url: str | None, view_online: str, base: str, file: str) -> None:
    addresses = addresses_of(url, view_online)
    assert (addresses.base, addresses.issue_file("2024-02"), addresses.is_linked) == (base, file, True)
    linked = reader_urls(message(), ReaderLinks(view_online=view_online), key="k", issue="2024-02")
    assert addresses.issue_url("2024-02") == linked[BuiltInTag.VIEW_URL]


@pytest.mark.parametrize(
    ("url", "view_online", "base"),
    [
        (None, None, ""),
        (BASE, None, BASE),
        (BASE, "https://elsewhere.example.org/{month}.html", BASE),
        (BASE, "https://example.org/newsletters/{month}.html", BASE),
        (None, "https://example.org/view?issue={month}", ""),
        (None, "https://example.org/#{month}", ""),
        (None, "https://example.org/{month}?who={key}", ""),
        (None, "https://example.org/latest", ""),
        (BASE, f"{BASE}../{{month}}.html", BASE),
        (BASE, f"{BASE}/{{month}}.html", BASE),
    ],
)
def test_a_link_elsewhere_does_not_move_the_pages(url: str | None, view_online: str | None, base: str) -> None:
    assert addresses_of(url, view_online) == SiteAddresses(base)


def test_names_with_unusual_letters_have_valid_addresses() -> None:
    addresses = addresses_of(None, "https://müller.example/{month}.html")
    assert addresses.issue_url("spring & après") == "https://xn--mller-kva.example/spring%20%26%20apr%C3%A8s.html"
    assert addresses.issue_file("spring & après") == "spring & après.html"
    assert addresses.url("media/a b.jpg") == "https://xn--mller-kva.example/media/a%20b.jpg"


def test_the_address_of_a_folders_page_is_the_folders() -> None:
    addresses = addresses_of(BASE, f"{BASE}{{month}}/")
    assert addresses.url("index.html") == BASE
    assert addresses.url("2024-02/index.html") == f"{BASE}2024-02/"
    assert SiteAddresses().url("index.html") == ""
    assert SiteAddresses().issue_url("2024-02") == ""


@pytest.mark.parametrize(
    ("path", "page", "link"),
    [
        ("site.css", "index.html", "site.css"),
        ("site.css", "years/2024.html", "../site.css"),
        ("2024-02/index.html", "2024-03/index.html", "../2024-02/index.html"),
        ("media/ä.jpg", "index.html", "media/%C3%A4.jpg"),
    ],
)
def test_links_between_pages_are_relative(path: str, page: str, link: str) -> None:
    assert relative(path, page) == link
