"""The places of a loaded file: of fields, of their names, and of words inside a text of any style."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issue_file.load_document import read_document
from newsletter.issue_file.positions import PositionMap
from newsletter.issue_file.source_text import text_source
from newsletter.issue_file.yaml_repair.patched_text import PatchedText
from newsletter.issue_file.yaml_repair.tree import read_tree
from newsletter.model.issue import Issue

TEXT = """\
title: "February: sharing our love"
date: 2024-02-12
hero: {image: images/hearts.jpg, alt: 'It''s full of hearts'}
intro: >
  It may be cold
  and gloomy outside.

  Spring will come.
sections:
  - kind: coming_up
    items:
      - A Co-Pro Cuppa
      - title: A workshop
        text: |

          We met at TODO
            twice.
        people: Tu
  - kind: story
    text: "Say \\"hi\\" \\u00e9 to
      all of us"
sign_off: See you
  next month
"""


def places_of(text: str) -> PositionMap:
    source = text_source(Path("2024-02.yaml"), text)
    return PositionMap(source, read_tree(source.text).root)


@pytest.fixture(scope="module")
def places() -> PositionMap:
    return places_of(TEXT)


@pytest.mark.parametrize(
    ("loc", "place"),
    [
        (("title",), (1, 8)),
        (("date",), (2, 7)),
        (("hero", "alt"), (3, 39)),
        (("hero", "credit"), (3, 7)),
        (("intro",), (4, 8)),
        (("sections", 0), (10, 5)),
        (("sections", 0, "kind"), (10, 11)),
        (("sections", 0, "items", 0), (12, 9)),
        (("sections", 0, "items", 0, "text"), (12, 9)),
        (("sections", 0, "items", 1, "text"), (14, 15)),
        (("sections", 0, "items", 9), (12, 7)),
        (("nothing", 4, "here"), (1, 1)),
        ((), (1, 1)),
    ],
)
def test_a_value_stands_where_it_begins(
    places: PositionMap, loc: tuple[str | int, ...], place: tuple[int, int]
) -> None:
    found = places.of(loc)
    assert (found.path, found.line, found.column) == ("2024-02.yaml", *place)


@pytest.mark.parametrize(
    ("loc", "place"),
    [
        (("title",), (1, 1)),
        (("hero", "alt"), (3, 34)),
        (("hero", "credit"), (3, 1)),
        (("sections", 0, "items", 1, "text"), (14, 9)),
        (("sections", 0, "items", 0), (12, 9)),
        (("sections", 0, "items", 0, "text"), (12, 9)),
        (("nothing",), (1, 1)),
        ((), (1, 1)),
    ],
)
def test_a_name_stands_where_it_begins(places: PositionMap, loc: tuple[str | int, ...], place: tuple[int, int]) -> None:
    found = places.key_of(loc)
    assert (found.line, found.column) == place


@pytest.mark.parametrize(
    ("loc", "word", "place"),
    [
        (("title",), "sharing", (1, 19)),
        (("hero", "alt"), "full", (3, 46)),
        (("intro",), "It", (5, 3)),
        (("intro",), "gloomy", (6, 7)),
        (("intro",), "Spring", (8, 3)),
        (("sections", 0, "items", 0), "Cuppa", (12, 18)),
        (("sections", 0, "items", 0, "text"), "Cuppa", (12, 18)),
        (("sections", 0, "items", 1, "text"), "TODO", (16, 21)),
        (("sections", 0, "items", 1, "text"), "twice", (17, 13)),
        (("sections", 1, "text"), "hi", (20, 18)),
        (("sections", 1, "text"), "é", (20, 23)),
        (("sections", 1, "text"), "all", (21, 7)),
        (("sign_off",), "next", (23, 3)),
    ],
)
def test_a_word_is_found_in_a_text(
    places: PositionMap, loc: tuple[str | int, ...], word: str, place: tuple[int, int]
) -> None:
    issue = read_document(places.source, Issue, context={"zone": ZoneInfo("Europe/London")}).value
    value: object = issue
    for part in loc:
        value = value[part] if isinstance(part, int) and isinstance(value, tuple) else getattr(value, str(part))
    text = value if isinstance(value, str) else getattr(value, "text")  # noqa: B009
    found = places.within(loc, text.index(word))
    assert (found.line, found.column) == place


def test_a_space_and_the_end_are_just_behind_the_word_before(places: PositionMap) -> None:
    assert (places.within(("title",), 9).line, places.within(("title",), 9).column) == (1, 18)
    assert places.within(("title",), 500).column == 35


def test_offsets_in_what_is_no_text_are_where_it_begins(places: PositionMap) -> None:
    assert places.within(("sections",), 3) == places.of(("sections",))


@given(st.text(alphabet="ab \n\"'\\é:#", min_size=1, max_size=40), st.sampled_from(["|", ">", '"', "'"]))
def test_each_character_of_a_text_is_found_where_it_is(text: str, style: str) -> None:
    words = " ".join(text.split()) or "x"
    if style in "|>":
        source = f"a: {style}\n" + "".join(f"  {word}\n" for word in words.split(" "))
    elif style == '"':
        source = 'a: "' + words.replace("\\", "\\\\").replace('"', '\\"') + '"\n'
    else:
        source = "a: '" + words.replace("'", "''") + "'\n"
    places = places_of(source)
    node = places.node(("a",))
    value = getattr(node, "text", "")
    for offset, character in enumerate(value.strip()):
        place = places.within(("a",), offset)
        if not character.isspace():
            written = places.source.line(place.line)[place.column - 1]
            assert written == character or (written == "\\" and character in '\\"')


def test_a_changed_line_keeps_its_columns() -> None:
    draft = PatchedText(["title: a: b # c", "x"])
    fixed = draft.changed({1: 'title: "a: b" # c'})
    assert fixed.line(1) == 'title: "a: b" # c'
    assert draft.line(1) == "title: a: b # c"
    reading = read_tree(fixed.text.removesuffix("x"), fixed.original)
    node = PositionMap(text_source(Path("x"), draft.text), reading.root).node(("title",))
    assert node is not None
    assert (node.start.column, node.end.column) == (8, 12)
    assert fixed.line(99) == ""
    assert draft.changed({2: "x"}).line(2) == "x"
