"""The versions of an issue as the composer lists them: one for the edits that were made without a pause."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from newsletter.workflow.composer.history import BY_COMPOSER, BY_OTHER, History, Version, bursts

START = dt.datetime(2024, 3, 1, 9, 0, tzinfo=dt.UTC)


def version(minute: float, label: str, *, is_typed: bool = True, by: str = BY_COMPOSER) -> Version:
    when = START + dt.timedelta(minutes=minute)
    return Version(f"{when:%Y%m%dT%H%M%S%f}", when.isoformat(), label, by, is_typed)


def listed(*versions: Version) -> list[tuple[str, list[str]]]:
    """Return the identifier of each version that is listed and what was done to it, newest first."""
    return [(one["id"], one["labels"]) for one in bursts(versions[::-1])]


def test_edits_without_a_pause_are_one_version_from_before_the_first() -> None:
    first = version(0, "Edit title")
    assert listed(first, version(1, "Edit text"), version(2, "Edit title"), version(4, "Edit link")) == [
        (first.id, ["Edit title", "Edit text", "Edit link"])
    ]


def test_a_pause_begins_another_version() -> None:
    first, second = version(0, "Edit title"), version(10, "Edit title")
    assert listed(first, second) == [(second.id, ["Edit title"]), (first.id, ["Edit title"])]


def test_a_long_burst_is_several_versions() -> None:
    found = listed(*(version(minute, "Edit text") for minute in range(40)))
    assert 2 < len(found) < 6


@pytest.mark.parametrize("by", [BY_COMPOSER, BY_OTHER])
def test_what_was_removed_or_changed_elsewhere_is_a_version_of_its_own(by: str) -> None:
    edits = version(0, "Edit title"), version(1, "Edit text")
    removal = version(1.5, "Remove Tea", is_typed=False, by=by)
    after = version(2, "Edit title")
    assert listed(*edits, removal, after) == [
        (after.id, ["Edit title"]),
        (removal.id, ["Remove Tea"]),
        (edits[0].id, ["Edit title", "Edit text"]),
    ]


def test_versions_that_an_earlier_release_kept_are_listed(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.keep(b"title: one", "Edit title", BY_COMPOSER, START)
    index = tmp_path / "versions.json"
    index.write_text(index.read_text().replace(',\n"is_typed": false', ""))
    assert "is_typed" not in index.read_text()
    (kept,) = history.versions()
    assert (kept.label, kept.is_typed) == ("Edit title", False)
