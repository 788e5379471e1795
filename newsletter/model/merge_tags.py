"""Merge tags: `{first_name|there}` in a text becomes each recipient's own words.

A tag is a name in braces, with an optional fallback after a bar. A Message holds tags in this one form; an adapter
turns them into its provider's dialect.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache

from pydantic import ConfigDict

from newsletter.compiled_patterns import compile_pattern
from newsletter.model.fields import FrozenModel

PATTERN = compile_pattern(r"\{([a-z][a-z0-9_]*)(?:\|([^{}|\n]*))?\}")
"""A merge tag; group 1 is the name, group 2 the fallback (None if there is none)."""


class BuiltInTag(StrEnum):
    """The names every provider fills; any other name is a column of the audience."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    UNSUBSCRIBE_URL = "unsubscribe_url"
    VIEW_URL = "view_url"
    PREFERENCES_URL = "preferences_url"


class MergeTag(FrozenModel):
    """One merge tag: the name of a value, and the words that stand in where a recipient has none."""

    # a fallback keeps its spaces: joined again, the pieces of a text are the text
    model_config = ConfigDict(str_strip_whitespace=False)

    name: str
    fallback: str | None = None

    def __str__(self) -> str:
        return f"{{{self.name}}}" if self.fallback is None else f"{{{self.name}|{self.fallback}}}"


def find(text: str) -> list[MergeTag]:
    """List the merge tags of a text in order, repeated ones too."""
    return [MergeTag(name=match[1], fallback=match[2]) for match in PATTERN.finditer(text)]


@lru_cache(maxsize=64)
def split(text: str) -> tuple[str | MergeTag, ...]:
    """Cut a text into literal words and merge tags; joining them as strings gives the text back."""
    pieces: list[str | MergeTag] = []
    end = 0
    for match in PATTERN.finditer(text):
        pieces += [text[end : match.start()], MergeTag(name=match[1], fallback=match[2])]
        end = match.end()
    pieces.append(text[end:])
    return tuple(pieces)


def fill(text: str, values: Mapping[str, str], escape: Callable[[str], str] = str) -> str:
    """Put a recipient's values in place of the tags.

    An empty or missing value gives the fallback, or nothing without a fallback. `escape` is applied to a recipient's
    value only: the words around it are already in the target's language, and so is the fallback, being part of them.
    """
    return "".join(
        piece if isinstance(piece, str) else escape(values.get(piece.name) or "") or piece.fallback or ""
        for piece in split(text)
    )
