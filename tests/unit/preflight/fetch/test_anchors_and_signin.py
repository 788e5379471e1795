"""Places in pages, and pages to sign in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preflight.fetch.fragments import lacks, places
from newsletter.preflight.fetch.login_pages import is_shy, is_signin
from newsletter.preflight.links.web_address import WebAddress

HTML = "text/html; charset=utf-8"


def test_places_are_ids_and_names_however_they_are_written():
    page = b"""<h1 id="one">x</h1><A NAME='two'></A><p class="a > b" id=three data-id="none">id="four"</p>"""
    assert places(page, HTML) == {"one", "two", "three"}
    assert places("<p id='café'>".encode("latin-1"), "text/html; charset=latin-1") == {"café"}
    assert places(b"<p id=x>", "text/html; charset=no-such") == {"x"}


def test_a_page_that_a_program_writes_in_the_browser_proves_nothing():
    assert lacks(b"<p id=a><p id=b><p id=c>", HTML, "dates")
    assert not lacks(b"<div id=root>", HTML, "dates")
    assert not lacks(b"<p id=a><p id=b><p id=user-content-dates>", HTML, "dates")


@given(st.binary(max_size=200))
def test_any_bytes_have_places(body):
    assert isinstance(places(body, HTML), frozenset)


@pytest.mark.parametrize(
    "url",
    ["https://accounts.google.com/v3/signin", "https://login.microsoftonline.com/x", "https://example.org/login?next=/a",
     "https://example.org/wp-login.php?redirect_to=x", "https://example.org/users/sign_in", "https://a.okta.com/app",
     "https://a.sharepoint.com/sites/x/_layouts/15/Authenticate.aspx", "https://example.org/account/signin/"],
)  # fmt: skip
def test_pages_to_sign_in(url):
    assert is_signin(WebAddress.of(url))


@pytest.mark.parametrize(
    "url",
    ["https://example.org/blog/login-problems", "https://example.org/logistics", "https://docs.google.com/document/d/1/edit",
     "https://example.org/why-sign-in-sheets-matter", "https://example.org/"],
)  # fmt: skip
def test_other_pages(url):
    assert not is_signin(WebAddress.of(url))


def test_sites_that_prove_nothing():
    assert is_shy(WebAddress.of("https://uk.linkedin.com/in/x"))
    assert not is_shy(WebAddress.of("https://notlinkedin.com/in/x"))
