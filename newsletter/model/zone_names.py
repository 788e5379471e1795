"""Time zones by the abbreviations and distances from UTC that people write for them."""

from __future__ import annotations

import re

from newsletter.compiled_patterns import compile_pattern

_BY_NAME = {
    "london": ("Europe/London",), "uk": ("Europe/London",), "gb": ("Europe/London",), "gmt": ("Europe/London",),
    "bst": ("Europe/London",), "wet": ("Europe/Lisbon",), "west": ("Europe/Lisbon",),
    "ist": ("Asia/Kolkata", "Europe/Dublin"), "cet": ("Europe/Paris", "Europe/Berlin"),
    "cest": ("Europe/Paris", "Europe/Berlin"), "mez": ("Europe/Berlin",), "mesz": ("Europe/Berlin",),
    "met": ("Europe/Berlin",), "eet": ("Europe/Athens", "Europe/Helsinki"),
    "eest": ("Europe/Athens", "Europe/Helsinki"),
    "msk": ("Europe/Moscow",), "est": ("America/New_York", "America/Toronto"),
    "edt": ("America/New_York", "America/Toronto"),
    "et": ("America/New_York", "America/Toronto"), "est5edt": ("America/New_York",),
    "cst": ("America/Chicago", "America/Mexico_City"), "cdt": ("America/Chicago",), "ct": ("America/Chicago",),
    "cst6cdt": ("America/Chicago",), "mst": ("America/Denver", "America/Phoenix"), "mdt": ("America/Denver",),
    "mt": ("America/Denver",), "mst7mdt": ("America/Denver",), "pst": ("America/Los_Angeles",),
    "pdt": ("America/Los_Angeles",), "pt": ("America/Los_Angeles",), "pst8pdt": ("America/Los_Angeles",),
    "hst": ("Pacific/Honolulu",), "jst": ("Asia/Tokyo",), "hkt": ("Asia/Hong_Kong",), "sgt": ("Asia/Singapore",),
    "aest": ("Australia/Sydney", "Australia/Brisbane"), "aedt": ("Australia/Sydney",), "awst": ("Australia/Perth",),
    "nzst": ("Pacific/Auckland",), "nzdt": ("Pacific/Auckland",), "sast": ("Africa/Johannesburg",),
    "wat": ("Africa/Lagos",), "eat": ("Africa/Nairobi",), "cat": ("Africa/Harare",),
}  # fmt: skip
_BY_HOURS = {
    -10: ("Pacific/Honolulu",), -8: ("America/Los_Angeles",), -7: ("America/Denver", "America/Phoenix"),
    -6: ("America/Chicago", "America/Mexico_City"), -5: ("America/New_York", "America/Bogota"),
    -4: ("America/Halifax", "America/La_Paz"), -3: ("America/Sao_Paulo",), 0: ("Europe/London", "Africa/Accra"),
    1: ("Europe/Paris", "Africa/Lagos"), 2: ("Europe/Athens", "Africa/Johannesburg"),
    3: ("Europe/Istanbul", "Africa/Nairobi"),
    4: ("Asia/Dubai",), 5: ("Asia/Karachi",), 5.5: ("Asia/Kolkata",), 6: ("Asia/Dhaka",), 7: ("Asia/Bangkok",),
    8: ("Asia/Singapore", "Australia/Perth"), 9: ("Asia/Tokyo",), 10: ("Australia/Sydney", "Australia/Brisbane"),
    12: ("Pacific/Auckland",),
}  # fmt: skip
_DISTANCE = compile_pattern(
    r"(?:utc|gmt)?\s*(?P<sign>[+\-−–])\s*(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?", re.IGNORECASE
)

WITHOUT_PLACE = frozenset({
    "EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "CET", "MET", "EET", "WET", "GMT", "GB",
})  # fmt: skip
"""Names that the database of zones has, and that name no place: some stand still where clocks change."""


def zones_for(text: str) -> tuple[str, ...]:
    """Return the zones of cities for what people write, such as `EST` or `UTC+1`; none if it is not known."""
    words = text.strip()
    if names := _BY_NAME.get(words.casefold()):
        return names
    match = _DISTANCE.fullmatch(words)
    if match is None:
        return ()
    hours = int(match["hours"]) + int(match["minutes"] or 0) / 60
    return _BY_HOURS.get(hours if match["sign"] == "+" else -hours, ())
