"""Merge tags in links: what stands in for a missing value is encoded, in every link of the HTML and the text."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from newsletter.model import merge_tags
from newsletter.model.merge_tags import MergeTag
from newsletter.render.link_tags import encode_fallback, encode_in_html, encode_in_link, encode_in_text

from .conftest import Render

FALLBACKS = (
    "your area",
    "Zoë",
    "a+b",
    "O'Neil",
    "a&b",
    'x"y',
    "50%",
    "a)b",
    "50%25",
    "your%20area",
    "مرحبا",
    "a/b#c?d=e",
)


@pytest.mark.parametrize("fallback", FALLBACKS)
def test_a_fallback_in_a_query_is_one_value(fallback: str) -> None:
    link = merge_tags.fill(encode_in_link(f"https://example.org/form?t={{town|{fallback}}}&u=1"), {})
    assert link.isascii()
    assert parse_qs(urlsplit(link).query) == {"t": [fallback.replace("%20", " ").replace("%25", "%")], "u": ["1"]}


@pytest.mark.parametrize("fallback", FALLBACKS)
def test_encoding_twice_changes_nothing(fallback: str) -> None:
    once = encode_fallback(MergeTag(name="town", fallback=fallback))
    assert encode_fallback(once) == once


def test_a_tag_that_begins_an_address_keeps_the_address_whole() -> None:
    assert encode_in_link("{site|https://example.org/a b}/c") == "{site|https://example.org/a%20b}/c"
    assert encode_in_text("See <{site|https://example.org/a b}>.") == "See <{site|https://example.org/a%20b}>."


@pytest.mark.parametrize(
    "markup",
    [
        '<p title="a">{town|your area}</p>',
        '<p>He wrote href="{town|your area}" there.</p>',
        '<img alt="{town|your area}" src="cid:1">',
        '<a href="https://example.org/?a=1&region=2">{town|x y}</a>',
    ],
)
def test_only_links_are_encoded(markup: str) -> None:
    assert encode_in_html(markup) == markup


def test_what_is_no_entity_in_an_address_stays_as_it_is() -> None:
    link = '<a href="https://example.org/?region=1&region=2&t={town|a &amp; b}">x</a>'
    assert encode_in_html(link) == link.replace("a &amp; b", "a%20%26%20b")


def test_in_text_only_addresses_are_encoded() -> None:
    text = "Dear {town|your area}, see <https://example.org/?t={town|your area}&u={name|you all}> or {town|your area}."
    assert encode_in_text(text) == (
        "Dear {town|your area}, see <https://example.org/?t={town|your%20area}&u={name|you%20all}> or {town|your area}."
    )


@pytest.mark.parametrize("fallback", [one for one in FALLBACKS if one != "a)b"])
def test_every_link_of_a_message_is_encoded(rendered: Render, fallback: str) -> None:
    link = f"https://example.org/form?t={{town|{fallback}}}&region=1"
    message = rendered(
        {
            "kind": "story",
            "heading": "A story",
            "text": f"[In a text](<{link}>).",
            "button": {"label": "B", "link": link},
        },
        {"kind": "coming_up", "items": [{"title": "A walk", "when": "2024-02-20", "link": link}]},
        {"kind": "links", "items": [{"title": "To read", "link": link}]},
        {"kind": "people", "joiners": [{"name": "Ann", "link": link}]},
    )
    hrefs = [html.unescape(one) for one in re.findall(r'href="([^"]*form[^"]*)"', message.html)]
    told = re.findall(r"<(https://example.org/form[^>]*)>", message.text)
    assert len(hrefs) >= 5
    assert len(told) == 5
    for one in (*hrefs, *told):
        if "calendar" in one or "outlook" in one:
            continue  # their links hold the address as a value
        filled = merge_tags.fill(one, {})
        assert re.search(r"\s", filled) is None
        assert parse_qs(urlsplit(filled).query)["t"] == [fallback.replace("%20", " ").replace("%25", "%")]
