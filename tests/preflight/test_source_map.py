"""What is seen on the page is found in the file, in a template, or said to be in neither."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import Place
from newsletter.preflight.html.source_map import SourceMap, in_templates
from newsletter.preflight.text_spans import run_of
from newsletter.render.builtin_templates import OwnTemplate, own_templates
from newsletter.testing.checks import subject_of

from .conftest import CLEAN

PROJECT = Path(__file__).parents[2]


def words_at(text: str, wanted: str) -> str | None:
    with subject_of(f"intro: {text!r}") as subject:
        spot = subject.whereabouts.words(wanted)
        return spot.run.text[spot.start : spot.end] if spot else None


def test_words_are_found_however_they_are_marked():
    assert words_at("Come to the **old** town hall, today.", "old town hall") == "old** town hall"
    assert words_at("Come to the old town hall.", "OLD  town-hall") == "old town hall"
    assert words_at("Come to the old town hall.", "town ha") is None
    assert words_at("Come to the old town hall.", "elsewhere") is None
    assert words_at("Look → there", "→") == "→"


def test_a_text_that_is_the_words_comes_before_one_that_holds_them():
    with subject_of("intro: We talk of the kitchen table.") as subject:
        spot = subject.whereabouts.words("The kitchen table")
    assert spot is not None
    assert spot.run.loc == ("sections", 0, "heading")


def test_links_and_pictures_are_found():
    with subject_of(CLEAN) as subject:
        found = subject.whereabouts
        in_text, in_field = found.target("https://example.org/garden"), found.target("https://example.org/letter")
        assert found.target("https://example.org/none") is None
        assert found.target("") is None
        assert found.pictures == ()
    assert in_text is not None
    assert in_text.run.text[in_text.start : in_text.end] == "https://example.org/garden"
    assert in_field is not None
    assert in_field.run.field == "link"


def test_a_picture_is_found_by_its_link_or_by_the_name_of_its_file():
    issue = "hero: {image: images/a.jpg, alt: A}\nintro: 'See ![B](images/b.png)'"
    with subject_of(issue) as subject:
        pictures = subject.whereabouts
        assert [one.name for one in pictures.pictures] == ["images/a.jpg", "images/b.png"]
        assert [one.in_text for one in pictures.pictures] == [False, True]
        assert [one.is_hero for one in pictures.pictures] == [True, False]
        named = pictures.picture("cid:1", "a.jpg")
        assert named is not None
        assert named.is_hero
        assert pictures.picture("https://example.org/c.png") is None


def test_a_template_is_found_by_the_first_word_that_any_has():
    templates = [
        OwnTemplate("t/a.j2", "a.j2", "one\n  two: #aabbcc"),
        OwnTemplate("t/b.j2", "b.j2", "three #aabb\nfour\nfive", ours="three\nfour"),
    ]
    assert in_templates(templates, ["#aabb", "two"]) == (Place("t/b.j2", 1, 7), "three #aabb")
    assert in_templates(templates, ["nothing", "TWO"]) == (Place("t/a.j2", 2, 3), "  two: #aabbcc")
    assert in_templates(templates, ["", "wo"]) is None
    assert in_templates(templates, ["four", "five"]) == (Place("t/b.j2", 3, 1), "five"), "a line of theirs comes first"
    assert in_templates(templates, ["four"]) == (Place("t/b.j2", 2, 1), "four")


def test_only_templates_that_differ_from_ours_are_the_users_own(tmp_path):
    assert own_templates(PROJECT / "templates") == ()
    assert own_templates(tmp_path / "none") == ()
    (tmp_path / "parts").mkdir()
    button = (PROJECT / "templates" / "parts" / "button.mjml.j2").read_text("utf-8")
    path = tmp_path / "parts" / "button.mjml.j2"
    path.write_text(button, "utf-8")
    assert own_templates(tmp_path) == ()
    path.write_text("mine", "utf-8")
    assert own_templates(tmp_path) == (OwnTemplate(str(path), "parts/button.mjml.j2", "mine", button),)


@given(st.text(max_size=60), st.text(max_size=12))
def test_what_is_found_lies_inside_the_text(text, wanted):
    run = run_of(("intro",), text, "en")
    with_one = SourceMap(issue=None, runs=(run,), field_links=(), language="en")  # type: ignore[arg-type]
    spot = with_one.words(wanted)
    if spot is not None:
        assert 0 <= spot.start <= spot.end <= len(text)
        found = [letter.lower() for letter in text[spot.start : spot.end] if letter.isalnum()]
        assert len(found) == sum(letter.isalnum() for letter in wanted)
