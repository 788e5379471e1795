"""Reading what a provider says, which may be of any kind: what is not of the right one is not there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from newsletter.errors import UnsupportedError


def as_str(value: object) -> str | None:
    """Read a text; None for anything else."""
    return value if isinstance(value, str) else None


def as_count(value: object) -> int | None:
    """Read a number that a provider gives as a number or as its digits; None for anything else."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def as_datetime(value: object) -> dt.datetime | None:
    """Read a moment in ISO 8601, in UTC where it names no zone; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = dt.datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def as_dict(value: object) -> Mapping[str, Any]:
    """Read an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_dict_list(value: object) -> list[Mapping[str, Any]]:
    """Read a list of objects; what is none is left out."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def read_number(identifier: str, what: str, provider: str) -> int:
    """Read the number by which a provider knows a list or a segment; raise UnsupportedError where it is none."""
    number = as_count(identifier)
    if not number:
        raise UnsupportedError(
            f"{provider} identifies each {what} by a number, and {identifier!r} is not a number.",
            hint=f"Use the name of the {what} on {provider}'s website: its number is looked up.",
        )
    return number


def read_counts(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Return the counts of a report by our names; each is None where the provider does not give it as a number."""
    return {ours: as_count(row.get(theirs)) for ours, theirs in names.items()}


def sum_counts(rows: Iterable[Mapping[str, Any]], *names: str) -> int | None:
    """Return the sum of several counts over all rows; None where the provider gives none of them."""
    counts = [count for row in rows for name in names if (count := as_count(row.get(name))) is not None]
    return sum(counts) if counts else None
