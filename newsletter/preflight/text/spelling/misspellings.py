"""Misspellings that are so common that what was meant is certain, each with the right spelling."""

from __future__ import annotations

from functools import cache

from newsletter.preflight.data_files import read_pairs


@cache
def misspellings() -> dict[str, str]:
    """Return the right spelling by the wrong one, in lower case but for the names of days and months."""
    return read_pairs("misspellings.tsv")
