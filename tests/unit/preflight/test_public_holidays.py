"""Public holidays by time zone, and that a year of a country is worked out once."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsletter.preflight import public_holidays
from newsletter.preflight.public_holidays import is_widely_off, public_holiday

LONDON = ZoneInfo("Europe/London")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    begin()
    yield
    begin()


def begin() -> None:
    """Forget what this process knows, as a new process would."""
    for known in (public_holiday, public_holidays._of_year, public_holidays._kept):
        known.cache_clear()


@pytest.mark.parametrize(
    ("zone", "day", "name"),
    [
        (LONDON, dt.date(2024, 12, 25), "Christmas Day"),
        (LONDON, dt.date(2024, 11, 30), "Saint Andrew's Day in Scotland"),
        (LONDON, dt.date(2024, 11, 29), ""),
        (ZoneInfo("America/New_York"), dt.date(2024, 7, 4), "Independence Day"),
        (ZoneInfo("UTC"), dt.date(2024, 12, 25), ""),
    ],
)
def test_a_holiday_has_its_name_and_where_it_is_one(zone: ZoneInfo, day: dt.date, name: str) -> None:
    assert public_holiday(zone, day) == name
    begin()
    assert public_holiday(zone, day) == name


def test_a_day_off_in_one_part_is_not_a_day_off() -> None:
    assert is_widely_off(LONDON, dt.date(2024, 12, 25))
    assert not is_widely_off(LONDON, dt.date(2024, 11, 30))


def test_a_year_is_worked_out_once_and_not_by_the_next_process(monkeypatch: pytest.MonkeyPatch) -> None:
    worked_out: list[tuple[str, str | None, int]] = []
    really = public_holidays._worked_out

    def count(country: str, part: str | None, year: int) -> object:
        worked_out.append((country, part, year))
        return really(country, part, year)

    monkeypatch.setattr(public_holidays, "_worked_out", count)
    assert [public_holiday(LONDON, dt.date(2024, month, 1)) for month in (1, 2)] == ["New Year's Day", ""]
    assert len(worked_out) == 4
    public_holidays._kept().save()
    begin()
    assert public_holiday(LONDON, dt.date(2024, 1, 1)) == "New Year's Day"
    assert len(worked_out) == 4
    assert public_holiday(LONDON, dt.date(2025, 1, 1)) == "New Year's Day"
    assert len(worked_out) == 8
