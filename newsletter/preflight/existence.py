"""Existence rules: a rule finds every place that one of its patterns, kept in a data file, matches."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from pydantic import Field, RootModel, ValidationError

from newsletter.preflight.data_files import DataModel, any_of, data_error, read_toml


class _Entry(DataModel):
    patterns: list[str]
    match_case: bool = False
    message: str = "“{}” is still in the text."
    signs: list[str] = Field([])


class _File(RootModel[dict[str, _Entry]]):
    pass


class Existence(NamedTuple):
    """What a rule finds, and its message, in which `{}` stands for the words that were found."""

    code: str
    pattern: re.Pattern[str]
    message: str
    signs: Sequence[str]
    """Letters, in lower case, one of which every match contains; empty if there are none like that."""

    def may_be_in(self, folded: str) -> bool:
        """Return whether a text in lower case can have a match, which is quick to see."""
        return not self.signs or any(sign in folded for sign in self.signs)


@cache
def load_existence(name: str) -> tuple[Existence, ...]:
    """Return the existence rules of a file such as `placeholders.toml`, in its order."""
    try:
        entries = _File.model_validate(read_toml(name)).root
    except ValidationError as error:
        first = error.errors()[0]
        raise data_error(name, f"{'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from error
    return tuple(
        Existence(
            code,
            any_of(name, entry.patterns, flags=re.NOFLAG if entry.match_case else re.IGNORECASE),
            entry.message,
            tuple(entry.signs),
        )
        for code, entry in entries.items()
    )
