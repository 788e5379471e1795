"""Web addresses taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preflight.links.web_address import WebAddress


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG/A?b=c", "https://example.org/A?b=c"),
        ("https://user:secret@example.org/x", "https://example.org/x"),
        ("https://example.org:443/x", "https://example.org/x"),
        ("http://example.org:8080/x", "http://example.org:8080/x"),
        ("https://example.org/a b?c=d e", "https://example.org/a%20b?c=d%20e"),
        ("https://example.org/caffè", "https://example.org/caff%C3%A8"),
        ("https://example.org/100%25", "https://example.org/100%25"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
    ],
)
def test_what_is_asked_for(url, page):
    assert WebAddress.of(url).page == page


@pytest.mark.parametrize(
    "url", ["", "example.org", "mailto:a@example.org", "https://", "http://[x", "https://a:b/", "file:///etc/passwd"]
)
def test_what_is_no_web_address(url):
    with pytest.raises(ValueError, match="no web address"):
        WebAddress.of(url)


@given(st.text(max_size=40))
def test_what_is_asked_for_is_ascii_on_one_line(rest):
    try:
        address = WebAddress.of(f"https://example.org/{rest}")
    except ValueError:
        return
    assert address.path.isascii()
    assert address.path.isprintable()
    assert " " not in address.path


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b", "https://example.org/b#here"),
        ("b?x=1", "https://example.org/a/b?x=1#here"),
        ("//other.example.org/b", "https://other.example.org/b#here"),
        ("http://other.example.org/b#there", "http://other.example.org/b#there"),
        ("/caffÃ¨", "https://example.org/caff%C3%A8#here"),
    ],
)
def test_where_a_redirect_leads(location, url):
    assert WebAddress.of("https://example.org/a/x#here").to(location).url == url


@pytest.mark.parametrize(
    ("fragment", "anchor"),
    [
        ("dates", "dates"),
        ("a%20b", ""),
        ("caf%C3%A9", "café"),
        ("/route", ""),
        (":~:text=x", ""),
        ("top", ""),
        ("gid=0", ""),
    ],
)
def test_only_a_place_that_the_page_itself_must_have_is_looked_for(fragment, anchor):
    assert WebAddress.of(f"https://example.org/#{fragment}").anchor == anchor
