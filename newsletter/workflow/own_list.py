"""The own list of the settings: opened, and read for sending."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from newsletter.errors import NewsletterError, UsageError
from newsletter.model.audience import StreamedPeople
from newsletter.subscribers.filters import Node, parse_filter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.audience.csv_file import SubscriberList
    from newsletter.model.audience import Subscriber
    from newsletter.settings import Settings
    from newsletter.subscribers.own_list import OwnList


def require_own_list(settings: Settings) -> None:
    """Raise UsageError where the settings name no list of one's own."""
    if settings.subscribers is None:
        raise UsageError(
            "There is no list of your own yet: the audience is a CSV file.",
            hint="Change the people in that file, or on the page Subscribers of `newsletter compose`. To keep your own "
            "list in a database, add `subscribers: {}` to newsletter.yaml, then import your file: "
            "`newsletter audience import audience.csv`.",
        )


def open_own_list(settings: Settings, *, create: bool = True) -> OwnList:
    """Open the list of the settings; its secret is made with it, where neither is there yet.

    Raise UsageError where the settings name no list, or the secret is missing or another one.
    """
    from pathlib import Path

    from newsletter.ledger.url import SqliteFile, parse
    from newsletter.subscribers.identity import load_identity
    from newsletter.subscribers.own_list import OwnList

    require_own_list(settings)
    place = parse(settings.list_database)
    is_there = isinstance(place, SqliteFile) and Path(place.path).exists() and Path(place.path).stat().st_size > 0
    path = settings.list_secret
    is_new = create and not is_there and not path.exists()
    identity = load_identity(path, create=is_new)
    try:
        return OwnList(settings.list_database, identity)
    except NewsletterError:
        if is_new:  # a database that others made has their secret
            path.unlink(missing_ok=True)
        raise


def segment_filters(settings: Settings) -> dict[str, Node]:
    """Return the segments that the settings name, each with its filter."""
    named = settings.subscribers.segments if settings.subscribers else {}
    return {name: parse_filter(text) for name, text in named.items()}


class OwnListPeople(StreamedPeople):
    """Those on the own list who get an issue, read from the database each time they are gone through."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def __iter__(self) -> Iterator[Subscriber]:
        from newsletter.subscribers.tokens import Purpose

        with open_own_list(self._settings) as own:
            signer, now = own.signer(Purpose.MANAGE), own.clock()
            sign = partial(signer.sign, now=now)
            yield from own.queries.subscribers(segment_filters(self._settings), sign)

    def emails(self) -> Iterator[str]:
        """Yield their addresses."""
        with open_own_list(self._settings) as own:
            yield from own.queries.recipient_emails()

    def __len__(self) -> int:
        with open_own_list(self._settings) as own:
            return own.queries.count()


def read_own_list(settings: Settings) -> SubscriberList:
    """Return the people of the own list as sending reads an audience; those who are out are counted only."""
    from newsletter.audience.csv_file import SubscriberList

    people = OwnListPeople(settings)
    with open_own_list(settings) as own:
        statuses, fields = own.queries.statuses(), own.queries.fields()
    left = {f"they are {status}": count for status, count in statuses.items() if status != "subscribed" and count}
    return SubscriberList(people, fields=("first_name", "last_name", *fields), left_out=left)


def count_own_list(settings: Settings) -> tuple[int, tuple[str, ...], frozenset[str]]:
    """Return how many people of the own list get an issue, the names of its fields, and the names nobody has."""
    with open_own_list(settings) as own:
        fields = ("first_name", "last_name", *own.queries.fields())
        return own.queries.count(), fields, own.queries.unfilled_names()


def own_segments(settings: Settings) -> list[str]:
    """Return the names of the own list's segments: those of the settings, and its tags."""
    with open_own_list(settings) as own:
        return [*segment_filters(settings), *own.queries.tags()]
