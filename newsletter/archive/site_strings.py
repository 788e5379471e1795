"""The words that the website puts around the issues, in English; `languages/` holds them in other languages."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class SiteStrings:
    """The fixed words of the website in one language; braces hold what is put in."""

    skip: str = "Skip to the content"
    home: str = "Home"
    main_menu: str = "Main"
    latest: str = "Latest issue"
    read: str = "Read the issue"
    earlier: str = "Earlier issues"
    all_issues: str = "All issues"
    by_month: str = "Issues by month"
    sections: str = "Sections"
    by_section: str = "Everything by section"
    years: str = "Years"
    newer: str = "Newer issue"
    older: str = "Older issue"
    neighbours: str = "Other issues"
    you_are_here: str = "You are here"
    dates: str = "Coming up"
    calendar: str = "Subscribe to the calendar"
    calendar_of: str = "{name}: dates"
    follow: str = "Follow"
    search: str = "Search"
    search_all: str = "Search all issues"
    search_for: str = "Search for"
    found: str = "Results: {count}"
    nothing_found: str = "Nothing was found for “{query}”. Try fewer or other words."
    searching: str = "Searching…"
    without_script: str = (
        "To search, switch on JavaScript in your browser. Or choose an issue below, and use “Find in page”."
    )
    subscribe: str = "Subscribe"
    subscribe_to: str = "Get {name} by email"
    email: str = "Email address"
    required: str = "required"
    not_found: str = "This page does not exist"
    not_found_text: str = "The address may be mistyped, or the page was removed."
    opens_elsewhere: str = "The form is sent to {host}."
    last_month: str = "What we did"
    coming_up: str = "Coming up"
    get_involved: str = "Get involved"
    news: str = "News"
    story: str = "Stories"
    people: str = "People"
    quote: str = "In their own words"
    links: str = "Worth a look"
    figures: str = "In numbers"
    gallery: str = "Pictures"
    video: str = "Videos"
    table: str = "Tables"
    sponsors: str = "With thanks to"

    def section(self, kind: str) -> str:
        """Return the name of a kind of section, whatever the month; one of the user's own kinds is called as it is."""
        return str(getattr(self, kind)) if kind in KINDS else kind.replace("_", " ").capitalize()


KINDS = (
    "last_month", "coming_up", "get_involved", "news", "story", "people", "quote", "links", "figures", "gallery",
    "video", "table", "sponsors",
)  # fmt: skip
"""The kinds of section that have a name here, in the order in which they are listed."""


@lru_cache(maxsize=32)
def strings_for(language: str) -> SiteStrings:
    """Return the words of a language such as `cy` or `en-GB`; English ones if it has not been translated."""
    file = resources.files("newsletter.archive") / "languages" / f"{language.partition('-')[0]}.json"
    if not file.is_file():
        return SiteStrings()
    known = {one.name for one in fields(SiteStrings)}
    told = json.loads(file.read_text(encoding="utf-8"))
    return SiteStrings(**{name: words for name, words in told.items() if name in known})
