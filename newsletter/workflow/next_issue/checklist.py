"""The day on which the next issue is sent, and what is due on which day before."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.preflight.public_holidays import is_widely_off
from newsletter.scaffold.starter import working_day
from newsletter.workflow.months import NAMES, Month

if TYPE_CHECKING:
    from newsletter.settings import Settings

_WEEK = 7
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_APPROVE = "newsletter approve {issue}"
_STEPS = (
    (10, "collect news, pictures and dates"),
    (5, "finish the texts"),
    (3, "newsletter check {issue}, then newsletter test {issue}"),
    (1, _APPROVE),
    (0, "newsletter send {issue}"),
)
"""What is due so many working days before the issue is sent."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do, and the last day for it."""

    day: dt.date
    words: str

    @property
    def day_words(self) -> str:
        """Return the day, such as `Mon 4 March 2024`."""
        return f"{_WEEKDAYS[self.day.weekday()]} {day_words(self.day)}"


def _never(_: dt.date) -> bool:
    return False


def checklist(
    sending_day: dt.date,
    today: dt.date,
    issue: str,
    *,
    approval: bool = True,
    is_holiday: Callable[[dt.date], bool] = _never,
) -> tuple[Step, ...]:
    """Return what is due before the sending day, none of it before today; nothing if that day is past.

    Public holidays are no working days. Without `approval`, nothing has to be approved.
    """
    if sending_day < today:
        return ()
    return tuple(
        Step(max(working_days_before(sending_day, days, is_holiday), today), words.format(issue=issue))
        for days, words in _STEPS
        if approval or words != _APPROVE
    )


def sending_day(last: dt.date, month: Month, today: dt.date, is_holiday: Callable[[dt.date], bool] = _never) -> dt.date:
    """Return the day in a month that the last issue was sent on, such as the second Monday.

    In the current month it is not before today. It is never on a public holiday, and never on a weekend unless the
    last one was.
    """
    ordinal = (last.day - 1) // _WEEK
    first = month.day(1)
    days = range(1, calendar.monthrange(month.year, month.number)[1] + 1)
    same = [day for day in days if (first.weekday() + day - 1) % _WEEK == last.weekday()]
    day = month.day(same[min(ordinal, len(same) - 1)])
    if day < today and Month.of(today) == month:
        return workday_in_month(today, is_holiday, earliest=today)
    earliest = today if Month.of(today) == month else first
    return workday_in_month(day, is_holiday, earliest=earliest) if is_holiday(day) else day


def workday_in_month(day: dt.date, is_holiday: Callable[[dt.date], bool] = _never, *, earliest: dt.date) -> dt.date:
    """Return the day itself or the nearest working day of its month, none of them before the earliest day.

    Where the month has none left, return the next one from Monday to Friday.
    """
    month = [day.replace(day=one) for one in range(1, calendar.monthrange(day.year, day.month)[1] + 1)]
    workdays = (one for one in month if one >= earliest and working_day(one) == one and not is_holiday(one))
    return min(workdays, key=lambda one: (abs(one - day), one < day), default=working_day(day))


def holidays_of(settings: Settings) -> Callable[[dt.date], bool]:
    """Return what says whether a day is a public holiday where the newsletter is written."""
    return lambda day: is_widely_off(settings.presentation.zone, day)


def working_days_before(day: dt.date, count: int, is_holiday: Callable[[dt.date], bool] = _never) -> dt.date:
    """Return the day so many days from Monday to Friday before a day, holidays not counted."""
    while count:
        day -= dt.timedelta(days=1)
        count -= working_day(day) == day and not is_holiday(day)
    return day


def day_words(day: dt.date) -> str:
    """Return a day such as `4 March 2024`."""
    return f"{day.day} {NAMES[day.month - 1]} {day.year}"


def moment_words(when: dt.date) -> str:
    """Return a day, or a day and a time, such as `4 March 2024, 13:00`."""
    if isinstance(when, dt.datetime):
        return f"{day_words(when)}, {when:%H:%M}"
    return day_words(when)
