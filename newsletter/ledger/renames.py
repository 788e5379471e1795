"""Give the records of an issue another issue's name, as its file gets one; those of real sends keep theirs."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from newsletter.ledger.engine import writing
from newsletter.ledger.rows import SEND_COLUMNS, send_of
from newsletter.ledger.schema import clearances, events, memberships, sends
from newsletter.model.sends import campaign_key


def rename_records(engine: sa.Engine, issue: str, name: str, *, practice: Collection[str]) -> None:
    """Give the sends by the providers in `practice`, the tests, approvals and notes of an issue another name.

    A send by any other provider stays where it is, with its notes: by its name it keeps the issue from going out twice.
    """
    with writing(engine) as connection:
        query = sa.select(*SEND_COLUMNS).where(sends.c.issue == issue)
        found = [send_of(row) for row in connection.execute(query)]
        kept = [one.id for one in found if one.target.provider not in practice]
        for one in found:
            if one.id not in kept:
                key = campaign_key(name, one.target, one.purpose, one.attempt) if one.campaign_key else None
                connection.execute(sa.update(sends).where(sends.c.id == one.id).values(issue=name, campaign_key=key))
        of_kept = sa.and_(events.c.send.is_not(None), events.c.send.in_(kept))
        connection.execute(sa.update(events).where(events.c.issue == issue, sa.not_(of_kept)).values(issue=name))
        for table in (clearances, memberships):
            connection.execute(sa.update(table).where(table.c.issue == issue).values(issue=name))
