"""The words that the tool itself puts around the author's: one catalogue a language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """The fixed words of one language; braces hold what is put in."""

    last_month: str
    coming_up: str
    get_involved: str
    people: str
    links: str
    joiners: str
    leavers: str
    thanks: str
    contents: str
    and_: str
    deadline: str
    payment: str
    contact: str
    more: str
    """The words of a link that has no title of its own."""
    picture: str
    to: str
    """Between the start and the end of an event."""
    noon: str
    """12pm, which many take for midnight; only beside am and pm."""
    opening_quote: str
    closing_quote: str
    unsubscribe: str
    preferences: str
    view_online: str
    privacy: str
    visit: str

    def heading(self, kind: str) -> str | None:
        """Return the heading of a built-in kind of section; None where it has none of its own."""
        return getattr(self, kind, None) if kind in _HEADED else None


_HEADED = frozenset({"last_month", "coming_up", "get_involved", "people", "links"})

ENGLISH = Words(
    last_month="What we got up to in {month}",
    coming_up="Coming up in {month}",
    get_involved="Get involved",
    people="People",
    links="Worth a look",
    joiners="Joining us",
    leavers="Moving on",
    thanks="Thank you",
    contents="In this issue",
    and_="and",
    deadline="Deadline",
    payment="Payment",
    contact="Contact",
    more="More about this",
    picture="Picture: {alt}",
    to="to",
    noon="12 noon",
    opening_quote="“",
    closing_quote="”",
    unsubscribe="Unsubscribe",
    preferences="Change what you get",
    view_online="Read this online",
    privacy="Privacy notice",
    visit="Find us on",
)

_CATALOGUES = {"en": ENGLISH}


def words_for(language: str) -> Words:
    """Return the catalogue of a language such as `en-GB`; English where there is none."""
    return _CATALOGUES.get(language.partition("-")[0].lower(), ENGLISH)
