"""When an issue is sent: the time that --at gives, or the end of the time to undo a send."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from newsletter.errors import UsageError
from newsletter.model.datetimes import comes_twice
from newsletter.providers.capabilities import Feature, ProviderInfo
from newsletter.sending.formatting import utc_offset

_FORM = re.compile(r"(?:(\d{4})-(\d{1,2})-(\d{1,2})[T ]+)?(\d{1,2}):(\d{2})(?:\s*(Z|[+-]\d{2}:?\d{2}|[A-Za-z]{2,5}))?")
_HOW = "Write it as --at '2024-02-12 09:00'."


def parse_hour(text: str, zone: ZoneInfo, now: dt.datetime) -> dt.datetime:
    """Read `2024-02-12 09:00`, or `09:00` for today, as a moment of a time zone; raise UsageError.

    An hour that the clock change skips is refused. Of one that comes twice the first is meant, unless that has passed
    or the text says which: with an offset from UTC (`01:30+00:00`) or the zone's abbreviation (`01:30 GMT`).
    """
    written = text.strip()
    match = _FORM.fullmatch(written)
    if match is None:
        raise UsageError(f"{text!r} is not a date and time.", hint=_HOW)
    today = now.astimezone(zone)
    year, month, day = (int(one) for one in match.groups()[:3]) if match[1] else (today.year, today.month, today.day)
    try:
        when = dt.datetime(year, month, day, int(match[4]), int(match[5]), tzinfo=zone)
        if not _is_on_the_clock(when):
            raise _skipped(written, when, zone)
        when = _with_offset(when, match[6], zone) if match[6] else _not_yet_passed(when, now)
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{written} does not exist.", hint=_HOW) from error
    if when.astimezone(dt.UTC) <= now.astimezone(dt.UTC):
        hint = "" if match[1] else " To send on another day, include the date."
        raise UsageError(f"{written} has already passed in {zone.key}.", hint=f"Nothing was sent.{hint}")
    return when.astimezone(dt.UTC).astimezone(zone)


def other_of_two(when: dt.datetime) -> str:
    """Return what to write after --at for the other one of two equal times; nothing where a time comes once."""
    if not comes_twice(when):
        return ""
    other = when.replace(fold=1 - when.fold)
    return f"{other:%Y-%m-%d %H:%M}{utc_offset(other)}"


def _is_on_the_clock(when: dt.datetime) -> bool:
    return when.astimezone(dt.UTC).astimezone(when.tzinfo).replace(tzinfo=None) == when.replace(tzinfo=None)


def _skipped(written: str, when: dt.datetime, zone: ZoneInfo) -> UsageError:
    """Return the refusal of a time over which the clocks go forward, with the nearest ones that there are."""
    later = when.astimezone(dt.UTC).astimezone(zone)
    earlier = when.replace(tzinfo=None) - (later.replace(tzinfo=None) - when.replace(tzinfo=None))
    return UsageError(
        f"{written} does not exist in {zone.key}: the clocks go forward over it.",
        hint=f"Nothing was sent. The nearest times are {earlier:%Y-%m-%d %H:%M} and {later:%Y-%m-%d %H:%M}.",
    )


def _not_yet_passed(when: dt.datetime, now: dt.datetime) -> dt.datetime:
    """Return the second of two equal times where the first has passed."""
    first_has_passed = when.astimezone(dt.UTC) <= now.astimezone(dt.UTC)
    return when.replace(fold=1) if comes_twice(when) and first_has_passed else when


def _with_offset(when: dt.datetime, offset: str, zone: ZoneInfo) -> dt.datetime:
    """Return the one of two equal times that has the offset or abbreviation; raise UsageError where neither has."""
    wanted = "+00:00" if offset.upper() == "Z" else offset if ":" in offset else f"{offset[:3]}:{offset[3:]}"
    both = [when.replace(fold=fold) for fold in (0, 1)]
    for one in both:
        if utc_offset(one) == wanted or (one.tzname() or "").casefold() == offset.casefold():
            return one
    known = " or ".join(dict.fromkeys(f"{one:%H:%M}{utc_offset(one)}" for one in both))
    raise UsageError(
        f"{when:%H:%M} on {when:%Y-%m-%d} does not have the offset {offset} in {zone.key}.",
        hint=f"Nothing was sent. Write {known}, or leave out the offset.",
    )


def hour_to_send(about: ProviderInfo, undo_minutes: int, now: dt.datetime, *, in_part: bool) -> dt.datetime | None:
    """Return the first time that leaves so many minutes to cancel a send; None for immediately.

    At once it goes where nobody wants that time, or where the provider can neither schedule nor take back.
    """
    needed = Feature.SCHEDULE | Feature.UNSCHEDULE
    if not undo_minutes or needed not in about.features or (in_part and not about.limits.schedules_segments):
        return None
    now = now.astimezone(dt.UTC)
    return about.limits.first_moment(now + dt.timedelta(minutes=undo_minutes), now)
