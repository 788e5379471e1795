"""Where the browser's part of the composer is."""

from __future__ import annotations

from pathlib import Path

STATIC = Path(__file__).parent / "static"
"""The browser's part: built from `newsletter/web/frontend/`, and in the package as it is released."""
