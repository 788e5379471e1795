"""The public holidays of the country of a time zone."""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import metadata
from threading import Lock
from zoneinfo import ZoneInfo

from newsletter.kept_results import KeptResults

_COUNTRIES = "holidays.countries"
_LOADING = Lock()
_MOST_KEPT = 1000
"""Years of countries that are kept."""

_PARTS = {
    "GB": {"ENG": "England", "WLS": "Wales", "SCT": "Scotland", "NIR": "Northern Ireland"},
}
"""Parts of a country that share a time zone and have other holidays, by their codes; of others, all have the same."""


@lru_cache(maxsize=512)
def public_holiday(zone: ZoneInfo, day: dt.date) -> str:
    """Return the name of the public holiday on a day, with the parts of the country that have it; empty if none."""
    country, parts = _country_of(zone)
    if not parts:
        return _name(country, None, day)
    found: dict[str, list[str]] = {}
    for code, words in parts.items():
        if name := _name(country, code, day):
            found.setdefault(name, []).append(words)
    for name, places in found.items():
        if len(places) == len(parts):
            return name
        return f"{name} in {' and '.join(filter(None, (', '.join(places[:-1]), places[-1])))}"
    return ""


def is_widely_off(zone: ZoneInfo, day: dt.date) -> bool:
    """Return whether a day is a public holiday in at least half of the parts of the country."""
    country, parts = _country_of(zone)
    if not parts:
        return bool(_name(country, None, day))
    return 2 * sum(bool(_name(country, code, day)) for code in parts) >= len(parts)


def _country_of(zone: ZoneInfo) -> tuple[str, Mapping[str, str]]:
    """Return the code of a time zone's country, and the parts of it that have holidays of their own."""
    from babel.core import get_global  # noqa: PLC0415  of use only where an issue has events

    country = get_global("zone_territories").get(zone.key, "")
    return country, _PARTS.get(country, {})


def _name(country: str, part: str | None, day: dt.date) -> str:
    """Return the name of a holiday in English where the data has it, without notes such as “observed”."""
    return _of_year(country, part, day.year).get(day.toordinal(), "").split(";")[0].strip()


@lru_cache(maxsize=64)
def _of_year(country: str, part: str | None, year: int) -> Mapping[int, str]:
    """Return the holidays of a country in a year by the numbers of their days; none of a country that is not known.

    They are kept, as loading the library takes longer than nearly all checks.
    """
    key = (country, part, year)
    known: dict[int, str] | None = _kept().get(key)
    if known is None:
        try:
            known = {day.toordinal(): name for day, name in _worked_out(country, part, year).items()}
        except NotImplementedError:  # a country that the library does not know
            known = {}
        _kept().add(key, known)
    return known


@cache
def _kept() -> KeptResults:
    return KeptResults("holidays", metadata.version("holidays"), most=_MOST_KEPT)


def _worked_out(country: str, part: str | None, year: int) -> Mapping[dt.date, str]:
    """Return the holidays of a country in a year, and load no other country's module."""
    import holidays  # noqa: PLC0415  it takes a while to load

    with _LOADING:
        spec = importlib.util.find_spec(_COUNTRIES)
        if _COUNTRIES in sys.modules or spec is None:
            return holidays.country_holidays(country, subdiv=part, years=year)
        # this package imports all its 250 modules, which takes longer than everything else in a check
        sys.modules[_COUNTRIES] = importlib.util.module_from_spec(spec)
        try:
            return holidays.country_holidays(country, subdiv=part, years=year)
        finally:
            del sys.modules[_COUNTRIES]
