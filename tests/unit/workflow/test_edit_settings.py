"""A changed setting changes its own line; comments and all else stay as they are, to the byte."""

from __future__ import annotations

import difflib
import shutil
from pathlib import Path
from typing import Any

import pytest

from newsletter.settings_file import load_settings
from newsletter.workflow.edit_settings import InvalidSettingsError, change_settings

PROJECT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return Path(shutil.copy(PROJECT / "newsletter.yaml", tmp_path))


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [one[2:] for one in lines if one[0] == "-"], [one[2:] for one in lines if one[0] == "+"]


def test_only_the_lines_of_changed_settings_change(path: Path) -> None:
    before = path.read_text("utf-8")
    change_settings(path, {"sender.email": "x@example.org", "language": "cy", "brand.name": 'New: "name" # x'})
    gone, new = changed_lines(before, path.read_text("utf-8"))
    assert gone == [
        "  name: Co-Production Collective",
        "  email: news@example.org",
        "language: en-GB                  # the language you write in; dates follow it",
    ]
    assert len(new) == 3
    assert new[2].endswith("# the language you write in; dates follow it")
    settings = load_settings(path)
    assert (settings.sender.email, settings.language, settings.brand.name) == ("x@example.org", "cy", 'New: "name" # x')


def test_a_setting_is_added_where_it_belongs_and_removed(path: Path) -> None:
    before = path.read_bytes()
    change_settings(path, {"brand.colours.brand": "#123456", "brand.theme": "letter"})
    assert load_settings(path).brand.colours.brand == "#123456"
    change_settings(path, {"brand.colours.brand": "", "brand.theme": None})
    assert path.read_bytes() == before
    kept = sorted((path.parent / ".newsletter" / "history" / "settings").glob("*.yaml"))
    assert kept[0].read_bytes() == before


def test_line_ends_and_the_mark_of_the_encoding_stay(path: Path) -> None:
    raw = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(raw)
    change_settings(path, {"sender.email": "x@example.org"})
    assert path.read_bytes() == raw.replace(b"  email: news@example.org", b"  email: x@example.org")


@pytest.mark.parametrize(
    "changes",
    [
        {"sender.email": "not an address"},
        {"time_zone": "Mars/Base"},
        {"brand.colours.brand": "red"},
        {"provider": "pigeon"},
        {"brand.name": ""},
        {"brand.nonsense": "x"},
    ],
)
def test_what_cannot_be_used_is_named_and_nothing_is_written(path: Path, changes: dict[str, Any]) -> None:
    before = path.read_bytes()
    with pytest.raises(InvalidSettingsError) as raised:
        change_settings(path, {"language": "cy", **changes})
    assert list(raised.value.problems) == list(changes)
    assert path.read_bytes() == before


def test_a_provider_is_set_with_what_it_needs(path: Path) -> None:
    change_settings(path, {"smtp.host": "mail.example.org", "smtp.port": "587", "provider": "smtp"})
    settings = load_settings(path)
    options: Any = settings.options_of("smtp")
    assert (settings.provider, options.host, options.port) == ("smtp", "mail.example.org", 587)
