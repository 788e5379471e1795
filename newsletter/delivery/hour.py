"""When an issue goes: the hour that a person names, or the end of the time in which a send can be taken back."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from newsletter.errors import UsageError
from newsletter.providers.about import About, Feature

_FORM = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})[T ]+)?(\d{1,2}):(\d{2})")


def parse_hour(text: str, zone: ZoneInfo, now: dt.datetime) -> dt.datetime:
    """Read `2024-02-12 09:00`, or `09:00` for today, as a moment of a time zone; raise UsageError.

    An hour that the clock change skips is refused; of one that comes twice the first is meant.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{text!r} is not an hour to send at.", hint="Write it as --at '2024-02-12 09:00'.")
    today = now.astimezone(zone)
    year, month, day = (int(one) for one in match.groups()[:3]) if match[1] else (today.year, today.month, today.day)
    try:
        when = dt.datetime(year, month, day, int(match[4]), int(match[5]), tzinfo=zone)
    except ValueError as error:
        raise UsageError(f"There is no {text.strip()}.", hint="Write it as --at '2024-02-12 09:00'.") from error
    if when.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) != when.replace(tzinfo=None):
        raise UsageError(f"There is no {text.strip()} in {zone.key}: the clocks go forward over it.")
    if when <= now:
        hint = "" if match[1] else " Name the day too, for another one than today."
        raise UsageError(f"{text.strip()} has passed already in {zone.key}.", hint=f"Nothing was sent.{hint}")
    return when.astimezone(zone)


def hour_to_send(about: About, undo_minutes: int, now: dt.datetime, *, in_part: bool) -> dt.datetime | None:
    """Return the first moment that leaves so many minutes to take a send back; None for at once.

    At once it goes where nobody wants that time, or where the provider can neither schedule nor take back.
    """
    needed = Feature.SCHEDULE | Feature.UNSCHEDULE
    if not undo_minutes or needed not in about.features or (in_part and not about.limits.schedules_segments):
        return None
    return about.limits.first_moment(now + dt.timedelta(minutes=undo_minutes), now)
