"""Edits of an issue's file: the field changes, and every byte outside of it stays."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from newsletter.issue_file.editing.document import IssueDocument, IssueReader
from newsletter.issue_file.editing.draft import Draft
from newsletter.issue_file.editing.edit import Edit, EditError, edited_data
from newsletter.issue_file.source_text import decode_source

ROOT = Path(__file__).parents[3]
FEBRUARY = ROOT / "issues" / "2024-02.yaml"
FILES = [FEBRUARY, ROOT / "issues" / "2024-03.yaml", ROOT / "tests" / "golden" / "every-kind.yaml"]
READER = IssueReader(ZoneInfo("Europe/London"))


def document(text: str) -> IssueDocument:
    return READER.read(Path("2024-02.yaml"), text)


def edited(text: str, **edit: Any) -> str:
    return READER.edit(document(text), [Edit(**edit)]).text


def changes(before: str, after: str) -> list[str]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


SMALL = """\
# a comment above
title: "A title"  # why this title
date: 2024-02-12
intro: >
  Some words that
  are folded.

sections:
  # the first section
  - kind: coming_up
    items:
      - One
      - Two  # two
      # about three
      - Three

  - kind: links
    items: [{title: A, link: "https://a.example"}]
"""


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            {"op": "set", "path": ["title"], "value": "Another"},
            ['-title: "A title"  # why this title', '+title: "Another"  # why this title'],
        ),
        ({"op": "set", "path": ["date"], "value": "2024-02-13"}, ["-date: 2024-02-12", "+date: 2024-02-13"]),
        ({"op": "set", "path": ["preheader"], "value": "See: this"}, ['+preheader: "See: this"']),
        ({"op": "set", "path": ["sections", 0, "heading"], "value": "What comes"}, ["+    heading: What comes"]),
        (
            {"op": "set", "path": ["intro"], "value": "- a list\n- of two"},
            ["-intro: >", "-  Some words that", "-  are folded.", "+intro: |", "+  - a list", "+  - of two"],
        ),
        (
            {"op": "set", "path": ["title"], "value": "Two\nlines"},
            ['-title: "A title"  # why this title', "+title: |  # why this title", "+  Two", "+  lines"],
        ),
        ({"op": "insert", "path": ["sections", 0, "items", 2], "value": "New"}, ["+      - New"]),
        ({"op": "insert", "path": ["sections", 0, "items", 3], "value": "yes"}, ['+      - "yes"']),
        ({"op": "remove", "path": ["sections", 0, "items", 1]}, ["-      - Two  # two"]),
        ({"op": "duplicate", "path": ["sections", 0, "items", 1]}, ["+      - Two  # two"]),
        (
            {"op": "move", "path": ["sections", 0, "items", 2], "to": 0},
            ["+      # about three", "+      - Three", "-      # about three", "-      - Three"],
        ),
        (
            {"op": "set", "path": ["sections", 0, "items", 0, "when"], "value": "2024-03-05 13:00"},
            ["-      - One", "+      - text: One", "+        when: 2024-03-05 13:00"],
        ),
        (
            {"op": "set", "path": ["sections", 1, "items", 0, "title"], "value": "B: b"},
            [
                '-    items: [{title: A, link: "https://a.example"}]',
                '+    items: [{title: "B: b", link: "https://a.example"}]',
            ],
        ),
        (
            {"op": "set", "path": ["hero", "image"], "value": "images/a.jpg"},
            ["+hero:", "+  image: images/a.jpg"],
        ),
    ],
)
def test_only_the_field_changes(edit: dict[str, Any], expected: list[str]) -> None:
    assert sorted(changes(SMALL, edited(SMALL, **edit))) == sorted(expected)


def test_the_line_ends_of_windows_and_a_missing_last_one_stay() -> None:
    text = SMALL.replace("\n", "\r\n").rstrip()
    after = edited(text, op="insert", path=["sections", 0, "items", 3], value={"title": "A", "text": "b"})
    assert "\n" not in after.replace("\r\n", "")
    assert not after.endswith("\n")
    ended = edited(text, op="set", path=["sign_off"], value="Bye")
    assert ended == f"{text}\r\nsign_off: Bye"


def test_what_a_removal_leaves_empty_goes_with_it() -> None:
    after = document(edited(SMALL, op="remove", path=["sections", 1, "items", 0]))
    assert after.data["sections"][1] == {"kind": "links"}
    assert "# about three" in after.text


def test_the_field_beside_a_dash_can_be_removed() -> None:
    text = SMALL.replace("  - kind: coming_up\n", "  - kind: coming_up\n    # why\n    heading: Soon\n")
    after = edited(text, op="remove", path=["sections", 0, "kind"])
    assert document(after).data["sections"][0]["heading"] == "Soon"
    assert "# why" in after


@pytest.mark.parametrize(
    "value",
    ["null", "~", "true", "No", "12", "1.5", "", "a: b", "a #b", "#a", "- a", "* b", "&c", "!d", "@e", "`f", "%g",
     "{h}", "[i]", "x:", " lead", "trail ", "it's", '"q"', "{first_name|there} hi", "tab\there", "a\n\n\nb", "a\n  b",
     "\ta", "  a\nb", "back\\slash", "emoji 😀", "a\u2028b", "a" * 300, "word " * 60 + "end", "---", "a\n---\nb", "? x",
     "|", ">"],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", [["title"], ["intro"], ["sections", 0, "items", 1], ["sections", 1, "items", 0, "title"]]
)
def test_any_text_is_read_back_as_it_was_written(value: str, path: list[str | int]) -> None:
    before = document(SMALL)
    edit = Edit(op="set", path=path, value=value)
    after = READER.edit(before, [edit])
    assert after.data == edited_data(before.data, edit)
    assert YAML(typ="safe", pure=True).load(after.text)["date"]


@pytest.mark.parametrize(
    "edit",
    [
        {"op": "set", "path": ["sections", 9, "title"], "value": "x"},
        {"op": "insert", "path": ["sections", 9], "value": "x"},
        {"op": "remove", "path": ["nothing"]},
        {"op": "move", "path": ["sections", 0]},
        {"op": "move", "path": ["sections", 0], "to": 5},
        {"op": "set", "path": ["title", "x"], "value": "y"},
        {"op": "set", "path": ["title"], "value": 5},
        {"op": "set", "path": ["title"], "value": "\ud800"},
        {"op": "duplicate", "path": ["title"]},
        {"op": "set", "path": ["sections", -1, "kind"], "value": "x"},
    ],
)
def test_an_edit_that_cannot_be_made_is_refused(edit: dict[str, Any]) -> None:
    with pytest.raises(EditError):
        edited(SMALL, **edit)


def paths_in(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in children:
        found += paths_in(value, (*path, key))
    return found


def value_at(data: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        data = data[part]
    return data


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n#:-'\"{}[]|> *&"), max_size=60
)


@st.composite
def edits_of(draw: st.DrawFn, data: Any) -> Edit:
    paths = paths_in(data)
    path = draw(st.sampled_from(paths))
    entries = [one for one in paths if isinstance(one[-1], int)]
    texts = [one for one in paths if isinstance(value_at(data, one), str)]
    op = draw(st.sampled_from(["set", "set", "set", "insert", "remove", "move", "duplicate"]))
    if op == "set":
        return Edit(op=op, path=draw(st.sampled_from(texts)), value=draw(TEXTS) or "x")
    if op == "remove":
        return Edit(op=op, path=path)
    entry = draw(st.sampled_from(entries))
    count = len(value_at(data, entry[:-1]))
    if op == "move":
        return Edit(op=op, path=entry, to=draw(st.integers(0, count - 1)))
    if op == "insert":
        return Edit(
            op=op, path=entry, value=draw(st.one_of(TEXTS.filter(bool), st.just({"title": "T", "text": "a\nb"})))
        )
    return Edit(op=op, path=entry)


def lines_of_value(text: str, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Return the first and the last line of a value by another reader's account, counting from 0."""
    node = YAML(typ="rt", pure=True).compose(text)
    line = 0
    for part in path:
        if isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line
        else:
            key, node = next(pair for pair in node.value if pair[0].value == part)
            line = key.start_mark.line
    return line, max(node.end_mark.line, line)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@settings(max_examples=12, phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_every_other_byte_stays_whatever_is_edited(path: Path, data: st.DataObject) -> None:
    before = READER.read(path, decode_source(path, path.read_bytes())[0])
    edit = data.draw(edits_of(before.data))
    try:
        wanted = edited_data(before.data, edit)
        after = READER.edit(before, [edit])
    except EditError:
        return
    assert after.data == wanted
    old, new = before.text.split("\n"), after.text.split("\n")
    if draft_of(before).flow_path(edit.path[:-1]) is not None:
        assert sum(line not in old for line in new) <= 1  # a value in brackets is written anew, on its line
        return
    if edit.op == "set":
        first, last = lines_of_value(before.text, edit.path)
        assert new[:first] == old[:first]
        rest = old[last + 1 :]
        assert not rest or new[-len(rest) :] == rest
    if edit.op in {"move", "insert", "duplicate"}:
        for line in old:
            assert new.count(line) >= old.count(line) or not line.strip(), line
    if edit.op == "remove":
        kept = [line for line in old if line.strip()]
        assert [line for line in new if line.strip() and line not in kept and not beside_dash(line, kept)] == []


def draft_of(given: IssueDocument) -> Draft:
    assert given.root is not None
    return Draft(given.text, given.root)


def beside_dash(line: str, kept: list[str]) -> bool:
    """Return whether a line is that of the next field, which took the place beside the dash, or the dash alone."""
    return line.strip() == "-" or line.replace("- ", "  ", 1) in kept
