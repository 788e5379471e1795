"""What is known of links: misspelt domains, short links, tracking and pages behind a sign-in (`data/links.toml`)."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from pydantic import Field

from newsletter.preflight.data_files import DataModel, any_of, read_model

_FILE = "links.toml"


class _Redirects(DataModel):
    shorteners: list[str]
    lasting: list[str]


class _Host(DataModel):
    host: str
    parameters: list[str]


class _Wrapper(DataModel):
    owner: str
    address: str
    parameters: list[str] = Field([])


class _Tracking(DataModel):
    campaign: list[str]
    copied: list[str]
    secret: list[str]
    by_host: list[_Host]
    wrappers: list[_Wrapper]


class _PrivatePages(DataModel):
    addresses: list[str]
    parameters: str


class _Links(DataModel):
    endings: dict[str, str]
    domains: dict[str, list[str]]
    redirects: _Redirects
    tracking: _Tracking
    private_pages: _PrivatePages
    platforms: dict[str, list[str]]


class Wrapper(NamedTuple):
    """An address that tracks clicks: whose it is, and the parameters that may hold the real address."""

    pattern: re.Pattern[str]
    parameters: tuple[str, ...]
    """Empty where only the owner knows the real address."""
    owner: str


class LinkData(NamedTuple):
    """The patterns, compiled, and the lists."""

    endings: dict[str, str]
    """Endings that no domain has, and the one that was meant."""
    domains: dict[str, str]
    """Misspelt domains, and the one that was meant."""
    shorteners: frozenset[str]
    lasting: frozenset[str]
    campaign: re.Pattern[str]
    """Parameters of one's own analytics: elsewhere they are somebody else's."""
    copied: re.Pattern[str]
    secret: re.Pattern[str]
    by_host: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    wrappers: tuple[Wrapper, ...]
    private_pages: re.Pattern[str]
    platforms: dict[str, tuple[str, ...]]
    """Platforms in small letters, each with the endings of its hosts."""


@cache
def link_data() -> LinkData:
    """Return what is known of links."""
    data = read_model(_FILE, _Links)
    tracking, pages = data.tracking, data.private_pages
    return LinkData(
        data.endings,
        {wrong: right for right, several in data.domains.items() for wrong in several},
        frozenset(data.redirects.shorteners),
        frozenset(data.redirects.lasting),
        any_of(_FILE, tracking.campaign),
        any_of(_FILE, tracking.copied),
        any_of(_FILE, tracking.secret),
        tuple(
            (any_of(_FILE, [one.host], flags=re.NOFLAG), any_of(_FILE, one.parameters, flags=re.NOFLAG))
            for one in tracking.by_host
        ),
        tuple(
            Wrapper(any_of(_FILE, [one.address], "https?://{}"), tuple(one.parameters), one.owner)
            for one in tracking.wrappers
        ),
        any_of(_FILE, pages.addresses, rf"https?://(?:{{}})|{pages.parameters}"),
        {name: tuple(hosts) for name, hosts in data.platforms.items()},
    )
