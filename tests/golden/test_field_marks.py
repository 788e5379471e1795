"""A preview marks which element shows which field; without its marks it is the message itself."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from newsletter.issue_file.load_issue import LoadedIssue, load_issue
from newsletter.issue_file.section_types import declared_kinds
from newsletter.model.branding import Theme
from newsletter.model.campaign import Message
from newsletter.render.field_marks import FieldMarks, FieldPath, without_marks
from newsletter.render.inline import tightened
from newsletter.render.pipeline import render
from newsletter.render.templates import template_loader
from newsletter.workflow.workspace import Workspace
from tests.golden.test_golden import CASES, HERE, HOUSE, HOUSES, ROOT, as_it_is, name_of, picture


def message_of(loaded: LoadedIssue, theme: Theme) -> Message:
    path = loaded.path
    if path.parent == HERE:
        house, folders = HOUSES.get(path.stem, HOUSE), [HERE / "templates", ROOT / "templates"]
    else:
        house, folders = Workspace.find(ROOT).settings.presentation, [ROOT / "templates"]
    house = house.model_copy(update={"brand": house.brand.model_copy(update={"theme": theme})})
    return render(
        loaded.issue, house, key=path.stem, templates=template_loader(folders), assets=picture, prepare=as_it_is
    )


def loaded_from(path: Path) -> LoadedIssue:
    folder = HERE / "templates" if path.parent == HERE else ROOT / "templates"
    house = HOUSES.get(path.stem, HOUSE)
    return load_issue(path, zone=house.zone, kinds=declared_kinds([folder]))


PLAIN = [case for case in CASES if case[1] is Theme.CLASSIC]


@pytest.mark.parametrize(("path", "theme"), PLAIN, ids=[name_of(*case) for case in PLAIN])
def test_without_its_marks_a_preview_is_the_message(path: Path, theme: Theme) -> None:
    loaded = loaded_from(path)
    marks = FieldMarks()
    marked = message_of(loaded._replace(issue=marks.marked(loaded.issue)), theme)
    plain = message_of(loaded, theme)
    assert tightened(without_marks(marked.html)) == plain.html
    assert without_marks(marked.text) == plain.text
    assert (marked.subject, marked.preheader, marked.title) == (plain.subject, plain.preheader, plain.title)
    annotated = marks.annotated(marked.html, lambda field: field)
    assert "fqz" not in annotated
    # a field may begin within a word, as after "("
    letters = "".join(BeautifulSoup(annotated, "html.parser").get_text().split())
    assert letters == "".join(BeautifulSoup(plain.html, "html.parser").get_text().split())


def fields_of(annotated: str) -> dict[FieldPath, str]:
    """Return the words that are shown for each field."""
    page = BeautifulSoup(annotated, "html.parser")
    found: dict[FieldPath, str] = {}
    for element in page.select("[data-field]"):
        path = tuple(json.loads(unescape(str(element["data-field"]))))
        words = str(element.get("src", "")) if element.name == "img" else element.get_text(" ")
        found[path] = f"{found.get(path, '')} {words}".strip()
    return found


def test_each_field_of_february_is_found_in_the_email() -> None:
    path = ROOT / "issues" / "2024-02.yaml"
    loaded, marks = loaded_from(path), FieldMarks()
    marked = message_of(loaded._replace(issue=marks.marked(loaded.issue)), Theme.CLASSIC)
    fields = fields_of(marks.annotated(marked.html, lambda field: field))
    words = {path: " ".join(text.split()) for path, text in fields.items()}
    assert words["title",] == "Sharing our love for co-production", "what is above it is no field of its own"
    assert words["intro",].startswith("It may still be cold")
    assert words["hero", "image"].startswith("cid:")
    assert words["hero", "credit"].startswith("Picture credit")
    assert words["sections", 0, "groups", 0, "heading"] == "Training"
    assert words["sections", 0, "groups", 0, "items", 0, "title"].startswith("LUSTRUM2")
    assert (
        words["sections", 1, "items", 2, "text"] == "A Safeguarding and co-production session for Kings College London"
    )
    assert words["sections", 2, "items", 0, "deadline"].startswith("Friday")
    assert words["sections", 2, "items", 0, "payment"] == "£50"
    assert ("sections", 2, "items", 0, "contact") not in words, "the text names the address, and the button leads there"
    assert words["sections", 2, "items", 0, "button", "label"] == "Email us to take part"
    assert "What co-production means to you" in words["sections", 2, "items", 1, "text"]
    assert words["sections", 2, "items", 2, "events", 1, "when"].startswith("Monday")
    assert words["sign_off",].startswith("If you have any questions")
