"""A provider's title in a sentence."""

from __future__ import annotations


def capital(title: str) -> str:
    """Return a provider's title as it begins a sentence; a name that is written small stays small."""
    return f"The {title.removeprefix('the ')}" if title.startswith("the ") else title
