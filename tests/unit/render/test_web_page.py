"""The page that `view_online` leads to: everybody may see it, so no merge tag is left in it."""

from __future__ import annotations

import re

import pytest

from newsletter.model import merge_tags
from newsletter.model.branding import ReaderLinks
from newsletter.render.web_page import web_page

from .conftest import Render, make_house

LINKS = (
    ReaderLinks(view_online="https://example.org/{month}.html"),
    ReaderLinks(view_online="https://example.org/{month}.html", unsubscribe="https://example.org/leave?k={key}"),
    ReaderLinks(view_online="https://example.org/{month}.html", preferences="https://example.org/p?k={key}"),
    ReaderLinks(view_online="https://example.org/{key}", unsubscribe="https://example.org/leave"),
)


@pytest.mark.parametrize("links", LINKS)
def test_no_merge_tag_and_no_dead_link_is_left(rendered: Render, links: ReaderLinks) -> None:
    message = rendered(
        house=make_house(links=links),
        intro="Hello {first_name|there}, [join](https://example.org/?t={town|your area}) as {email}.",
        title="For {first_name|all of you}",
    )
    page = web_page(message, links, issue="2024-02")
    assert merge_tags.find(page) == []
    assert "Hello there, " in page
    assert "For all of you" in page
    assert "?t=your%20area" in page
    hrefs = re.findall(r'href="([^"]*)"', page)
    assert all(hrefs)
    assert not any("{" in href or "k=" in href for href in hrefs)


def test_a_page_to_leave_that_is_the_same_for_everybody_stays(rendered: Render) -> None:
    page = web_page(rendered(), LINKS[3], issue="2024-02")
    assert 'href="https://example.org/leave"' in page
