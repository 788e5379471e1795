"""Emails that the public side owes to people: kept until a server took them, and never many to one address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from newsletter.subscribers.engine import reading, writing
from newsletter.subscribers.schema import mails

MOST_A_DAY = 3
"""Emails to one address in a day, so that nobody can fill a stranger's inbox by a form."""

APART = dt.timedelta(minutes=2)
"""Least time between two emails of a kind to one address."""

CLAIM = dt.timedelta(minutes=5)
"""How long a sender may take for an email before another one may try."""

MOST_TRIES = 12
_LONGEST_WAIT = dt.timedelta(hours=6)
KEPT = dt.timedelta(days=2)


class MailKind(StrEnum):
    """What an email of the public side is for."""

    CONFIRM = "confirm"
    LINK = "link"
    """A new link to the preferences, in place of one that is too old."""


@dataclass(frozen=True, slots=True)
class QueuedMail:
    """An email to be written and sent now."""

    id: int
    kind: MailKind
    address_hash: str
    tries: int


class MailQueue:
    """The emails that wait; several senders share them without sending one twice at a time."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def ask(self, kind: MailKind, address_hash: str) -> bool:
        """Put an email into the queue; return False where the address had enough of them for now."""
        now = self._clock()
        here = mails.c.address_hash == address_hash
        with writing(self._engine) as connection:
            times = connection.scalars(
                sa.select(mails.c.asked_at).where(here, mails.c.asked_at > now - dt.timedelta(days=1))
            ).all()
            if len(times) >= MOST_A_DAY or any(at > now - APART for at in times):
                return False
            row = {"kind": kind.value, "address_hash": address_hash, "asked_at": now, "next_at": now}
            connection.execute(sa.insert(mails), row)
            return True

    def claim(self) -> QueuedMail | None:
        """Take the next email that is due; nobody else gets it for five minutes."""
        now = self._clock()
        due = sa.select(mails.c.id).where(mails.c.sent_at.is_(None), mails.c.next_at <= now, mails.c.tries < MOST_TRIES)
        with reading(self._engine) as connection:
            found = connection.scalar(due.order_by(mails.c.next_at).limit(1))
        if found is None:
            return None
        with writing(self._engine) as connection:
            taken = (
                sa.update(mails)
                .where(mails.c.id == found, mails.c.sent_at.is_(None), mails.c.next_at <= now)
                .values(next_at=now + CLAIM, tries=mails.c.tries + 1)
                .returning(mails.c.id, mails.c.kind, mails.c.address_hash, mails.c.tries)
            )
            row = connection.execute(taken).first()
        return QueuedMail(row.id, MailKind(row.kind), row.address_hash, row.tries) if row else None

    def sent(self, mail: QueuedMail) -> None:
        """Record that a server took an email; delete what is too old to be counted."""
        now = self._clock()
        with writing(self._engine) as connection:
            connection.execute(sa.update(mails).where(mails.c.id == mail.id).values(sent_at=now))
            connection.execute(sa.delete(mails).where(mails.c.asked_at < now - KEPT))

    def failed(self, mail: QueuedMail) -> None:
        """Record that an email was not taken: it is tried again, each time later."""
        wait = min(dt.timedelta(seconds=30 * 2**mail.tries), _LONGEST_WAIT)
        with writing(self._engine) as connection:
            connection.execute(sa.update(mails).where(mails.c.id == mail.id).values(next_at=self._clock() + wait))

    def waiting(self) -> int:
        """Count the emails that wait."""
        query = sa.select(sa.func.count()).select_from(mails).where(mails.c.sent_at.is_(None))
        with reading(self._engine) as connection:
            return int(connection.scalar(query) or 0)
