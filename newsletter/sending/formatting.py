"""Numbers and moments in words, as the command line says them."""

from __future__ import annotations

import datetime as dt

from newsletter.model.datetimes import comes_twice


def count_noun(count: int, what: str, plural: str = "") -> str:
    """Return a count with its word: `1 recipient`, `2,000 recipients`."""
    return f"{count:,} {what if count == 1 else plural or what + 's'}"


def format_datetime(at: dt.datetime, zone: dt.tzinfo | None = None) -> str:
    """Return a moment as `Monday 12 February 2024 at 10:02`, in a zone or, by default, this computer's.

    A time that the clock shows twice is followed by which of the two it is.
    """
    local = at.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}{which_pass(local)}"


def which_pass(local: dt.datetime) -> str:
    """Return in brackets which one is meant of two equal times on the day the clocks go back; else nothing."""
    if not comes_twice(local):
        return ""
    side = "after" if local.fold else "before"
    return f" (UTC{utc_offset(local)}, {side} the clocks go back)"


def utc_offset(local: dt.datetime) -> str:
    """Return the offset of an aware moment from UTC, as ISO 8601 writes it: `+01:00`."""
    return local.isoformat(timespec="minutes")[16:]
