"""Reading and writing moments as the providers do."""

from __future__ import annotations

import datetime as dt


def read_moment(text: object) -> dt.datetime | None:
    """Return an ISO 8601 moment that says its zone; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def offset_moment(moment: dt.datetime | None) -> str:
    """Write a moment with its offset, `2024-02-12T09:00:00+00:00`; nothing for None."""
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds") if moment else ""


def zulu_moment(moment: dt.datetime) -> str:
    """Write a moment as `2024-02-12T09:00:00.000Z`."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
