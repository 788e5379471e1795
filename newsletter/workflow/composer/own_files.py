"""Which files in a newsletter's folder the composer does not look at again when they change."""

from __future__ import annotations

from pathlib import Path

_OWN_FOLDERS = frozenset({".git", ".newsletter", "outbox", "review"})


def is_own_file(path: Path, root: Path) -> bool:
    """Return whether a file is one that the tool itself writes, or a passing one of an editor."""
    parts = path.relative_to(root).parts if path.is_relative_to(root) else path.parts[-1:]
    return any(part in _OWN_FOLDERS for part in parts[:-1]) or path.name.startswith((".", "~"))
