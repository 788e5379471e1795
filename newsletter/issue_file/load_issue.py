"""The issue, from its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from newsletter.issue_file.load_document import load_document
from newsletter.issue_file.positions import PositionMap
from newsletter.model.issue import Issue
from newsletter.model.section import CustomSection

_NO_KINDS: Mapping[str, type[CustomSection]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LoadedIssue:
    """An issue, its text, and where everything stands in it."""

    issue: Issue
    path: Path
    source: str
    places: PositionMap


def load_issue(path: Path, *, zone: ZoneInfo, kinds: Mapping[str, type[CustomSection]] = _NO_KINDS) -> LoadedIssue:
    """Read an issue; raise ContentError with all of its mistakes, in the order of the file.

    `zone` is that of the times in it; `kinds` are the user's own section kinds, from `declared_kinds`.
    """
    loaded = load_document(path, Issue, context={"zone": zone, "kinds": kinds})
    return LoadedIssue(loaded.value, loaded.path, loaded.source, loaded.places)
