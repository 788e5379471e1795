"""The people on the own list, one at a time: found, added, changed, unsubscribed and forgotten."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from newsletter.subscribers.engine import empty_log, reading, writing
from newsletter.subscribers.facets import facets_text
from newsletter.subscribers.group_commit import GroupCommit
from newsletter.subscribers.identity import Identity
from newsletter.subscribers.records import Consent, ListedPerson, ListEvent, ListStatus, Suppression
from newsletter.subscribers.schema import changes, events, facts, mails, subscribers, suppressions, wordings

_FIELDS = "fields"
_STRENGTH = (
    ListStatus.BOUNCED,
    ListStatus.UNSUBSCRIBED,
    ListStatus.COMPLAINED,
    ListStatus.REMOVED,
    ListStatus.ERASED,
)
"""Reasons to write nothing, the one that is hardest to lift last: a later, weaker one does not replace it."""


class PeopleStore:
    """The people on the list, by their address or its keyed hash."""

    def __init__(self, engine: sa.Engine, identity: Identity, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._identity = identity
        self._clock = clock
        self._suppressing = GroupCommit(self._suppress_all)

    def find(self, email: str) -> ListedPerson | None:
        """Return the person with an address; None for one who is not on the list."""
        return self.by_hash(self._identity.address_hash(email))

    def by_hash(self, address_hash: str) -> ListedPerson | None:
        """Return the person with the hash of an address."""
        with reading(self._engine) as connection:
            row = connection.execute(_PERSON.where(subscribers.c.address_hash == address_hash)).mappings().first()
        return person_of(row) if row else None

    def suppression(self, email: str) -> Suppression | None:
        """Return why nothing is sent to an address, on the list or not; None where something may be."""
        return self.suppression_of(self._identity.address_hash(email))

    def suppression_of(self, address_hash: str) -> Suppression | None:
        """Return the same by the hash of the address."""
        with reading(self._engine) as connection:
            row = connection.execute(_SUPPRESSION.where(suppressions.c.address_hash == address_hash)).first()
        return Suppression(*row) if row else None

    def events(self, email: str) -> list[ListEvent]:
        """List what happened to a person, in order."""
        here = events.c.address_hash == self._identity.address_hash(email)
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(events.c.at, events.c.what).where(here).order_by(events.c.id))
            return [ListEvent(at, what) for at, what in rows]

    def add(self, person: ListedPerson, what: str) -> None:
        """Add a person, or replace one with the same address; `what` is the event. A suppression stays."""
        with writing(self._engine) as connection:
            self._write(connection, person)
            self._note(connection, person.address_hash, what)

    def subscribe(self, person: ListedPerson, what: str) -> None:
        """Add or replace a person who has agreed, and lift a suppression: the consent is younger than it."""
        with writing(self._engine) as connection:
            self._write(connection, person)
            connection.execute(sa.delete(suppressions).where(suppressions.c.address_hash == person.address_hash))
            self._note(connection, person.address_hash, what)

    def suppress(self, address_hash: str, reason: ListStatus, source: str) -> bool:
        """Record that nothing may be sent to an address; return whether that is new. A stronger reason stays.

        It is on the disk when this returns; those that are recorded at the same time share one commit.
        """
        return self._suppressing.do((address_hash, reason, source))

    def _suppress_all(self, requests: Sequence[tuple[str, ListStatus, str]]) -> list[bool]:
        now, new, result = self._clock(), {}, []
        with writing(self._engine) as connection:
            there = sa.select(suppressions.c.address_hash, suppressions.c.reason)
            asked = {address_hash for address_hash, _, _ in requests}
            known = dict(connection.execute(there.where(suppressions.c.address_hash.in_(asked))).tuples().all())
            for address_hash, reason, source in requests:
                before = known.get(address_hash)
                is_new = before is None or _STRENGTH.index(before) < _STRENGTH.index(reason)
                result.append(is_new)
                if is_new:
                    known[address_hash] = reason
                    new[address_hash] = {"b_hash": address_hash, "b_reason": reason, "b_at": now, "b_source": source}
                    new[address_hash]["b_what"] = f"{reason} ({source})"
            if new:
                for statement in _SUPPRESS:
                    connection.execute(statement, list(new.values()))
        return result

    def rename(self, email: str, first_name: str, last_name: str) -> bool:
        """Give a person another name; return whether they are on the list."""
        address_hash = self._identity.address_hash(email)
        with writing(self._engine) as connection:
            here = subscribers.c.address_hash == address_hash
            values = {"first_name": first_name, "last_name": last_name}
            is_there = connection.execute(sa.update(subscribers).where(here).values(values)).rowcount > 0
            if is_there:
                self._note(connection, address_hash, "name changed")
        return is_there

    def set_tags(self, address_hash: str, tags: Sequence[str], what: str) -> None:
        """Give a person other tags."""
        with writing(self._engine) as connection:
            here = subscribers.c.address_hash == address_hash
            fields = connection.scalar(sa.select(subscribers.c.fields).where(here))
            if fields is None:
                return
            values = {"tags": list(tags), "facets": facets_text(tags, fields)}
            connection.execute(sa.update(subscribers).where(here).values(values))
            self._note(connection, address_hash, what)

    def forget(self, email: str, source: str) -> bool:
        """Erase everything about an address except its keyed hash; return whether there was anything.

        The hash stays with the reason, so that an import of an old list does not bring the person back.
        """
        address_hash, now = self._identity.address_hash(email), self._clock()
        with writing(self._engine) as connection:
            count = 0
            for table in (subscribers, events, changes, mails):
                count += connection.execute(sa.delete(table).where(table.c.address_hash == address_hash)).rowcount
            connection.execute(sa.delete(suppressions).where(suppressions.c.address_hash == address_hash))
            row = {"address_hash": address_hash, "reason": ListStatus.ERASED, "at": now, "source": source}
            connection.execute(sa.insert(suppressions), row)
        empty_log(self._engine)
        return count > 0

    def _write(self, connection: sa.Connection, person: ListedPerson) -> None:
        values = values_of(connection, person, self._clock())
        note_fields(connection, person.fields)
        here = subscribers.c.address_hash == person.address_hash
        if not connection.execute(sa.update(subscribers).where(here).values(values)).rowcount:
            connection.execute(sa.insert(subscribers), {"address_hash": person.address_hash, **values})

    def _note(self, connection: sa.Connection, address_hash: str, what: str) -> None:
        connection.execute(sa.insert(events), {"address_hash": address_hash, "at": self._clock(), "what": what})


_PERSON = sa.select(
    subscribers.c.address_hash,
    subscribers.c.email,
    subscribers.c.first_name,
    subscribers.c.last_name,
    subscribers.c.status,
    subscribers.c.joined_at,
    subscribers.c.tags,
    subscribers.c.fields,
    subscribers.c.consent_at,
    subscribers.c.consent_how,
    wordings.c.text.label("consent_wording"),
).select_from(subscribers.outerjoin(wordings, subscribers.c.wording == wordings.c.id))
_SUPPRESS = (
    sa.delete(suppressions).where(suppressions.c.address_hash == sa.bindparam("b_hash")),
    sa.insert(suppressions).values(
        address_hash=sa.bindparam("b_hash"),
        reason=sa.bindparam("b_reason"),
        at=sa.bindparam("b_at"),
        source=sa.bindparam("b_source"),
    ),
    sa.update(subscribers)
    .where(subscribers.c.address_hash == sa.bindparam("b_hash"))
    .values(status=sa.bindparam("b_reason")),
    sa.delete(mails).where(mails.c.address_hash == sa.bindparam("b_hash"), mails.c.sent_at.is_(None)),
    sa.insert(events).values(address_hash=sa.bindparam("b_hash"), at=sa.bindparam("b_at"), what=sa.bindparam("b_what")),
)
"""What records that nothing may be sent to addresses, for many at once."""
_SUPPRESSION = sa.select(suppressions.c.address_hash, suppressions.c.reason, suppressions.c.at, suppressions.c.source)


def select_people() -> sa.Select[Any]:
    """Return the query of all people, for `person_of`."""
    return _PERSON


def person_of(row: Mapping[Any, Any]) -> ListedPerson:
    """Return the person of a row of `select_people`."""
    at = row["consent_at"]
    return ListedPerson(
        address_hash=row["address_hash"],
        email=row["email"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        status=row["status"],
        joined_at=row["joined_at"],
        tags=tuple(row["tags"]),
        fields=row["fields"],
        consent=Consent(at, row["consent_how"], row["consent_wording"] or "") if at else None,
    )


def values_of(connection: sa.Connection, person: ListedPerson, now: dt.datetime) -> dict[str, Any]:
    """Return the columns of a person; the words that they agreed to are written once for all who did."""
    consent = person.consent
    return {
        "email": person.email,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "status": person.status,
        "joined_at": person.joined_at or now,
        "tags": list(person.tags),
        "fields": dict(person.fields),
        "facets": facets_text(person.tags, person.fields),
        "consent_at": consent.at if consent else None,
        "consent_how": consent.how if consent else "",
        "wording": wording_id(connection, consent.wording) if consent and consent.wording else None,
    }


def known_fields(connection: sa.Connection) -> list[str]:
    """Return the names of the further fields that somebody has, or had, in order."""
    text = connection.scalar(sa.select(facts.c.value).where(facts.c.name == _FIELDS))
    return list(json.loads(text)) if text else []


def note_fields(connection: sa.Connection, names: Iterable[str]) -> None:
    """Remember the names of fields, so that nobody has to look through the whole list for them."""
    known = known_fields(connection)
    new = [name for name in names if name not in known]
    if not new:
        return
    text = json.dumps([*known, *new])
    changed = connection.execute(sa.update(facts).where(facts.c.name == _FIELDS).values(value=text))
    if not changed.rowcount:
        connection.execute(sa.insert(facts), {"name": _FIELDS, "value": text})


def wording_id(connection: sa.Connection, text: str) -> int:
    """Return the number of a wording, written where it is new."""
    query = sa.select(wordings.c.id).where(wordings.c.text == text)
    found = connection.scalar(query)
    if found is None:
        connection.execute(sa.insert(wordings), {"text": text})
        found = connection.scalar(query)
    return int(found or 0)
