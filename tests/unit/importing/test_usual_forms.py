"""Forms of real updates: buttons that look like headings, lists without bullets, lists inside of texts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from newsletter.importing.files import FileKind, read_document
from newsletter.importing.recognise import recognise
from newsletter.importing.title_and_date import ExpectedIssue
from newsletter.importing.vocabulary import base_vocabulary


def issue_of(text: str, kind: FileKind = FileKind.MARKDOWN) -> Any:
    source = read_document(text.encode(), "update", kind)
    wanted = ExpectedIssue(base_vocabulary("en-GB"), dt.date(2024, 3, 4), date=dt.date(2024, 3, 1), name="Update")
    return recognise(source, wanted, lambda picture: f"images/{picture.source}").issue


LONG = "We meet in the hall on the green, and everybody who would like to come along is welcome to join us there."


def test_a_button_in_large_type_is_not_an_item() -> None:
    html = (
        "<h1>News</h1><h2>Open day</h2><p>Come and see us in the hall.</p>"
        '<p><b><a href="https://example.org/a">Click for more info!</a></b></p><h3>Lunch</h3><p>It is free.</p>'
        '<h2>Walk</h2><h3><a href="https://example.org/b">Register here</a></h3><p>We start at the gate.</p>'
    )
    found = issue_of(f"<html><body>{html}</body></html>", FileKind.HTML)
    titles = [item["title"] for section in found["sections"] for item in section.get("items", ())]
    assert "Click for more info!" not in titles
    assert "Register here" not in titles
    assert "https://example.org/a" in str(found)
    assert "https://example.org/b" in str(found)


def test_the_label_of_a_button_in_a_copied_text_is_not_a_heading() -> None:
    text = f"March news\n\nUpcoming events\n\n{LONG}\n\nJoin on Zoom\n\nA talk on bees\n\n{LONG}\n\nA walk\n\n{LONG}\n"
    (section,) = issue_of(text, FileKind.TEXT)["sections"]
    assert [item["title"] for item in section["items"]] == ["A talk on bees", "A walk"]
    assert "groups" not in section


def test_a_list_that_lost_its_bullets_stays_a_list() -> None:
    text = (
        f"March news\n\nUpcoming events\n\nA talk on bees\n\n{LONG} We will discuss:\n\n"
        f"How they live\nWhat they eat in a summer that is as dry as the last one was\nHow to help them\n\n{LONG}\n"
    )
    (section,) = issue_of(text, FileKind.TEXT)["sections"]
    (item,) = section["items"]
    assert item["title"] == "A talk on bees"
    assert "- How they live\n" in item["text"]
    assert "- How to help them" in item["text"]


def test_a_short_list_inside_of_a_text_stays_where_it_is() -> None:
    found = issue_of(f"# News\n\n## Get involved\n\nWe need help with:\n\n* Accounts\n* Press\n\n{LONG}\n")
    (section,) = found["sections"]
    assert "items" not in section
    assert section["text"].index("Accounts") < section["text"].index("We meet")


def test_a_heading_like_a_footers_stays_with_its_list() -> None:
    found = issue_of(
        f"# News\n\n## Get involved\n\n{LONG}\n\n### Connect with us\n\n"
        "* [About the project](https://example.org/a)\n* [Our handbook](https://example.org/b)\n"
        "* [Our forum](https://example.org/c)\n\nVery best wishes,\n\nAnn and Ben\n"
    )
    (section,) = found["sections"]
    assert [item["title"] for item in section["items"]] == ["Connect with us"]
    assert found["sign_off"].split() == ["Very", "best", "wishes,", "Ann", "and", "Ben"]


def test_a_subtitle_is_the_preheader() -> None:
    found = issue_of(f"---\ntitle: Our news\nsubtitle: July 2021\n---\n\n## News\n\n{LONG}\n")
    assert found["preheader"] == "July 2021"
