"""The issue, from its file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from newsletter.issue_file.load_document import read_document
from newsletter.issue_file.positions import PositionMap
from newsletter.issue_file.source_text import Source, decode_source, read_source, text_source
from newsletter.model.issue import Issue
from newsletter.model.section import CustomSection

_NO_KINDS: Mapping[str, type[CustomSection]] = MappingProxyType({})


class LoadedIssue(NamedTuple):
    """An issue, its text, and where everything stands in it."""

    issue: Issue
    path: Path
    source: str
    places: PositionMap


def load_issue(path: Path, *, zone: ZoneInfo, kinds: Mapping[str, type[CustomSection]] = _NO_KINDS) -> LoadedIssue:
    """Read an issue; raise ContentError with all of its mistakes, in the order of the file.

    `zone` is that of the times in it; `kinds` are the user's own section kinds, from `declared_kinds`.
    """
    return _loaded(read_source(path), zone, kinds)


def load_issue_text(
    path: Path, text: str, *, zone: ZoneInfo, kinds: Mapping[str, type[CustomSection]] = _NO_KINDS
) -> LoadedIssue:
    """Read the text of an issue that is to be at a path, as `load_issue` does."""
    decoded, faults = decode_source(path, text.encode())
    return _loaded(text_source(path, decoded, faults), zone, kinds)


def _loaded(source: Source, zone: ZoneInfo, kinds: Mapping[str, type[CustomSection]]) -> LoadedIssue:
    loaded = read_document(source, Issue, context={"zone": zone, "kinds": kinds})
    return LoadedIssue(loaded.value, loaded.path, loaded.source, loaded.places)
