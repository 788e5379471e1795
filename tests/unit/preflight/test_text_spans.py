"""The texts of an issue as people read them: offsets stay, marks and addresses go, and nothing ever raises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.preflight.text_spans import models_of, pictures_in_text, run_of
from newsletter.testing.checks import subject_of

MARKDOWN = st.text(alphabet='ab [](){}|<>!*_`~#-+.1:/@"\\\n wé’م', max_size=60)


def words(text: str) -> str:
    return run_of(("intro",), text, "en-GB").words


def links(text: str) -> list[tuple[str, str, bool]]:
    return [(one.words, one.target, one.bare) for one in run_of(("intro",), text, "en-GB").links]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("**Very** good", "Very good"),
        ("_very_ good", "very good"),
        ("snake_case stays", "snake_case stays"),
        ("- one\n- two", "one two"),
        ("12. twelve", "twelve"),
        ("> quoted", "quoted"),
        ("## heading", "heading"),
        ("`code` and ~~gone~~", "code and gone"),
        ("see [our page](https://example.org/a) now", "see our page now"),
        ("see ![a cat](cat.jpg) now", "see a cat now"),
        ("write to <team@example.org> now", "write to now"),
        ("at https://example.org/a, and", "at , and"),
        ("at www.example.org.", "at ."),
        ("to team@example.org!", "to !"),
        ("Hello {first_name|there}, hello {email}", "Hello there , hello"),
        ("2 * 3 is 6", "2 3 is 6"),
    ],
)
def test_what_is_no_word_is_blanked_out(text, left):
    assert words(text).split() == left.split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](https://example.org)", [("a", "https://example.org", False)]),
        ("[a [b] c](https://example.org 'x')", [("a [b] c", "https://example.org", False)]),
        ('[a](<https://example.org/x> "title")', [("a", "https://example.org/x", False)]),
        ("<mailto:a@example.org>", [("", "mailto:a@example.org", False)]),
        ("at https://example.org/a.", [("", "https://example.org/a", True)]),
        ("a@example.org", [("", "a@example.org", True)]),
        ("![x](a.png)", []),
        (
            "b https://b.example.org [a](https://a.example.org)",
            [
                ("", "https://b.example.org", True),
                ("a", "https://a.example.org", False),
            ],
        ),
    ],
)
def test_links_are_found_in_order(text, found):
    assert links(text) == found


@given(MARKDOWN)
def test_words_are_as_long_as_the_text_and_keep_its_letters_in_place(text):
    run = run_of(("intro",), text, "en-GB")
    assert len(run.words) == len(run.text)
    assert all(new in {old, " "} for new, old in zip(run.words, run.text, strict=True))
    assert run.words.count("\n") == run.text.count("\n")


@given(MARKDOWN)
def test_each_link_stands_where_it_says(text):
    for link in run_of(("intro",), text, "en-GB").links:
        assert 0 <= link.start <= link.at <= len(text)
        assert text.startswith(link.target, link.at)
        assert link.words in text


@given(MARKDOWN)
def test_pictures_begin_inside_the_text(text):
    assert all(text[start] == "!" for start, _name in pictures_in_text(text))


ISSUE = """\
language: en-GB
hero: {image: a.png, alt: A cat}
intro: Hello
sections:
  - kind: coming_up
    language: cy
    items:
      - Taith
      - {title: Paned, link: "https://example.org/paned"}
  - kind: story
    heading: A walk
    text: We walked.
    button: {label: Read on, link: "https://example.org/walk"}
"""


def test_texts_come_in_order_with_language_field_and_section():
    with subject_of(ISSUE) as subject:
        found = [(run.text, run.language, run.field, run.section) for run in subject.runs]
    assert ("A cat", "en-GB", "alt", None) in found
    assert ("Hello", "en-GB", "intro", None) in found
    inside = [one for one in found if one[3] is not None]
    assert ("Paned", "cy", "title", 0) in inside
    assert ("We walked.", "en-GB", "text", 1) in inside
    assert not {"a.png", "https://example.org/walk", "en-GB", "cy", "story"} & {one[0] for one in found}
    assert [one[0] for one in inside if one[3] == 1] == ["A walk", "We walked.", "Read on"]


def test_prose_is_what_is_made_of_sentences():
    with subject_of(ISSUE) as subject:
        assert {run.text for run in subject.runs if run.is_prose} >= {"Hello", "We walked."}
        assert not any(run.is_prose for run in subject.runs if run.field in {"title", "label", "heading", "alt"})


def test_links_of_fields_carry_the_words_on_them():
    with subject_of(ISSUE) as subject:
        found = [(link.target, link.words) for link in subject.field_links]
    assert found == [("https://example.org/paned", "Paned"), ("https://example.org/walk", "Read on")]


def test_parts_of_an_issue_come_with_their_way():
    with subject_of(ISSUE) as subject:
        ways = [loc for loc, _model in models_of(subject.issue)]
    assert ways[0] == ()
    assert ("sections", 1, "button") in ways
