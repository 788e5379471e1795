"""The website whole: its files by their path, made from the records of its issues."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING

from newsletter.archive.addresses import SiteAddresses
from newsletter.archive.records import EventRecord, IssueRecord, SectionRecord
from newsletter.archive.site_strings import KINDS, SiteStrings, strings_for
from newsletter.errors import UsageError
from newsletter.model.archive_settings import ArchiveSettings
from newsletter.model.branding import Presentation
from newsletter.model.recurrence import Series
from newsletter.render.dates import Calendar
from newsletter.render.translations import catalogue_for
from newsletter.render.ui_strings import UiStrings

if TYPE_CHECKING:
    from newsletter.archive.logos import SiteLogo
    from newsletter.render.design_tokens import Tokens

CALENDAR = "events.ics"
RSS, ATOM, JSON_FEED = "feed.xml", "atom.xml", "feed.json"
FORGOTTEN = dt.timedelta(days=366)
"""How long after the last issue that tells of it something without an end counts as going on."""

FULL = 12
"""Sections on a page of a kind from which on the next year gets a page of its own."""

STYLESHEET, SCRIPT, ICON = "site.css", "site.js", "icon.svg"


@dataclass(frozen=True, slots=True)
class ComingEvent:
    """An event that is not over: its issue, and when its next time is; `month` and `day` stand in its date box."""

    issue: IssueRecord
    event: EventRecord
    start: dt.datetime
    end: dt.datetime
    month: str
    day: str


@dataclass(frozen=True)
class Site:
    """All that the website is made from; `issues` are the newest first."""

    issues: Sequence[IssueRecord]
    presentation: Presentation
    settings: ArchiveSettings
    addresses: SiteAddresses
    tokens: Tokens
    now: dt.datetime
    logo: SiteLogo | None = None
    provider: str = ""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """The logo's files, by their path."""

    @cached_property
    def words(self) -> SiteStrings:
        """Return the website's own words."""
        return strings_for(self.presentation.language)

    @cached_property
    def issue_words(self) -> UiStrings:
        """Return the words that issues have in the website's language."""
        return catalogue_for(self.presentation.language).words

    @property
    def name(self) -> str:
        """Return what the newsletter is called."""
        brand = self.presentation.brand
        return brand.newsletter or brand.name

    @property
    def full_name(self) -> str:
        """Return what the newsletter is called, with who publishes it."""
        brand = self.presentation.brand
        return f"{brand.newsletter} – {brand.name}" if brand.newsletter else brand.name

    @property
    def about(self) -> str:
        """Return what the newsletter is about, in a sentence."""
        return self.settings.about or self.full_name

    @cached_property
    def years(self) -> list[int]:
        """List the years with an issue, the newest first."""
        return sorted({one.date.year for one in self.issues}, reverse=True)

    def of_year(self, year: int) -> list[IssueRecord]:
        """List the issues of a year, the newest first."""
        return [one for one in self.issues if one.date.year == year]

    @cached_property
    def kinds(self) -> list[str]:
        """List the kinds of section that there are, the built-in ones first."""
        there = {section.kind for one in self.issues for section in one.sections if section.entries}
        return [kind for kind in KINDS if kind in there] + sorted(there - set(KINDS))

    def sections_of(self, kind: str, years: Collection[int]) -> list[tuple[IssueRecord, SectionRecord]]:
        """List the sections of a kind in some years that hold something, each with its issue, the newest first."""
        return [
            (one, section)
            for one in self.issues
            if one.date.year in years
            for section in one.sections
            if section.kind == kind and section.entries
        ]

    def spans_of(self, kind: str) -> list[tuple[int, int]]:
        """List the first and last year of each page of a kind of section, the newest page first.

        Years are put together from the oldest on, so that a page of earlier years stays as it is.
        """
        counts = Counter(one.date.year for one, _ in self.sections_of(kind, self.years))
        spans: list[tuple[int, int]] = []
        first, found = 0, 0
        for year in sorted(counts):
            first, found = (first, found) if found else (year, 0)
            found += counts[year]
            if found >= FULL or year == max(counts):
                spans.append((first, year))
                found = 0
        return spans[::-1]

    @cached_property
    def events(self) -> list[ComingEvent]:
        """List the events that are not over, the next one first; one that several issues tell of is the newest's."""
        zone = self.presentation.zone
        known: dict[str, ComingEvent] = {}
        for issue in self.issues:
            for event in issue.events:
                times = event.next_time(self.now, zone) if event.uid not in known else None
                if times and not (event.series and self._is_forgotten(issue, event.series)):
                    month, day = self._box(event, times[0])
                    known[event.uid] = ComingEvent(issue, event, *times, month, day)
        return sorted(known.values(), key=lambda one: (one.start, one.event.title))

    def _is_forgotten(self, issue: IssueRecord, series: Series) -> bool:
        """Return whether a series has no end, and no issue of the last year tells of it: it has hardly gone on."""
        return series.last_day is None and self.now.date() - issue.date > FORGOTTEN

    def _box(self, event: EventRecord, start: dt.datetime) -> tuple[str, str]:
        """Return what stands in the date box of an event: the next time of one that repeats."""
        if not event.series:
            return event.month, event.day
        calendar = Calendar.of(self.presentation, self.issue_words, start.year)
        box = calendar.box(start, None, event.zone or None)
        return box.month, box.day

    def month_box(self, issue: IssueRecord) -> tuple[str, str]:
        """Return the short month and the year of an issue, as its cover shows them."""
        calendar = Calendar.of(self.presentation, self.issue_words, issue.date.year)
        return calendar.box(issue.date).month, str(issue.date.year)

    def month_name(self, number: int) -> str:
        """Return the name of a month, 1 to 12."""
        calendar = Calendar.of(self.presentation, self.issue_words, 2024)
        return calendar.month(dt.date(2024, number, 1))

    def issue_file(self, issue: IssueRecord) -> str:
        """Return the file of an issue's page."""
        return self.addresses.issue_file(issue.name)


def section_file(kind: str, year: int | None = None) -> str:
    """Return the page of a kind of section; that of earlier years has the last of them in its name."""
    name = kind.replace("_", "-")
    return f"sections/{name}.html" if year is None else f"sections/{name}-{year}.html"


def year_file(year: int) -> str:
    """Return the page with the issues of a year."""
    return f"years/{year}.html"


def search_file(year: int) -> str:
    """Return the search index of a year."""
    return f"search/{year}.js"


def site_files(site: Site) -> dict[str, bytes]:
    """Return the files of the website by their path; raise UsageError where two would have the same."""
    from newsletter.archive import calendar, feeds, pages  # noqa: PLC0415  each of use only here
    from newsletter.archive.stylesheet import icon, stylesheet  # noqa: PLC0415  as above

    files: dict[str, bytes] = {}
    taken = {one.casefold() for one in (CALENDAR, RSS, ATOM, JSON_FEED, STYLESHEET, SCRIPT)}
    made: Iterator[tuple[str, str | bytes]] = pages.pages(site)
    for path, content in made:
        if path.casefold() in taken:  # on many computers, names that differ only in capitals are the same file
            raise _same_address(path)
        taken.add(path.casefold())
        files[path] = content.encode() if isinstance(content, str) else content
    files |= feeds.feed_files(site)
    files[CALENDAR] = calendar.coming_events(site)
    files[STYLESHEET] = stylesheet(site.tokens).encode()
    files[ICON] = icon(site.tokens, site.presentation.brand.name[:1].upper()).encode()
    files[SCRIPT] = (resources.files("newsletter.archive") / "assets" / "site.js").read_bytes()
    files |= {search_file(year): _search_index(site, year) for year in site.years}
    files[".nojekyll"] = b""
    return files | dict(site.pictures)


def _same_address(path: str) -> UsageError:
    return UsageError(
        f"Two pages of the archive would have the same address, {path}.",
        hint="Rename the issue whose page this is: the name of its file is its address.",
    )


def _search_index(site: Site, year: int) -> bytes:
    """Return the texts of a year's issues, as a script that hands them to the search of the page.

    A script, unlike a data file, is loaded from a folder without a server as well.
    """
    told = [
        [
            site.issue_file(one),
            one.title,
            one.day,
            one.summary,
            [
                [entry.anchor, site.words.section(section.kind), entry.title, entry.text]
                for section in one.sections
                for entry in section.entries
            ],
        ]
        for one in site.of_year(year)
    ]
    return f"archiveIndex({year},{json.dumps(told, ensure_ascii=False, separators=(',', ':'))});\n".encode()
