"""Words that are right, and that the English dictionaries lack: mostly newer ones, and some of small organisations."""

from __future__ import annotations

from newsletter.preflight.data_files import read_words


def newer_words() -> frozenset[str]:
    """Return the words, in lower case."""
    return read_words("newer_words.txt")
