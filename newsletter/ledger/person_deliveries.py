"""Which sends of a ledger one person was a recipient of; the ledger knows people by keys only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from newsletter.ledger.engine import connect, reading
from newsletter.ledger.schema import deliveries, sends
from newsletter.model.audience import former_recipient_key, recipient_key


@dataclass(frozen=True, slots=True)
class PersonDelivery:
    """A message to one person, and its state."""

    issue: str
    provider: str
    state: str
    at: dt.datetime


def find_deliveries(url: str, email: str) -> list[PersonDelivery]:
    """List the messages to an address, in the order of the sends; the address is turned into each issue's key."""
    engine = connect(url)
    try:
        with reading(engine) as connection:
            issues = connection.scalars(sa.select(sends.c.issue).distinct()).all()
            known = {recipient_key(issue, email) for issue in issues}
            known |= {former for issue in issues if (former := former_recipient_key(issue, email))}
            query = (
                sa.select(sends.c.issue, sends.c.provider, deliveries.c.state, deliveries.c.changed_at)
                .join(deliveries, deliveries.c.send == sends.c.id)
                .where(deliveries.c.recipient.in_(known))
                .order_by(sends.c.created_at)
            )
            rows = connection.execute(query).all()
    finally:
        engine.dispose()
    return [PersonDelivery(issue, provider, str(state), at) for issue, provider, state, at in rows]
