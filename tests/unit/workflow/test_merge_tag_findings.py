"""Merge tags in an issue's source."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.issue_file.load_issue import load_issue
from newsletter.settings import OutboxSettings
from newsletter.workflow.merge_tag_findings import audience_fields, spots_in, tag_findings

ISSUE = "title: {title}\ndate: 2024-05-01\nsections:\n  - kind: coming_up\n    items: [A thing]\n"


def found(folder: Path, words: str, audience: str = "email,town\n") -> list[Any]:
    path = folder / "2024-05.yaml"
    path.write_text(ISSUE.replace("{title}", words), encoding="utf-8")
    (folder / "audience.csv").write_text(audience, encoding="utf-8")
    settings = SimpleNamespace(audience_file=folder / "audience.csv", provider="outbox", outbox=OutboxSettings())
    loaded = load_issue(path, zone=ZoneInfo("Europe/London"))
    return tag_findings(loaded, SimpleNamespace(settings=settings))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "words",
    ["Hello {first_name|there}", "To {email}", "In {town|town}", "A set {1, 2}", "Just words", "x # {frist_name}"],
)
def test_what_is_right_is_not_mentioned(tmp_path: Path, words: str) -> None:
    assert found(tmp_path, words) == []


def test_an_unknown_tag_is_placed_and_fixed(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "From {twon|here} to {town|there}")
    assert (finding.code, finding.place.line, finding.place.column) == ("NL211", 1, 13)
    assert finding.suggestion == "title: From {town|here} to {town|there}"
    assert finding.blocks


def test_an_unknown_tag_like_nothing_has_no_line_to_paste(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "From {zzzzzz}")
    assert finding.suggestion == ""
    assert "{first_name}" in finding.hint


def test_a_tag_without_a_fallback_is_a_warning(tmp_path: Path) -> None:
    (name, town) = found(tmp_path, "Dear {last_name} of {town}")
    assert not name.blocks
    assert "{last_name|reader}" in name.hint
    assert "{town|…}" in town.hint


@pytest.mark.parametrize("text", ["", "name,town\n", "\0\0"])
def test_columns_that_cannot_be_known_are_not_guessed(tmp_path: Path, text: str) -> None:
    path = tmp_path / "audience.csv"
    path.write_text(text, encoding="utf-8")
    assert audience_fields(path) is None
    assert audience_fields(tmp_path / "gone.csv") is None
    assert found(tmp_path, "In {twon|here}", text) == []


@given(st.text(st.sampled_from("{}|ab_ #\n"), max_size=60))
def test_spots_stand_where_they_say(source: str) -> None:
    lines = source.splitlines()
    for spot in spots_in(source):
        assert lines[spot.line - 1] == spot.excerpt
        assert spot.excerpt[spot.column - 1 :].startswith(spot.words)
        assert not spot.excerpt.lstrip().startswith("#")
