"""Read the data files of the rules: word lists and texts, which people edit who do not program.

`.toml` files have settings and lists, `.tsv` files are tables with a heading row, `.txt` files are words separated by
spaces. Each is read when it is first needed. Everything raises UsageError, with the file's name, where one is wrong.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

import newsletter
from newsletter.compiled_patterns import compile_pattern
from newsletter.errors import UsageError
from newsletter.kept_results import KeptResults

FOLDER = Path(__file__).parent / "data"

_MOST_FILES = 50
"""Parsed files that are kept; there are some twenty."""


class DataModel(BaseModel):
    """What a data file must contain: unknown fields and other types are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Model = TypeVar("Model", bound=DataModel)


def read_model(name: str, model: type[Model]) -> Model:
    """Return the content of a TOML file as a model."""
    try:
        return model.model_validate(read_toml(name))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise data_error(name, f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}") from error


def read_toml(name: str) -> dict[str, Any]:
    """Return the content of a TOML file, such as `en.toml`."""
    text = _read(name)
    key = name, hashlib.sha256(text.encode()).digest()
    found: dict[str, Any] | None = _kept_files().get(key)
    if found is None:
        found = _parsed(name, text)
        if _is_plain(found):
            _kept_files().add(key, found)
    return found


def _is_plain(value: object) -> bool:
    """Return whether a value can be kept: dates cannot."""
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return isinstance(value, str | int | float)


@cache
def _kept_files() -> KeptResults:
    """Return the files that earlier processes have parsed, which takes a while."""
    return KeptResults("data", newsletter.__version__, most=_MOST_FILES)


def _parsed(name: str, text: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415  most processes find the files parsed

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise data_error(name, str(error)) from error


@cache
def read_rows(name: str, columns: int) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a TSV file after its heading row, each with this number of cells."""
    rows = []
    for number, line in enumerate(_read(name).splitlines()[1:], 2):
        cells = tuple(line.split("\t"))
        if len(cells) != columns or not all(cells):
            raise data_error(name, f"line {number} must have {columns} cells, separated by tabs")
        rows.append(cells)
    return tuple(rows)


def read_pairs(name: str) -> dict[str, str]:
    """Return the second cell of each row of a TSV file by the first."""
    pairs: dict[str, str] = {}
    for number, (key, value) in enumerate(read_rows(name, 2), 2):
        if pairs.setdefault(key, value) != value:
            raise data_error(name, f"line {number} repeats “{key}” with another value")
    return pairs


@cache
def read_words(name: str) -> frozenset[str]:
    """Return the words of a text file."""
    return frozenset(_read(name).split())


def any_of(
    name: str, patterns: Iterable[str], frame: str = "{}", flags: re.RegexFlag = re.IGNORECASE
) -> re.Pattern[str]:
    """Return a pattern that matches any of several from a file, put into a frame."""
    try:
        return compile_pattern(frame.replace("{}", "|".join(patterns), 1), flags)
    except re.error as error:
        raise data_error(name, f"{error.pattern!r} is not a pattern: {error.msg}") from error


def data_error(name: str, reason: str) -> UsageError:
    """Return the error for a data file that is missing or wrong."""
    return UsageError(
        f"The file {name} of newsletter is wrong: {reason}.",
        hint=f"Correct {FOLDER / name}, or install newsletter again.",
    )


def _read(name: str) -> str:
    try:
        return (FOLDER / name).read_text("utf-8")
    except OSError as error:
        raise data_error(name, error.strerror or "it cannot be read") from error
    except UnicodeDecodeError as error:
        raise data_error(name, "it is not saved as UTF-8") from error
