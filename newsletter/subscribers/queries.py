"""Questions to the whole list: counts, and people one after another."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from newsletter.model.audience import Subscriber
from newsletter.subscribers.engine import reading
from newsletter.subscribers.filter_sql import filter_condition
from newsletter.subscribers.filters import Node
from newsletter.subscribers.people import known_fields, person_of, select_people
from newsletter.subscribers.recipients import STATUS, STATUS_AT, recipient_of, select_recipients, subscriber_of
from newsletter.subscribers.records import ListedPerson, ListStatus
from newsletter.subscribers.schema import index_parts, subscribers, suppressions

_AT_ONCE = 2000


class ListQueries:
    """Counts and streams; memory does not grow with the list."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def count(self, node: Node | None = None) -> int:
        """Count the people of a filter; without one, everybody who gets an issue."""
        query = sa.select(sa.func.count()).select_from(subscribers).where(filter_condition(node))
        parts = index_parts(self._engine.dialect.name)
        with reading(self._engine) as connection:
            return sum(int(connection.scalar(query.where(part)) or 0) for part in parts)

    def holds(self, node: Node, address_hash: str) -> bool:
        """Return whether one person is among those of a filter."""
        query = sa.select(subscribers.c.id).where(filter_condition(node), subscribers.c.address_hash == address_hash)
        with reading(self._engine) as connection:
            return connection.scalar(query) is not None

    def fields(self) -> list[str]:
        """Return the names of the further fields."""
        with reading(self._engine) as connection:
            return known_fields(connection)

    def unfilled_names(self) -> frozenset[str]:
        """Return which of first_name and last_name nobody has who gets an issue."""
        found = set()
        with reading(self._engine) as connection:
            for column in (subscribers.c.first_name, subscribers.c.last_name):
                query = sa.select(subscribers.c.id).where(filter_condition(None), column != "").limit(1)
                if connection.scalar(query) is None:
                    found.add(column.name)
        return frozenset(found)

    def statuses(self) -> dict[ListStatus, int]:
        """Count the people by status; those who are erased are counted by their hashes."""
        query = sa.select(subscribers.c.status, sa.func.count()).group_by(subscribers.c.status)
        erased = sa.select(sa.func.count()).select_from(suppressions)
        counts: Counter[ListStatus] = Counter()
        with reading(self._engine) as connection:
            for part in index_parts(self._engine.dialect.name):
                counts.update({row[0]: row[1] for row in connection.execute(query.where(part))})
            gone = connection.scalar(erased.where(suppressions.c.reason == ListStatus.ERASED)) or 0
        return dict(counts) | ({ListStatus.ERASED: gone} if gone else {})

    def tags(self) -> dict[str, int]:
        """Count the subscribed people by tag, the most frequent first; spellings alike are one."""
        counts: Counter[str] = Counter()
        names: dict[str, str] = {}
        # looked for by status, the rows of the table would be read in the order of that index, one here, one there
        count_subscribed = sa.func.count().filter(subscribers.c.status == ListStatus.SUBSCRIBED)
        text = sa.cast(subscribers.c.tags, sa.Text)
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(text, count_subscribed).group_by(text)).tuples().all()
        for names_as_json, count in rows:
            for tag in json.loads(names_as_json) if count else ():
                counts[names.setdefault(tag.casefold(), tag)] += count
        return dict(counts.most_common())

    def stream(self, node: Node | None = None, *, everybody: bool = False) -> Iterator[ListedPerson]:
        """Yield the people of a filter in the order in which they came to the list."""
        condition = sa.true() if everybody else filter_condition(node)
        with reading(self._engine) as connection:
            query = select_people().where(condition).order_by(subscribers.c.id)
            result = connection.execution_options(yield_per=_AT_ONCE).execute(query)
            for row in result.mappings():
                yield person_of(row)

    def segment_members(self, segments: Mapping[str, Node]) -> Iterator[tuple[ListedPerson, tuple[str, ...]]]:
        """Yield everybody who gets an issue, each with the names of the segments that they are in, as `subscribers`."""
        for row, names in self._recipients(segments):
            yield recipient_of(row), names

    def subscribers(self, segments: Mapping[str, Node], sign: Callable[[str], str]) -> Iterator[Subscriber]:
        """Yield everybody who gets an issue as sending knows them; `sign` makes the token of an address hash.

        They are read some at a time, each time as the list is then: a send lasts for hours, and whoever leaves
        meanwhile is left out, and nobody who writes to the list has to wait.
        """
        for row, names in self._recipients(segments):
            yield subscriber_of(row, names, sign)

    def recipient_emails(self) -> Iterator[str]:
        """Yield the address of everybody who gets an issue, in the same order."""
        for rows in self._pages(sa.select(subscribers.c.id, subscribers.c.email, STATUS)):
            yield from (email for _, email, status in rows if status == ListStatus.SUBSCRIBED)

    def _recipients(self, segments: Mapping[str, Node]) -> Iterator[tuple[Sequence[Any], tuple[str, ...]]]:
        names = list(segments)
        conditions = [filter_condition(segments[name]) for name in names]
        marks = [sa.case((one, 1), else_=0).label(f"in_{at}") for at, one in enumerate(conditions)]
        for rows in self._pages(select_recipients().add_columns(*marks)):
            for row in rows:
                if row[STATUS_AT] == ListStatus.SUBSCRIBED:
                    if names:
                        are_in = zip(names, row[-len(names) :], strict=True)
                        yield row, tuple(name for name, is_in in are_in if is_in)
                    else:
                        yield row, ()

    def _pages(self, query: sa.Select[Any]) -> Iterator[Sequence[sa.Row[Any]]]:
        """Yield the rows of a query, whose first column is the id, some at a time."""
        # looked for by status, all of the list would be sorted for each page; so the status is only looked at
        pages = query.order_by(subscribers.c.id).limit(_AT_ONCE)
        last = 0
        while True:
            with reading(self._engine) as connection:
                rows = connection.execute(pages.where(subscribers.c.id > last)).all()
            yield rows
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1][0]
