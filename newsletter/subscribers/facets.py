"""Tags and fields as one text, in which a filter finds them without reading anything else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SEPARATOR = "\n"


def tag_facet(tag: str) -> str:
    """Return the line for a tag."""
    return f"tag:{_plain(tag)}"


def field_facet(name: str, value: str) -> str:
    """Return the line for a field."""
    return f"{name}={_plain(value)}"


def facets_text(tags: Iterable[str], fields: Mapping[str, str]) -> str:
    """Return all lines, each with a separator on both sides."""
    lines = [tag_facet(tag) for tag in tags]
    lines += [field_facet(name, value) for name, value in fields.items() if value]
    return f"{SEPARATOR}{SEPARATOR.join(lines)}{SEPARATOR}" if lines else ""


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
