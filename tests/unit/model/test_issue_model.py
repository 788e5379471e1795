"""The issue's model: what it takes, what it refuses, and what it makes of it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from newsletter.model.issue import MONTH, Issue
from newsletter.model.item import EventEntry, Item, ItemEntry, LinkEntry, PersonEntry
from newsletter.model.pictures import Hero
from newsletter.model.section import BUILT_IN_KINDS, ComingUp, CustomSection, Section, Story

LONDON = ZoneInfo("Europe/London")
ITEM: TypeAdapter[Item] = TypeAdapter(ItemEntry)
SECTION: TypeAdapter[Any] = TypeAdapter(Section)


def errors(adapter: TypeAdapter[Any], data: object, **context: object) -> list[tuple[tuple[Any, ...], str]]:
    with pytest.raises(ValidationError) as caught:
        adapter.validate_python(data, context=context)
    return [(error["loc"], error["type"]) for error in caught.value.errors()]


def issue(**fields: object) -> Issue:
    data = {"title": "A title", "date": "2024-02-12", "sections": [{"kind": "coming_up", "items": ["A thing"]}]}
    return Issue.model_validate(data | fields)


def test_a_month_and_a_subject_come_from_the_issue() -> None:
    assert issue().month == "2024-02"
    assert MONTH.fullmatch(issue().month)
    assert issue().subject_line == "A title"
    assert issue(subject="Another").subject_line == "Another"


def test_an_issue_cannot_be_changed_and_has_no_other_fields() -> None:
    with pytest.raises(ValidationError):
        issue().title = "Another"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        issue(colour="red")


def test_a_line_of_text_is_an_item() -> None:
    item = ITEM.validate_python("A **Co-Pro** Cuppa")
    assert (item.text, item.title) == ("A **Co-Pro** Cuppa", None)
    assert item.is_line


@pytest.mark.parametrize(
    "data", [{"title": "a"}, {"text": "a\nb"}, {"text": "a", "payment": "£50"}, {"text": "a", "people": "Tu"}]
)
def test_more_than_a_line_is_no_line(data: dict[str, Any]) -> None:
    assert not ITEM.validate_python(data).is_line


def test_one_name_needs_no_list() -> None:
    assert ITEM.validate_python({"title": "a", "people": "Tu"}).people == ("Tu",)
    assert ITEM.validate_python({"title": "a", "people": ["Tu", "Rosie"]}).people == ("Tu", "Rosie")


@pytest.mark.parametrize("data", [{}, {"payment": "£50"}, {"people": ["Tu"]}, {"ends": "2024-02-20"}])
def test_an_item_must_say_something(data: dict[str, Any]) -> None:
    assert ((), "item_empty") in errors(ITEM, data)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"image": "a.jpg"}, "alt_missing"),
        ({"title": "a", "alt": "words"}, "image_missing"),
        ({"title": "a", "credit": "words"}, "image_missing"),
    ],
)
def test_a_picture_and_its_words_go_together(data: dict[str, Any], error: str) -> None:
    assert errors(ITEM, data) == [((), error)]


def test_decoration_has_an_empty_alt() -> None:
    assert ITEM.validate_python({"image": "a.jpg", "alt": ""}).alt == ""
    assert Hero.model_validate({"image": "a.jpg", "alt": "Hearts"}).credit is None


@pytest.mark.parametrize(
    ("when", "ends", "error"),
    [
        ("2024-02-20 13:00", "12:00", "end_before_start"),
        ("2024-02-20 13:00", "2024-02-20 12:59", "end_before_start"),
        ("2024-02-20", "2024-02-19", "end_before_start"),
        ("2024-02-20 13:00", "2024-02-19", "end_before_start"),
        ("2024-02-20", "2024-02-19 23:59", "end_before_start"),
        (None, "2024-02-20", "end_without_start"),
        (None, "14:00", "end_without_start"),
        ("2024-02-20", "14:00", "end_without_start"),
    ],
)
def test_an_end_comes_after_its_start(when: str | None, ends: str, error: str) -> None:
    data = {"title": "a", "ends": ends} | ({"when": when} if when else {})
    assert [kind for _, kind in errors(ITEM, data)] == [error]


@pytest.mark.parametrize(
    ("when", "ends"),
    [
        ("2024-02-20 13:00", "13:00"),
        ("2024-02-20 13:00", "2024-02-20"),
        ("2024-02-20", "2024-02-20"),
        ("2024-02-20", "2024-02-20 14:00"),
        ("2024-02-20 23:00", "2024-02-21 01:00"),
    ],
)
def test_an_end_may_be_the_same_day(when: str, ends: str) -> None:
    assert ITEM.validate_python({"title": "a", "when": when, "ends": ends}).ends is not None


def test_an_event_is_a_date_alone_or_more() -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(EventEntry)
    event = adapter.validate_python("2024-03-05 13:00", context={"zone": LONDON})
    assert event.when == dt.datetime(2024, 3, 5, 13, 0, tzinfo=LONDON)
    assert adapter.validate_python(dt.date(2024, 3, 5)).when == dt.date(2024, 3, 5)
    assert errors(adapter, {"when": "2024-03-05", "ends": "2024-03-04"}) == [((), "end_before_start")]


def test_a_person_is_a_name_or_more() -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(PersonEntry)
    assert adapter.validate_python("Our volunteers").name == "Our volunteers"
    assert errors(adapter, {"role": "Reception"}) == [(("name",), "missing")]


def test_a_link_may_have_a_deadline() -> None:
    entry = LinkEntry.model_validate({"title": "a", "link": "https://example.org", "deadline": "2024-03-29"})
    assert entry.deadline == dt.date(2024, 3, 29)


@pytest.mark.parametrize("kind", BUILT_IN_KINDS)
def test_each_kind_is_told_by_its_name(kind: str) -> None:
    least = {
        "last_month": {"items": ["a"]},
        "coming_up": {"groups": [{"heading": "a", "items": ["b"]}]},
        "get_involved": {"text": "a"},
        "story": {"text": "a"},
        "people": {"thanks": ["a"]},
        "quote": {"text": "a"},
        "links": {"items": [{"title": "a", "link": "https://example.org"}]},
        "news": {"items": ["a"]},
        "figures": {"items": [{"value": "1", "label": "a"}]},
        "gallery": {"items": [{"image": "a.jpg", "alt": "a"}]},
        "video": {"link": "https://example.org", "image": "a.jpg", "alt": "a"},
        "table": {"columns": ["a"], "rows": [["b"]]},
        "sponsors": {"items": [{"name": "a"}]},
    }
    section = SECTION.validate_python({"kind": kind, **least[kind]})
    assert type(section) is BUILT_IN_KINDS[kind]
    assert SECTION.validate_python(section) == section


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"kind": "coming_up"}, ("coming_up", "section_empty")),
        ({"kind": "people"}, ("people", "section_empty")),
        ({"kind": "recipe"}, ("custom", "kind_unknown")),
        ({"kind": ["story"]}, ("custom", "kind_unknown")),
        ({"kind": {}}, ("custom", "kind_unknown")),
        ({"text": "a"}, ("custom", "kind_missing")),
        ("story", ("custom", "kind_missing")),
    ],
)
def test_a_section_must_be_one_that_there_is(data: object, error: tuple[str, str]) -> None:
    assert errors(SECTION, data) == [((error[0],), error[1])]


class Recipe(CustomSection):
    serves: str


def test_a_kind_of_ones_own_is_handed_in_by_the_context() -> None:
    kinds = {"recipe": Recipe}
    section = SECTION.validate_python({"kind": "recipe", "serves": "4"}, context={"kinds": kinds})
    assert isinstance(section, Recipe)
    assert errors(SECTION, {"kind": "recipe"}, kinds=kinds) == [(("custom", "serves"), "missing")]
    whole = issue(sections=[section])
    assert whole.model_dump()["sections"][0]["serves"] == "4"
    assert whole.sections[0] is section


def test_the_sections_keep_their_order() -> None:
    sections = issue(sections=[{"kind": "story", "text": "a"}, {"kind": "coming_up", "text": "b"}]).sections
    assert [type(section) for section in sections] == [Story, ComingUp]
    assert errors(TypeAdapter(Issue), {"title": "a", "date": "2024-02-12", "sections": []}) == [
        (("sections",), "too_short")
    ]
