"""What the templates are given."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from newsletter.model import merge_tags
from newsletter.model.item import Item
from newsletter.render.calls import contact_link
from newsletter.render.context import (
    RenderContext,
    declared_fields,
    heading_of,
    preheader_padding,
    runs,
)
from newsletter.render.image_store import ImageCollector
from newsletter.render.images import prepare
from newsletter.render.templates import environment_for, render_template

from .conftest import make_house, make_issue, png

PEOPLE = {"kind": "people", "thanks": ["All"]}
LINKS = {"kind": "links", "items": [{"title": "x", "link": "https://example.org"}]}


@pytest.mark.parametrize(
    ("section", "date", "heading"),
    [
        ({"kind": "last_month", "items": ["x"]}, "2024-02-12", "What we got up to in January"),
        ({"kind": "last_month", "items": ["x"]}, "2024-01-31", "What we got up to in December"),
        ({"kind": "last_month", "items": ["x"]}, "2024-03-31", "What we got up to in February"),
        ({"kind": "coming_up", "items": ["x"]}, "2024-02-12", "Coming up in February"),
        ({"kind": "get_involved", "items": ["x"]}, "2024-02-12", "Get involved"),
        (PEOPLE, "2024-02-12", "People"),
        (LINKS, "2024-02-12", "Worth a look"),
        ({"kind": "quote", "text": "x"}, "2024-02-12", None),
        ({"kind": "story", "text": "x"}, "2024-02-12", None),
        ({"kind": "coming_up", "items": ["x"], "heading": "*Soon*"}, "2024-02-12", "*Soon*"),
    ],
)
def test_a_section_is_headed_by_the_authors_words_or_fitting_ones(
    section: dict[str, Any], date: str, heading: str | None
) -> None:
    issue = make_issue(section, date=date)
    setting = RenderContext.of(issue, make_house())
    assert setting.headings == (heading,)
    assert setting.contents == ([heading] if heading else [])
    assert heading_of(issue.sections[0], setting.calendar, issue) == heading


def test_what_is_in_the_issue_is_listed_from_three_headings_on() -> None:
    soon = {"kind": "coming_up", "items": ["x"]}
    assert not RenderContext.of(make_issue(soon, PEOPLE), make_house()).has_contents
    assert RenderContext.of(make_issue(soon, PEOPLE, LINKS), make_house()).has_contents


def test_lines_that_follow_each_other_stand_together() -> None:
    items = [
        Item.model_validate(one)
        for one in ({"text": "a"}, {"text": "b"}, {"title": "c"}, {"title": "d"}, {"text": "e"})
    ]
    found = [(run.lines, [item.text or item.title for item in run.items]) for run in runs(items)]
    assert found == [(True, ["a", "b"]), (False, ["c"]), (False, ["d"]), (True, ["e"])]


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("team@example.org", "mailto:team@example.org"),
        ("020 7946 0000", "tel:02079460000"),
        ("+44 (0)20 7946-0000", "tel:+442079460000"),
        ("The front desk", ""),
        ("Room 12", ""),
        ("12-14 ...", ""),
        ("-.-.-.-.-", ""),
    ],
)
def test_a_contact_leads_where_it_can(contact: str, link: str) -> None:
    assert contact_link(contact) == link


def test_templates_are_given_functions_in_the_house_style() -> None:
    issue = make_issue(
        {"kind": "coming_up", "items": [{"title": "x", "when": "2024-02-20 13:00", "ends": "14:00"}, "y"]}
    )
    context = RenderContext.of(issue, make_house()).context(ImageCollector(lambda _: png(), prepare))
    event, line = issue.sections[0].items  # type: ignore[union-attr]
    assert context["when"](event) == "Tuesday 20 February, 1pm to 2pm"
    assert context["when"](line) == ""
    assert (context["date_box"](event).day, context["date_box"](line).day) == ("20", "")
    assert context["names"](["a", "b"]) == "a and b"
    assert context["picture"]("a.png").width == 1200


def test_the_filters_know_the_album_only_where_the_context_does() -> None:
    environment = environment_for(jinja2.DictLoader({"x": "{{ '![cat](a.png)'|markdown }}"}))
    assert render_template(environment, "x", {}) == "<p>cat</p>"
    context = RenderContext.of(make_issue(), make_house()).context(ImageCollector(lambda _: png(80, 40), prepare))
    assert 'width="80"' in render_template(environment, "x", context)


def test_the_fields_of_a_kind_are_those_that_hold_something() -> None:
    section = make_issue({"kind": "quote", "text": "x", "heading": "h"}).sections[0]
    assert list(declared_fields(section)) == [("text", "x")]


@pytest.mark.parametrize(
    ("preheader", "filled"),
    [("Spring", 110), ("Hello {first_name|there}", 110), ("x" * 109, 110), ("x" * 200, 200), ("", 0)],
)
def test_the_line_in_the_inbox_is_filled(preheader: str, filled: int) -> None:
    padding = preheader_padding(preheader)
    assert len(merge_tags.fill(preheader, {})) + padding.count("\u00a0") == filled
    assert set(padding) <= {"\u034f", "\u200c", "\u00a0"}
