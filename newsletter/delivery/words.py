"""Numbers and moments in words, as the command line says them."""

from __future__ import annotations

import datetime as dt


def number(count: int, what: str, plural: str = "") -> str:
    """Return a count with its word: `1 recipient`, `2,000 recipients`."""
    return f"{count:,} {what if count == 1 else plural or what + 's'}"


def moment(at: dt.datetime, zone: dt.tzinfo | None = None) -> str:
    """Return a moment as `Monday 12 February 2024 at 10:02`, in a zone or, by default, this computer's."""
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}"
