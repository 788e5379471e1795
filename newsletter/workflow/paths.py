"""Paths and locations as a person would write them."""

from __future__ import annotations

from pathlib import Path

from newsletter.errors import Place


def shown_path(path: Path | str) -> str:
    """Return a path as a person would write it: relative to the working folder if it is inside."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):  # outside, or the working folder no longer exists
        return str(path)


def shown_place(place: Place) -> str:
    """Return a location with its path as a person would write it."""
    return str(Place(shown_path(place.path), place.line, place.column))
