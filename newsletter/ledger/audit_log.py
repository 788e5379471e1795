"""What was done with each issue before and around sending: clearances, and the story in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from newsletter.ledger.engine import reading, writing
from newsletter.ledger.records import AuditEvent, AuditNote, Clearance, ClearanceKind
from newsletter.ledger.schema import clearances, events, memberships

PUT_AWAY = "________T____________--%"
"""The names, as a pattern of SQL, that the records of deleted issues have: a moment, and the issue's own name."""


class AuditLog:
    """The clearances and the story of all issues."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], dt.datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def clear(self, clearance: Clearance, note: AuditNote, members: bytes | None = None) -> None:
        """Write down that a content was checked, test-sent or approved, and who was in the audience then."""
        row = {name: getattr(clearance, name) for name in clearance.__slots__} | {"parts": dict(clearance.parts)}
        with writing(self._engine) as connection:
            connection.execute(sa.insert(clearances), [row])
            if members is not None and clearance.audience_digest is not None:
                _keep_members(connection, clearance.issue, clearance.audience_digest, members)
            write_note(connection, clearance.issue, None, note, clearance.at)

    def members(self, digest: str) -> bytes | None:
        """Return who was in an audience, by the digest of them; None where the ledger has not kept them."""
        with reading(self._engine) as connection:
            found = connection.execute(sa.select(memberships.c.members).where(memberships.c.digest == digest))
            kept = found.scalar_one_or_none()
        return None if kept is None else bytes(kept)

    def clearances(self, issue: str, kind: ClearanceKind) -> list[Clearance]:
        """List an issue's clearances of a kind, newest first."""
        columns = [column for column in clearances.c if column.name != "id"]
        query = (
            sa.select(*columns)
            .where(clearances.c.issue == issue, clearances.c.kind == kind)
            .order_by(clearances.c.id.desc())
        )
        with reading(self._engine) as connection:
            return [Clearance(**row._asdict()) for row in connection.execute(query)]

    def tell(self, issue: str, note: AuditNote) -> None:
        """Add a sentence to an issue's story."""
        with writing(self._engine) as connection:
            write_note(connection, issue, None, note, self._clock())

    def story(self, issue: str) -> list[AuditEvent]:
        """Return an issue's story, in the order in which it was written, whatever the clock said."""
        query = (
            sa.select(events.c.issue, events.c.who, events.c.at, events.c.words, events.c.send)
            .where(events.c.issue == issue)
            .order_by(events.c.id)
        )
        with reading(self._engine) as connection:
            return [AuditEvent(**row._asdict()) for row in connection.execute(query)]

    def issues(self) -> list[str]:
        """List the issues of which there is a story, the one last heard of first; none that was put away."""
        query = (
            sa.select(events.c.issue)
            .where(events.c.issue.not_like(PUT_AWAY))
            .group_by(events.c.issue)
            .order_by(sa.func.max(events.c.id).desc())
        )
        with reading(self._engine) as connection:
            return list(connection.execute(query).scalars())


def _keep_members(connection: sa.Connection, issue: str, digest: str, members: bytes) -> None:
    """Keep who was in an audience, once; of an issue's, only those of the last test and approvals."""
    there = connection.execute(sa.select(memberships.c.digest).where(memberships.c.digest == digest)).one_or_none()
    if there is None:
        connection.execute(sa.insert(memberships), [{"digest": digest, "issue": issue, "members": members}])
    newest = (
        sa.select(sa.func.max(clearances.c.id))
        .where(clearances.c.issue == issue, clearances.c.audience_digest.is_not(None))
        .group_by(clearances.c.kind, clearances.c.who)
    )
    needed = sa.select(clearances.c.audience_digest).where(clearances.c.id.in_(newest))
    stale = (memberships.c.issue == issue, memberships.c.digest.not_in(needed))
    connection.execute(sa.delete(memberships).where(*stale))


def write_note(connection: sa.Connection, issue: str, send: str | None, note: AuditNote, now: dt.datetime) -> None:
    """Write a sentence of the story within a change."""
    row = {"issue": issue, "send": send, "who": note.who, "at": now, "words": note.words}
    connection.execute(sa.insert(events), [row])
