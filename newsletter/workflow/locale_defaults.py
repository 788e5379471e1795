"""The language and time zone of this computer, which `newsletter init` suggests."""

from __future__ import annotations

import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo

_LOCALE = re.compile(r"([a-z]{2,3})(?:_([A-Z]{2}))?(?:[.@].*)?")
_ZONE_FOLDER = "zoneinfo/"


def system_language() -> str:
    """Return the language of this user's locale, such as `en-GB` or `cy`; empty if none is set."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            match = _LOCALE.fullmatch(value)
            return "-".join(part for part in match.groups() if part) if match else ""
    return ""


def system_time_zone() -> str:
    """Return the IANA name of this computer's time zone, such as `Europe/London`; empty if unknown."""
    candidates = (os.environ.get("TZ", "").lstrip(":"), _linked_zone(Path("/etc/localtime")))
    return next((name for name in candidates if name and _is_zone(name)), "")


def _linked_zone(path: Path) -> str:
    try:
        return path.resolve().as_posix().partition(_ZONE_FOLDER)[2]
    except OSError:
        return ""


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # malformed, or not in the database
        return False
    return "/" in name and not name.startswith("Etc/")  # a server in UTC tells nothing about where its user is
