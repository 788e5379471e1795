"""What the composer shows of a subscriber list that is imported, and of a person on it, wherever the list is kept."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsletter.workflow.import_audience import ListColumn


def list_facts(
    path: Path, people: int, columns: Iterable[ListColumn], *, all_left: bool, notes: Iterable[str] = ()
) -> dict[str, Any]:
    """Return how many people a list has, what its columns are taken for, and what is to be known of it."""
    return {
        "file": path.name,
        "people": people,
        "all_left": all_left,
        "columns": [
            {"heading": column.heading, "use": column.use, "values": list(column.values)} for column in columns
        ],
        "notes": list(notes),
    }


def full_name(first: str, last: str) -> str:
    """Return a person's name; empty where neither part of it is known."""
    return " ".join(part for part in (first, last) if part)
