"""The draft of an issue: its fields in order, each group with comments for the author."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from newsletter.importing.blocks import Picture
from newsletter.preflight.rules.content.import_marks import MARK as LOOK

PlacePicture = Callable[[Picture], str]
"""Returns how the issue names a picture, or nothing where the picture is not at hand."""


class Fields(dict[str, Any]):
    """A group of fields in the order in which they are written, and the comments above it."""

    def __init__(self, **values: Any) -> None:
        super().__init__({name: value for name, value in values.items() if value not in (None, "", [], ())})
        self.comments: list[str] = []

    def put(self, name: str, value: Any) -> None:
        """Set a field if it has a value."""
        if value not in (None, "", [], ()):
            self[name] = value

    def look(self, text: str) -> None:
        """Mark the group: the author should look at this."""
        self.comments.append(f"{LOOK} {text}")


@dataclass
class Draft:
    """What was recognised in a file."""

    issue: Fields
    left_out: list[str] = field(default_factory=list)
    """Words that were taken for page furniture, and are written as comments at the end."""
    notes: list[str] = field(default_factory=list)
    """What the author should know, in sentences."""

    @property
    def sections(self) -> list[Fields]:
        """Return the sections."""
        found: list[Fields] = self.issue.get("sections", [])
        return found


def groups_in(value: Any) -> list[Fields]:
    """Return all groups of fields in a value, outermost first."""
    if isinstance(value, list):
        return [group for one in value for group in groups_in(one)]
    if isinstance(value, Fields):
        return [value, *(group for one in value.values() for group in groups_in(one))]
    return []


def doubts(draft: Draft) -> list[str]:
    """Return what the author is asked to look at, in the order of the issue."""
    return [
        comment.removeprefix(LOOK).strip()
        for group in groups_in(draft.issue)
        for comment in group.comments
        if comment.startswith(LOOK)
    ]
